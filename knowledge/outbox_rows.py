"""What is owed to the outside: written with the turn, sent after it, in order within a conversation and wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select

from knowledge import outbox_statements as statements
from knowledge.outbox_statements import FENCED, SPEAKING
from knowledge.tables import conversations, outbox
from knowledge.vault import Vault, VaultError

LEASE = timedelta(seconds=60)  # a sender that says nothing for so long is taken for dead
BATCH = 16
FAR = timedelta(minutes=2)  # twice the longest pause between two tries
RESENT_ONCE = ("reply", "hide", "amend")  # may go out a second time when nobody knows whether the first one arrived
GROUP_PAUSE = timedelta(seconds=3)  # 20 a minute in a group (Telegram's Bots FAQ); groups have negative numbers


@dataclass(frozen=True)
class OutboxRow:
    """`lease`: the number of this taking; who holds an older one may not send any more. `taken_at`: when it was.

    `let_out`: its sender had got as far as the bytes.
    """

    id: int
    conversation_id: str
    wire: str
    address: str
    kind: str
    slot: str
    tries: int
    lease: int
    owner_number: int
    created_at: datetime
    taken_at: datetime
    body: str
    let_out: bool = False


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
    return connection.execute(statements.OVERTAKEN_CANCELLED, {"now": now}).rowcount


def anything_overtaken(connection: Connection) -> bool:
    """A look without the write lock; it reads every row that waits."""
    return connection.execute(statements.ANY_OVERTAKEN).scalar() is not None


def anything_far(connection: Connection, now: datetime) -> bool:
    """A look without the write lock."""
    return connection.execute(statements.ANY_FAR, {"far": now + FAR}).scalar() is not None


def bring_near(connection: Connection, now: datetime) -> int:
    """Rows that were put further ahead than we ever do may go now: the clock was set back since."""
    return connection.execute(statements.BROUGHT_NEAR, {"far": now + FAR, "now": now}).rowcount


def cancel_unreachable(connection: Connection, chats: list[str], wires: tuple[str, ...], now: datetime) -> int:
    """What is owed to people who blocked us, until they write again. Their files can still be fetched."""
    return connection.execute(statements.unreachable_cancelled(wires), {"now": now, "chats": chats}).rowcount


def anything_due(connection: Connection, now: datetime, wires: tuple[str, ...]) -> bool:
    """A cheap look without the write lock."""
    return connection.execute(statements.any_due(wires), {"now": now}).scalar() is not None


def take_due(
    connection: Connection,
    vault: Vault,
    now: datetime,
    wires: tuple[str, ...],
    most: int = BATCH,
    lease: bool = True,
    pause: timedelta | None = None,
) -> list[OutboxRow]:
    """The first row of every conversation and wire that is due, marked as being sent. Overtaken ones are cancelled.

    Without a lease the caller is done with them before the transaction ends. `pause`: between two messages to one
    chat; rows of a chat that is not free yet are put off, at no cost of a try. None: the wire has no such rule.
    """
    if not wires:
        return []
    rows = _free_rows(connection, now, wires, min(most, BATCH), pause)
    if rows and lease:
        connection.execute(statements.TAKEN, {"rows": [row.id for row in rows], "until": now + LEASE})
    return [_row(each, vault, now, int(lease)) for each in rows]


def still_owned(connection: Connection, row: OutboxRow) -> bool:
    """The conversation is locked, so nobody takes it over within this transaction."""
    if row.kind not in FENCED:
        return True
    owner = select(conversations.c.owner_number).where(conversations.c.id == row.conversation_id).with_for_update()
    return bool(connection.execute(owner).scalar() == row.owner_number)


def mark_let_out(connection: Connection, row_id: int, now: datetime) -> None:
    """From here on the bytes may be out: a sender that dies before has certainly sent nothing."""
    _update(connection, [row_id], sent_at=now)


def mark_sent(connection: Connection, row_id: int, ref: str, now: datetime) -> None:
    _update(connection, [row_id], status="sent", sent_at=now, platform_ref=ref[:128], body_sealed=None)


def mark_over(connection: Connection, row_id: int, status: str, problem: str, now: datetime) -> None:
    """`status`: cancelled, shut, failed or unknown. What it said is wiped."""
    _update(connection, [row_id], status=status, problem=problem[:200], sent_at=now, body_sealed=None)


def leave_alone(connection: Connection, row: OutboxRow, wire: str, problem: str, until: datetime) -> None:
    """The platform asked not to call the row's chat on that wire before then, and no row of it waits for that."""
    connection.execute(
        insert(outbox),
        {
            "conversation_id": row.conversation_id,
            "wire": wire,
            "address": row.address,
            "kind": "silence",
            "owner_number": row.owner_number,
            "slot": "",
            "lease": 0,
            "status": "cancelled",
            "tries": 0,
            "next_try_at": until,
            "created_at": row.taken_at,
            "problem": (statements.ASKED + problem)[:200],
        },
    )


