"""What did not reach anybody, for the desk: sends that failed, may have failed or were shut out, with their case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from knowledge.tables import cases, outbox

TROUBLED = ("unknown", "failed", "shut")


@dataclass(frozen=True)
class TroubledSend:
    """`problem`: a class name; what it said is wiped. `case_id`: the conversation's newest case, if it ever had one."""

    id: int
    ended_at: datetime
    wire: str
    kind: str
    status: str
    tries: int
    problem: str
    case_id: str | None


def troubled(connection: Connection, since: datetime, limit: int = 100) -> list[TroubledSend]:
    """Sends that ended without having certainly arrived since then, newest first."""
    ended_at = func.coalesce(outbox.c.sent_at, outbox.c.created_at)
    query = select(outbox).where(outbox.c.status.in_(TROUBLED), ended_at >= since)
    rows = connection.execute(query.order_by(ended_at.desc(), outbox.c.id.desc()).limit(limit)).all()
    newest = {conversation: newest_case(connection, conversation) for conversation in {r.conversation_id for r in rows}}
    return [
        TroubledSend(
            id=row.id,
            ended_at=row.sent_at or row.created_at,
            wire=row.wire,
            kind=row.kind,
            status=row.status,
            tries=row.tries,
            problem=row.problem or "",
            case_id=newest[row.conversation_id],
        )
        for row in rows
    ]


def newest_case(connection: Connection, conversation_id: str) -> str | None:
    """Where the desk shows the conversation; None when it never had a case."""
    query = select(cases.c.id).where(cases.c.conversation_id == conversation_id)
    return connection.execute(query.order_by(cases.c.opened_at.desc()).limit(1)).scalar()
