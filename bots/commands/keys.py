"""`tuslakh keys`: which keys are needed, a new data key, new digests, and dropping what nothing needs any more."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bots import rekeying
from bots.commands import Verbs
from bots.commands.around import table
from bots.commands.progress import Steps, say
from bots.rekeying import NotStoppedError
from bots.stores import open_database, open_vault
from bots.world import now_utc
from config.settings import Settings
from knowledge import audit_rows, resealing
from knowledge.database import Database
from knowledge.key_file import changing, read_ring, write_ring
from knowledge.key_ring import name_of
from knowledge.vault import Vault

_READ = "{:,} sealed values read"
_OF_ENVIRONMENT = "DATA_KEYS is set, and only you can change it: see docs/privacy.md"


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("keys", help="the keys of what is kept: check, rotate, drop, reindex")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    parts.add_parser("check", help="open everything; which keys are still needed").set_defaults(work=check)
    rotating = parts.add_parser("rotate", help="a new data key, and everything sealed anew under it; nothing need stop")
    rotating.add_argument("--only-seal", action="store_true", help="no new key: go on where a rotation was broken off")
    rotating.set_defaults(work=rotate)
    parts.add_parser("drop", help="remove the data keys from the file that nothing needs").set_defaults(work=drop)
    reindexing = parts.add_parser(
        "reindex", help="another key for the digests of register numbers; all must be stopped"
    )
    reindexing.add_argument("--stopped", action="store_true", help="yes, every process is stopped, on every machine")
    reindexing.set_defaults(work=reindex)


@dataclass(frozen=True)
class _Open:
    settings: Settings
    vault: Vault
    database: Database

    @property
    def file(self) -> Path:
        """Raises `ValueError` where the keys are in the environment."""
        if self.settings.data_key_list:
            raise ValueError(_OF_ENVIRONMENT)
        return self.settings.data_key_file

    def record(self, action: str, subject: str, detail: str = "") -> None:
        with self.database.write() as connection:
            audit_rows.record(connection, "system", action, subject, now_utc(), detail)


def check(_arguments: argparse.Namespace) -> int:
    """1 when something cannot be opened, or a change of the digests was broken off."""
    with _opened() as opened:
        found = resealing.needs(opened.database, opened.vault, Steps(_READ, 10_000))
        ring = opened.vault.ring
        unfinished = rekeying.is_unfinished(opened.database, ring)
    rows = [
        (name_of(key), "newest" if not place else "older", str(found.by_key.get(place, 0)))
        for place, key in enumerate(ring.data)
    ]
    print(table(("data key", "", "opens"), rows))
    for column, number in sorted(found.unopened.items()):
        print(f"NOT OPENED: {number:,} of {column}")
    if unfinished:
        print("a change of the digests was broken off: run `tuslakh keys reindex --stopped` again before anything else")
    return 1 if found.unopened or unfinished else 0


def rotate(arguments: argparse.Namespace) -> int:
    """1 when something could not be opened."""
    with _opened() as opened:
        if not arguments.only_seal:
            with changing(opened.file):
                made = rekeying.with_new_keys(read_ring(opened.file))
                write_ring(opened.file, made)
            opened.record("keys.rotated", name_of(made.data[0]))
            say(f"data key {name_of(made.data[0])} is the newest; running processes use it from now on")
        found = rekeying.seal_all(opened.database, opened.vault, Steps(_READ, 10_000))
        opened.record("keys.resealed", name_of(opened.vault.ring.data[0]), f"{found.changed} values")
    print(f"{found.changed:,} values were sealed anew, of {found.read:,}; {found.unopened:,} could not be opened")
    return 1 if found.unopened else 0


def drop(_arguments: argparse.Namespace) -> int:
    """What is still needed stays."""
    with _opened() as opened, changing(opened.file):
        if rekeying.is_fresh(opened.file):
            raise ValueError("the keys changed less than a minute ago, and what is under way may need the old: wait")
        found = resealing.needs(opened.database, opened.vault, Steps(_READ, 10_000))
        if found.unopened:
            raise ValueError("some values cannot be opened: `tuslakh keys check` names them; nothing was dropped")
        ring = read_ring(opened.file)
        kept, gone = rekeying.split(ring, found.by_key)
        if gone:
            write_ring(opened.file, replace(ring, data=kept))
            for key in gone:
                opened.record("keys.dropped", name_of(key))
    print(f"dropped: {', '.join(map(name_of, gone)) or 'none'}; keep a copy as long as there are backups from its time")
    return 0


def reindex(arguments: argparse.Namespace) -> int:
    if not arguments.stopped:
        raise ValueError("stop every process first, then say --stopped: one that runs would look people up in vain")
    with _opened() as opened, changing(opened.file):
        if not rekeying.is_alone(opened.settings):
            raise NotStoppedError("a process with this database still runs on this machine: stop it first")
        people = rekeying.reindex(opened.database, opened.vault, opened.file, now_utc())
        opened.record("keys.reindexed", "identities", f"{people} people")
    print(f"{people:,} people have new digests; the processes can be started")
    return 0


@contextmanager
def _opened() -> Iterator[_Open]:
    settings = Settings()
    vault = open_vault(settings)
    database = open_database(settings, vault)
    try:
        yield _Open(settings, vault, database)
    finally:
        database.close()
