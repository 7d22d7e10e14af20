"""Fields as people type them: amounts in other digits, signs that cannot be seen."""

from __future__ import annotations

import pytest

from bots.editor.field_reading import FieldReader
from dialogs.services import Money


def amount(typed: str) -> tuple[Money | None, str]:
    """What was read, and what was wrong with it in English."""
    reader = FieldReader({"fee_amount": typed, "fee_currency": "MNT"})
    read = reader.money("fee")
    return read, reader.problems["fee_amount"].en if reader.problems else ""


@pytest.mark.parametrize("typed", ["22500", "22,500", "２２，５００", "22 500₮", "\u200b22500\x00", "22500.00"])
def test_an_amount_is_read_however_it_is_written(typed: str) -> None:
    assert amount(typed) == (Money(22500, "MNT"), "")


@pytest.mark.parametrize("typed", ["9" * 20, "9" * 400, "1000000001"])
def test_an_amount_beyond_reason_is_said_to_be_too_large(typed: str) -> None:
    assert amount(typed) == (None, "The amount is too large.")


@pytest.mark.parametrize("typed", ["-5", "1e9", "nan", "дөчин", "½", "1.2.3"])
def test_what_is_no_amount_is_said_to_be_none(typed: str) -> None:
    assert amount(typed) == (None, "An amount such as 22,500.")


@pytest.mark.parametrize("hidden", ["\x00", "\x1b", "\u202e", "\u200b", "\ufeff", "\ud800"])
def test_signs_that_cannot_be_seen_are_dropped_from_a_line(hidden: str) -> None:
    reader = FieldReader({"title_mn": f"Пас{hidden}порт", "title_en": f"{hidden}Pass port\r\n"})
    assert (reader.pair("title").mn, reader.pair("title").en) == ("Паспорт", "Pass port")


def test_a_line_of_nothing_but_hidden_signs_is_missing() -> None:
    reader = FieldReader({"title_mn": "\u200b\u202e", "title_en": "Passport"})
    reader.pair("title")
    assert list(reader.problems) == ["title_mn"]
