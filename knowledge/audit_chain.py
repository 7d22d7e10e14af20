"""The chain of the audit: each entry's mac covers the entry and the mac before it, under a key the database has not.

Entries are collected on the connection and written at the very end of the transaction: what many transactions share,
the head of the chain, is locked last and shortest, so that two of them can never wait for each other.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, event, insert, select, update

from knowledge.house_tables import audit, audit_heads

AuditKey = Callable[[], bytes]  # asked under the lock of the head, so that keys change in the order of the entries
_COLLECTED = "tuslakh audit entries"


class AuditError(Exception):
    """Nothing can be written, as it could not be written down; the text says what to do."""


@dataclass(frozen=True)
class Entry:
    """Who did what to whom, cut to what the table holds."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


@dataclass
class _Collected:
    """Entries of the transaction under way; `marks`: how many there were at each open savepoint."""

    entries: list[Entry] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)


def add(connection: Connection, entry: Entry) -> None:
    """Raises `AuditError` outside of `Database.write`."""
    _collected(connection).entries.append(entry)


def added(connection: Connection) -> list[Entry]:
    """What the transaction under way will write; nothing where nothing can be written."""
    found = connection.info.get(_COLLECTED)
    return list(found.entries) if found else []


def mac_of(key: bytes, before: str, place: int, entry: Entry) -> str:
    """64 hex digits; `before`: the mac of the entry before, empty at the beginning."""
    parts = [before, place, entry.at.astimezone(UTC).isoformat(), entry.actor, entry.action]
    return hmac.new(key, json.dumps([*parts, entry.subject, entry.detail]).encode(), sha256).hexdigest()


@contextmanager
def collecting(connection: Connection, key: AuditKey | None) -> Iterator[None]:
    """Within a transaction: what was added is written at its end, and when that fails the transaction does."""
    connection.info[_COLLECTED] = collected = _Collected()
    try:
        yield
        if collected.entries:
            _append(connection, collected.entries, key)
    finally:
        connection.info.pop(_COLLECTED, None)


def forget_with_savepoints(engine: Engine) -> None:
    """What happened since a savepoint and was taken back leaves no entry."""

    @event.listens_for(engine, "savepoint")
    def mark(connection: Connection, _name: str | None) -> None:
        found = connection.info.get(_COLLECTED)
        if found:
            found.marks.append(len(found.entries))

    @event.listens_for(engine, "rollback_savepoint")
    def forget(connection: Connection, _name: str, _context: Any) -> None:
        found = connection.info.get(_COLLECTED)
        if found:
            del found.entries[found.marks.pop() :]

    @event.listens_for(engine, "release_savepoint")
    def keep(connection: Connection, _name: str, _context: Any) -> None:
        found = connection.info.get(_COLLECTED)
        if found:
            found.marks.pop()


def _collected(connection: Connection) -> _Collected:
    found = connection.info.get(_COLLECTED)
    if not isinstance(found, _Collected):
        raise AuditError("an audit entry needs a transaction of Database.write()")
    return found


def _append(connection: Connection, entries: list[Entry], key: AuditKey | None) -> None:
    """Without a key only where the chain has not begun (a database of tests, or of before)."""
    head = select(audit_heads.c.place, audit_heads.c.mac).with_for_update()
    found = connection.execute(head).one_or_none()
    if found is None:
        raise AuditError("the head of the audit is gone: nothing can be written down")
    first, before = found
    if before and key is None:
        raise AuditError("this database's audit is chained: open it with its keys (DATA_KEYS or DATA_KEY_FILE)")
    rows, place, secret = [], first, key() if key else None
    for entry in entries:
        place += 1
        before = mac_of(secret, before, place, entry) if secret else ""
        rows.append({**asdict(entry), "place": place, "mac": before})
    connection.execute(insert(audit), rows)
    moved = update(audit_heads).where(audit_heads.c.place == first).values(place=place, mac=before)
    if connection.execute(moved).rowcount != 1:
        raise AuditError("the head of the audit moved while it was locked")
