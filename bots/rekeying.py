"""The steps of changing keys, each of which may be broken off and begun again (ADR 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import time

from bots.in_hand import InHand
from config.settings import Settings
from knowledge import mark_rows, resealing
from knowledge.database import Database
from knowledge.identity_index import rotate_index
from knowledge.key_file import read_ring, write_ring
from knowledge.key_ring import KeyRing, name_of, new_key, raw
from knowledge.resealing import Progress, Resealed
from knowledge.scrubbing import scrub
from knowledge.vault import Vault, VaultError

PASSES = 5  # of sealing anew, until one finds nothing that a process wrote with the old key in hand
SETTLED_SECONDS = 60.0  # no transaction lasts longer: PostgreSQL ends idle ones, SQLite has one writer
_MARK = "index key "  # the mark that the digests in the database are of the key of that name


class NotStoppedError(ValueError):
    """Something runs that must not."""


def with_new_keys(ring: KeyRing) -> KeyRing:
    """A new data key, and a new key of the audit: who had the old ones can add nothing to it unseen."""
    return replace(ring, data=(new_key(), *ring.data), audit=(raw(new_key()), *ring.audit))


def seal_all(database: Database, vault: Vault, progress: Progress) -> Resealed:
    """Until a pass changes nothing; then what lay in the database's own files before goes too."""
    total = Resealed(0, 0, 0)
    for _ in range(PASSES):
        found = resealing.reseal(database, vault, progress)
        total = Resealed(found.read, total.changed + found.changed, found.unopened)
        if not found.changed:
            break
    scrub(database)
    return total


def split(ring: KeyRing, opens: Mapping[int, int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The data keys that stay (the newest always), and those that open nothing."""
    kept = tuple(key for place, key in enumerate(ring.data) if place == 0 or opens.get(place))
    return kept, tuple(key for key in ring.data if key not in kept)


def is_fresh(file: Path) -> bool:
    """The keys changed so lately that a transaction may be under way which was sealed with an older one."""
    return time() - file.stat().st_mtime < SETTLED_SECONDS


def is_alone(settings: Settings) -> bool:
    """No other process of this machine has this database in use."""
    mine = InHand(settings.data_key_file.parent, settings.database_url)
    try:
        return mine.alone
    finally:
        mine.close()


def reindex(database: Database, vault: Vault, file: Path, now: datetime) -> int:
    """How many people have new digests. The new key is on the disk before the database changes, and a mark in the
    database's own transaction says that it did: broken off anywhere, another run goes on with the same key."""
    ring = read_ring(file)
    if ring.next_index is None:
        ring = replace(ring, next_index=raw(new_key()))
        write_ring(file, ring)
    assert ring.next_index is not None
    mark = f"{_MARK}{name_of(ring.next_index)}"
    with database.write() as connection:
        done = mark_rows.mark(connection, mark) is not None
        people = 0 if done else rotate_index(connection, vault, vault.with_index(ring.next_index))
        mark_rows.set_mark(connection, mark, now)
    write_ring(file, replace(ring, index=ring.next_index, next_index=None))
    return people


def is_unfinished(database: Database, ring: KeyRing) -> bool:
    """A change of the digests began; the database may be ahead of the key file."""
    if ring.next_index is None:
        return False
    with database.read() as connection:
        return mark_rows.mark(connection, f"{_MARK}{name_of(ring.next_index)}") is not None


def require_keys(database: Database, vault: Vault) -> None:
    """Raises `VaultError` when the keys open none of the newest chats: a lost key file was made anew."""
    with database.read() as connection:
        if resealing.opens_newest(connection, vault):
            return
    raise VaultError("the keys open nothing of this database: put the right DATA_KEY_FILE or DATA_KEYS back")


def require_finished(database: Database, ring: KeyRing) -> None:
    """Raises `NotStoppedError` when the database has newer digests than the keys: nobody would be found."""
    if is_unfinished(database, ring):
        raise NotStoppedError("a change of the digests was broken off: run `tuslakh keys reindex --stopped` first")
