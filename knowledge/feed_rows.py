"""What a web chat has shown, numbered without gaps within a conversation, so that a page can ask for the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from dialogs.masking import mask_hidden
from knowledge.tables import conversations, feed
from knowledge.vault import Vault


@dataclass(frozen=True)
class FeedItem:
    """`author`: citizen, bot, agent, or hide (then `ref` names the message that is no longer shown).

    `body` is JSON: `{"text": ...}` of a citizen, a rendered message of the bot or an agent; None when it is gone.
    """

    position: int
    at: datetime
    author: str
    ref: str
    body: str | None


def append(
    connection: Connection,
    vault: Vault,
    conversation_id: str,
    author: str,
    body: str | None,
    now: datetime,
    ref: str = "",
    expires_at: datetime | None = None,
) -> int:
    """The new item's position. The conversation is locked first, so that positions become visible in order."""
    if connection.dialect.name != "sqlite":  # there the one writer is lock enough
        connection.execute(select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update())
    values = {
        "chat": conversation_id,
        "conversation_id": conversation_id,
        "at": now,
        "author": author,
        "ref": ref[:128],
        "expires_at": expires_at,
        "body_sealed": None if body is None else vault.seal(body),
    }
    return int(connection.execute(_BEHIND_THE_LAST, values).scalar_one())


_NEXT = select(func.coalesce(func.max(feed.c.position), 0) + 1).where(feed.c.conversation_id == bindparam("chat"))
_BEHIND_THE_LAST = insert(feed).values(position=_NEXT.scalar_subquery()).returning(feed.c.position)


def hide(connection: Connection, vault: Vault, conversation_id: str, ref: str, now: datetime) -> None:
    """A citizen's message loses its numbers, and open pages are told to do the same."""
    where = (feed.c.conversation_id == conversation_id, feed.c.ref == ref, feed.c.author == "citizen")
    row = connection.execute(select(feed.c.position, feed.c.body_sealed).where(*where)).first()
    if row is None or row.body_sealed is None:
        return
    said = json.loads(vault.open(row.body_sealed))
    masked = json.dumps({**said, "text": mask_hidden(str(said.get("text", "")))}, ensure_ascii=False)
    connection.execute(update(feed).where(*where).values(body_sealed=vault.seal(masked)))
    append(connection, vault, conversation_id, "hide", masked, now, ref=ref)


def after(
    connection: Connection, vault: Vault, conversation_id: str, position: int, limit: int = 200
) -> list[FeedItem]:
    """The items behind a position, in order."""
    query = (
        select(feed)
        .where(feed.c.conversation_id == conversation_id, feed.c.position > position)
        .order_by(feed.c.position)
        .limit(limit)
    )
    return [
        FeedItem(row.position, row.at, row.author, row.ref, vault.open(row.body_sealed) if row.body_sealed else None)
        for row in connection.execute(query)
    ]


def last_position(connection: Connection, conversation_id: str) -> int:
    query = select(func.max(feed.c.position)).where(feed.c.conversation_id == conversation_id)
    return connection.execute(query).scalar() or 0


def anything_expired(connection: Connection, now: datetime) -> bool:
    """A look without the write lock."""
    due = (feed.c.expires_at.is_not(None), feed.c.expires_at <= now, feed.c.body_sealed.is_not(None))
    return connection.execute(select(feed.c.position).where(*due).limit(1)).scalar() is not None


def wipe_expired(connection: Connection, now: datetime) -> int:
    """Private items whose time is over lose their content. How many there were."""
    due = (feed.c.expires_at.is_not(None), feed.c.expires_at <= now, feed.c.body_sealed.is_not(None))
    return connection.execute(update(feed).where(*due).values(body_sealed=None)).rowcount
