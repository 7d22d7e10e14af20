"""Erasing beside turns on PostgreSQL: people are locked before anything of theirs is touched (no ring of waits)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text, update

from dialogs.services import Language
from knowledge import conversation_rows, identity_rows, proof_rows
from knowledge.database import Connection, Database
from knowledge.migrate import migrate
from knowledge.proof_tables import proofs
from knowledge.retention_rows import Periods, erase_due
from tests.conftest import new_postgres
from tests.knowledge.chats import NOW, VAULT, after

NUMBER = "УБ90010112"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.fixture
def database(postgres_server: str) -> Iterator[Database]:
    made = Database(new_postgres(postgres_server))
    migrate(made)
    yield made
    made.close()


def proven(connection: Connection, address: str) -> str:
    """A quiet chat that was once proven as the person."""
    made = conversation_rows.create(connection, VAULT, "web", address, Language.MN, "", NOW)
    identity = identity_rows.seen(connection, VAULT, NUMBER, NOW)
    proof_rows.keep(
        connection,
        proof_id=str(uuid4()),
        conversation_id=made.state.id,
        identity=identity,
        level="phone",
        way="sms",
        login_type="",
        now=NOW,
        undo=timedelta(days=1),
    )
    return made.state.id


def erase(database: Database) -> None:
    with database.write() as connection:
        erase_due(connection, VAULT, Periods(), after(days=366))


def until_somebody_waits(database: Database) -> None:
    for _ in range(200):
        with database.read() as connection:
            if connection.execute(text(WAITING)).scalar_one():
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_who_holds_a_person_can_still_end_their_proofs_in_chats_that_are_being_erased(database: Database) -> None:
    with database.write() as connection:
        chats = [proven(connection, address) for address in ("a", "b")]
    eraser = threading.Thread(target=erase, args=(database,))
    with database.write() as connection:
        identity_rows.lock(connection, VAULT.identity(NUMBER))
        eraser.start()
        until_somebody_waits(database)
        connection.execute(text("SET LOCAL lock_timeout = '1s'"))
        ended = update(proofs).where(proofs.c.conversation_id.in_(chats)).values(end="elsewhere")
        assert connection.execute(ended).rowcount == 2
    eraser.join()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM proofs")).scalar_one() == 0
