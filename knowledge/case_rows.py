"""Cases: conversations that wait for a person or are with one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, insert, select, update

from knowledge.house_tables import staff
from knowledge.tables import cases, conversations

_OPEN = ("waiting", "taken")


@dataclass(frozen=True)
class CaseRow:
    """`agent_alias` is who has it; `owner_number` the conversation's, to be sent back with every action on it."""

    id: str
    conversation_id: str
    channel: str
    language: str
    reason: str
    status: str
    opened_at: datetime
    agent_id: str | None
    agent_alias: str | None
    owner_number: int


def open_case(connection: Connection, conversation_id: str, reason: str, now: datetime) -> None:
    """At most one open case a conversation; a second wish changes nothing but a more urgent reason."""
    query = select(cases.c.id).where(cases.c.conversation_id == conversation_id, cases.c.status.in_(_OPEN))
    case_id = connection.execute(query).scalar()
    if case_id is None:
        values = {"id": str(uuid4()), "conversation_id": conversation_id, "status": "waiting", "opened_at": now}
        connection.execute(insert(cases).values(**values, reason=reason))
    elif reason == "emergency":
        connection.execute(update(cases).where(cases.c.id == case_id).values(reason=reason))


def take(connection: Connection, conversation_id: str, agent_id: str, now: datetime) -> None:
    values = {"status": "taken", "agent_id": agent_id, "taken_at": now}
    _update_open(connection, conversation_id, **values)


def close(connection: Connection, conversation_id: str, now: datetime) -> None:
    _update_open(connection, conversation_id, status="closed", closed_at=now)


def open_cases(connection: Connection) -> list[CaseRow]:
    """Emergencies first, then who waits longest."""
    rows = [_row(row) for row in connection.execute(_query().where(cases.c.status.in_(_OPEN))).all()]
    return sorted(rows, key=lambda case: (case.status != "waiting", case.reason != "emergency", case.opened_at))


def closed_cases(connection: Connection, limit: int = 20) -> list[CaseRow]:
    query = _query().where(cases.c.status == "closed").order_by(cases.c.closed_at.desc()).limit(limit)
    return [_row(row) for row in connection.execute(query).all()]


def find(connection: Connection, case_id: str) -> CaseRow | None:
    row = connection.execute(_query().where(cases.c.id == case_id)).one_or_none()
    return _row(row) if row else None


def _query() -> Select[Any]:
    return (
        select(
            cases.c.id,
            cases.c.conversation_id,
            conversations.c.channel,
            conversations.c.language,
            cases.c.reason,
            cases.c.status,
            cases.c.opened_at,
            cases.c.agent_id,
            staff.c.alias,
            conversations.c.owner_number,
        )
        .join(conversations, conversations.c.id == cases.c.conversation_id)
        .outerjoin(staff, staff.c.id == cases.c.agent_id)
    )


def _row(row: Row[Any]) -> CaseRow:
    return CaseRow(*list(row))


def _update_open(connection: Connection, conversation_id: str, **values: object) -> None:
    where = (cases.c.conversation_id == conversation_id, cases.c.status.in_(_OPEN))
    connection.execute(update(cases).where(*where).values(**values))
