"""How often each owed message was seen, from what was seen in a chat: in order, one copy, or two where nobody knew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Owed:
    """A message's kind, and how many copies of it there may be."""

    kind: str
    least: int
    most: int


def copies(owed: Sequence[Owed], seen: Sequence[str]) -> list[int] | None:
    """For each owed message its copies, as few as possible first; None when what was seen cannot be explained so."""
    ends = _reachable_ends(owed, seen)
    if 0 not in ends[0]:
        return None
    found, place = [], 0
    for number, message in enumerate(owed):
        count = next(
            count
            for count in range(message.least, message.most + 1)
            if place + count in ends[number + 1] and _all(seen, place, count, message.kind)
        )
        found.append(count)
        place += count
    return found


def _reachable_ends(owed: Sequence[Owed], seen: Sequence[str]) -> list[set[int]]:
    """For each number of messages: the places in `seen` from which all that are left can be explained."""
    ends = [{len(seen)}]
    for message in reversed(owed):
        ends.append(
            {
                end - count
                for end in ends[-1]
                for count in range(message.least, message.most + 1)
                if end >= count and _all(seen, end - count, count, message.kind)
            }
        )
    return ends[::-1]


def _all(seen: Sequence[str], place: int, count: int, kind: str) -> bool:
    return all(each == kind for each in seen[place : place + count])
