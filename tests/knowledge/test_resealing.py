"""Everything sealed comes under the newest key, and what a process writes meanwhile is not lost (row X3)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, text

from knowledge import mark_rows, resealing
from knowledge.database import Database
from knowledge.house_tables import metadata
from knowledge.key_file import KeyFile, read_ring, write_ring
from knowledge.key_ring import new_key
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.bots.wired import START
from tests.kill.story import until

ROOT = Path(__file__).parents[2]
OLD, NEW, LOST = new_key(), new_key(), new_key()
EXAMPLE = "INSERT INTO examples (id, digest, made_on, text_sealed, how, shown, times, state) VALUES"
ITEM = "INSERT INTO feed (conversation_id, position, at, author, ref, body_sealed) VALUES"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    migrate(made)
    yield made
    made.close()


def fill(database: Database, vault: Vault, number: int) -> None:
    """Examples, and a feed whose key has two columns; some without content."""
    with database.write() as connection:
        state = vault.seal("state")
        connection.execute(
            text(
                "INSERT INTO conversations (id, channel, address, language, owner_number, state_sealed, created_at,"
                " updated_at) VALUES ('c', 'web', 'a', 'mn', 0, :sealed, 0, 0)"
            ),
            {"sealed": state},
        )
        for each in range(number):
            values = {"id": f"e{each}", "sealed": vault.seal(f"words {each}"), "place": each}
            connection.execute(text(f"{EXAMPLE} (:id, :id, '2026-11-24', :sealed, 'none', '', 1, 'new')"), values)
            connection.execute(text(f"{ITEM} ('c', :place, 0, 'bot', '', :sealed)"), values)
        connection.execute(text(f"{EXAMPLE} ('empty', 'empty', '2026-11-24', NULL, 'none', '', 1, 'new')"))


def opened(database: Database, vault: Vault) -> list[str]:
    with database.read() as connection:
        rows = connection.execute(text("SELECT id, text_sealed FROM examples WHERE text_sealed IS NOT NULL")).all()
    return [vault.open(row[1]) for row in sorted(rows, key=lambda row: int(row[0][1:]))]


def test_every_sealed_column_is_known_by_its_name() -> None:
    by_name = {str(column) for column in resealing.sealed_columns()}
    by_kind = {
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert by_name == by_kind


def test_all_that_is_sealed_comes_under_the_newest_key(database: Database) -> None:
    fill(database, Vault([OLD]), 600)
    told: list[int] = []
    done = resealing.reseal(database, Vault([NEW, OLD]), told.append)
    assert (done.read, done.changed, done.unopened) == (1201, 1201, 0)
    assert told[-1] == 1201
    assert opened(database, Vault([NEW])) == [f"words {each}" for each in range(600)]
    assert resealing.needs(database, Vault([NEW, OLD])).by_key == {0: 1201}


def test_a_pass_that_was_broken_off_is_begun_again(database: Database) -> None:
    fill(database, Vault([OLD]), 600)

    def stop(done: int) -> None:
        if done > 400:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resealing.reseal(database, Vault([NEW, OLD]), stop)
    half = resealing.needs(database, Vault([NEW, OLD])).by_key
    assert half[0] > 0
    assert half[1] > 0
    again = resealing.reseal(database, Vault([NEW, OLD]))
    assert again.changed == half[1]
    assert len(opened(database, Vault([NEW]))) == 600


def test_what_was_written_meanwhile_stays(database: Database) -> None:
    vault = Vault([NEW, OLD])
    fill(database, Vault([OLD]), 1)

    class Slow(Vault):
        """Somebody writes between reading and putting back."""

        def resealed(self, sealed: bytes) -> bytes | None:
            new = super().resealed(sealed)
            with database.write() as connection:
                connection.execute(text("UPDATE examples SET text_sealed = :new"), {"new": vault.seal("newer words")})
            return new

    resealing.reseal(database, Slow([NEW, OLD]))
    with database.read() as connection:
        kept = connection.execute(text("SELECT text_sealed FROM examples WHERE id = 'e0'")).scalar_one()
    assert vault.open(kept) == "newer words"


def test_what_no_key_opens_is_counted_by_its_column_and_left_alone(database: Database) -> None:
    fill(database, Vault([LOST]), 2)
    found = resealing.needs(database, Vault([NEW, OLD]))
    assert found.unopened == {"examples.text_sealed": 2, "feed.body_sealed": 2, "conversations.state_sealed": 1}
    assert resealing.reseal(database, Vault([NEW, OLD])).unopened == 5
    assert len(opened(database, Vault([LOST]))) == 2


WRITES = """
import sys, time
from pathlib import Path
from sqlalchemy import text
from knowledge.database import Database
from knowledge.key_file import KeyFile
from knowledge.vault import Vault

database, file = Database(sys.argv[1]), KeyFile(Path(sys.argv[2]))
vault, number = Vault(file.lines, file), 0
print("writing", flush=True)
while not Path(sys.argv[3]).exists():
    with database.write() as connection:
        values = {"id": f"e{number}", "sealed": vault.seal(f"words {number}")}
        connection.execute(text("%s (:id, :id, '2026-11-24', :sealed, 'none', '', 1, 'new')"), values)
        before = connection.execute(text("SELECT text_sealed FROM examples ORDER BY made_on, id LIMIT 1")).scalar_one()
        assert vault.open(before).startswith("words ")
    number += 1
    time.sleep(0.001)
print(number, flush=True)
"""


def wait_for_more(database: Database, vault: Vault) -> None:
    """Until the process wrote under the newest key, however slow the machine is."""
    before = len(opened(database, vault))
    until(lambda: len(opened(database, vault)) > before + 1, "writes under the new key")


def test_a_rotation_while_a_process_writes_loses_nothing_and_leaves_nothing_under_the_old_key(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """Row X3: three rotations, one after the other, then the first three keys are gone."""
    path, stop = tmp_path / "data.key", tmp_path / "stop"
    file = KeyFile(path)
    vault = Vault(file.lines, file)
    arguments = [sys.executable, "-c", WRITES % EXAMPLE, database_url, str(path), str(stop)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        for _ in range(3):
            ring = read_ring(path)
            write_ring(path, replace(ring, data=(new_key(), *ring.data)))
            while resealing.reseal(database, vault).changed:
                pass
            with database.write() as connection:
                mark_rows.set_mark(connection, "rotated", START)
            wait_for_more(database, vault)
        stop.touch()
        written = int(writer.stdout.readline())
        assert writer.wait(20) == 0
    while resealing.reseal(database, vault).changed:
        pass
    ring = read_ring(path)
    assert len(ring.data) == 4
    write_ring(path, replace(ring, data=ring.data[:1]))
    assert written > 3
    assert opened(database, vault) == [f"words {each}" for each in range(written)]
