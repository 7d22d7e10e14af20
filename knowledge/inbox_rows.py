"""Events that were accepted: stored once, handed out in order within a chat, set aside when they cannot be handled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, bindparam, case, func, select, update

from knowledge.database import insert_new
from knowledge.tables import Moment, inbox
from knowledge.vault import Vault, VaultError

MAX_TRIES = 5
STATUSES = ("done", "aside", "waiting", "expired", "dropped")
BACK_OFF = (timedelta(seconds=0.2), timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))


@dataclass(frozen=True)
class InboxRow:
    """`sent_at`: the platform's time of the event, else (then it is not `dated`) when it was received."""

    id: int
    channel: str
    event_id: str
    address: str
    received_at: datetime
    tries: int
    body: str
    sent_at: datetime
    dated: bool = False


@dataclass(frozen=True)
class AsideRow:
    """An event that could not be handled. `problem` is the exception's class name, `body` as it came."""

    id: int
    channel: str
    address: str
    event_id: str
    received_at: datetime
    set_aside_at: datetime
    tries: int
    problem: str
    body: str


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
    for older ones, and they are handled in the order they were sent. Else they keep the order they came in, also when
    the clock is set back in between.
    """
    values = {
        "channel": channel,
        "event_id": event_id[:200],
        "address": address[:128],
        "received_at": now,
        "sent_at": sent_at,
        "status": "waiting",
        "tries": 0,
        "next_try_at": now + settle,
        "body_sealed": vault.seal(body),
    }
    statement = insert_new(connection, inbox).returning(inbox.c.id)
    if sent_at and settle:
        values["sort_at"] = sent_at
    else:
        values |= {"in_channel": channel, "of_address": address[:128], "at": now}
        statement = statement.values(sort_at=_BEHIND_THE_LAST)
    return connection.execute(statement, values).scalar() is not None


def take(connection: Connection, vault: Vault, row_id: int) -> InboxRow | None:
    """The event, locked for this transaction; None when somebody else has it or had it."""
    row = connection.execute(_WAITING_ROW, {"row": row_id}).one_or_none()
    return None if row is None else _row(row, vault)


def behind(connection: Connection, vault: Vault, head: InboxRow, now: datetime, most: int) -> list[InboxRow]:
    """What waits behind a chat's first event, in order, locked: as far as it is due and was not tried before."""
    values = {"in_channel": head.channel, "of_address": head.address, "head": head.id, "most": most}
    found: list[InboxRow] = []
    for row in connection.execute(_BEHIND, values):
        if row.tries or row.next_try_at > now:
            break
        found.append(_row(row, vault))
    return found


def handled_since(connection: Connection, channel: str, address: str, since: datetime, now: datetime, most: int) -> int:
    """How many of the chat's events were handled since then, late ones not counted; it stops counting at `most`."""
    values = {"in_channel": channel, "of_address": address, "most": most}
    newest = connection.execute(_NEWEST_DONE, values)
    return sum(since < row.done_at <= now and row.outcome != "late" for row in newest)


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


def counts(connection: Connection) -> dict[str, int]:
    query = select(inbox.c.status, func.count()).group_by(inbox.c.status)
    return {status: number for status, number in connection.execute(query)}  # noqa: C416 - rows are no pairs to `dict`


def balance(connection: Connection) -> dict[str, int]:
    """Every event that was ever `received`, and how many are done, aside, waiting, expired and dropped."""
    by_status = counts(connection)
    return {"received": sum(by_status.values())} | {status: by_status.get(status, 0) for status in STATUSES}


def aside_rows(connection: Connection, vault: Vault, limit: int) -> list[AsideRow]:
    """What was set aside, the newest first."""
    query = select(inbox).where(inbox.c.status == "aside").order_by(inbox.c.done_at.desc(), inbox.c.id.desc())
    return [_aside(row, vault) for row in connection.execute(query.limit(limit))]


def retry_aside(connection: Connection, row_id: int, now: datetime) -> bool:
    """Handled once more, with all its tries, as if it had just come; False when it is not set aside (any more).

    What came after it was handled long ago: an old button does nothing then, and what is late by now is summed up.
    """
    values = {"status": "waiting", "tries": 0, "next_try_at": now, "done_at": None, "problem": None}
    return _leaves_aside(connection, row_id, **values)


def drop_aside(connection: Connection, row_id: int, now: datetime) -> bool:
    """Given up for good: what it said is wiped. False when it is not set aside (any more)."""
    return _leaves_aside(connection, row_id, status="dropped", done_at=now, body_sealed=None)


def _leaves_aside(connection: Connection, row_id: int, **values: Any) -> bool:
    changed = update(inbox).where(inbox.c.id == row_id, inbox.c.status == "aside").values(**values)
    return connection.execute(changed).rowcount == 1


def _update(connection: Connection, row_id: int, **values: Any) -> None:
    connection.execute(_CHANGED, {**values, "row": row_id})


def _opened(row: Row[Any], vault: Vault) -> str:
    """Empty also when no key opens it: nobody can read that, so it is set aside like any other poison."""
    try:
        return vault.open(row.body_sealed) if row.body_sealed else ""
    except VaultError:
        return ""


def _row(row: Row[Any], vault: Vault) -> InboxRow:
    body = _opened(row, vault)
    sent_at, dated = row.sent_at or row.received_at, row.sent_at is not None
    return InboxRow(row.id, row.channel, row.event_id, row.address, row.received_at, row.tries, body, sent_at, dated)


def _aside(row: Row[Any], vault: Vault) -> AsideRow:
    body, times = _opened(row, vault), (row.received_at, row.done_at)
    return AsideRow(row.id, row.channel, row.address, row.event_id, *times, row.tries, row.problem or "", body)


# Statements of every turn are built once: putting them together took as long as running them.
_WAITING_ROW = (
    select(inbox)
    .where(inbox.c.id == bindparam("row"), inbox.c.status == "waiting")
    .with_for_update(skip_locked=True)
)  # fmt: skip
_CHANGED = update(inbox).where(inbox.c.id == bindparam("row"))
_OF_CHAT = (inbox.c.channel == bindparam("in_channel"), inbox.c.address == bindparam("of_address"))
_BEHIND = (
    select(inbox)
    .where(inbox.c.status == "waiting", *_OF_CHAT, inbox.c.id != bindparam("head"))
    .order_by(inbox.c.sort_at, inbox.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_NEWEST_DONE = (
    select(inbox.c.done_at, inbox.c.outcome)
    .where(inbox.c.status == "done", *_OF_CHAT)
    .order_by(inbox.c.sort_at.desc(), inbox.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def _behind_the_last() -> ColumnElement[datetime]:
    """Now, or the place of the chat's last waiting event when the clock was set back since."""
    row = inbox.alias("before")
    waiting = (
        row.c.status == "waiting",
        row.c.channel == bindparam("in_channel"),
        row.c.address == bindparam("of_address"),
    )
    last, now = select(func.max(row.c.sort_at)).where(*waiting).scalar_subquery(), bindparam("at", type_=Moment)
    return case((last > now, last), else_=now)


_BEHIND_THE_LAST = _behind_the_last()
