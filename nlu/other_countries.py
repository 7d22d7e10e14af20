"""Other states' services: a German visa, an alien card. Not in the catalogue, though its words sound alike.

What belongs to another state is taken out of a message; a need of ours that is told beside it stays ("the criminal
record for my German visa" asks for a criminal record). Place words alone take nothing away: people abroad name them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from nlu.phonetic import stem
from nlu.phrases import keys_written_out, pattern_of
from nlu.reading import Reading
from nlu.word_lists import keys_of, rows

_MOST_KEYS = 100
"""A longer message tells a story, and is read as it stands."""
_LONG = 4
_GENITIVE = "(?:in|gin|nin|ni|n|i)?"


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[str, ...]]:
    listed: dict[str, list[str]] = {}
    for kind, words in rows("other_countries.tsv"):
        listed.setdefault(kind, []).append(words)
    return {kind: tuple(lines) for kind, lines in listed.items()}


def _words_of(kind: str) -> tuple[str, ...]:
    """The keys of all words of one kind, longest first."""
    found = {key for line in _listed()[kind] for word in line.split() for key in keys_of(word)}
    return tuple(sorted(found, key=lambda key: (-len(key), key)))


def _in_any_case(kind: str) -> str:
    """A pattern of the words of one kind with any ending; a very short word stands as it is (USA is not усан)."""
    words = _words_of(kind)
    return "|".join(rf"{word}\S*" if len(word) >= _LONG else rf"{word}(?= |$)" for word in words)


def _phrases(kind: str) -> str:
    patterns = {pattern_of(phrase) for phrase in _listed()[kind]}
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))


@lru_cache(maxsize=1)
def _spans() -> tuple[re.Pattern[str], ...]:
    """What to take out of a `Reading.line`, the surest first."""
    places = "|".join(_words_of("place"))
    ours = "|".join(_words_of("ours"))
    before, anywhere = f" (?:{places}){_GENITIVE}(?= )", f" (?:{_in_any_case('place')})"
    between = rf"(?: (?!(?:{ours})(?: |$))\S+)"
    theirs, theirs_of = f"(?:{_phrases('theirs')})(?= )", f"(?:{_phrases('theirs_of')})(?= )"
    return tuple(
        re.compile(pattern)
        for pattern in (
            f"(?:{_phrases('paper')})(?= )",
            f"{before}{between}{{0,2}}?{theirs}",
            f"{before}{between}{{0,1}}?{theirs_of}",
            f"{anywhere}{between}{{0,2}}?{theirs}",
            f"{theirs}{between}{{0,2}}?{anywhere}(?! (?:{ours}) )",
        )
    )


@lru_cache(maxsize=1)
def _overstay() -> re.Pattern[str]:
    return re.compile(f"(?:{_phrases('overstay')})(?= )")


@lru_cache(maxsize=1)
def _at_home() -> re.Pattern[str]:
    return re.compile(rf" (?:{'|'.join(_words_of('ours'))})(?= )")


@lru_cache(maxsize=1)
def _no_need() -> tuple[frozenset[str], re.Pattern[str]]:
    """Stems, and place words in any form, that are no need when they are all that is left."""
    stems = frozenset(stem(key) for line in _listed()["about"] for key in keys_written_out(line))
    return stems, re.compile(_in_any_case("place"))


@lru_cache(maxsize=1)
def _cities() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(_words_of('city'))})\w{{0,3}}")


@lru_cache(maxsize=1)
def from_a_place() -> re.Pattern[str]:
    """A country named as the place something is done from: "from germany" (f sounds p), "солонгосоос"."""
    places = "|".join(_words_of("place"))
    return re.compile(rf" (?:(?:prom|in) (?:{places})|(?:{places})(?:n|g)?[aeio]s|(?:{places})[td])(?= )")


def without_cities(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a need without the town it is felt in; all of them when nothing else is said."""
    return tuple(key for key in keys if not _cities().fullmatch(key)) or keys


def without_other_countries(reading: Reading, is_named: Callable[[frozenset[str]], bool]) -> tuple[Reading, bool]:
    """The message without other states' papers, and whether nothing is left that could be a need of ours.

    `is_named` tells whether some service of the catalogue is called by these stems: then they stay.
    """
    if len(reading.keys) > _MOST_KEYS:
        return reading, False
    line = reading.line
    taken: set[int] = set()
    for pattern in _spans() if _at_home().search(line) else (*_spans(), _overstay()):
        for match in pattern.finditer(line):
            places = range(line.count(" ", 0, match.start()), line.count(" ", 0, match.end()))
            if not is_named(frozenset(stem(reading.keys[place]) for place in places)):
                taken.update(places)
    if not taken:
        return reading, False
    left = reading.only([place for place in range(len(reading.keys)) if place not in taken])
    stems, places_of = _no_need()
    if all(stem(key) in stems or places_of.match(key) for key in left.content):
        return reading, True
    return left, False
