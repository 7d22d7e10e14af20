"""Sends that did not certainly arrive: which of them the desk is shown, and with which case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update

from dialogs.services import Language
from knowledge import case_rows, conversation_rows, delivery_rows, outbox_rows
from knowledge.database import Connection, Database
from knowledge.migrate import migrate
from knowledge.tables import outbox
from knowledge.vault import Vault

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WEEK_AGO = NOW - timedelta(days=7)
VAULT = Vault([Fernet.generate_key().decode()])


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    return made


def ended(connection: Connection, conversation: str, status: str, at: datetime = NOW, problem: str = "Boom") -> None:
    """A send that ended so."""
    outbox_rows.owe(connection, VAULT, conversation, "telegram", "7", "reply", 1, "{}", at)
    values = {"status": status, "sent_at": at, "problem": problem}
    connection.execute(update(outbox).where(outbox.c.status == "waiting").values(**values))


def conversation(connection: Connection) -> str:
    return conversation_rows.create(connection, VAULT, "telegram", "7", Language.MN, "", NOW).state.id


def test_what_failed_may_have_failed_or_was_shut_out_is_told(database: Database) -> None:
    with database.write() as connection:
        chat = conversation(connection)
        for status in ("sent", "failed", "unknown", "cancelled", "shut"):
            ended(connection, chat, status)
        told = delivery_rows.troubled(connection, WEEK_AGO)
    assert [each.status for each in told] == ["shut", "unknown", "failed"]
    assert {each.problem for each in told} == {"Boom"}


def test_what_ended_before_that_is_left_out(database: Database) -> None:
    with database.write() as connection:
        ended(connection, conversation(connection), "failed", WEEK_AGO - timedelta(seconds=1))
        assert delivery_rows.troubled(connection, WEEK_AGO) == []


def test_there_are_never_more_than_asked_for(database: Database) -> None:
    with database.write() as connection:
        chat = conversation(connection)
        for minutes in range(4):
            ended(connection, chat, "failed", NOW - timedelta(minutes=minutes))
        told = delivery_rows.troubled(connection, WEEK_AGO, limit=2)
    assert [each.ended_at for each in told] == [NOW, NOW - timedelta(minutes=1)]


def test_a_send_is_told_with_the_newest_case_of_its_conversation(database: Database) -> None:
    with database.write() as connection:
        chat = conversation(connection)
        ended(connection, chat, "failed")
        assert delivery_rows.troubled(connection, WEEK_AGO)[0].case_id is None
        case_rows.open_case(connection, chat, "asked", NOW)
        case_rows.close(connection, chat, NOW)
        case_rows.open_case(connection, chat, "asked", NOW + timedelta(minutes=1))
        (newest,) = case_rows.open_cases(connection)
        assert delivery_rows.troubled(connection, WEEK_AGO)[0].case_id == newest.id
