"""The places people name, in any spelling and with any Mongolian ending, and finding one in what they write.

Pure: the table of names (`knowledge/place_names.tsv`) is passed in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogs.services import Names

_ENDINGS = {
    "mongolian": (
        "д т нд ад эд од ид ын ийн йн ны ний гийн ы ий ийг ыг г аас ээс оос ас эс ос гаас гээс гоос наас "
        "тай тэй той даа дээ доо таа тээ тоо аа ээ оо дахь дэх руу луу"
    ),
    "russian": "е и у ы ю ой ей ом ем а я ии",
    # doubled letters are single, as `words_of` leaves them
    "latin": (
        "d t nd ad ed od id in n ni gin i ig g as es os us s nas gas ges gos tai tei toi "
        "da de do ta te to dah deh ru lu"
    ),
    # "ану", "usa", "uk", "ром": after any other ending every second word would be a country
    "short": "д т эд ын ийн ны ний оос аас ээс гаас d t in n as os gas",
}
"""Case endings, tried on the last word of a name. Not the instrumental: "англиар" is the language, not the country."""
_LANGUAGE = ("хэл", "hel")
_ANY_ENDING = frozenset(f"{_ENDINGS['mongolian']} {_ENDINGS['russian']} {_ENDINGS['latin']}".split())
_SHORT_ENDING = frozenset(_ENDINGS["short"].split())
_SHORT_NAME = 3
_SHORTEST_CUT = 4  # a name's last vowel may go before an ending (Прага: Прагийн; Тайвань: Тайванд) if so much is left
_MAY_GO = frozenset("аоуыэеиюяйьaeiouy")
_MOST_WORDS, _LONGEST_NAME = 100, 5
_ISO = re.compile(r"[A-Z]{2}")
_WORD = re.compile(r"[^\W_]+")
_SYLLABIC = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af]")
_FOLDS = tuple(zip(("kh", "x", "ts", "zh", "w", "ck"), ("h", "h", "c", "j", "v", "k"), strict=True))
_TWINS = str.maketrans("өүєѳїё", "оуооуе")
_DOUBLED = re.compile(r"([a-z])\1+")


@dataclass(frozen=True)
class NamedPlace:
    """A country (its `id` is the ISO code) or a city. `mission` is the city's, or the one whose district it is in."""

    id: str
    country: str
    mission: str | None
    names: Names

    @property
    def is_country(self) -> bool:
        return self.id == self.country


def fold(text: str) -> str:
    """One spelling for different hands: without accents, ө as о, kh and x as h."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(unicodedata.normalize("NFKD", char)[0] if "\u00c0" <= char <= "\u024f" else char for char in text)
    for written, one in _FOLDS:
        text = text.replace(written, one)
    return text.translate(_TWINS)


class PlaceNames:
    """Finds places in what people write."""

    def __init__(self, places: Iterable[NamedPlace]) -> None:
        self._countries: dict[str, NamedPlace] = {}
        self._by_id: dict[str, NamedPlace] = {}
        self._syllabic: dict[str, NamedPlace] = {}
        self._whole: dict[tuple[str, ...], NamedPlace] = {}
        self._cut: dict[tuple[str, ...], NamedPlace] = {}
        for place in places:
            self._by_id[place.id] = place
            if place.is_country:
                self._countries[place.id] = place
            for name in all_names(place):
                self._add(name, place)

    def _add(self, name: str, place: NamedPlace) -> None:
        if _SYLLABIC.search(name):
            self._syllabic[fold(name)] = place
            return
        *before, last = words_of(name)
        self._whole[(*before, last)] = place
        if name not in place.names.en and len(last) > _SHORTEST_CUT and last[-1] in _MAY_GO:
            self._cut[(*before, last[:-1])] = place

    def by_id(self, place_id: str) -> NamedPlace | None:
        return self._by_id.get(place_id)

    def find(self, text: str) -> NamedPlace | None:
        """The place that is meant: a city with a mission says more than the country beside it, else the first."""
        found = self.find_all(text)
        return next((place for place in found if place.mission), found[0] if found else None)

    def find_all(self, text: str) -> tuple[NamedPlace, ...]:
        """Every place named, in order, longer names first. Two capital letters alone are an ISO code."""
        text = text.strip()
        if _ISO.fullmatch(text):
            return tuple(place for code, place in self._countries.items() if code == text)
        found = dict(self._spaced(words_of(text)[:_MOST_WORDS]))
        return (*self._unspaced(fold(text)), *(found[start] for start in sorted(found)))

    def _unspaced(self, text: str) -> Iterator[NamedPlace]:
        """Scripts that set no spaces between words."""
        named = [name for name in self._syllabic if name in text]
        for name in sorted(named, key=text.index):
            if not any(name in longer for longer in named if longer != name):
                yield self._syllabic[name]

    def _spaced(self, words: tuple[str, ...]) -> Iterator[tuple[int, NamedPlace]]:
        """(number of its first word, place); a word belongs to one name."""
        taken: set[int] = set()
        for size in range(_LONGEST_NAME, 0, -1):
            for start in range(len(words) - size + 1):
                places = range(start, start + size)
                if taken.isdisjoint(places) and (place := self._named(words[start : start + size])):
                    taken.update(places)
                    if not (start + size < len(words) and words[start + size].startswith(_LANGUAGE)):
                        yield start, place

    def _named(self, words: tuple[str, ...]) -> NamedPlace | None:
        *before, last = words
        for stem, ending in _taken_apart(last):
            name = (*before, stem)
            if not before and len(stem) <= _SHORT_NAME and ending and ending not in _SHORT_ENDING:
                continue
            place = self._whole.get(name) or (self._cut.get(name) if ending else None)
            if place is not None:
                return place
        return None


def _taken_apart(word: str) -> Iterator[tuple[str, str]]:
    """(stem, ending), the longest stem first: the word itself with no ending."""
    yield word, ""
    for place in range(len(word) - 1, 1, -1):
        if word[place:] in _ANY_ENDING:
            yield word[:place], word[place:]


def words_of(text: str) -> tuple[str, ...]:
    """The words, folded, doubled Latin letters single except in short ones: "usaa" (own water) is not the USA."""
    words = (match.group() for match in _WORD.finditer(fold(text)))
    singled = ((word, _DOUBLED.sub(r"\1", word)) for word in words)
    return tuple(single if len(single) > _SHORT_NAME else word for word, single in singled)


def all_names(place: NamedPlace) -> tuple[str, ...]:
    names = place.names
    return (*names.mn, *names.latin, *names.en, *names.other)
