"""Erased chats let go of their address: a day after they were erased, unless they were used again meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, and_, delete, exists, or_, select, update

from knowledge import mark_rows
from knowledge.erasing import MARK, REGISTRY
from knowledge.house_tables import marks
from knowledge.proof_tables import links, proofs, sms
from knowledge.tables import cases, challenges, conversations, feed, files, inbox, outbox, transcript

BARE_FOR = timedelta(hours=24)  # the longest of the limits that belong to a chat
_NOWHERE = "gone "  # begins the address of a conversation that has none
_EVENTS = ("waiting", "done", "aside", "expired", "dropped")  # all there are: with them the index is of use
_TALK = (outbox, transcript, feed, files, cases, links, proofs)


def release_due(connection: Connection, now: datetime, limit: int = 100) -> int:
    """How many erased chats were looked at because their day is over."""
    due = (marks.c.name.startswith(MARK), marks.c.at <= now - BARE_FOR)
    names = connection.execute(select(marks.c.name).where(*due).order_by(marks.c.at).limit(limit)).scalars().all()
    for name in names:
        release(connection, name.removeprefix(MARK))
    return len(names)


def anything_to_release(connection: Connection, now: datetime) -> bool:
    """A look without the write lock."""
    due = (marks.c.name.startswith(MARK), marks.c.at <= now - BARE_FOR)
    return connection.execute(select(marks.c.name).where(*due).limit(1)).scalar() is not None


def release(connection: Connection, conversation_id: str) -> bool:
    """What was left bare goes, and the address; false when the chat was used again and is one like any other."""
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    row = connection.execute(query).one_or_none()
    erased_at = mark_rows.mark(connection, MARK + conversation_id)
    if row is None or erased_at is None:
        return False
    connection.execute(delete(marks).where(marks.c.name == MARK + conversation_id))
    connection.execute(delete(links).where(links.c.conversation_id == conversation_id, links.c.purpose == ""))
    if _used_since(connection, row, erased_at):
        return False
    for table in _TALK:
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
    connection.execute(update(sms).where(sms.c.conversation_id == conversation_id).values(conversation_id=None))
    for channel, address in ((row.channel, row.address), (REGISTRY, conversation_id)):
        mine = (inbox.c.status.in_(_EVENTS), inbox.c.channel == channel, inbox.c.address == address)
        connection.execute(delete(inbox).where(*mine))
    nowhere = {"address": f"{_NOWHERE}{uuid4()}", "heard_at": None, "unreachable_since": None}
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(nowhere))
    drop_empty(connection, conversation_id)
    return True


def drop_empty(connection: Connection, conversation_id: str | None = None) -> int:
    """Conversations without an address to which nothing belongs any more; how many there were."""
    which = conversations.c.address.startswith(_NOWHERE)
    if conversation_id is not None:
        which = and_(which, conversations.c.id == conversation_id)
    held = [exists().where(table.c.conversation_id == conversations.c.id) for table in (*_TALK, challenges)]
    return connection.execute(delete(conversations).where(which, ~or_(*held))).rowcount


def _used_since(connection: Connection, row: Row[Any], erased_at: datetime) -> bool:
    """Something was said in it, or waits to be handled."""
    if row.heard_at is not None and row.heard_at > erased_at:
        return True
    said = select(transcript.c.id).where(transcript.c.conversation_id == row.id, transcript.c.author == "citizen")
    waits = select(inbox.c.id).where(
        inbox.c.channel == row.channel, inbox.c.address == row.address, inbox.c.status == "waiting"
    )
    return any(connection.execute(query.limit(1)).scalar() is not None for query in (said, waits))
