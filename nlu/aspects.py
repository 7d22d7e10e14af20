"""Which side of a service a message asks about, and whether it asks for nothing else.

The phrases of `aspects.tsv` decide where they are the whole message; else the encoder's two heads, which were trained
for it; the phrases alone where the encoder has none.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding import Aspect
from nlu.encoder import Encoded
from nlu.other_countries import from_a_place
from nlu.phrases import keys_written_out, pattern_of
from nlu.reading import Reading, read
from nlu.word_lists import rows

Odds = NDArray[np.float32]
_POINTING = frozenset(
    keys_written_out(
        "энэ тэр үүнийг түүнийг үүний үүнд энэний тэрийг эний лавлагаа үйлчилгээ service нийт бүх ойролцоогоор дээр "
        "хугацаа төлбөр үнэ бичиг баримт материал гадаадаас гадаадад болох боломжтой хүсэлт захиалга "
        "application гарах go going s it"
    )
)
"""Words that may stand beside an aspect and still name no service."""

ASPECTS = ("none", *(aspect.value for aspect in Aspect))
"""The columns of `nlu.encoder.Encoded.aspect`."""
NOT_ASKED = 0.2
"""Above this probability of no aspect the encoder has heard none: of 146 unseen messages 86 % are right with it, and a
third of the catalogue's own messages, which are needs, are taken to ask for a side."""
FOLLOWS, FOLLOWS_UNLISTED = 0.35, 0.5
"""How likely it must be that the message names no service, with a phrase of the list in it and without."""
_PRICE = keys_written_out("үнэ")[0]


@dataclass(frozen=True)
class Asked:
    """`aspect` asked about; `only` when the message names nothing besides; `surely` when its words say so."""

    aspect: Aspect
    only: bool
    surely: bool = True


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Aspect, re.Pattern[str]], ...]:
    """Every `part` row on its own, longest first."""
    listed = [(pattern_of(phrase), Aspect(name)) for name, where, phrase in rows("aspects.tsv") if where == "part"]
    listed.sort(key=lambda row: len(row[0]), reverse=True)
    return tuple((aspect, re.compile(f"{pattern}(?= )")) for pattern, aspect in listed)


@lru_cache(maxsize=1)
def _any_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern.pattern})" for _, pattern in _patterns()))


@lru_cache(maxsize=1)
def _whole() -> dict[tuple[str, ...], Aspect]:
    return {keys_written_out(phrase): Aspect(name) for name, where, phrase in rows("aspects.tsv") if where == "whole"}


def asked(reading: Reading, encoded: Encoded | None = None) -> Asked | None:
    """The aspect of a message; None when it asks for no side of a service."""
    for keys in (reading.keys, reading.content):
        if keys in _whole():
            return Asked(_whole()[keys], only=True)
    listed = _listed(reading)
    if encoded is None or encoded.aspect is None or encoded.follow is None:
        return listed
    if listed is not None and listed.only:
        return listed
    return _heard(encoded.aspect[0], float(encoded.follow[0]), FOLLOWS if listed else FOLLOWS_UNLISTED) or listed


def _heard(odds: Odds, follow: float, follows: float) -> Asked | None:
    chances = np.exp(odds - odds.max())
    if chances[0] / chances.sum() > NOT_ASKED:
        return None
    return Asked(
        Aspect(ASPECTS[1 + int(chances[1:].argmax())]), only=1 / (1 + math.exp(-follow)) >= follows, surely=False
    )


def _listed(reading: Reading) -> Asked | None:
    """The longest phrase found decides."""
    line = reading.line
    match = _any_pattern().search(line)
    if match is None:
        return _of_the_ends(reading)
    aspect = next(aspect for aspect, pattern in _patterns() if pattern.search(line))
    return Asked(aspect, only=_nothing_else(reading))


def _of_the_ends(reading: Reading) -> Asked | None:
    """A price asked by the last word ("паспорт үнэ"); the land a need is felt in, when nothing else is said."""
    if len(reading.keys) > 1 and reading.keys[-1] == _PRICE and reading.words[-1].text.casefold() != "one":
        return Asked(Aspect.FEE, only=False)
    keys = reading.content
    if keys and (found := from_a_place().search(reading.line)) is not None:
        left = (reading.line[: found.start()] + reading.line[found.end() :]).split()
        if all(key in _POINTING or key not in keys for key in left):
            return Asked(Aspect.ABROAD, only=True)
    return None


def without_aspect(reading: Reading) -> Reading | None:
    """What the message names beside the side it asks for; None when it holds no such phrase or nothing beside it."""
    line = reading.line
    taken = {
        place
        for match in _any_pattern().finditer(line)
        for place in range(line.count(" ", 0, match.start()), line.count(" ", 0, match.end()))
    }
    if not taken or max(taken) >= len(reading.keys):
        return None
    places = (place for place in range(len(reading.keys)) if place not in taken)
    left = dict.fromkeys(reading.origin[place] for place in places if reading.keys[place] in reading.content)
    rest = read(" ".join(reading.words[place].text for place in left))
    return rest if any(key not in _POINTING for key in rest.content) else None


def _nothing_else(reading: Reading) -> bool:
    left = _any_pattern().sub(" ", reading.line).split()
    return all(found in _POINTING or found not in reading.content for found in left)
