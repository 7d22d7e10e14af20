"""Words of a message and the script each is written in."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from dialogs.understanding import Script

WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


class Word(NamedTuple):
    """One run of letters and digits; `start` and `end` are its place in the cleaned message."""

    text: str
    start: int
    end: int
    script: Script


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a cleaned message, in order."""
    return tuple(
        Word(match.group(), match.start(), match.end(), script_of(match.group())) for match in WORD.finditer(text)
    )


@lru_cache(maxsize=8_192)
def script_of(word: str) -> Script:
    """The script most letters of `word` are in; NONE for digits."""
    latin = len(_LATIN.findall(word))
    cyrillic = len(_CYRILLIC.findall(word))
    other = sum(character.isalpha() for character in word) - latin - cyrillic
    if max(latin, cyrillic, other) <= 0:
        return Script.NONE
    if other > max(latin, cyrillic):
        return Script.OTHER
    return Script.CYRILLIC if cyrillic >= latin else Script.LATIN


def main_script(words: tuple[Word, ...]) -> Script:
    """The script most letters of the message are in."""
    letters: Counter[Script] = Counter()
    for word in words:
        if word.script is not Script.NONE:
            letters[word.script] += len(word.text)
    return letters.most_common(1)[0][0] if letters else Script.NONE
