"""What is owed to the outside: written with the turn, sent after it, in order within a conversation and wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from knowledge.tables import conversations, outbox
from knowledge.vault import Vault

LEASE = timedelta(seconds=60)  # a sender that says nothing for so long is taken for dead
BATCH = 16
FENCED = ("reply",)  # cancelled when the conversation has another owner by then
RESENT_ONCE = ("reply", "hide")  # may go out a second time when nobody knows whether the first one arrived


@dataclass(frozen=True)
class OutboxRow:
    id: int
    conversation_id: str
    wire: str
    address: str
    kind: str
    tries: int
    created_at: datetime
    body: str


def owe(
    connection: Connection,
    vault: Vault,
    conversation_id: str,
    wire: str,
    address: str,
    kind: str,
    owner_number: int,
    body: str,
    now: datetime,
    slot: str = "",
) -> None:
    connection.execute(
        insert(outbox),
        {
            "conversation_id": conversation_id,
            "wire": wire,
            "address": address,
            "kind": kind,
            "owner_number": owner_number,
            "slot": slot,
            "lease": 0,
            "status": "waiting",
            "tries": 0,
            "next_try_at": now,
            "created_at": now,
            "body_sealed": vault.seal(body),
        },
    )


def cancel_overtaken(connection: Connection, now: datetime) -> int:
    """Bot replies whose conversation changed hands since they were written: never sent. How many there were."""
    return connection.execute(_cancel_overtaken(), {"now": now}).rowcount


def anything_due(connection: Connection, now: datetime, wires: tuple[str, ...]) -> bool:
    """A cheap look without the write lock."""
    return connection.execute(_any_due(wires), {"now": now}).scalar() is not None


def take_due(
    connection: Connection, vault: Vault, now: datetime, wires: tuple[str, ...], most: int = BATCH, lease: bool = True
) -> list[OutboxRow]:
    """The first row of every conversation and wire that is due, marked as being sent. Overtaken ones are cancelled.

    Without a lease the caller is done with them before the transaction ends.
    """
    if not wires:
        return []
    cancel_overtaken(connection, now)
    rows = connection.execute(_first_due(wires), {"now": now, "most": min(most, BATCH)}).all()
    if rows and lease:
        _update(connection, [row.id for row in rows], status="sending", leased_until=now + LEASE)
    return [
        OutboxRow(r.id, r.conversation_id, r.wire, r.address, r.kind, r.tries, r.created_at, vault.open(r.body_sealed))
        for r in rows
    ]


def still_owned(connection: Connection, row: OutboxRow) -> bool:
    """Asked right before it goes out; the conversation is locked, so nobody takes it over within this transaction."""
    if row.kind not in FENCED:
        return True
    owner = select(conversations.c.owner_number).where(conversations.c.id == row.conversation_id).with_for_update()
    written = select(outbox.c.owner_number).where(outbox.c.id == row.id)
    return connection.execute(owner).scalar() == connection.execute(written).scalar()


def mark_sent(connection: Connection, row_id: int, ref: str, now: datetime) -> None:
    _update(connection, [row_id], status="sent", sent_at=now, platform_ref=ref[:128], body_sealed=None)


def mark_over(connection: Connection, row_id: int, status: str, problem: str, now: datetime) -> None:
    """`status`: cancelled, failed or unknown. What it said is wiped."""
    _update(connection, [row_id], status=status, problem=problem[:200], sent_at=now, body_sealed=None)


def mark_waiting(connection: Connection, row_id: int, tries: int, problem: str, next_try_at: datetime) -> None:
    values = {"status": "waiting", "tries": tries, "problem": problem[:200], "next_try_at": next_try_at}
    _update(connection, [row_id], leased_until=None, **values)


def abandoned(connection: Connection, vault: Vault, now: datetime, all_of_them: bool = False) -> list[OutboxRow]:
    """Rows whose sender died while sending: nobody knows whether they arrived."""
    lost = outbox.c.status == "sending"
    if not all_of_them:
        lost = and_(lost, or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now))
    rows = connection.execute(select(outbox).where(lost).with_for_update(skip_locked=True)).all()
    return [
        OutboxRow(r.id, r.conversation_id, r.wire, r.address, r.kind, r.tries, r.created_at, vault.open(r.body_sealed))
        for r in rows
    ]


def next_due(connection: Connection, wires: tuple[str, ...]) -> datetime | None:
    """When the earliest row that nothing stands before may go out on a wire that is served."""
    return connection.execute(_next_due(wires)).scalar()


def counts(connection: Connection) -> dict[str, int]:
    query = select(outbox.c.status, func.count()).group_by(outbox.c.status)
    return {status: number for status, number in connection.execute(query)}  # noqa: C416 - rows are no pairs to `dict`


def _update(connection: Connection, row_ids: list[int], **values: Any) -> None:
    connection.execute(_CHANGED, {**values, "rows": row_ids})


# Statements of every turn are built once: putting them together took as long as running them.
_CHANGED = update(outbox).where(outbox.c.id.in_(bindparam("rows", expanding=True)))


@cache
def _cancel_overtaken() -> Update:
    newer = exists().where(
        and_(conversations.c.id == outbox.c.conversation_id, conversations.c.owner_number != outbox.c.owner_number)
    )
    overtaken = update(outbox).where(outbox.c.status == "waiting", outbox.c.kind.in_(FENCED), newer)
    return overtaken.values(status="cancelled", sent_at=bindparam("now"), body_sealed=None)


@cache
def _any_due(wires: tuple[str, ...]) -> Select[int]:
    return select(outbox.c.id).where(*_waiting_first(wires), outbox.c.next_try_at <= bindparam("now")).limit(1)


@cache
def _first_due(wires: tuple[str, ...]) -> Select[Any]:
    due = select(outbox).where(*_waiting_first(wires), outbox.c.next_try_at <= bindparam("now"))
    return due.order_by(outbox.c.id).limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True)


@cache
def _next_due(wires: tuple[str, ...]) -> Select[datetime]:
    return select(func.min(outbox.c.next_try_at)).where(*_waiting_first(wires))


def _waiting_first(wires: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    """Waiting, on one of the wires, and the first of its conversation there."""
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        and_(
            earlier.c.status.in_(("waiting", "sending")),
            earlier.c.conversation_id == outbox.c.conversation_id,
            earlier.c.wire == outbox.c.wire,
            earlier.c.id < outbox.c.id,
        )
    )
    return outbox.c.status == "waiting", outbox.c.wire.in_(wires), ~blocked
