"""What was said in a conversation, append-only, sealed. A hidden message keeps its place with its numbers masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from dialogs.masking import mask_hidden
from knowledge.tables import transcript
from knowledge.vault import Vault


@dataclass(frozen=True)
class Entry:
    """`author`: citizen, bot, agent, system (what happened) or note (for staff only). `ref`: the platform's id of a
    citizen's typed message."""

    id: int
    at: datetime
    author: str
    agent_id: str | None
    body: str
    ref: str = ""


def append(
    connection: Connection,
    vault: Vault,
    conversation_id: str,
    author: str,
    body: str,
    now: datetime,
    ref: str = "",
    agent_id: str | None = None,
) -> None:
    connection.execute(
        insert(transcript),
        {
            "conversation_id": conversation_id,
            "at": now,
            "author": author,
            "agent_id": agent_id,
            "ref": ref[:128],
            "body_sealed": vault.seal(body),
        },
    )


def hide(connection: Connection, vault: Vault, conversation_id: str, ref: str) -> None:
    """The citizen's message with that platform id: its numbers are gone from the record for good."""
    where = (transcript.c.conversation_id == conversation_id, transcript.c.ref == ref, transcript.c.author == "citizen")
    for row in connection.execute(select(transcript.c.id, transcript.c.body_sealed).where(*where)).all():
        masked = vault.seal(mask_hidden(vault.open(row.body_sealed)))
        connection.execute(update(transcript).where(transcript.c.id == row.id).values(body_sealed=masked))


def entries(connection: Connection, vault: Vault, conversation_id: str, limit: int = 500) -> list[Entry]:
    """The newest `limit`, oldest first."""
    query = (
        select(transcript)
        .where(transcript.c.conversation_id == conversation_id)
        .order_by(transcript.c.id.desc())
        .limit(limit)
    )
    rows = reversed(connection.execute(query).all())
    return [_entry(row, vault) for row in rows]


def find(connection: Connection, vault: Vault, conversation_id: str, entry_id: int) -> Entry | None:
    """One line of that conversation."""
    where = (transcript.c.conversation_id == conversation_id, transcript.c.id == entry_id)
    row = connection.execute(select(transcript).where(*where)).one_or_none()
    return _entry(row, vault) if row else None


def last_id(connection: Connection, conversation_id: str) -> int:
    """Grows with every entry: what a page compares to know whether it is behind."""
    query = select(func.max(transcript.c.id)).where(transcript.c.conversation_id == conversation_id)
    return connection.execute(query).scalar() or 0


def _entry(row: Row[Any], vault: Vault) -> Entry:
    return Entry(row.id, row.at, row.author, row.agent_id, vault.open(row.body_sealed), row.ref)
