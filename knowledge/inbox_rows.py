"""Events that were accepted: stored once, handed out in order within a chat, set aside when they cannot be handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from knowledge.database import insert_new
from knowledge.tables import inbox
from knowledge.vault import Vault

MAX_TRIES = 5
MAX_HEADS = 64  # chats looked at for one turn
BACK_OFF = (timedelta(seconds=0.2), timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))


@dataclass(frozen=True)
class Head:
    """A chat's first waiting event."""

    id: int
    channel: str
    address: str


@dataclass(frozen=True)
class InboxRow:
    """`sent_at`: the platform's time of the event, else when it was received."""

    id: int
    channel: str
    event_id: str
    address: str
    received_at: datetime
    tries: int
    body: str
    sent_at: datetime


def accept(
    connection: Connection,
    vault: Vault,
    channel: str,
    event_id: str,
    address: str,
    body: str,
    now: datetime,
    sent_at: datetime | None = None,
    settle: timedelta = timedelta(0),
) -> bool:
    """True when it is new. A repeat changes nothing.

    `sent_at` is the platform's time. With `settle` the platform brings events in any order: this one waits that long
    for older ones, and they are handled in the order they were sent.
    """
    values = {
        "channel": channel,
        "event_id": event_id[:200],
        "address": address[:128],
        "received_at": now,
        "sent_at": sent_at,
        "sort_at": sent_at if sent_at and settle else now,
        "status": "waiting",
        "tries": 0,
        "next_try_at": now + settle,
        "body_sealed": vault.seal(body),
    }
    return connection.execute(insert_new(connection, inbox).returning(inbox.c.id), values).scalar() is not None


def heads(connection: Connection, now: datetime, channels: Sequence[str]) -> list[Head]:
    """The first waiting event of each chat, as far as it is due, oldest first."""
    return [Head(*row) for row in connection.execute(_heads(tuple(channels)), {"now": now})]


def take(connection: Connection, vault: Vault, row_id: int) -> InboxRow | None:
    """The event, locked for this transaction; None when somebody else has it or had it."""
    row = connection.execute(_WAITING_ROW, {"row": row_id}).one_or_none()
    if row is None:
        return None
    body = vault.open(row.body_sealed) if row.body_sealed else ""
    sent_at = row.sent_at or row.received_at
    return InboxRow(row.id, row.channel, row.event_id, row.address, row.received_at, row.tries, body, sent_at)


def finish(connection: Connection, row_id: int, outcome: str, now: datetime) -> None:
    """Handled: what it said is wiped, the record of it stays."""
    _update(connection, row_id, status="done", outcome=outcome, done_at=now, body_sealed=None)


def finish_by_key(connection: Connection, channel: str, event_id: str, outcome: str, now: datetime) -> None:
    """The same for an event that was accepted and handled in one transaction."""
    query = select(inbox.c.id).where(inbox.c.channel == channel, inbox.c.event_id == event_id[:200])
    finish(connection, connection.execute(query).scalar_one(), outcome, now)


def put_off(connection: Connection, row_id: int, tries: int, problem: str, now: datetime) -> bool:
    """Handling failed. True when that was the last try and the row is set aside."""
    if tries + 1 >= MAX_TRIES:
        _update(connection, row_id, status="aside", tries=tries + 1, problem=problem[:200], done_at=now)
        return True
    pause = BACK_OFF[min(tries, len(BACK_OFF) - 1)]
    _update(connection, row_id, tries=tries + 1, problem=problem[:200], next_try_at=now + pause)
    return False


def next_due(connection: Connection, channels: Sequence[str]) -> datetime | None:
    """When the earliest chat's first event may be tried; later ones of that chat wait behind it."""
    return connection.execute(_next_due(tuple(channels))).scalar()


def counts(connection: Connection) -> dict[str, int]:
    query = select(inbox.c.status, func.count()).group_by(inbox.c.status)
    return {status: number for status, number in connection.execute(query)}  # noqa: C416 - rows are no pairs to `dict`


def _update(connection: Connection, row_id: int, **values: Any) -> None:
    connection.execute(_CHANGED, {**values, "row": row_id})


# Statements of every turn are built once: putting them together took as long as running them.
_WAITING_ROW = (
    select(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.status == "waiting")
    .with_for_update(skip_locked=True)
)  # fmt: skip


_CHANGED = update(inbox).where(inbox.c.id == bindparam("row"))


@cache
def _heads(channels: tuple[str, ...]) -> Select[int, str, str]:
    query = select(inbox.c.id, inbox.c.channel, inbox.c.address).where(
        inbox.c.id.in_(_first_of_each_chat(channels)), inbox.c.next_try_at <= bindparam("now")
    )
    return query.order_by(inbox.c.id).limit(MAX_HEADS)


@cache
def _next_due(channels: tuple[str, ...]) -> Select[datetime]:
    return select(func.min(inbox.c.next_try_at)).where(inbox.c.id.in_(_first_of_each_chat(channels)))


def _first_of_each_chat(channels: tuple[str, ...]) -> Select[int]:
    waiting = select(func.min(inbox.c.id)).where(inbox.c.status == "waiting", inbox.c.channel.in_(channels))
    return waiting.group_by(inbox.c.channel, inbox.c.address)
