"""A process whose keys open nothing of its database does not start: it would set every message aside."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bots.app import web_application
from bots.rekeying import NotStoppedError, require_keys
from bots.stores import open_database
from bots.world import now_utc
from config.settings import Settings
from knowledge import mark_rows
from knowledge.database import Database
from knowledge.key_file import read_ring, write_ring
from knowledge.key_ring import name_of, raw
from knowledge.migrate import migrate
from knowledge.vault import Vault, VaultError
from tests.bots.wired import wire

KEY = "aW52ZW50ZWQgZGF0YSBrZXkgb2YgYSB0ZXN0LCAzMiE="
OTHER = "YW5vdGhlciBpbnZlbnRlZCBkYXRhIGtleSwgMzIgYnk="
CHAT = "a" * 64


def test_other_keys_than_those_of_the_chats_are_refused(tmp_path: Path) -> None:
    wired = wire(tmp_path)
    wired.citizen(CHAT).put({"text": "сайн уу"})
    with pytest.raises(VaultError, match="DATA_KEY_FILE"):
        require_keys(wired.parts.database, Vault([OTHER]))


def test_the_right_keys_also_beside_a_newer_one_are_fine(tmp_path: Path) -> None:
    wired = wire(tmp_path)
    wired.citizen(CHAT).put({"text": "сайн уу"})
    require_keys(wired.parts.database, wired.parts.vault)
    require_keys(wired.parts.database, Vault([OTHER, *wired.parts.vault.ring.data]))


def test_an_empty_database_takes_any_key(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new.db")
    migrate(database)
    require_keys(database, Vault([KEY]))
    database.close()


def test_the_server_looks_before_it_starts(tmp_path: Path) -> None:
    wired = wire(tmp_path)
    wired.citizen(CHAT).put({"text": "сайн уу"})
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path}/test.db",
        data_key_file=tmp_path / "made-anew.key",
        sandbox_file=tmp_path / "sandbox.sealed",
    )
    with pytest.raises(VaultError, match="DATA_KEY_FILE"):
        web_application(settings)


def test_the_server_does_not_start_while_a_change_of_the_digests_is_half_done(tmp_path: Path) -> None:
    path = tmp_path / "data.key"
    ring = replace(read_ring(path), next_index=raw(OTHER))
    write_ring(path, ring)
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path}/test.db",
        data_key_file=path,
        sandbox_file=tmp_path / "sandbox.sealed",
    )
    database = open_database(settings)
    migrate(database)
    with database.write() as connection:
        mark_rows.set_mark(connection, f"index key {name_of(raw(OTHER))}", now_utc())
    database.close()
    with pytest.raises(NotStoppedError, match="reindex"):
        web_application(settings)
