"""From everyday words to the words of titles, by `everyday_words.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nlu.phonetic import key, stem
from nlu.views import stems_of
from nlu.word_lists import rows

_LONGEST = 3


@lru_cache(maxsize=1)
def _table() -> tuple[Mapping[tuple[str, ...], tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """By the stems of what is said; and, for scripts without spaces, by the characters themselves."""
    by_stems: dict[tuple[str, ...], tuple[str, ...]] = {}
    by_signs: dict[str, tuple[str, ...]] = {}
    for said, meant in rows("everyday_words.tsv"):
        added = stems_of(meant)
        words = tuple(stem(key(word)) for word in said.split())
        if all(word.isascii() for word in words):
            by_stems[words] = (*by_stems.get(words, ()), *added)
        else:
            by_signs[said] = added
    return by_stems, by_signs


def official(text: str, stems: tuple[str, ...]) -> tuple[str, ...]:
    """Stems of official words meant by the everyday words of a message, without those it already says."""
    by_stems, by_signs = _table()
    found: list[str] = []
    for size in range(1, _LONGEST + 1):
        for start in range(len(stems) - size + 1):
            found.extend(by_stems.get(stems[start : start + size], ()))
    if not text.isascii():
        found.extend(added for signs, meant in by_signs.items() if signs in text for added in meant)
    return tuple(dict.fromkeys(word for word in found if word not in stems))
