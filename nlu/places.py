"""Countries and cities in a message, in any spelling and with any Mongolian or Russian case ending.

Names are compared by sound (`nlu.phonetic.key`), short ones by spelling; Hangul, kana and Han are looked for in the
text itself, for they set no spaces. A country's name before "хэл" is a language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dialogs.places import fold
from dialogs.understanding import EntityKind
from nlu.normalise import clean
from nlu.phonetic import key
from nlu.seen import Found
from nlu.word_lists import rows

_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[ .\-]{1,2}")
_SYLLABIC = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af]")
_LANGUAGE_BEHIND = ("어", "語", "语")
# Case endings by sound, Mongolian ones and a few Russian and German. Not the instrumental: that is the language.
_CASES = (
    "d t nd ad ed od id in n ni nin gin inh i ig g as es os is s nas nes nos gas ges gos tai tei toi ta te to da de do "
    "dah deh ro roga roge lo loga e o io oi ei iei om em a ia"
)
_ENDINGS = frozenset(_CASES.split())
_FEW_CASES = "d t ed in ni os as es gas inh ro lo s"
_AFTER_SHORT = frozenset(_FEW_CASES.split())
"""Endings of names of up to three letters: after any ending every second word would be a country."""
_SHORT_NAME, _SHORT_SOUND, _SHORTEST_CUT, _LONGEST_ENDING = 3, 4, 4, 5
_VOWELS = frozenset("aeio")


@dataclass(frozen=True)
class Place:
    """A country, or a city of it by its English name."""

    country: str
    city: str = ""

    @property
    def value(self) -> str:
        return self.city or self.country


@dataclass(frozen=True)
class _Names:
    """`cut`: sounds without their last vowel, which an ending that begins with one takes away (Прага: Прагийн).

    `spelt` takes endings, `exact` none. `longest`: how many words the names that begin with a sound have at most.
    """

    sounds: Mapping[tuple[str, ...], Place]
    cut: Mapping[tuple[str, ...], Place]
    spelt: Mapping[str, Place]
    exact: Mapping[str, Place]
    signs: Mapping[str, Place]
    sign: re.Pattern[str]
    longest: Mapping[str, int]


@lru_cache(maxsize=1)
def _names() -> _Names:
    sounds: dict[tuple[str, ...], Place] = {}
    spelt: dict[str, Place] = {}
    exact: dict[str, Place] = {}
    signs: dict[str, Place] = {}
    for country, city, listed in rows("places.tsv"):
        place = Place(country, city)
        for name in listed.split(", "):
            words = tuple(key(word) for word in _WORD.findall(name))
            if _SYLLABIC.search(name):
                signs[name] = place
            elif len(words) > 1:
                sounds.setdefault(words, place)
            elif name.startswith("="):
                exact[fold(name[1:])] = place
            elif name.startswith("~") or len(words[0]) <= _SHORT_SOUND:
                spelt[fold(name.removeprefix("~"))] = place
            else:
                sounds.setdefault(words, place)
    cut = {
        (*before, last[:-1]): place
        for (*before, last), place in sounds.items()
        if last[-1] in _VOWELS and len(last) > _SHORTEST_CUT
    }
    longest: dict[str, int] = {}
    for first, *others in sounds:
        longest[first] = max(longest.get(first, 0), 1 + len(others))
    sign = re.compile("|".join(f"(?<![가-힣]){s}" if s[0] >= "가" else s for s in sorted(signs, key=len, reverse=True)))
    return _Names(sounds, cut, spelt, exact, signs, sign, longest)


def country_of(city: str) -> str | None:
    """The ISO code of the country of a city by its English name; None for one that is not listed."""
    return _countries().get(city)


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    return {city: country for country, city, _ in rows("places.tsv") if city}


def places_in(text: str) -> Iterator[Found]:
    """Every place named, in order, longer names first, none twice."""
    if _SYLLABIC.search(text):
        yield from _unspaced(text)
    words = [(match.group(), *match.span()) for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        size, place = _longest(text, words, at)
        if place is not None and not _is_language(words, at + size):
            yield _found(place, words[at][1], _with_ending(text, words, at + size - 1))
        at += size


def _unspaced(text: str) -> Iterator[Found]:
    names = _names()
    for match in names.sign.finditer(text):
        if not text.startswith(_LANGUAGE_BEHIND, match.end()):
            yield _found(names.signs[match.group()], *match.span())


def _found(place: Place, start: int, end: int) -> Found:
    return Found(EntityKind.CITY if place.city else EntityKind.COUNTRY, start, end, place.value)


def _longest(text: str, words: Sequence[tuple[str, int, int]], at: int) -> tuple[int, Place | None]:
    """How many words the longest name beginning here has (1 where there is none), and its place."""
    longest = _names().longest.get(_sound(words[at][0]), 0)
    for size in range(min(longest, len(words) - at), 1, -1):
        run = words[at : at + size]
        joined = all(_BETWEEN.fullmatch(text, a[2], b[1]) for a, b in pairwise(run))
        if joined and (place := _several(tuple(_sound(word) for word, _, _ in run))):
            return size, place
    return 1, _one(words[at][0])


def _is_language(words: Sequence[tuple[str, int, int]], at: int) -> bool:
    """Whether the next word is "language"."""
    sound = _sound(words[at][0]) if at < len(words) else ""
    return sound.startswith("hel") and not sound.startswith("hels")


def _with_ending(text: str, words: Sequence[tuple[str, int, int]], last: int) -> int:
    """Where the name ends, with a case ending written after a hyphen: "berlin-d", "АНУ-ын"."""
    end = words[last][2]
    if last + 1 < len(words) and words[last + 1][1] == end + 1 and text[end] in "-‐'’":
        word, _, behind = words[last + 1]
        return behind if _sound(word) in _ENDINGS else end
    return end


@lru_cache(maxsize=65_536)
def _sound(word: str) -> str:
    return key(clean(word))


@lru_cache(maxsize=65_536)
def _one(word: str) -> Place | None:
    """The place one written word names."""
    names, spelling = _names(), fold(clean(word))
    if spelling in names.exact:
        return names.exact[spelling]
    for cut in range(len(spelling), max(1, len(spelling) - _LONGEST_ENDING - 1), -1):
        place, ending = names.spelt.get(spelling[:cut]), key(spelling[cut:])
        if place and (not ending or ending in (_AFTER_SHORT if cut <= _SHORT_NAME else _ENDINGS)):
            return place
    return _several((_sound(word),))


def _several(sounds: tuple[str, ...]) -> Place | None:
    """The place some words name by sound, the last of them with any ending."""
    names, (*before, last) = _names(), sounds
    for cut in range(len(last), max(1, len(last) - _LONGEST_ENDING - 1), -1):
        name, ending = (*before, last[:cut]), last[cut:]
        if ending and ending not in _ENDINGS:
            continue
        place = names.sounds.get(name) or (names.cut.get(name) if ending[:1] in _VOWELS and ending else None)
        if place is not None:
            return place
    return None
