"""Who did what, append-only; details never hold personal data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from knowledge.house_tables import audit


def record(connection: Connection, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """`actor`: bot, system, or a staff id; `subject`: the id of what it was done to."""
    values = {"at": now, "actor": actor[:60], "action": action[:60], "subject": subject[:120], "detail": detail[:500]}
    connection.execute(insert(audit), values)


def last_action(connection: Connection, subject: str, prefix: str) -> str | None:
    """The newest action of a kind on a subject, without the prefix: `turn.told` with `turn.` is `told`."""
    query = select(audit.c.action).where(audit.c.subject == subject, audit.c.action.startswith(prefix, autoescape=True))
    action = connection.execute(query.order_by(audit.c.id.desc()).limit(1)).scalar()
    return None if action is None else str(action).removeprefix(prefix)
