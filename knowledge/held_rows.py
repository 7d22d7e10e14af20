"""What is held about one chat: counted for its person, and all of it to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from knowledge import conversation_rows, file_rows
from knowledge.conversation_rows import StoredConversation
from knowledge.proof_tables import links, proofs, sms
from knowledge.tables import cases, challenges, code_tries, files, transcript
from knowledge.vault import Vault

_OUTSIDE = "note"  # of the staff, for the staff: counted, and given out by a person after reading


@dataclass(frozen=True)
class Held:
    """`kind`: messages, files, proofs, pages, codes, sms or cases; `first` and `last`: when."""

    kind: str
    count: int
    first: datetime | None = None
    last: datetime | None = None


_KINDS: tuple[tuple[str, Table, Column[datetime]], ...] = (
    ("messages", transcript, transcript.c.at),
    ("files", files, files.c.at),
    ("proofs", proofs, proofs.c.proven_at),
    ("pages", links, links.c.opened_at),
    ("codes", challenges, challenges.c.opened_at),
    ("sms", sms, sms.c.at),
    ("cases", cases, cases.c.opened_at),
)


def summary(connection: Connection, conversation_id: str) -> tuple[Held, ...]:
    """Every kind, also with none of it."""
    return tuple(_held(connection, conversation_id, *kind) for kind in _KINDS)


def export(connection: Connection, vault: Vault, conversation_id: str) -> dict[str, Any]:
    """All of it in words and ISO times, ready for JSON; empty when there is no such chat.

    Nobody else is in it: no agent's name, no digest, no phone. Files by name and kind, their content is the
    citizen's own; staff notes as their number.
    """
    stored = conversation_rows.read(connection, vault, conversation_id)
    if stored is None:
        return {}
    return {
        "chat": _chat(stored),
        "messages": _messages(connection, vault, conversation_id),
        "files": _files(connection, vault, conversation_id),
        "proofs": _rows(
            connection, conversation_id, proofs, "proven_at", "level", "way", "login_type", "ended_at", "end"
        ),
        "pages": _rows(
            connection, conversation_id, links, "opened_at", "way", "purpose", "operation", "level", "status"
        ),
        "codes": _codes(connection, conversation_id),
        "sms": _rows(connection, conversation_id, sms, "at", "country", "parts", "status"),
        "cases": _rows(connection, conversation_id, cases, "opened_at", "reason", "status", "closed_at"),
    }


def _held(connection: Connection, conversation_id: str, kind: str, table: Table, at: Column[datetime]) -> Held:
    query = select(func.count(), func.min(at), func.max(at)).where(table.c.conversation_id == conversation_id)
    return Held(kind, *connection.execute(query).one())


def _chat(stored: StoredConversation) -> dict[str, Any]:
    """Where it is, since when, and what the state holds on to."""
    state = stored.state
    where = {"channel": state.channel, "address": stored.address, "language": state.language.value}
    held = {"name": stored.name, "since": _told(stored.created_at), "place": state.place, "topic": state.topic}
    if state.proof:
        held |= {"proven_name": state.proof.name, "register_number": state.proof.register_number}
    return where | held


def _messages(connection: Connection, vault: Vault, conversation_id: str) -> list[dict[str, Any]]:
    query = select(transcript.c.at, transcript.c.author, transcript.c.body_sealed)
    mine = query.where(transcript.c.conversation_id == conversation_id, transcript.c.author != _OUTSIDE)
    rows = connection.execute(mine.order_by(transcript.c.id))
    return [{"at": _told(row.at), "author": row.author, "text": vault.open(row.body_sealed)} for row in rows]


def _files(connection: Connection, vault: Vault, conversation_id: str) -> list[dict[str, Any]]:
    kept = file_rows.of_conversation(connection, vault, conversation_id)
    return [
        {"at": _told(file.at), "what": file.what, "name": file.name, "type": file.media_type, "status": file.status}
        for file in kept
    ]


def _codes(connection: Connection, conversation_id: str) -> list[dict[str, Any]]:
    tries = select(func.count()).where(code_tries.c.challenge_id == challenges.c.id).scalar_subquery()
    query = select(challenges.c.opened_at, challenges.c.purpose, challenges.c.way, challenges.c.status, tries)
    mine = query.where(challenges.c.conversation_id == conversation_id).order_by(challenges.c.opened_at)
    names = ("opened_at", "purpose", "way", "status", "tries")
    return [dict(zip(names, map(_told, row), strict=True)) for row in connection.execute(mine)]


def _rows(connection: Connection, conversation_id: str, table: Table, *names: str) -> list[dict[str, Any]]:
    """Ordered by the first of the columns."""
    columns = [table.c[name] for name in names]
    query = select(*columns).where(table.c.conversation_id == conversation_id).order_by(columns[0])
    return [dict(zip(names, map(_told, row), strict=True)) for row in connection.execute(query)]


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
