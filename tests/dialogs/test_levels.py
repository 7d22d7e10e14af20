"""What level the assistant asks for each service of the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.proofs import reaches
from dialogs.records import RECORDS
from dialogs.services import Audience, Category, Delivery, Level
from dialogs.verification.levels import level_asked
from knowledge.catalogue_files import load
from tests.dialogs.services import CRIMINAL_RECORD, ID_CARD, PROPERTY_LIST

ALL = load().services.values()
FREE = replace(CRIMINAL_RECORD, proof=Level.UNKNOWN, delivery=Delivery.INSTANT)


def test_every_service_of_the_catalogue_has_a_level() -> None:
    asked = {service.id: level_asked(service) for service in ALL}
    assert len(asked) == 1263
    assert Level.UNKNOWN not in asked.values()


def test_the_level_of_the_catalogue_counts_where_it_names_one() -> None:
    named = [each for each in ALL if each.proof is not Level.UNKNOWN and each.operation not in RECORDS]
    assert [each.id for each in named if level_asked(each) is not each.proof] == []


def test_nothing_can_be_read_below_the_level_of_its_operation() -> None:
    weak = [replace(ID_CARD, proof=Level.NONE), replace(PROPERTY_LIST, proof=Level.PHONE), PROPERTY_LIST]
    assert all(
        reaches(level_asked(each), RECORDS[each.operation or ""].level)
        for each in (*weak, *ALL)
        if each.operation in RECORDS
    )


@pytest.mark.parametrize(
    ("category", "delivery", "level"),
    [
        (Category.PASSPORT, Delivery.INSTANT, Level.PHONE),
        (Category.PROPERTY, Delivery.OFFICER, Level.BANK),
        (Category.LAND, Delivery.INSTANT, Level.BANK),
        (Category.FINANCE, Delivery.UNKNOWN, Level.BANK),
        (Category.TAX, Delivery.INSTANT, Level.BANK),
        (Category.PENSION, Delivery.OFFICER, Level.BANK),
        (Category.JUSTICE, Delivery.INSTANT, Level.BANK),
        (Category.NOTARY, Delivery.INSTANT, Level.BANK),
        (Category.NOTARY, Delivery.OFFICER, Level.SIGNATURE),
        (Category.CITIZENSHIP, Delivery.OFFICER, Level.SIGNATURE),
        (Category.BUSINESS, Delivery.UNKNOWN, Level.SIGNATURE),
        (Category.BUSINESS, Delivery.INSTANT, Level.PHONE),
        (Category.PROPERTY, Delivery.IN_PERSON, Level.NONE),
    ],
)
def test_the_house_asks_by_what_somebody_could_do_with_it(category: Category, delivery: Delivery, level: Level) -> None:
    assert level_asked(replace(FREE, category=category, delivery=delivery)) is level


def test_what_only_organisations_use_asks_nothing_of_a_person() -> None:
    assert level_asked(replace(FREE, audience=(Audience.ORGANISATION,))) is Level.NONE
