"""The audit's chain: entries without gaps or forks, and every kind of tampering named (rows P3, R28, K17)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pysqlite3.dbapi2 as sqlite
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, text

from knowledge import audit_check, audit_rows
from knowledge.audit_chain import AuditError, Entry, mac_of
from knowledge.audit_check import Checked
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.vault import Vault

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 4, 0, 0, 123457, tzinfo=UTC)
KEY = Fernet.generate_key().decode()
AUDIT_KEY = Vault([KEY]).audit_key
ENTRIES = 10_000  # 100,000 of the row are walked by hand: docs/privacy.md has the seconds


def opened(url: str, key: str | None = KEY) -> Database:
    return Database(url, Vault([key]).audit_key if key else None)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = opened(database_url)
    migrate(made)
    yield made
    made.close()


def write(database: Database, *actions: str) -> None:
    with database.write() as connection:
        for action in actions:
            audit_rows.record(connection, "bot", action, "somebody", NOW)


def checked(database: Database, anchors: Mapping[int, str] | None = None, *keys: str) -> Checked:
    with database.read() as connection:
        return audit_check.check(connection, Vault(keys or [KEY]).ring.audit, anchors or {})


def place_of_fault(found: Checked) -> int:
    assert found.fault is not None
    return found.fault.place


def do_and_record(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("INSERT INTO marks (name, at) VALUES ('done', 0)"))
        audit_rows.record(connection, "bot", "b", "somebody", NOW)


def record_and_fail(connection: Connection) -> None:
    audit_rows.record(connection, "bot", "lost", "somebody", NOW)
    raise RuntimeError


def actions(database: Database) -> list[str]:
    with database.read() as connection:
        return [row[0] for row in connection.execute(text("SELECT action FROM audit ORDER BY place"))]


# --- what is written ---


def test_entries_form_a_chain_that_can_be_checked(database: Database) -> None:
    write(database, "a", "b")
    write(database, "c")
    assert checked(database) == Checked(entries=3, unchained=0, head=3, fault=None)


def test_entries_of_before_the_chain_are_counted(database_url: str) -> None:
    bare = opened(database_url, key=None)
    migrate(bare)
    write(bare, "old", "older")
    write(opened(database_url), "new")
    assert checked(bare) == Checked(entries=3, unchained=2, head=3, fault=None)


def test_a_chain_that_never_began_is_a_fault(database_url: str) -> None:
    bare = opened(database_url, key=None)
    migrate(bare)
    write(bare, "old")
    assert place_of_fault(checked(bare)) == 1


def test_without_the_key_nothing_can_be_done_in_a_chained_database(database: Database, database_url: str) -> None:
    write(database, "a")
    bare = opened(database_url, key=None)
    with pytest.raises(AuditError, match="DATA_KEYS"):
        do_and_record(bare)
    with bare.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM marks")).scalar() == 0


def test_an_action_whose_entry_cannot_be_written_is_taken_back(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("DELETE FROM audit_heads"))
    with pytest.raises(AuditError):
        do_and_record(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM marks")).scalar() == 0


def test_an_entry_outside_of_a_write_is_refused(database: Database) -> None:
    with database.read() as connection, pytest.raises(AuditError):
        audit_rows.record(connection, "bot", "a", "somebody", NOW)


def test_an_action_that_was_taken_back_leaves_no_entry(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        record_and_fail(connection)
    write(database, "kept")
    assert actions(database) == ["kept"]


def test_what_a_savepoint_takes_back_leaves_no_entry(database: Database) -> None:
    with database.write() as connection:
        audit_rows.record(connection, "bot", "first", "somebody", NOW)
        with pytest.raises(RuntimeError), connection.begin_nested():
            record_and_fail(connection)
        with connection.begin_nested():
            audit_rows.record(connection, "bot", "second", "somebody", NOW)
    assert actions(database) == ["first", "second"]
    assert checked(database).fault is None


def test_the_last_action_is_also_one_of_the_transaction_under_way(database: Database) -> None:
    write(database, "turn.old")
    with database.write() as connection:
        assert audit_rows.last_action(connection, "somebody", "turn.") == "old"
        audit_rows.record(connection, "bot", "turn.told", "somebody", NOW)
        audit_rows.record(connection, "bot", "turn.told", "another", NOW)
        assert audit_rows.last_action(connection, "somebody", "turn.") == "told"


def test_signs_a_database_cannot_hold_are_replaced_and_still_check(database: Database) -> None:
    with database.write() as connection:
        audit_rows.record(connection, "bot", "a", "x\0y\ud800", NOW, "Ө" * 900)
    assert checked(database).fault is None


def test_many_writers_at_once_make_no_gap_and_no_fork(database: Database) -> None:
    """Row R28."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: write(database, f"a{number}", f"b{number}"), range(60)))
    assert checked(database) == Checked(entries=120, unchained=0, head=120, fault=None)


