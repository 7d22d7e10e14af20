"""A message with what is personal replaced by marks, so that it can be kept as an example for editors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dialogs.understanding import Entity, EntityKind
from nlu.introductions import names_in
from nlu.seen import Seen, seen

_MARKS = {
    EntityKind.REGISTER: "[РД]",
    EntityKind.PHONE: "[утас]",
    EntityKind.DOCUMENT: "[баримт]",
    EntityKind.EMAIL: "[и-мэйл]",
    EntityKind.CODE: "[код]",
    EntityKind.DATE: "[огноо]",
}
_NAME, _NUMBER = "[нэр]", "[тоо]"
_YEAR_FIRST = re.compile(r"\d{4}")
_TOGETHER = re.compile(r"\d{4,}")
_IN_PIECES = re.compile(r"\d(?:[ \-–.,/()\n]{0,2}\d){5,}")
"""Six digits or more with little between: `50 000` stays, a number that no rule knows does not."""


def masked(text: str, found: Iterable[Entity]) -> str:
    """The readable part of `text` without personal entities, names and longer numbers; places and days stay.

    A date with its year may be the day of birth and goes. What is too long to be read is cut off.
    """
    message = seen(text)
    spans = [*_personal(message, tuple(found))]
    parts: list[str] = []
    done = 0
    for start, end, mark in _merged(spans):
        parts += (message.written[done:start], mark)
        done = end
    return "".join((*parts, message.written[done:]))


def _personal(message: Seen, found: tuple[Entity, ...]) -> Iterator[tuple[int, int, str]]:
    """(start, end, mark), the likeliest marks first; they may overlap."""
    length = len(message.written)
    for one in found:
        if _is_hidden(one) and 0 <= one.start < one.end <= length:
            yield one.start, one.end, _MARKS[one.kind]
    for span in names_in(message.text):
        yield *message.span(*span), _NAME
    for match in _TOGETHER.finditer(message.text):
        yield *message.span(*match.span()), _NUMBER
    days = [(one.start, one.end) for one in found if one.kind is EntityKind.DATE and not _is_hidden(one)]
    for match in _IN_PIECES.finditer(message.text):
        start, end = message.span(*match.span())
        if not any(start < day_end and day_start < end for day_start, day_end in days):
            yield start, end, _NUMBER


def _is_hidden(one: Entity) -> bool:
    if one.kind is EntityKind.DATE:
        return bool(_YEAR_FIRST.match(one.value)) or (any(map(str.isdecimal, one.value)) and one.value[:2] != "--")
    return one.kind in _MARKS


def _merged(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """In order; those that overlap are one, with the mark that was named first."""
    merged: list[tuple[int, int, int]] = []
    for start, end, rank in sorted((start, end, rank) for rank, (start, end, _) in enumerate(spans)):
        if merged and start < merged[-1][1]:
            before = merged.pop()
            start, end, rank = before[0], max(end, before[1]), min(rank, before[2])
        merged.append((start, end, rank))
    return [(start, end, spans[rank][2]) for start, end, rank in merged]