def mark_waiting(connection: Connection, row_id: int, tries: int, problem: str, next_try_at: datetime) -> None:
    values = {"status": "waiting", "tries": tries, "problem": problem[:200], "next_try_at": next_try_at}
    _update(connection, [row_id], leased_until=None, **values)


def abandoned(connection: Connection, vault: Vault, now: datetime, all_of_them: bool = False) -> list[OutboxRow]:
    """Rows whose sender died: nobody knows whether those that were let out have arrived."""
    lost = outbox.c.status == "sending"
    if not all_of_them:
        lost = and_(lost, or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now))
    rows = connection.execute(select(outbox).where(lost).order_by(outbox.c.id).with_for_update(skip_locked=True)).all()
    return [_row(row, vault, now) for row in rows]


def next_due(connection: Connection, wires: tuple[str, ...]) -> datetime | None:
    """When the earliest row that nothing stands before may go out on a wire that is served."""
    return connection.execute(statements.earliest_due(wires)).scalar()


def counts(connection: Connection) -> dict[str, int]:
    """How many rows there are of each status."""
    query = select(outbox.c.status, func.count()).group_by(outbox.c.status)
    return {status: number for status, number in connection.execute(query)}  # noqa: C416 - rows are no pairs to `dict`


def _free_rows(
    connection: Connection, now: datetime, wires: tuple[str, ...], most: int, pause: timedelta | None
) -> Sequence[Row[Any]]:
    """Rows that are due, of chats that are free; the others wait until their chat is."""
    while True:
        rows = connection.execute(statements.first_due(wires), {"now": now, "most": most}).all()
        if _cancelled(connection, rows, wires, now):
            continue
        if pause is None:
            return rows
        free = [row for row in rows if not _put_off(connection, row, pause, now)]
        if free or not rows:
            return free


def _cancelled(connection: Connection, rows: Sequence[Row[Any]], wires: tuple[str, ...], now: datetime) -> bool:
    """Whether something of these chats was overtaken or cannot arrive: then others are first."""
    chats = [row.conversation_id for row in rows]
    if not chats:
        return False
    overtaken = connection.execute(statements.OVERTAKEN_CANCELLED_OF, {"now": now, "chats": chats}).rowcount
    return bool(overtaken + cancel_unreachable(connection, chats, wires, now))


def _put_off(connection: Connection, row: Row[Any], pause: timedelta, now: datetime) -> bool:
    """Until the pause after the chat's last message is over, and what the platform asked for as well."""
    chat = {"conversation": row.conversation_id, "on": row.wire}
    times = [connection.execute(statements.HELD_UNTIL, chat).scalar()]
    if row.kind in SPEAKING and pause:
        last = connection.execute(statements.LAST_SPOKE, chat).scalar()
        rest = max(pause, GROUP_PAUSE if row.address.startswith("-") else pause)
        times.append(last + rest if last and last <= now else None)  # later: the clock was set back since
    free_at = max((time for time in times if time), default=now)
    if free_at > now:
        _update(connection, [row.id], next_try_at=free_at)
    return free_at > now


def _opened(row: Row[Any], vault: Vault) -> str:
    """Empty when no key opens it: it is given up, and holds up nobody else."""
    try:
        return vault.open(row.body_sealed)
    except VaultError:
        return ""


def _row(row: Row[Any], vault: Vault, now: datetime, taken: int = 0) -> OutboxRow:
    return OutboxRow(
        id=row.id,
        conversation_id=row.conversation_id,
        wire=row.wire,
        address=row.address,
        kind=row.kind,
        slot=row.slot,
        tries=row.tries,
        lease=row.lease + taken,
        owner_number=row.owner_number,
        created_at=row.created_at,
        taken_at=now,
        body=_opened(row, vault),
        let_out=row.sent_at is not None,
    )


def _update(connection: Connection, row_ids: list[int], **values: Any) -> None:
    connection.execute(statements.CHANGED, {**values, "rows": row_ids})