def test_one_that_locks_before_and_one_after_its_entry_do_not_wait_for_each_other(database: Database) -> None:
    """A head locked at once would meet these two in a deadlock, as both go on only when both have begun."""
    with database.write() as connection:
        connection.execute(text("INSERT INTO marks (name, at) VALUES ('chat', 0)"))
    if database.is_sqlite:
        pytest.skip("one writer at a time")
    both = Barrier(2, timeout=20)

    def locks_first() -> None:
        with database.write() as connection:
            connection.execute(text("SELECT * FROM marks FOR UPDATE"))
            both.wait()
            audit_rows.record(connection, "bot", "a", "somebody", NOW)

    def records_first() -> None:
        with database.write() as connection:
            audit_rows.record(connection, "bot", "b", "somebody", NOW)
            both.wait()
            connection.execute(text("SELECT * FROM marks FOR UPDATE"))

    with ThreadPoolExecutor(2) as pool:
        for running in [pool.submit(locks_first), pool.submit(records_first)]:
            running.result(20)
    assert sorted(actions(database)) == ["a", "b"]


# --- keys change ---


def test_a_chain_goes_on_under_a_new_key_and_both_parts_check(database: Database, database_url: str) -> None:
    old, new = Vault([KEY]).ring, Fernet.generate_key().decode()
    lines = [*old.pinned()[:-1], f"audit:{new}", old.pinned()[-1]]
    write(database, "a")
    write(Database(database_url, Vault(lines).audit_key), "b")
    assert checked(database, None, *lines).fault is None


def test_the_old_key_does_not_count_any_more_after_the_new_one(database: Database, database_url: str) -> None:
    old, new = Vault([KEY]).ring, Fernet.generate_key().decode()
    lines = [*old.pinned()[:-1], f"audit:{new}", old.pinned()[-1]]
    write(Database(database_url, Vault(lines).audit_key), "a")
    write(database, "forged with the old key")
    assert place_of_fault(checked(database, None, *lines)) == 2


# --- what was done to it (row P3) ---


@pytest.fixture(scope="module")
def long_chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chain") / "chain.db"
    database = opened(f"sqlite:///{path}")
    migrate(database)
    with database.write() as connection:
        for number in range(ENTRIES):
            audit_rows.record(connection, "bot", "turn.told", f"chat {number}", NOW + timedelta(seconds=number))
    database.close()
    return path


@pytest.fixture
def copied(long_chain: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(long_chain, tmp_path / "copy.db"))


def tamper(path: Path, *statements: str) -> None:
    """By somebody who owns the database and has not the key."""
    connection = sqlite.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def anchor(path: Path, place: int) -> dict[int, str]:
    with opened(f"sqlite:///{path}").read() as connection:
        mac = audit_check.mac_at(connection, place)
    assert mac
    return {place: mac}


MOVED_UP = (
    "UPDATE audit SET place = -(place + 1) WHERE place >= 4000",
    "UPDATE audit SET place = -place WHERE place < 0",
)
HEAD_AS_IT_IS = (
    "UPDATE audit_heads SET place = (SELECT max(place) FROM audit)",
    "UPDATE audit_heads SET mac = (SELECT mac FROM audit ORDER BY place DESC LIMIT 1)",
)
INSERTED = (
    "INSERT INTO audit (at, actor, action, subject, detail, place, mac)"
    " SELECT at, actor, 'forged', subject, detail, 4000, mac FROM audit WHERE place = 3999"
)
MOVED_DOWN = "UPDATE audit SET place = place - 1 WHERE place > 4000"


@pytest.mark.parametrize(
    ("statements", "place"),
    [
        (["UPDATE audit SET subject = 'chat 7' WHERE place = 5000"], 5000),
        (["UPDATE audit SET at = at + 1 WHERE place = 1"], 1),
        (["DELETE FROM audit WHERE place = 4000"], 4000),
        (["DELETE FROM audit WHERE place = 4000", MOVED_DOWN, *HEAD_AS_IT_IS], 4000),
        ([*MOVED_UP, INSERTED, *HEAD_AS_IT_IS], 4000),
        (["DELETE FROM audit WHERE place > 9000"], 9001),
        (["UPDATE audit SET mac = ''", "UPDATE audit_heads SET mac = ''"], 9500),
        (["UPDATE audit_heads SET mac = 'f'"], ENTRIES),
        (["DELETE FROM audit_heads"], ENTRIES + 1),
        (["DELETE FROM audit", "UPDATE audit_heads SET place = 0, mac = ''"], 1),
    ],
    ids=["edit", "edit-first", "delete", "delete-close", "insert", "cut", "unchain", "head", "no-head", "empty"],
)
def test_tampering_is_found_and_its_place_named(copied: Path, statements: list[str], place: int) -> None:
    """Row P3; the last anchor is at place 9,500."""
    known = anchor(copied, 9500)
    tamper(copied, *statements)
    assert place_of_fault(checked(opened(f"sqlite:///{copied}"), known)) == place


