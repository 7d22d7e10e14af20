"""Who did what, append-only; details never hold personal data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from knowledge.house_tables import audit, audit_heads


def record(connection: Connection, actor: str, action: str, subject: str, now: datetime, detail: str = "") -> None:
    """`actor`: bot, system, or a staff id; `subject`: the id of what it was done to."""
    head = connection.execute(select(audit_heads.c.place).with_for_update()).scalar_one()
    values = {"at": now, "actor": actor[:60], "action": action[:60], "subject": subject[:120], "detail": detail[:500]}
    connection.execute(insert(audit), {**values, "place": head + 1, "mac": ""})
    connection.execute(update(audit_heads).values(place=head + 1))


def last_action(connection: Connection, subject: str, prefix: str) -> str | None:
    """The newest action of a kind on a subject, without the prefix: `turn.told` with `turn.` is `told`."""
    query = select(audit.c.action).where(audit.c.subject == subject, audit.c.action.startswith(prefix, autoescape=True))
    action = connection.execute(query.order_by(audit.c.id.desc()).limit(1)).scalar()
    return None if action is None else str(action).removeprefix(prefix)
