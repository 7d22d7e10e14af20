"""Right before the bytes go out: whether a row is still its sender's, and whether the person can be reached at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from knowledge.outbox_rows import OutboxRow
from knowledge.outbox_statements import LEFT_BEHIND
from knowledge.tables import conversations, outbox


@dataclass(frozen=True)
class Reach:
    """`heard_at`: when the citizen last wrote or pressed; `unreachable_since`: they blocked us, the chat is gone."""

    channel: str
    owner_number: int
    heard_at: datetime | None
    unreachable_since: datetime | None


@dataclass(frozen=True)
class Hold:
    """`status` of the row now; `lease`: the number of its newest taking; `expired`: that one has run out."""

    status: str
    lease: int
    expired: bool

    def is_of(self, row: OutboxRow) -> bool:
        """Nobody has taken it since, nor given it up: how it ended may be recorded."""
        return self.status == "sending" and self.lease == row.lease

    def may_send(self, row: OutboxRow) -> bool:
        return self.is_of(row) and not self.expired


def reach(connection: Connection, conversation_id: str, lock: bool = False) -> Reach | None:
    """Locked, nobody takes the conversation over within this transaction."""
    columns = (
        conversations.c.channel,
        conversations.c.owner_number,
        conversations.c.heard_at,
        conversations.c.unreachable_since,
    )
    query = select(*columns).where(conversations.c.id == conversation_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return Reach(*row) if row else None


def hold(connection: Connection, row: OutboxRow, now: datetime) -> Hold:
    """The row is locked: who asks decides about it in this transaction."""
    query = select(outbox.c.status, outbox.c.lease, outbox.c.leased_until).where(outbox.c.id == row.id)
    status, lease, until = connection.execute(query.with_for_update()).one()
    return Hold(status, lease, until is None or until <= now)


def mark_unreachable(connection: Connection, row: OutboxRow, now: datetime) -> None:
    """Unless they were heard since the row was taken: then they are back."""
    not_back = or_(conversations.c.heard_at.is_(None), conversations.c.heard_at <= row.taken_at)
    blocked = update(conversations).where(
        conversations.c.id == row.conversation_id, conversations.c.unreachable_since.is_(None), not_back
    )
    connection.execute(blocked.values(unreachable_since=now))


def newest_ref(connection: Connection, row: OutboxRow) -> str:
    """The platform's id of the newest message in the row's slot of the conversation; empty when there is none."""
    query = select(outbox.c.platform_ref).where(
        outbox.c.status == "sent",
        outbox.c.conversation_id == row.conversation_id,
        outbox.c.wire == row.wire,
        outbox.c.slot == row.slot,
        outbox.c.kind != "amend",
    )
    return connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).scalar() or ""


def is_quiet(connection: Connection, conversation_id: str, wire: str, now: datetime) -> bool:
    """Nothing is on its way to the chat, and the platform did not ask to leave it alone."""
    owed = or_(
        outbox.c.status.in_(("waiting", "sending")),
        and_(LEFT_BEHIND, outbox.c.next_try_at > now),
    )
    query = select(outbox.c.id).where(outbox.c.conversation_id == conversation_id, outbox.c.wire == wire, owed)
    return connection.execute(query.limit(1)).scalar() is None


def shut_out(connection: Connection, conversation_id: str, since: datetime | None) -> int:
    """How many messages the channel did not let through since then."""
    query = select(func.count()).where(outbox.c.status == "shut", outbox.c.conversation_id == conversation_id)
    return connection.execute(query if since is None else query.where(outbox.c.created_at > since)).scalar() or 0
