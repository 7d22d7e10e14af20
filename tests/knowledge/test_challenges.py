"""Codes as they are counted in the database, on SQLite and PostgreSQL (rows O1, O2, O7 of the threat model)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from dialogs.services import Language
from dialogs.verification.codes import CodeRules, check_try, lock_after_try
from knowledge import challenge_rows, conversation_rows
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.vault import Vault

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RULES = CodeRules()


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    return made


@pytest.fixture
def challenge_id(database: Database) -> str:
    vault = Vault([Fernet.generate_key().decode()])
    with database.write() as connection:
        stored = conversation_rows.create(connection, vault, "web", "a", Language.MN, "", NOW)
        challenge_rows.history(connection, "person", stored.state.id, NOW)
        return challenge_rows.open_challenge(connection, stored.state.id, "web", "person", "id-card", NOW)


def conversation_of(database: Database, challenge_id: str) -> str:
    with database.read() as connection:
        return conversation_rows.find(connection, "web", "a") or ""


def try_once(database: Database, challenge_id: str, conversation_id: str, now: datetime) -> bool:
    """The committed try that comes before every comparison."""
    with database.write() as connection:
        challenge = challenge_rows.find(connection, challenge_id, conversation_id)
        assert challenge is not None
        history = challenge_rows.history(connection, challenge.identity, conversation_id, now)
        if check_try(RULES, history, challenge.opened_at, now):
            return False
        locked = lock_after_try(RULES, history.failures + 1, now)
        challenge_rows.take_try(connection, challenge, locked, now)
        return True


def test_of_200_parallel_guesses_five_are_accepted(database: Database, challenge_id: str) -> None:
    conversation_id = conversation_of(database, challenge_id)
    with ThreadPoolExecutor(16) as pool:
        accepted = list(pool.map(lambda _: try_once(database, challenge_id, conversation_id, NOW), range(200)))
    assert sum(accepted) == 5


def test_of_50_parallel_right_codes_one_settles_the_challenge(database: Database, challenge_id: str) -> None:
    def settle(_: int) -> bool:
        with database.write() as connection:
            return challenge_rows.settle(connection, challenge_id, NOW)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(settle, range(50))) == 1


def test_a_lock_survives_a_restart(database: Database, challenge_id: str, database_url: str) -> None:
    conversation_id = conversation_of(database, challenge_id)
    for _ in range(5):
        assert try_once(database, challenge_id, conversation_id, NOW)
    database.close()
    assert not try_once(Database(database_url), challenge_id, conversation_id, NOW + timedelta(minutes=1))


def test_a_challenge_of_one_conversation_is_not_found_from_another(database: Database, challenge_id: str) -> None:
    with database.read() as connection:
        assert challenge_rows.find(connection, challenge_id, "another") is None


def test_a_right_code_forgets_the_failures(database: Database, challenge_id: str, tmp_path: Path) -> None:
    conversation_id = conversation_of(database, challenge_id)
    try_once(database, challenge_id, conversation_id, NOW)
    with database.write() as connection:
        challenge_rows.settle(connection, challenge_id, NOW)
        assert challenge_rows.history(connection, "person", conversation_id, NOW).failures == 0
