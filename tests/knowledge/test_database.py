"""The database itself: migrations, the SQLite gate, one writer."""

from __future__ import annotations

from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from knowledge.database import Database, DatabaseError
from knowledge.migrate import differences, migrate


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    database = Database(database_url)
    migrate(database)
    assert differences(database) == []


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    migrate(database)
    migrate(database)
    assert differences(database) == []


def test_an_sqlite_that_can_corrupt_a_wal_database_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version", "3.51.2")
    with pytest.raises(DatabaseError, match=r"3\.51\.3"):
        Database(f"sqlite:///{tmp_path}/x.db")


def test_an_sqlite_in_memory_is_refused_because_it_would_lose_everything() -> None:
    with pytest.raises(DatabaseError, match="file"):
        Database("sqlite://")


def test_sqlite_writes_are_synced_in_full(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path}/x.db").write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