def test_a_tail_that_was_cut_with_its_head_put_right_is_found_by_an_anchor(copied: Path) -> None:
    """Row P3."""
    known = anchor(copied, 9500)
    tamper(copied, "DELETE FROM audit WHERE place > 9000", *HEAD_AS_IT_IS)
    assert place_of_fault(checked(opened(f"sqlite:///{copied}"), known)) == 9001


def test_a_tail_that_was_cut_and_filled_again_by_the_product_is_found_by_an_anchor(copied: Path) -> None:
    """Row P3: as nobody but the product has the key, it goes on behind the cut."""
    known = anchor(copied, 9500)
    tamper(copied, "DELETE FROM audit WHERE place > 9000", *HEAD_AS_IT_IS)
    write(opened(f"sqlite:///{copied}"), *["turn.told"] * 1000)
    assert place_of_fault(checked(opened(f"sqlite:///{copied}"), known)) == 9500


def test_a_chain_rewritten_as_a_whole_without_the_key_is_found(copied: Path) -> None:
    """Row P3."""
    connection = sqlite.connect(copied)
    before = ""
    for row in connection.execute("SELECT place, at, actor, subject, detail FROM audit ORDER BY place").fetchall():
        entry = Entry(datetime.fromtimestamp(row[1], UTC), row[2], "turn.done", row[3], row[4])
        before = mac_of(b"a key of one's own", before, row[0], entry)
        connection.execute("UPDATE audit SET action = 'turn.done', mac = ? WHERE place = ?", (before, row[0]))
    connection.execute("UPDATE audit_heads SET mac = ?", (before,))
    connection.commit()
    connection.close()
    assert place_of_fault(checked(opened(f"sqlite:///{copied}"))) == 1


def test_an_untouched_chain_has_no_fault_and_tells_how_far_it_is(copied: Path) -> None:
    told: list[int] = []
    with opened(f"sqlite:///{copied}").read() as connection:
        found = audit_check.check(connection, Vault([KEY]).ring.audit, anchor(copied, 9500), told.append)
    assert found == Checked(ENTRIES, 0, ENTRIES, None)
    assert told == [5000, 10_000]


# --- a process that is killed (rows R28, K17) ---

DIES = """
import os, signal, sys
from datetime import UTC, datetime
from sqlalchemy import event, text
from knowledge import audit_rows
from knowledge.database import Database
from knowledge.vault import Vault

database, step = Database(sys.argv[1], Vault([sys.argv[2]]).audit_key), sys.argv[3]
dies = lambda: os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(database._writer, "before_cursor_execute")
def before(connection, cursor, statement, *rest):
    if statement.startswith(step):
        dies()

@event.listens_for(database._writer, "after_cursor_execute")
def after(connection, cursor, statement, *rest):
    if statement.startswith(step.removeprefix("after ")):
        dies()

with database.write() as connection:
    connection.execute(text("INSERT INTO marks (name, at) VALUES ('done', 0)"))
    audit_rows.record(connection, "bot", "a", "somebody", datetime.now(UTC))
dies()
"""


@pytest.mark.parametrize(
    ("step", "written"),
    [
        ("INSERT INTO audit", 0),
        ("after INSERT INTO audit", 0),
        ("UPDATE audit_heads", 0),
        ("after UPDATE audit_heads", 0),
        ("nothing", 1),
    ],
)
def test_a_kill_at_any_step_leaves_action_and_entry_or_neither(tmp_path: Path, step: str, written: int) -> None:
    """Rows R28 and K17."""
    url = f"sqlite:///{tmp_path}/killed.db"
    database = opened(url)
    migrate(database)
    write(database, "before")
    subprocess.run([sys.executable, "-c", DIES, url, KEY, step], cwd=ROOT, check=False, capture_output=True)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM marks")).scalar() == written
    assert checked(database) == Checked(1 + written, 0, 1 + written, None)
