"""What is over is erased, and nothing before (row P4 of the threat model)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update

from config.settings import Settings
from knowledge import identity_rows, retention_rows
from knowledge.database import Connection, Database
from knowledge.house_tables import metadata
from knowledge.migrate import migrate
from knowledge.proof_tables import links, phones, proofs, sms
from knowledge.retention_rows import KEPT, Periods, erase_due
from knowledge.scrubbing import scrub
from knowledge.tables import challenges, code_tries, conversations, identities, inbox, outbox
from tests.knowledge.chats import NOW, VAULT, after
from tests.knowledge.full_chat import Canary, fill, readable, sealed_bytes

OLD = Canary("Хуучин үг", "ШЩ90010112", "99331144")
NEW = Canary("Шинэ үг", "ШЩ90010113", "99331145")
PERIODS = Periods()


@pytest.fixture
def database(database_url: str) -> Database:
    made = Database(database_url)
    migrate(made)
    return made


def until_nothing_is_over(connection: Connection, now: datetime, batch: int = 100) -> int:
    """How many rounds it took."""
    for round_number in range(50):
        if not any(erase_due(connection, VAULT, PERIODS, now, batch).values()):
            return round_number
    raise AssertionError("it does not end")


def count(connection: Connection, table: str) -> int:
    return int(connection.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one())


def test_p4_of_a_chat_whose_time_is_over_nothing_is_left_in_any_table_or_file(
    database: Database, tmp_path: Path
) -> None:
    with database.write() as connection:
        old = fill(connection, OLD, NOW)
        sealed = sealed_bytes(connection)
    with database.write() as connection:
        fill(connection, NEW, after(days=300))
    with database.write() as connection:
        until_nothing_is_over(connection, after(days=366))
    assert scrub(database)
    with database.read() as connection:
        text = readable(connection)
    assert [
        word for word in (*OLD.all(), f"'{old.address}'", VAULT.identity(OLD.register_number)) if word in text
    ] == []
    assert [word for word in (NEW.word, NEW.register_number) if word not in text] == []
    left = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))
    assert [each for each in sealed if each in left] == []


def test_in_the_end_only_the_audit_is_left(database: Database) -> None:
    with database.write() as connection:
        fill(connection, OLD, NOW)
    with database.write() as connection:
        until_nothing_is_over(connection, after(days=366))
        left = {table.name: count(connection, table.name) for table in metadata.sorted_tables}
    assert {name for name, number in left.items() if number} == {"audit", "audit_heads"}


@pytest.mark.parametrize(("days", "there"), [(29, True), (31, False)])
def test_codes_and_events_go_after_their_days(database: Database, days: int, there: bool) -> None:
    with database.write() as connection:
        fill(connection, OLD, NOW)
        connection.execute(update(outbox).values(status="sent"))
        connection.execute(update(inbox).values(status="done", done_at=NOW))
        until_nothing_is_over(connection, after(days=days))
        for table in (challenges, code_tries, sms, inbox, outbox):
            assert bool(count(connection, table.name)) is there
        for table in (proofs, links, phones, conversations):
            assert count(connection, table.name)


def test_what_still_waits_is_not_erased_with_the_events(database: Database) -> None:
    with database.write() as connection:
        fill(connection, OLD, NOW)
        until_nothing_is_over(connection, after(days=100))
        assert connection.execute(select(inbox.c.status)).scalars().all() == ["waiting"]
        assert set(connection.execute(select(outbox.c.status)).scalars()) == {"waiting", "sending"}


@pytest.mark.parametrize(
    ("held", "stays"),
    [
        ({"failures": 0}, False),
        ({"failures": 100}, True),
        ({"failures": 3}, True),
        ({"locked_until": after(days=400)}, True),
        ({"muted_until": after(days=400)}, True),
        ({"links_until": after(days=400)}, True),
        ({"locked_until": after(days=1)}, False),
    ],
)
def test_an_identity_goes_unless_it_is_locked_disabled_or_guessed_at(
    shared: Database, held: dict[str, object], stays: bool
) -> None:
    with shared.write() as connection:
        connection.execute(delete(identities))
        person = identity_rows.seen(connection, VAULT, OLD.register_number, NOW)
        connection.execute(update(identities).where(identities.c.identity == person).values(held))
        until_nothing_is_over(connection, after(days=31))
        assert bool(count(connection, "identities")) is stays


def test_wrong_codes_are_forgotten_with_the_proofs_but_a_disabled_person_never(database: Database) -> None:
    with database.write() as connection:
        for number, failures in ((OLD.register_number, 99), (NEW.register_number, 100)):
            person = identity_rows.seen(connection, VAULT, number, NOW)
            mine = update(identities).where(identities.c.identity == person)
            connection.execute(mine.values(failures=failures))
        until_nothing_is_over(connection, after(days=366))
        assert connection.execute(select(identities.c.failures)).scalars().all() == [100]


def test_many_rows_go_in_batches_until_none_is_over(database: Database) -> None:
    with database.write() as connection:
        for _ in range(3):
            fill(connection, OLD, NOW)
            connection.execute(delete(phones))
        assert until_nothing_is_over(connection, after(days=366), batch=1) == 3
        assert count(connection, "conversations") == 0


def test_a_tried_code_of_an_old_challenge_that_was_tried_lately_is_kept_whole(database: Database) -> None:
    with database.write() as connection:
        things = fill(connection, OLD, NOW)
        late = {"identity": "person", "challenge_id": things.challenge_id, "at": after(days=30)}
        connection.execute(insert(code_tries).values(late))
        until_nothing_is_over(connection, after(days=31))
        assert count(connection, "challenges") == 1


def test_every_table_with_people_in_it_has_a_period() -> None:
    without = {
        "absences", "drafts", "release_services", "releases", "service_versions", "sms_blocks", "staff",
        "staff_sessions",
    }  # fmt: skip
    named = {table for kept in KEPT for table in kept.tables}
    assert {table.name for table in metadata.sorted_tables} == named | without


def test_the_periods_of_the_map_are_those_of_the_settings() -> None:
    days = {kept.setting: kept.period.split()[0] for kept in KEPT if kept.setting}
    fields = Settings.model_fields
    assert days == {name: str(fields[name].default) for name in days}
    defaults = [timedelta(days=fields[f"{name}_kept_days"].default) for name in ("talk", "proofs", "codes", "events")]
    assert [PERIODS.talk, PERIODS.proofs, PERIODS.codes, PERIODS.events] == defaults
    assert retention_rows.BATCH > 0
