"""Connections. SQLite: WAL, full sync, one writer connection, `BEGIN IMMEDIATE`. PostgreSQL: the same code, a pool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from knowledge.audit_chain import AuditError, AuditKey, collecting, forget_with_savepoints

# SQLite 3.7.0-3.51.2 can corrupt a WAL database when two connections write and checkpoint at once (fixed 2026-03-13).
SQLITE_AT_LEAST = (3, 51, 3)
BUSY_TIMEOUT_SECONDS = 30.0
READERS = 4
POSTGRES_POOL = 10
CONNECT_TIMEOUT_SECONDS = 10
# A process that is stopped in the middle of a transaction must not hold its chats for ever.
_LET_GO = "-c idle_in_transaction_session_timeout=30000"  # milliseconds


__all__ = [
    "AuditError",
    "Connection",
    "Database",
    "DatabaseError",
    "DatabaseTrouble",
    "exists",
    "hold_alone",
    "insert_new",
]
DatabaseTrouble = (OperationalError, PoolTimeout)  # locked, full, away: worth trying again


class DatabaseError(Exception):
    """The database cannot be used as it is; the text says what to do."""


class Database:
    """`write()` is one transaction that holds the write lock from its start; `read()` sees committed rows only.

    `audit_key`: chains the audit (`Vault.audit_key`); without one nothing can be done in a database that is chained.
    """

    def __init__(self, url: str, audit_key: AuditKey | None = None) -> None:
        self._audit_key = audit_key
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer, self._readers = _sqlite_engines(parsed)
        else:
            self._writer = self._readers = create_engine(
                parsed,
                pool_size=POSTGRES_POOL,
                max_overflow=POSTGRES_POOL,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "options": _LET_GO},
            )
        forget_with_savepoints(self._writer)

    @property
    def engine(self) -> Engine:
        return self._writer

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._writer.begin() as connection, collecting(connection, self._audit_key):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._readers.connect() as connection:
            yield connection

    def close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    version = tuple(int(part) for part in sqlite.sqlite_version.split("."))
    if version < SQLITE_AT_LEAST:
        raise DatabaseError(
            f"SQLite {sqlite.sqlite_version} can corrupt a database in WAL mode; 3.51.3 or newer needed"
        )
    if not url.database or url.database == ":memory:":
        raise DatabaseError("SQLite needs a file: sqlite:///var/tuslakh.db")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    writer = _sqlite_engine(url, pool_size=1, read_only=False)
    return writer, _sqlite_engine(url, pool_size=READERS, read_only=True)


def _sqlite_engine(url: URL, pool_size: int, read_only: bool) -> Engine:
    engine = create_engine(
        url,
        module=sqlite,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        pool_timeout=BUSY_TIMEOUT_SECONDS,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def insert_new(connection: Connection, table: Table) -> postgresql.Insert | sqlite_dialect.Insert:
    """An insert that does nothing when the row is there already; what it returns tells which it was."""
    if connection.dialect.name == "sqlite":
        return sqlite_dialect.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def hold_alone(connection: Connection, what: str) -> None:
    """Waits until nobody else holds `what`, and holds it until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"tuslakh {what}"))))


def exists(url: str) -> bool:
    """False for an SQLite file that was not made yet; a server is taken to be there."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()
