"""Marks by name, and absences: kept once, on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from knowledge import mark_rows
from knowledge.database import Database
from knowledge.mark_rows import Absence
from knowledge.migrate import migrate

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=365)


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    return made


def beat(database: Database, minutes: float) -> Absence | None:
    with database.write() as connection:
        return mark_rows.beat(connection, NOW + timedelta(minutes=minutes))


def absences(database: Database, since: datetime = LONG_AGO) -> list[Absence]:
    with database.read() as connection:
        return mark_rows.recent_absences(connection, since)


def test_a_mark_stands_where_it_was_set_last(database: Database) -> None:
    with database.write() as connection:
        assert mark_rows.mark(connection, "a") is None
        mark_rows.set_mark(connection, "a", NOW)
        mark_rows.set_mark(connection, "a", NOW + timedelta(seconds=1))
        assert mark_rows.mark(connection, "a") == NOW + timedelta(seconds=1)


def test_marks_of_a_prefix_come_newest_first_without_it(database: Database) -> None:
    with database.write() as connection:
        for name, minutes in (("found:a", 0), ("found:b", 5), ("foundling", 9), ("found:old", -99)):
            mark_rows.set_mark(connection, name, NOW + timedelta(minutes=minutes))
        assert list(mark_rows.marks_since(connection, "found:", NOW)) == ["b", "a"]


def test_a_prefix_is_no_pattern(database: Database) -> None:
    with database.write() as connection:
        mark_rows.set_mark(connection, "found:a", NOW)
        assert mark_rows.marks_since(connection, "f%", NOW) == {}


def test_the_first_sign_of_life_ends_no_absence(database: Database) -> None:
    assert beat(database, 0) is None
    assert absences(database) == []


def test_a_restart_within_five_minutes_is_no_absence(database: Database) -> None:
    assert [beat(database, minutes) for minutes in (0, 5, 10)] == [None, None, None]
    assert absences(database) == []


def test_a_longer_gap_is_kept_with_its_times(database: Database) -> None:
    beat(database, 0)
    gap = Absence(NOW, NOW + timedelta(minutes=6))
    assert beat(database, 6) == gap
    assert absences(database) == [gap]


def test_of_processes_that_start_at_once_one_keeps_the_absence(database: Database) -> None:
    beat(database, 0)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: beat(database, 90), range(8)))
    assert sum(each is not None for each in told) == 1
    assert len(absences(database)) == 1


def test_a_clock_that_was_set_back_is_no_absence(database: Database) -> None:
    assert [beat(database, minutes) for minutes in (0, -600, -599)] == [None, None, None]


def test_absences_come_newest_first_and_old_ones_are_left_out(database: Database) -> None:
    for minutes in (0, 10, 30, 60):
        beat(database, minutes)
    ended = [absence.back_at for absence in absences(database, NOW + timedelta(minutes=20))]
    assert ended == [NOW + timedelta(minutes=60), NOW + timedelta(minutes=30)]
