"""Updates: whatever arrives is kept and addressed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.telegram_updates import arrivals, arrivals_of, callback_id, next_offset
from tests.connectors.telegram_samples import BAT, GROUP, message, press, update

# How fast the machine is says nothing about the claim.
ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"message": message(text="сайн уу")}, "77"),
        ({"message": message(chat=GROUP, text="сайн уу")}, "-100123"),
        ({"edited_message": message(text="сайн уу")}, "77"),
        ({"callback_query": {"id": "1", "from": BAT, "message": message()}}, "77"),
        ({"callback_query": {"id": "1", "from": BAT, "inline_message_id": "x"}}, "user:77"),
        ({"my_chat_member": {"chat": GROUP, "from": BAT}}, "-100123"),
        ({"message_reaction": {"chat": GROUP, "user": BAT}}, "-100123"),
        ({"inline_query": {"id": "1", "from": BAT, "query": ""}}, "user:77"),
        ({"poll_answer": {"poll_id": "1", "user": BAT}}, "user:77"),
        ({"something_new_in_2030": {"chat": {"id": 2**63}}}, str(2**63)),
        ({"poll": {"id": "1"}}, "unknown"),
        ({"message": {"chat": "not an object"}}, "unknown"),
        ({"message": {"chat": {"id": True}}}, "unknown"),
        ({"message": {"chat": {"id": 1.5}}}, "unknown"),
        ({"message": {"chat": {"id": 10**50}}}, "unknown"),
        ({"message": None}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_an_arrival_is_addressed_by_its_chat_or_else_by_its_person(fields: dict[str, Any], address: str) -> None:
    assert [arrival.address for arrival in arrivals(update(**fields).encode())] == [address]


@pytest.mark.parametrize("update_id", [0, 900, 2**53 + 1, 2**63])
def test_an_update_id_is_kept_to_the_last_digit(update_id: int) -> None:
    assert arrivals(json.dumps({"update_id": update_id}).encode())[0].event_id == str(update_id)


NO_UPDATES = {
    "empty": b"",
    "no json": b"<html>",
    "a list": b"[]",
    "a number": b"7",
    "no id": b"{}",
    "text for an id": b'{"update_id": "900"}',
    "an endless id": b'{"update_id": ' + b"9" * 5000 + b"}",
    "a fraction": b'{"update_id": 1.0}',
    "truth": b'{"update_id": true}',
    "deep": b"[" * 100_000,
    "not utf-8": b'{"update_id": 1, "\xe9',
    "utf-16": '{"update_id": 1}'.encode("utf-16"),
    "nul": b'{"update_id": \x00}',
}


@pytest.mark.parametrize("raw", NO_UPDATES.values(), ids=NO_UPDATES.keys())
def test_a_body_that_is_no_update_is_kept_under_a_digest_of_itself(raw: bytes) -> None:
    (arrival,) = arrivals(raw)
    assert arrival.event_id.startswith("digest:")
    assert arrival.address == "unknown"
    assert arrivals(raw) == [arrival]


def test_two_different_bodies_that_are_no_updates_have_different_ids() -> None:
    assert len({arrivals(raw)[0].event_id for raw in NO_UPDATES.values()}) == len(NO_UPDATES)


@settings(ANY_MACHINE)
@given(st.binary(max_size=300))
def test_no_body_makes_storing_fail_or_leaves_text_that_cannot_be_stored(raw: bytes) -> None:
    (arrival,) = arrivals(raw)
    assert "\0" not in arrival.body
    arrival.body.encode()


def test_the_stored_body_is_the_text_that_came() -> None:
    raw = '{"update_id":900,  "message": {"text": "Сайн уу \\ud83d \\u0000", "chat": {"id": 77}}}'
    assert arrivals(raw.encode())[0].body == raw


def test_a_polled_update_is_stored_under_the_same_id_and_address_as_a_pushed_one() -> None:
    polled = {"update_id": 900, "message": message(text="\ud83d сайн")}
    (kept,) = arrivals_of([polled])
    (pushed,) = arrivals(json.dumps(polled).encode())
    assert kept == pushed
    kept.body.encode()


@pytest.mark.parametrize(
    ("updates", "offset"),
    [
        ([], None),
        ([{"update_id": 7}], 8),
        ([{"update_id": 9}, {"update_id": 7}], 10),
        ([{"update_id": True}, "x", {}], None),
        ([{"update_id": 7}, {}], 8),
    ],
)
def test_the_next_offset_is_one_more_than_the_highest_id(updates: list[object], offset: int | None) -> None:
    assert next_offset(updates) == offset


@pytest.mark.parametrize(("body", "id_"), [(press(), "4382"), (update(message=message()), ""), ("x", ""), ("[]", "")])
def test_only_a_press_has_an_id_to_be_answered(body: str, id_: str) -> None:
    assert callback_id(body) == id_


DATED = [
    ({"message": message()}, 1_790_000_000),
    ({"edited_message": message(edit_date=1_790_000_600)}, 1_790_000_600),
    ({"edited_message": message()}, 1_790_000_000),
    ({"my_chat_member": {"chat": GROUP, "from": BAT, "date": 1_790_000_001}}, 1_790_000_001),
    ({"callback_query": {"id": "1", "from": BAT, "message": message()}}, None),
    ({"message": message(date=0)}, None),
    ({"message": message(date=True)}, None),
    ({"message": message(date="yesterday")}, None),
    ({"message": message(date=-5)}, None),
    ({"message": message(date=10**30)}, None),
    ({}, None),
]


@pytest.mark.parametrize(("fields", "seconds"), DATED)
def test_an_arrival_says_when_it_was_sent_where_telegram_does(fields: dict[str, Any], seconds: int | None) -> None:
    expected = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    assert arrivals(update(**fields).encode())[0].sent_at == expected
