"""A message taken apart once: cleaned text, words, and the keys everything else compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from nlu.normalise import clean
from nlu.script import WORD, Word, words_of
from nlu.word_lists import content_of, is_stopword, written_out

_BEGINNING, _END = 100, 40


@dataclass(frozen=True)
class Reading:
    """`keys` are the words by sound, chat abbreviations written out; `keys[i]` came from word `origin[i]`."""

    text: str
    words: tuple[Word, ...]
    keys: tuple[str, ...]
    origin: tuple[int, ...]

    @property
    def line(self) -> str:
        """The keys with a space around each, for whole-word search; of a very long message its beginning and end."""
        keys = self.keys if len(self.keys) <= _BEGINNING + _END else self.keys[:_BEGINNING] + self.keys[-_END:]
        return f" {' '.join(keys)} "

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The keys of the words that carry a need, in order, each once."""
        return tuple(
            dict.fromkeys(
                found
                for found, place in zip(self.keys, self.origin, strict=True)
                if not is_stopword(self.words[place].text, found)
            )
        )

    def only(self, places: Sequence[int]) -> Reading:
        """The reading with only the keys at `places`; text and words stay whole."""
        keys, origin = tuple(self.keys[place] for place in places), tuple(self.origin[place] for place in places)
        return Reading(self.text, self.words, keys, origin)

    def rest(self, skip: int) -> Reading:
        """The reading without its first `skip` keys."""
        if skip >= len(self.keys):
            return Reading("", (), (), ())
        word = self.origin[skip]
        start = self.words[word].start
        moved = tuple(Word(w.text, w.start - start, w.end - start, w.script) for w in self.words[word:])
        return Reading(self.text[start:], moved, self.keys[skip:], tuple(place - word for place in self.origin[skip:]))


def content_keys(text: str) -> tuple[str, ...]:
    """`read(text).content` without the rest: what is needed of the catalogue's tens of thousands of texts."""
    return tuple(dict.fromkeys(chain.from_iterable(map(content_of, WORD.findall(clean(text))))))


def read(text: str) -> Reading:
    """Clean and take apart a message; never raises."""
    cleaned = clean(text)
    words = words_of(cleaned)
    keys: list[str] = []
    origin: list[int] = []
    for place, word in enumerate(words):
        for found in written_out(word.text):
            keys.append(found)
            origin.append(place)
    return Reading(cleaned, words, tuple(keys), tuple(origin))
