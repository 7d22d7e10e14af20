"""A service as rows: what is not known is said so, and E-Mongolia is named only where a service is on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.cards import card_rows, fee_text
from dialogs.services import Delivery, Fee, Language, Money, Service, Text
from dialogs.understanding import Aspect
from tests.dialogs.services import CRIMINAL_RECORD, ID_CARD, PASSPORT_LOST, POLICE, PROPERTY_LIST

ON_THE_PORTAL = replace(CRIMINAL_RECORD, emongolia_id="9")


def told(service: Service, aspect: Aspect) -> list[str]:
    return [row.text for row in card_rows(service, POLICE, Language.EN, aspect)]


def test_an_unknown_proof_of_a_service_outside_the_portal_is_just_unknown() -> None:
    assert "I do not know" in told(CRIMINAL_RECORD, Aspect.PROOF)


def test_an_unknown_proof_of_a_portal_service_is_told_at_sign_in() -> None:
    assert "Sign in to E-Mongolia" in told(ON_THE_PORTAL, Aspect.PROOF)[1]


def test_a_fee_that_was_sourced_later_is_told_with_its_own_date() -> None:
    later = replace(CRIMINAL_RECORD.source, date="2027-01-05")
    service = replace(CRIMINAL_RECORD, fee=Fee(base=Money(5, "USD"), source=later))
    assert "2027-01-05" in told(service, Aspect.FEE)[-1]
    assert "2027-01-05" not in told(service, Aspect.WHERE)[-1]


@pytest.mark.parametrize(("service", "named"), [(CRIMINAL_RECORD, False), (ON_THE_PORTAL, True)])
def test_progress_is_followed_on_the_portal_only_where_the_service_is(service: Service, named: bool) -> None:
    assert any("My requests" in text for text in told(service, Aspect.STATUS)) is named


@pytest.mark.parametrize(
    ("fee", "text"),
    [
        (PASSPORT_LOST.fee, "110,000₮. Элчин сайдын яам, консулын газарт 60 USD."),
        (Fee(base=Money(0, "MNT")), "Үнэгүй."),
        (Fee(), "Надад тодорхойгүй."),
        (Fee(note=Text("Төрлөөс хамаарна.", "It depends.")), "Төрлөөс хамаарна."),
    ],
)
def test_a_fee_is_told_whole(fee: Fee, text: str) -> None:
    assert fee_text(fee, Language.MN) == text


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("service", [ID_CARD, CRIMINAL_RECORD])
def test_how_says_nothing_about_time_and_where_to_go(service: Service, delivery: Delivery) -> None:
    rows = told(replace(service, delivery=delivery), Aspect.HOW)
    assert "how long" not in " ".join(rows)
    assert any(POLICE.title.en in text for text in rows)
    assert service.link or "E-Mongolia" not in " ".join(rows[:-1])


def test_what_is_asked_here_is_told_beside_what_the_portal_asks_where_it_differs() -> None:
    rows = {row.label: row.text for row in card_rows(PROPERTY_LIST, None, Language.EN, Aspect.PROOF)}
    assert rows["Proof of identity"] == "I do not know"
    assert rows["To see it here"] == "Sign-in through your bank"
    assert "To see it here" not in {row.label for row in card_rows(ID_CARD, None, Language.EN, Aspect.PROOF)}
