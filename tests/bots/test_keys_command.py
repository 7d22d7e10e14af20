"""`tuslakh keys` and `tuslakh audit`: keys changed, dropped and checked, and the record verified, from the terminal."""

from __future__ import annotations

import argparse
import hmac
import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import md5, sha1, sha256
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import text

from bots import anchors, rekeying
from bots.commands import audit, keys
from bots.in_hand import InHand
from bots.stores import open_database, open_vault
from bots.upkeep import ERASING_EVERY
from config.settings import Settings
from knowledge import audit_rows, resealing
from knowledge.key_file import read_or_make_key, read_ring, write_ring
from knowledge.key_ring import new_key, raw
from knowledge.migrate import migrate
from knowledge.vault import Vault, VaultError
from tests.bots.wired import NUMBER, START

Command = Callable[..., int]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """On a database in which one person asked for a code, with its key in a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/keys.db")
    database, vault = open_database(Settings()), open_vault(Settings())
    migrate(database)
    with database.write() as connection:
        sealed = {"identity": vault.identity(NUMBER), "number": vault.seal(NUMBER)}
        connection.execute(
            text("INSERT INTO identities (identity, failures, number_sealed) VALUES (:identity, 3, :number)"), sealed
        )
        audit_rows.record(connection, "bot", "turn.told", "somebody", START)
    database.close()

    def run(*arguments: str) -> int:
        parser = argparse.ArgumentParser()
        verbs = parser.add_subparsers()
        for module in (audit, keys):
            module.add(verbs)
        chosen = parser.parse_args(arguments)
        return int(chosen.work(chosen))

    return run


def key_file() -> Path:
    return Settings().data_key_file


def settle() -> None:
    """A minute later."""
    long_ago = key_file().stat().st_mtime - 2 * rekeying.SETTLED_SECONDS
    os.utime(key_file(), (long_ago, long_ago))


def failures_of(number: str) -> int | None:
    """As a process that starts now finds the person."""
    database, vault = open_database(Settings()), open_vault(Settings())
    with database.read() as connection:
        query = text("SELECT failures, number_sealed FROM identities WHERE identity = :identity")
        row = connection.execute(query, {"identity": vault.identity(number)}).one_or_none()
    database.close()
    assert row is None or vault.open(row[1]) == number
    return None if row is None else int(row[0])


# --- keys ---


def test_a_rotation_adds_a_key_and_seals_everything_under_it(command: Command) -> None:
    old = read_or_make_key(key_file())
    assert command("keys", "rotate") == 0
    ring = read_ring(key_file())
    assert ring.data[1:] == (old,)
    with pytest.raises(VaultError):
        Vault([old]).open(sealed_number())
    assert Vault([ring.data[0]]).open(sealed_number()) == NUMBER


def sealed_number() -> bytes:
    database = open_database(Settings())
    with database.read() as connection:
        found = connection.execute(text("SELECT number_sealed FROM identities")).scalar_one()
    database.close()
    return bytes(found)


def test_after_a_rotation_the_old_key_can_go_and_people_are_still_found(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    old = read_or_make_key(key_file())
    command("keys", "rotate")
    settle()
    assert command("keys", "drop") == 0
    assert old not in key_file().read_text()
    assert failures_of(NUMBER) == 3
    assert command("keys", "check") == 0
    assert command("audit", "verify") == 0
    assert "FAULT" not in capsys.readouterr().out


def test_a_key_that_is_needed_is_not_dropped(command: Command) -> None:
    write_ring(key_file(), rekeying.with_new_keys(read_ring(key_file())))
    settle()
    assert command("keys", "drop") == 0
    assert len(read_ring(key_file()).data) == 2


def test_nothing_is_dropped_while_something_may_be_under_way(command: Command) -> None:
    command("keys", "rotate")
    with pytest.raises(ValueError, match="wait"):
        command("keys", "drop")


def test_a_rotation_that_was_broken_off_goes_on_without_another_key(command: Command) -> None:
    write_ring(key_file(), rekeying.with_new_keys(read_ring(key_file())))
    assert command("keys", "rotate", "--only-seal") == 0
    assert len(read_ring(key_file()).data) == 2
    assert Vault([read_ring(key_file()).data[0]]).open(sealed_number()) == NUMBER


def test_a_check_says_what_cannot_be_opened(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    key_file().write_text(f"{new_key()}\n")
    assert command("keys", "check") == 1
    assert "NOT OPENED: 1 of identities.number_sealed" in capsys.readouterr().out


def test_no_command_prints_a_key(command: Command, capfd: pytest.CaptureFixture[str]) -> None:
    command("keys", "rotate")
    command("keys", "check")
    command("keys", "reindex", "--stopped")
    printed = "".join(capfd.readouterr())
    assert [
        word for word in key_file().read_text().replace(":", " ").split() if word in printed and len(word) > 20
    ] == []


def test_keys_of_the_environment_are_not_changed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    old = read_or_make_key(key_file())
    monkeypatch.setenv("DATA_KEYS", f"{new_key()},{old}")
    for verb in (("rotate",), ("drop",), ("reindex", "--stopped")):
        with pytest.raises(ValueError, match="DATA_KEYS"):
            command("keys", *verb)
    assert command("keys", "rotate", "--only-seal") == 0
    assert read_or_make_key(key_file()) == old


# --- digests ---


def test_people_are_found_under_another_index_key(command: Command) -> None:
    before = read_ring(key_file()).index
    assert command("keys", "reindex", "--stopped") == 0
    assert read_ring(key_file()).index != before
    assert read_ring(key_file()).next_index is None
    assert failures_of(NUMBER) == 3


def test_digests_are_not_changed_while_processes_may_run(command: Command, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="--stopped"):
        command("keys", "reindex")
    running = InHand(tmp_path / "var", f"sqlite:///{tmp_path}/keys.db")
    with pytest.raises(ValueError, match="still runs"):
        command("keys", "reindex", "--stopped")
    running.close()


@pytest.mark.parametrize("committed", [False, True])
def test_a_change_of_digests_that_was_broken_off_goes_on_with_the_same_key(command: Command, committed: bool) -> None:
    """The new key is in the file; the database was changed, or was not yet; the file was not put right after it."""
    begun = replace(read_ring(key_file()), next_index=raw(new_key()))
    write_ring(key_file(), begun)
    if committed:
        command("keys", "reindex", "--stopped")
        write_ring(key_file(), begun)
    assert command("keys", "check") == (1 if committed else 0)
    assert command("keys", "reindex", "--stopped") == 0
    assert read_ring(key_file()).index == begun.next_index
    assert failures_of(NUMBER) == 3


# --- a stolen copy ---


def test_a_copy_of_the_database_without_the_keys_gives_no_register_number(command: Command, tmp_path: Path) -> None:
    """Row P7: neither by reading it, nor by trying the right number with every digest there is without a key."""
    command("keys", "rotate")
    stolen = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"number_sealed" in stolen
    guesses = [NUMBER.encode(), NUMBER.encode("utf-16-le"), NUMBER.lower().encode()]
    for guess in tuple(guesses):
        for made in (md5(guess), sha1(guess), sha256(guess)):
            guesses += [made.digest(), made.hexdigest().encode()]
        for key in (b"", b"tuslakh", b"tuslakh identity index"):
            guesses.append(hmac.new(key, guess, sha256).hexdigest().encode())
    assert [guess for guess in guesses if guess in stolen] == []
    assert resealing.needs(open_database(Settings()), Vault([new_key()])).by_key == {}


# --- the audit ---


def test_a_record_as_it_was_written_verifies(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("audit", "verify") == 0
    assert "1 entries as they were written, of 1 there should be; 0 anchors" in capsys.readouterr().out


def test_a_changed_record_is_named_by_its_place(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    connection = sqlite.connect(tmp_path / "keys.db")
    connection.execute("UPDATE audit SET subject = 'somebody else'")
    connection.commit()
    assert command("audit", "verify") == 1
    assert "FAULT at place 1" in capsys.readouterr().out


@pytest.mark.parametrize("named", [False, True])
def test_a_record_that_was_emptied_does_not_fit_its_anchors(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str], named: bool
) -> None:
    settings, vault = Settings(), open_vault(Settings())
    path = tmp_path / "elsewhere.jsonl" if named else settings.audit_anchor_file
    anchors.drop(open_database(settings), vault.ring.audit, path, ERASING_EVERY, START)
    assert command("audit", "verify", *(["--anchors", str(path)] if named else [])) == 0
    connection = sqlite.connect(tmp_path / "keys.db")
    connection.execute("DELETE FROM audit")
    connection.execute("UPDATE audit_heads SET place = 0, mac = ''")
    connection.commit()
    assert command("audit", "verify", *(["--anchors", str(path)] if named else [])) == 1
    assert "FAULT at place 1: entries up to 1 were anchored and are missing" in capsys.readouterr().out


def test_anchors_that_are_not_ours_are_refused(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "made-up.jsonl"
    path.write_text('{"place": 1, "mac": "f", "at": "2026-11-24T04:00:00+00:00", "seal": "f"}\n')
    with pytest.raises(anchors.AnchorProblem, match="line 1 "):
        command("audit", "verify", "--anchors", str(path))


def test_the_record_goes_on_under_the_new_key_after_a_rotation(command: Command) -> None:
    for _ in range(3):
        command("keys", "rotate")
    assert len(read_ring(key_file()).audit) == 4
    assert command("audit", "verify") == 0
