"""Who did what, append-only and chained (`knowledge.audit_chain`); details never hold personal data."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from knowledge import audit_chain
from knowledge.audit_chain import Entry
from knowledge.house_tables import audit


def record(connection: Connection, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """`actor`: bot, system, or a staff id; `subject`: the id of what it was done to. Written when `write()` ends."""
    at = datetime.fromtimestamp(now.timestamp(), UTC)  # as it will be read again
    entry = Entry(at, _kept(actor, 60), _kept(action, 60), _kept(subject, 120), _kept(detail, 500))
    audit_chain.add(connection, entry)


def last_action(connection: Connection, subject: str, prefix: str) -> str | None:
    """The newest action of a kind on a subject, without the prefix: `turn.told` with `turn.` is `told`."""
    for entry in reversed(audit_chain.added(connection)):
        if entry.subject == subject and entry.action.startswith(prefix):
            return entry.action.removeprefix(prefix)
    query = select(audit.c.action).where(audit.c.subject == subject, audit.c.action.startswith(prefix, autoescape=True))
    action = connection.execute(query.order_by(audit.c.id.desc()).limit(1)).scalar()
    return None if action is None else str(action).removeprefix(prefix)


def _kept(text: str, most: int) -> str:
    """What both databases can hold and give back unchanged."""
    return str(text)[:most].encode("utf-8", "replace").decode().replace("\0", "?")
