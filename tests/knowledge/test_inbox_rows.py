"""Events that were accepted: their order within a chat, whose turn it is, what is set aside, and that the sum holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from knowledge import inbox_order, inbox_rows
from knowledge.database import Connection, Database
from knowledge.inbox_rows import InboxRow
from knowledge.migrate import migrate
from knowledge.tables import inbox
from knowledge.vault import Vault

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SETTLE = timedelta(seconds=1)
VAULT = Vault([Fernet.generate_key().decode()])


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    database = Database(database_url)
    migrate(database)
    with database.write() as opened:
        yield opened
    database.close()


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def accept(
    connection: Connection,
    key: str,
    chat: str = "a",
    now: datetime = NOW,
    sent_at: datetime | None = None,
    channel: str = "web",
    settle: timedelta = timedelta(0),
) -> None:
    assert inbox_rows.accept(connection, VAULT, channel, key, chat, key, now, sent_at, settle)


def first(connection: Connection, chat: str = "a", now: datetime = NOW) -> InboxRow | None:
    head = inbox_order.first(connection, "web", chat, now)
    return inbox_rows.take(connection, VAULT, head.id) if head else None


def drained(connection: Connection, now: datetime, chat: str = "a") -> list[str]:
    """Their keys in the order in which they are handled."""
    keys = []
    while row := first(connection, chat, now):
        keys.append(row.event_id)
        inbox_rows.finish(connection, row.id, "told", now)
    return keys


def head_keys(connection: Connection, now: datetime = NOW, channels: tuple[str, ...] = ("web",)) -> list[str]:
    ids = [head.id for head in inbox_order.heads(connection, now, channels)]
    return [connection.execute(select(inbox.c.event_id).where(inbox.c.id == id_)).scalar_one() for id_ in ids]


def set_aside(connection: Connection, key: str = "bad") -> int:
    accept(connection, key)
    row = first(connection)
    assert row is not None
    assert inbox_rows.put_off(connection, row.id, inbox_rows.MAX_TRIES - 1, "KeyError", at(5))
    return row.id


def test_a_channel_that_keeps_its_order_is_handled_in_the_order_it_came(connection: Connection) -> None:
    accept(connection, "first", sent_at=at(9))
    accept(connection, "second", sent_at=at(1))
    assert drained(connection, NOW) == ["first", "second"]


def test_a_clock_that_is_set_back_changes_no_order(connection: Connection) -> None:
    accept(connection, "first", now=at(3600))
    accept(connection, "second", now=NOW)
    assert drained(connection, at(3600)) == ["first", "second"]


def test_a_channel_without_order_is_handled_in_the_order_it_was_sent(connection: Connection) -> None:
    for key, sent in (("third", 3), ("first", 1), ("second", 2)):
        accept(connection, key, sent_at=at(sent), settle=SETTLE)
    assert drained(connection, at(1)) == ["first", "second", "third"]


def test_events_of_the_same_moment_are_handled_in_the_order_they_came(connection: Connection) -> None:
    for key in ("one", "two", "three"):
        accept(connection, key, sent_at=NOW, settle=SETTLE)
    assert drained(connection, at(1)) == ["one", "two", "three"]


def test_each_chat_has_one_head(connection: Connection) -> None:
    for key, chat in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")):
        accept(connection, key, chat)
    assert head_keys(connection) == ["a1", "b1"]


def test_the_same_address_on_two_channels_is_two_chats(connection: Connection) -> None:
    accept(connection, "w")
    accept(connection, "t", channel="telegram")
    assert head_keys(connection, channels=("telegram", "web")) == ["w", "t"]


def test_chats_of_channels_that_are_not_served_have_no_head(connection: Connection) -> None:
    accept(connection, "t", channel="telegram")
    assert head_keys(connection) == []


def test_a_first_event_that_is_not_due_lets_no_later_one_pass(connection: Connection) -> None:
    accept(connection, "later", sent_at=at(2), now=at(-1), settle=SETTLE)
    accept(connection, "earlier", sent_at=at(1), settle=SETTLE)
    assert head_keys(connection) == []
    assert first(connection) is None


def test_an_event_that_a_wrong_clock_put_off_for_hours_is_due(connection: Connection) -> None:
    accept(connection, "ahead", now=at(86_400), settle=SETTLE)
    assert head_keys(connection) == ["ahead"]


def test_the_next_event_is_due_when_the_earliest_head_is(connection: Connection) -> None:
    accept(connection, "a", sent_at=at(0), now=at(0), settle=SETTLE)
    accept(connection, "b", "b", sent_at=at(0), now=at(5), settle=SETTLE)
    assert inbox_order.next_due(connection, ("web", "telegram")) == at(1)


def test_it_is_told_whether_others_wait_behind_a_chats_first_event(connection: Connection) -> None:
    accept(connection, "one")
    alone = inbox_order.first(connection, "web", "a", NOW)
    accept(connection, "two")
    followed = inbox_order.first(connection, "web", "a", NOW)
    assert alone
    assert followed
    assert (alone.more, followed.more) == (False, True)


def test_what_waits_behind_ends_before_one_that_was_tried(connection: Connection) -> None:
    for key in ("one", "two", "three", "four"):
        accept(connection, key)
    head = first(connection)
    assert head is not None
    inbox_rows.put_off(connection, head.id + 2, 0, "KeyError", at(-10))
    assert [row.event_id for row in inbox_rows.behind(connection, VAULT, head, NOW, 10)] == ["two"]


def test_only_what_was_handled_since_counts(connection: Connection) -> None:
    for number in range(5):
        accept(connection, str(number))
        row = first(connection)
        assert row is not None
        inbox_rows.finish(connection, row.id, "told", at(number))
    assert inbox_rows.handled_since(connection, "web", "a", at(1), at(10), 20) == 3


def test_a_platforms_time_is_kept_and_else_the_time_it_came(connection: Connection) -> None:
    accept(connection, "dated", "d", sent_at=at(-5))
    accept(connection, "undated", "u")
    dated, undated = first(connection, "d"), first(connection, "u")
    assert dated
    assert undated
    assert (dated.sent_at, dated.dated, undated.sent_at, undated.dated) == (at(-5), True, NOW, False)


def test_the_sum_of_what_became_of_events_is_what_was_received(connection: Connection) -> None:
    accept(connection, "done")
    drained(connection, NOW)
    inbox_rows.drop_aside(connection, set_aside(connection, "dropped"), NOW)
    set_aside(connection, "aside")
    accept(connection, "waiting")
    told = {"received": 4, "done": 1, "aside": 1, "waiting": 1, "expired": 0, "dropped": 1}
    assert inbox_rows.balance(connection) == told


def test_what_was_set_aside_is_shown_as_it_came(connection: Connection) -> None:
    row_id = set_aside(connection)
    (row,) = inbox_rows.aside_rows(connection, VAULT, 10)
    assert (row.id, row.channel, row.address, row.event_id, row.body) == (row_id, "web", "a", "bad", "bad")
    assert (row.received_at, row.set_aside_at, row.tries, row.problem) == (NOW, at(5), inbox_rows.MAX_TRIES, "KeyError")


def test_what_is_tried_again_has_all_its_tries(connection: Connection) -> None:
    row_id = set_aside(connection)
    assert inbox_rows.retry_aside(connection, row_id, at(9))
    row = first(connection, now=at(9))
    assert row is not None
    assert (row.id, row.tries) == (row_id, 0)


def test_only_what_is_set_aside_can_be_tried_again(connection: Connection) -> None:
    row_id = set_aside(connection)
    inbox_rows.drop_aside(connection, row_id, NOW)
    assert not inbox_rows.retry_aside(connection, row_id, NOW)


def test_what_is_dropped_loses_what_it_said(connection: Connection) -> None:
    row_id = set_aside(connection)
    inbox_rows.drop_aside(connection, row_id, NOW)
    assert connection.execute(select(inbox.c.body_sealed).where(inbox.c.id == row_id)).scalar() is None
