"""Caps of SMS as pure rules: which is reached, and which of them a chat may hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dialogs.verification.sms_caps import (
    TOLD,
    Cap,
    DaySoFar,
    NumberSoFar,
    PhoneNumber,
    SmsRules,
    check_day,
    check_number,
    phone_number,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RULES = SmsRules(money_a_day=1_000_000)
NUMBER = PhoneNumber("976", "99112233")
PRICE = 110_000


def check(day: DaySoFar = DaySoFar(), so_far: NumberSoFar = NumberSoFar(), price: int | None = PRICE) -> Cap | None:  # noqa: B008
    return check_number(RULES, NUMBER, price, day, so_far, NOW)


def test_nothing_sent_yet_is_allowed() -> None:
    assert check() is None


@pytest.mark.parametrize(
    ("day", "cap"),
    [
        (DaySoFar(sent=4999), None),
        (DaySoFar(sent=5000), Cap.DAY),
        (DaySoFar(spent=1_000_000), Cap.MONEY),
        (DaySoFar(spent=1_000_000 - PRICE), None),
        (DaySoFar(spent=1_000_001 - PRICE), Cap.MONEY),
        (DaySoFar(by_chat=9), None),
        (DaySoFar(by_chat=10), Cap.CHAT),
    ],
)
def test_row_o4_the_days_caps_in_count_and_money(day: DaySoFar, cap: Cap | None) -> None:
    assert check(day) is cap


@pytest.mark.parametrize(
    ("so_far", "cap"),
    [
        (NumberSoFar(in_ten_minutes=2, today=4), None),
        (NumberSoFar(in_ten_minutes=3, today=3), Cap.NUMBER),
        (NumberSoFar(today=5), Cap.NUMBER),
        (NumberSoFar(prefix_this_hour=29), None),
        (NumberSoFar(prefix_this_hour=30), Cap.PREFIX),
        (NumberSoFar(country_this_hour=500), Cap.COUNTRY),
        (NumberSoFar(prefix_off_until=NOW + timedelta(seconds=1)), Cap.PREFIX_OFF),
        (NumberSoFar(prefix_off_until=NOW), None),
        (NumberSoFar(prefix_watched=49, prefix_converted=0), None),
        (NumberSoFar(prefix_watched=50, prefix_converted=19), Cap.CONVERSION),
        (NumberSoFar(prefix_watched=50, prefix_converted=20), None),
    ],
)
def test_row_o4_the_numbers_caps(so_far: NumberSoFar, cap: Cap | None) -> None:
    assert check(so_far=so_far) is cap


def test_a_country_that_is_not_listed_gets_nothing() -> None:
    assert check_number(RULES, PhoneNumber("7", "9111234567"), 1, DaySoFar(), NumberSoFar(), NOW) is Cap.COUNTRY_CLOSED


def test_a_country_without_a_price_gets_nothing() -> None:
    assert check(price=None) is Cap.NO_PRICE


def test_row_o6_only_what_is_the_same_for_every_number_is_told() -> None:
    days = (DaySoFar(sent=5000), DaySoFar(spent=10**9), DaySoFar(by_chat=10))
    assert {check_day(RULES, day) for day in days} == set(TOLD)


def test_the_prefix_leaves_out_four_digits() -> None:
    assert NUMBER.prefix == "9769911"


@pytest.mark.parametrize(
    ("registered", "known"),
    [("99112233", True), (" 99112233 ", True), ("00000101", True), ("70112233", False), ("11323232", False),
     ("", False), ("9911223", False), ("991122334", False), ("９９１１２２３３", False),
     ("+97699112233", False), ("9911223a", False)],
)  # fmt: skip
def test_only_a_mobile_of_eight_digits_gets_a_code(registered: str, known: bool) -> None:
    assert (phone_number(registered, RULES.countries) is not None) is known


def test_a_home_country_that_is_not_listed_gets_nothing() -> None:
    assert phone_number("99112233", replace(RULES, countries=frozenset({"82"})).countries) is None
