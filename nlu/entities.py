"""What a message names: personal numbers, phones, dates, countries and cities, with their places in the message."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain

from dialogs.understanding import Entity, EntityKind
from nlu.dates import dates_in
from nlu.hiding import masked
from nlu.personal_numbers import addresses_in, numbers_in
from nlu.phones import phones_in
from nlu.places import places_in
from nlu.seen import Found, seen

__all__ = ["entities", "masked"]

_FIRST = (
    EntityKind.EMAIL,
    EntityKind.REGISTER,
    EntityKind.DOCUMENT,
    EntityKind.PHONE,
    EntityKind.DATE,
    EntityKind.CODE,
    EntityKind.CITY,
    EntityKind.COUNTRY,
)
"""Which kind wins where finds overlap; of one kind the longer."""
_RANK = {kind: rank for rank, kind in enumerate(_FIRST)}


def entities(text: str) -> tuple[Entity, ...]:
    """In order, without overlaps. Never raises; reads the beginning of `text` only (`nlu.seen.readable`)."""
    message = seen(text)
    found = [*addresses_in(message.text), *places_in(message.text)]
    found.extend(dates_in(message.text))
    if any(map(str.isdecimal, message.text)):
        found.extend(chain(numbers_in(message.text), phones_in(message.text)))
    return tuple(map(message.entity, _without_overlaps(found)))


def _without_overlaps(found: list[Found]) -> list[Found]:
    """The best finds, in order of appearance."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (_RANK[one.kind], one.start - one.end, one.start)):
        place = bisect_left(kept, one.start, key=lambda other: other.start)
        free_before = place == 0 or kept[place - 1].end <= one.start
        if free_before and (place == len(kept) or one.end <= kept[place].start):
            kept.insert(place, one)
    return kept
