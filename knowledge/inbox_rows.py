"""Events that were accepted: stored once, handed out in order within a chat, set aside when they cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, func, select, update

from knowledge.database import insert_new
from knowledge.tables import inbox
from knowledge.vault import Vault

MAX_TRIES = 5
BACK_OFF = (timedelta(seconds=0.2), timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))


@dataclass(frozen=True)
class InboxRow:
    id: int
    channel: str
    event_id: str
    address: str
    received_at: datetime
    tries: int
    body: str


def accept(
    connection: Connection, vault: Vault, channel: str, event_id: str, address: str, body: str, now: datetime
) -> bool:
    """True when it is new. A repeat changes nothing."""
    values = {
        "channel": channel,
        "event_id": event_id[:200],
        "address": address[:128],
        "received_at": now,
        "status": "waiting",
        "tries": 0,
        "next_try_at": now,
        "body_sealed": vault.seal(body),
    }
    added = insert_new(connection, inbox).values(**values).returning(inbox.c.id)
    return connection.execute(added).scalar() is not None


def take_next(connection: Connection, vault: Vault, now: datetime) -> InboxRow | None:
    """The oldest event that is due and first of its chat, locked for this transaction."""
    earlier = inbox.alias("earlier")
    blocked = exists().where(
        and_(
            earlier.c.status == "waiting",
            earlier.c.channel == inbox.c.channel,
            earlier.c.address == inbox.c.address,
            earlier.c.id < inbox.c.id,
        )
    )
    query = (
        select(inbox)
        .where(inbox.c.status == "waiting", inbox.c.next_try_at <= now, ~blocked)
        .order_by(inbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    body = vault.open(row.body_sealed) if row.body_sealed else ""
    return InboxRow(row.id, row.channel, row.event_id, row.address, row.received_at, row.tries, body)


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


def next_due(connection: Connection) -> datetime | None:
    """When the earliest waiting event may be tried."""
    query = select(inbox.c.next_try_at).where(inbox.c.status == "waiting").order_by(inbox.c.next_try_at).limit(1)
    return connection.execute(query).scalar()


def counts(connection: Connection) -> dict[str, int]:
    query = select(inbox.c.status, func.count()).group_by(inbox.c.status)
    return {status: number for status, number in connection.execute(query)}  # noqa: C416 - rows are no pairs to `dict`


def _update(connection: Connection, row_id: int, **values: Any) -> None:
    connection.execute(update(inbox).where(inbox.c.id == row_id).values(**values))
