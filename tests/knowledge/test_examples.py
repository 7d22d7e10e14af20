"""Examples as they are kept, counted, decided and forgotten, on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from dialogs.learning import How
from knowledge import example_rows
from knowledge.database import Database
from knowledge.example_rows import Example
from knowledge.migrate import migrate
from knowledge.vault import Vault

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
VAULT = Vault([Fernet.generate_key().decode()])
SHOWN = ("passport-lost", "passport-expired")


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    return made


def keep(database: Database, words: str = "pasport", service_id: str | None = "passport-lost", day: date = DAY) -> None:
    with database.write() as connection:
        how = How.CHOICE if service_id else How.NONE
        example_rows.keep(connection, VAULT, words, service_id, how, SHOWN, day)


def waiting(database: Database) -> list[Example]:
    with database.read() as connection:
        return example_rows.waiting(connection, VAULT)


def decide(database: Database, state: str) -> bool:
    with database.write() as connection:
        return example_rows.decide(connection, waiting(database)[0].id, state, "Оюун (oyun)", NOW)


def rows(database: Database) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [
            tuple(row) for row in connection.execute(text("SELECT state, times, text_sealed, editor FROM examples"))
        ]


def test_what_is_kept_is_read_back_whole(database: Database) -> None:
    keep(database)
    (example,) = waiting(database)
    assert (example.text, example.how, example.service_id) == ("pasport", How.CHOICE, "passport-lost")
    assert (example.shown, example.times, example.made_on) == (SHOWN, 1, "2026-11-23")


@pytest.mark.parametrize("again", ["pasport", "  PASPORT ", "Pasport"])
def test_the_same_words_with_the_same_meaning_count_up(database: Database, again: str) -> None:
    keep(database)
    keep(database, again)
    assert [example.times for example in waiting(database)] == [2]


def test_the_same_words_with_another_meaning_stand_beside_each_other(database: Database) -> None:
    for service_id in ("passport-lost", "passport-expired", None):
        keep(database, service_id=service_id)
    assert sorted(str(example.service_id) for example in waiting(database)) == sorted(["None", *SHOWN])


def test_of_many_who_say_the_same_at_once_one_row_counts_all(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keep(database), range(24)))
    assert [example.times for example in waiting(database)] == [24]


def test_what_is_said_most_often_comes_first(database: Database) -> None:
    for words in ("one", "two", "two"):
        keep(database, words)
    assert [example.text for example in waiting(database)] == ["two", "one"]


@pytest.mark.parametrize("state", [example_rows.ACCEPTED, example_rows.DECLINED])
def test_with_the_decision_the_words_are_wiped_and_who_decided_stays(database: Database, state: str) -> None:
    keep(database)
    assert decide(database, state)
    assert rows(database) == [(state, 1, None, "Оюун (oyun)")]


def test_what_was_decided_does_not_come_back_and_is_counted_on(database: Database) -> None:
    keep(database)
    decide(database, example_rows.DECLINED)
    keep(database)
    assert waiting(database) == []
    assert rows(database)[0][:3] == ("declined", 2, None)


def test_of_two_who_decide_the_second_changes_nothing(database: Database) -> None:
    keep(database)
    (example,) = waiting(database)
    with database.write() as connection:
        assert example_rows.decide(connection, example.id, example_rows.ACCEPTED, "first", NOW)
        assert not example_rows.decide(connection, example.id, example_rows.DECLINED, "second", NOW)
        assert example_rows.find_waiting(connection, VAULT, example.id) is None
    assert rows(database)[0][3] == "first"


def test_undecided_ones_are_deleted_when_their_days_are_over(database: Database) -> None:
    keep(database, "old", day=DAY - timedelta(days=91))
    keep(database, "due", day=DAY - timedelta(days=90))
    with database.write() as connection:
        assert example_rows.anything_old(connection, DAY, 90)
        assert example_rows.forget_old(connection, DAY, 90) == 1
        assert not example_rows.anything_old(connection, DAY, 90)
    assert [example.text for example in waiting(database)] == ["due"]


def test_decided_ones_stay_without_their_words(database: Database) -> None:
    keep(database, day=DAY - timedelta(days=400))
    decide(database, example_rows.ACCEPTED)
    with database.write() as connection:
        assert example_rows.forget_old(connection, DAY, 90) == 0
    assert len(rows(database)) == 1


def test_the_words_cannot_be_read_in_the_table(database: Database) -> None:
    keep(database, "хөхтолгойн паспорт")
    assert "хөхтолгойн".encode() not in bytes(rows(database)[0][2])  # type: ignore[call-overload]


def test_a_row_tells_neither_the_conversation_nor_the_time(database: Database) -> None:
    keep(database)
    with database.read() as connection:
        (row,) = connection.execute(text("SELECT * FROM examples")).mappings()
    assert not {name for name in row if "conversation" in name or "address" in name}
    assert row["made_on"] == "2026-11-23"
    assert row["decided_at"] is None


def test_when_more_wait_than_anybody_reads_new_words_are_not_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example_rows, "MOST_WAITING", 2)
    for words in ("one", "two", "three", "one"):
        keep(database, words)
    assert {example.text: example.times for example in waiting(database)} == {"one": 2, "two": 1}


def test_a_digest_of_one_purpose_is_no_digest_of_another() -> None:
    assert len({VAULT.digest("example", "x"), VAULT.digest("other", "x"), VAULT.identity("x")}) == 3
