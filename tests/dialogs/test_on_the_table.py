"""A side that is asked for: of the service on the table, or of one that the message names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.flows.finding import about_topic
from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from tests.dialogs.services import CATALOGUE, CRIMINAL_RECORD, ID_CARD, PASSPORT_EXPIRED, PASSPORT_LOST
from tests.dialogs.turns import EMPTY

ON_THE_TABLE = replace(EMPTY, topic=ID_CARD.id)


def _asks_a_price(*found: tuple[str, float]) -> Understanding:
    need = Need("паспорт хэд вэ", tuple(Candidate(service_id, chance) for service_id, chance in found))
    return Understanding("mn", Script.CYRILLIC, Action.CHOICE, aspect=Aspect.FEE, needs=(need,))


@pytest.mark.parametrize(
    "found",
    [
        (
            (PASSPORT_LOST.id, 0.3),
            (PASSPORT_EXPIRED.id, 0.3),
        ),  # was answered with the price of the service on the table
        ((PASSPORT_LOST.id, 0.6), (ID_CARD.id, 0.2)),
    ],
)
def test_a_price_of_what_is_named_is_not_that_of_the_service_on_the_table(found: tuple[tuple[str, float], ...]) -> None:
    assert not about_topic(ON_THE_TABLE, CATALOGUE, _asks_a_price(*found))


@pytest.mark.parametrize(
    "found",
    [
        (),
        ((ID_CARD.id, 0.7),),
        ((CRIMINAL_RECORD.id, 0.1), (PASSPORT_LOST.id, 0.1)),
        ((PASSPORT_LOST.id, 0.3), (ID_CARD.id, 0.3)),
    ],
)
def test_a_price_that_names_nothing_else_is_that_of_the_service_on_the_table(
    found: tuple[tuple[str, float], ...],
) -> None:
    assert about_topic(ON_THE_TABLE, CATALOGUE, _asks_a_price(*found))
