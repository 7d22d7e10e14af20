"""Reading a one-time code as people type it, and the rules of how often one is sent and tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dialogs.verification.codes import (
    CodeHistory,
    CodeRules,
    Refusal,
    Refused,
    check_send,
    check_try,
    lock_after_try,
    read_code,
    tries_left,
)

RULES = CodeRules()
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ACCEPTED = {
    "123456": "123456",
    " 123456 ": "123456",
    "123456\n": "123456",
    "000000": "000000",
    "012345": "012345",
    "123 456": "123456",
    "123-456": "123456",
    "12 34 56": "123456",
    "12-34-56": "123456",
    "1 2 3 4 5 6": "123456",
    "1-2-3-4-5-6": "123456",
    "123\u00a0456": "123456",  # no-break space
    "123\u3000456": "123456",  # ideographic space
    "123\n456": "123456",
    "код: 123456": "123456",
    "миний код 123456 байна": "123456",
    "123456 гэсэн код ирлээ": "123456",
    "123456.": "123456",
    "(123456)": "123456",
    "«123456»": "123456",
    "G-123456": "123456",
    "123456-г бичлээ": "123456",
    "kod123456": "123456",
    "🙂123456": "123456",
    "<b>123456</b>": "123456",
    "\u202e123456": "123456",  # right-to-left override
    "\x00123456": "123456",
    "\ud800123456": "123456",  # a lone surrogate beside it
    "１２３４５６": "123456",  # full-width
    "１２３　４５６": "123456",
    "᠑᠒᠓᠔᠕᠖": "123456",  # Mongolian
    "١٢٣٤٥٦": "123456",  # Arabic
    "۱۲۳۴۵۶": "123456",  # Persian
    "१२३४५६": "123456",  # Devanagari
    "𝟏𝟐𝟑𝟒𝟓𝟔": "123456",  # mathematical bold
    "12３456": "123456",
}
REFUSED = [
    "", " ", "код", "12345", "1234567", "12345678", "123 45", "123 4567", "²³", "12345²", "①②③④⑤⑥", "ⅠⅡⅢⅣⅤⅥ",
    "一二三四五六", "½½½½½½", "123456 123456", "123456 эсвэл 654321", "123456 (5 минут)", "123.456", "123,456",
    "123—456", "123_456", "12345O", "l23456", "1\u200b23456", "99112233", "УХ90010112", "\ud800", "\x00",
    "1" * 100_000, "a" * 100_000, "зургаан орон", "+976 9911 2233",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "code"), ACCEPTED.items())
def test_a_code_is_read_however_it_is_typed(typed: str, code: str) -> None:
    assert read_code(typed) == code


@pytest.mark.parametrize("typed", REFUSED, ids=lambda typed: ascii(typed[:20]))
def test_what_is_not_one_code_of_six_digits_is_refused(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize("typed", ["123456²", "①123456"])
def test_a_seventh_digit_in_another_shape_is_refused(typed: str) -> None:
    assert read_code(typed) is None


def test_forty_forms_are_tabled() -> None:
    assert len(ACCEPTED) + len(REFUSED) >= 40


def sent(*seconds_ago: float) -> CodeHistory:
    return CodeHistory(sent=tuple(NOW - timedelta(seconds=ago) for ago in seconds_ago))


def test_a_first_code_is_sent() -> None:
    assert check_send(RULES, CodeHistory(), NOW) is None


@pytest.mark.parametrize(
    ("ago", "pause"), [((10,), 30), ((700, 10), 60), ((1400, 700, 10), 120), ((2100, 1400, 700, 10), 300)]
)
def test_every_resend_waits_longer(ago: tuple[int, ...], pause: int) -> None:
    assert check_send(RULES, sent(*ago), NOW) == Refused(Refusal.TOO_SOON, NOW + timedelta(seconds=pause - 10))


def test_a_code_is_sent_again_at_the_end_of_the_pause() -> None:
    assert check_send(RULES, sent(30), NOW) is None


def test_three_codes_in_ten_minutes_are_enough() -> None:
    refused = check_send(RULES, sent(590, 400, 200), NOW)
    assert refused == Refused(Refusal.TOO_MANY_CODES, NOW + timedelta(seconds=10))


def test_five_codes_a_day_are_enough() -> None:
    refused = check_send(RULES, sent(80_000, 60_000, 40_000, 20_000, 10_000), NOW)
    assert refused == Refused(Refusal.TOO_MANY_CODES, NOW + timedelta(seconds=6_400))


def test_codes_of_yesterday_are_forgotten() -> None:
    assert check_send(RULES, sent(*(86_400 + n for n in (5, 4, 3, 2, 0))), NOW) is None


@pytest.mark.parametrize("ago", [(590, 400, 10), (86_390, 60_000, 500, 300, 200)], ids=["pause", "ten minutes"])
def test_a_code_is_sent_at_the_time_that_was_told(ago: tuple[int, ...]) -> None:
    refused = check_send(RULES, sent(*ago), NOW)
    assert refused is not None
    assert refused.until is not None
    assert check_send(RULES, sent(*ago), refused.until) is None


def test_a_lock_is_told_until_the_last_code_of_the_day_too() -> None:
    history = CodeHistory(sent=sent(10, 9, 8, 7, 6).sent, failures=5, locked_until=NOW + timedelta(hours=2))
    assert check_send(RULES, history, NOW) == Refused(Refusal.TOO_MANY_CODES, NOW + timedelta(seconds=86_390))


def test_a_third_person_in_one_chat_is_refused() -> None:
    refused = check_send(RULES, CodeHistory(others_in_chat=2), NOW)
    assert refused is not None
    assert refused.reason is Refusal.TOO_MANY_PEOPLE


def test_a_second_person_in_one_chat_is_served() -> None:
    assert check_send(RULES, CodeHistory(others_in_chat=1), NOW) is None


@pytest.mark.parametrize("check", ["send", "try"])
def test_a_lock_refuses_both_sending_and_trying(check: str) -> None:
    until = NOW + timedelta(seconds=1)
    history = CodeHistory(failures=5, locked_until=until)
    refused = check_send(RULES, history, NOW) if check == "send" else check_try(RULES, history, NOW, NOW)
    assert refused == Refused(Refusal.LOCKED, until)


def test_a_lock_ends_on_time() -> None:
    assert check_send(RULES, CodeHistory(failures=5, locked_until=NOW), NOW) is None


@pytest.mark.parametrize("check", ["send", "try"])
def test_a_hundred_failures_in_a_row_disable(check: str) -> None:
    history = CodeHistory(failures=100)
    refused = check_send(RULES, history, NOW) if check == "send" else check_try(RULES, history, NOW, NOW)
    assert refused == Refused(Refusal.DISABLED)


@pytest.mark.parametrize(("age", "accepted"), [(0, True), (599, True), (600, False), (86_400, False), (-1, False)])
def test_a_code_lives_ten_minutes(age: int, accepted: bool) -> None:
    refused = check_try(RULES, CodeHistory(), NOW - timedelta(seconds=age), NOW)
    assert refused == (None if accepted else Refused(Refusal.EXPIRED))


def test_a_twenty_first_try_in_a_day_is_refused() -> None:
    tried = tuple(NOW - timedelta(hours=20) + timedelta(minutes=n) for n in range(20))
    refused = check_try(RULES, CodeHistory(tried=tried), NOW, NOW)
    assert refused == Refused(Refusal.TOO_MANY_TRIES, tried[0] + timedelta(days=1))


@pytest.mark.parametrize(("failures", "left"), [(0, 5), (1, 4), (4, 1), (5, 5), (6, 4), (9, 1)])
def test_the_tries_left_count_down_to_the_lock(failures: int, left: int) -> None:
    assert tries_left(RULES, failures) == left


@pytest.mark.parametrize(("failures", "locks"), [(0, False), (1, False), (4, False), (5, True), (6, False), (10, True)])
def test_every_fifth_failure_locks_for_two_hours(failures: int, locks: bool) -> None:
    assert lock_after_try(RULES, failures, NOW) == (NOW + timedelta(hours=2) if locks else None)
