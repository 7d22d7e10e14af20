"""Whose event is next: each chat's first waiting one by the order within the chat, found without reading the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from knowledge.tables import inbox

MAX_HEADS = 5_000  # chats looked at at once
LONGEST_WAIT = timedelta(minutes=1)  # no event is put off for longer: what claims to be was written by a wrong clock
LOCK_WAIT = "5s"  # then a turn gives up on what another process holds, at no cost of a try


@dataclass(frozen=True)
class Head:
    """A chat's first waiting event. `more`: others wait behind it (not told by `heads`)."""

    id: int
    channel: str
    address: str
    more: bool = False


def heads(connection: Connection, now: datetime, channels: Sequence[str], most: int = MAX_HEADS) -> list[Head]:
    """The first waiting event of each chat, as far as it is due, oldest first."""
    values = {"now": now, "far": now + LONGEST_WAIT, "most": most}
    return [Head(*row) for row in connection.execute(_heads(tuple(channels)), values)]


def first(connection: Connection, channel: str, address: str, now: datetime) -> Head | None:
    """The chat's first waiting event as it is now; None when there is none or it is not due: none may pass it."""
    rows = connection.execute(_FIRST_TWO, {"in_channel": channel, "of_address": address}).all()
    if not rows or now < rows[0].next_try_at <= now + LONGEST_WAIT:
        return None
    return Head(rows[0].id, channel, address, more=len(rows) > 1)


def next_due(connection: Connection, channels: Sequence[str]) -> datetime | None:
    """When the earliest chat's first event may be tried; later ones of that chat wait behind it."""
    return connection.execute(_next_due(tuple(channels))).scalar()


def wait_for_locks_at_most(connection: Connection) -> None:
    """Nobody's turn waits behind a process that was stopped in the middle of its own. SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'")


_IN_ORDER = (inbox.c.sort_at, inbox.c.id)
_FIRST_TWO = (
    select(inbox.c.id, inbox.c.next_try_at)
    .where(
        inbox.c.status == "waiting",
        inbox.c.channel == bindparam("in_channel"),
        inbox.c.address == bindparam("of_address"),
    )
    .order_by(*_IN_ORDER)
    .limit(2)
)


@cache
def _heads(channels: tuple[str, ...]) -> Select[Any]:
    due = or_(inbox.c.next_try_at <= bindparam("now"), inbox.c.next_try_at > bindparam("far"))
    query = select(inbox.c.id, inbox.c.channel, inbox.c.address).where(_is_first(channels), due)
    return query.order_by(inbox.c.id).limit(bindparam("most", type_=Integer))


@cache
def _next_due(channels: tuple[str, ...]) -> Select[Any]:
    return select(func.min(inbox.c.next_try_at)).where(_is_first(channels))


def _is_first(channels: tuple[str, ...]) -> ColumnElement[bool]:
    """From chat to chat along the index, one step each: a chat's thousand other events are not looked at."""
    served = union_all(*[select(literal(name).label("channel")) for name in channels]).cte("served")
    chats = select(served.c.channel, _next_address(served.c.channel).label("address")).cte("chats", recursive=True)
    further = select(chats.c.channel, _next_address(chats.c.channel, chats.c.address)).where(
        chats.c.address.is_not(None)
    )
    chats = chats.union_all(further)
    row = inbox.alias("chat_row")
    its_first = (
        select(row.c.id)
        .where(row.c.status == "waiting", row.c.channel == chats.c.channel, row.c.address == chats.c.address)
        .order_by(row.c.sort_at, row.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return inbox.c.id.in_(select(its_first).select_from(chats).where(chats.c.address.is_not(None)))


def _next_address(channel: ColumnElement[str], after: ColumnElement[str] | None = None) -> Any:
    row = inbox.alias()
    waiting = select(func.min(row.c.address)).where(row.c.status == "waiting", row.c.channel == channel)
    return (waiting if after is None else waiting.where(row.c.address > after)).scalar_subquery()
