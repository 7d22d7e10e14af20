"""The shadow report on a catalogue where two services cannot be told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.services import Catalogue, Names
from nlu.shadow import ShadowReport, shadow_report

TWIN = "passport-expired-again"


@pytest.fixture(scope="module")
def shadowed(catalogue: Catalogue) -> Catalogue:
    """One service twice, in other words that are as near to the one as to the other, and one nobody describes."""
    says = (
        "pasport hugatsaa duussan yah ve",
        "passport expired",
        "pasportiin hugatsaa",
        "паспортын хугацаа дуусчихлаа",
    )
    names = Names(("паспортын хугацаа",), ("pasport duussan",), ("expired passport",))
    original = replace(catalogue.services["passport-expired"], says=says, names=names)
    twin = replace(original, id=TWIN, says=tuple(f"{text} bna" for text in says))
    odd = replace(
        catalogue.services["return-certificate"], says=("паспорт гээсэн чинь", "төрсний гэрчилгээ авъя"), names=Names()
    )
    services = {**catalogue.services, original.id: original, TWIN: twin, odd.id: odd}
    return replace(catalogue, services=services)


@pytest.fixture(scope="module")
def report(shadowed: Catalogue) -> ShadowReport:
    return shadow_report(shadowed)


def test_a_service_written_twice_is_listed_as_a_pair_with_what_went_astray(report: ShadowReport) -> None:
    pair = report.pairs[0]
    assert {pair.one, pair.other} == {"passport-expired", TWIN}
    assert {(wrong.meant, wrong.found) for wrong in pair.astray} <= {
        ("passport-expired", TWIN),
        (TWIN, "passport-expired"),
    }
    assert pair.share == len(pair.astray) / pair.asked


def test_a_service_that_none_of_its_messages_finds_is_listed(report: ShadowReport) -> None:
    assert "return-certificate" in report.unfound
    assert "passport-expired" not in report.unfound


def test_services_with_words_of_their_own_are_no_pair(report: ShadowReport) -> None:
    paired = {name for pair in report.pairs for name in (pair.one, pair.other)}
    assert paired == {"passport-expired", TWIN}


def test_progress_counts_every_message_once(shadowed: Catalogue) -> None:
    heard: list[int] = []
    asked = shadow_report(shadowed, heard.append).asked
    assert heard == list(range(1, asked + 1))
