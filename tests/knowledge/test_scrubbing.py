"""Tidying the database's own files leaves its connections as they were."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import insert, select

from knowledge import scrubbing
from knowledge.database import Database
from knowledge.house_tables import marks
from tests.knowledge.chats import NOW


def test_after_a_scrubbing_that_failed_a_transaction_that_is_taken_back_leaves_nothing(
    shared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "_REWRITTEN", "no_such_table")
    if not shared.is_sqlite:
        with pytest.raises(psycopg.Error, match="no_such_table"):
            scrubbing.scrub(shared)
    with suppress(KeyError), shared.write() as connection:
        connection.execute(insert(marks).values(name="half", at=NOW))
        raise KeyError
    with shared.read() as connection:
        assert connection.execute(select(marks.c.name).where(marks.c.name == "half")).all() == []


def test_a_database_can_be_scrubbed_again_and_again(shared: Database) -> None:
    assert [scrubbing.scrub(shared) for _ in range(3)] == [True] * 3
