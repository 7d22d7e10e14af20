"""Danger abroad: found generously, because a person is asked to look at each; a lost passport alone is a need."""

from __future__ import annotations

import re
from functools import lru_cache

from nlu.danger import is_danger
from nlu.encoder import Encoded
from nlu.phrases import Phrases, pattern_of, phrases_of
from nlu.reading import Reading
from nlu.word_lists import rows


@lru_cache(maxsize=1)
def _kinds() -> dict[str, Phrases]:
    kinds: dict[str, list[tuple[str, str]]] = {"always": [], "alone": [], "guard": [], "whole": []}
    for kind, *columns in rows("emergencies.tsv"):
        if kind in ("always", "alone"):
            kinds[kind].append(("part", columns[0]))
        elif kind == "whole":
            kinds[kind].append(("whole", columns[0]))
        elif kind == "guard":
            kinds[kind].extend(("part", word) for word in columns[0].split())
    return {kind: phrases_of(listed) for kind, listed in kinds.items()}


@lru_cache(maxsize=1)
def _together() -> tuple[tuple[re.Pattern[str], ...], ...]:
    """For each `and` row one pattern a column; all of them must be found."""
    return tuple(
        tuple(re.compile(f"(?:{'|'.join(map(pattern_of, column.split()))})(?= )") for column in columns)
        for kind, *columns in rows("emergencies.tsv")
        if kind == "and"
    )


def is_emergency(reading: Reading, encoded: Encoded | None = None) -> bool:
    """Whether the message tells of danger: arrest, accident, violence, self-harm, being stranded.

    The phrases of the list, or a message that sounds and means like those of people in danger. A false alarm costs a
    citizen the answer and an agent a look, a missed one may cost a life.
    """
    return is_listed(reading) or is_danger(reading, encoded)


def is_listed(reading: Reading) -> bool:
    """Whether the message holds a phrase of the list."""
    line = reading.line
    kinds = _kinds()
    if kinds["always"].found_in(line) or reading.keys in kinds["whole"].whole:
        return True
    if kinds["alone"].found_in(line) and not kinds["guard"].found_in(line):
        return True
    return any(all(column.search(line) for column in columns) for columns in _together())
