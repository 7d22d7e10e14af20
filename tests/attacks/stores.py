"""Everything a process left behind: the bytes of every file, and every sealed column opened with the key."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from knowledge.database import Database
from knowledge.proof_tables import metadata
from knowledge.vault import Vault
from tests.attacks.house import address

# Digests, ids, sealed values and times, in which any six digits may stand by chance.
_QUIET = re.compile(rb"[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[\w-]{40,}|\d\d:\d\d:\d\d\.\d{6}")
NOT_SEARCHED = {"data.key", "sandbox.sealed"}  # the key itself, and the people's phones of the world outside


def in_files(folder: Path, canaries: Iterable[str]) -> list[str]:
    """`canary in file` for each that can be read, also as JSON and addresses would write it."""
    written = {canary: spellings(canary) for canary in canaries}
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name not in NOT_SEARCHED:
            content = file.read_bytes()
            found += [f"{canary} in {file.name}" for canary, ways in written.items() if _holds(content, ways)]
    return found


def _holds(content: bytes, ways: Collection[bytes]) -> bool:
    if all(way.isdigit() for way in ways):
        content = _QUIET.sub(b" ", content)
    return any(way in content for way in ways)


def spellings(text: str) -> list[bytes]:
    if text.isdigit():
        return [text.encode()]
    escaped = text.encode("ascii", "backslashreplace")
    return [text.encode(), escaped, quote(text).encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]


def opened(folder: Path, vault: Vault) -> Iterator[tuple[str, str]]:
    """(table.column, text) of every sealed value and of every other text."""
    database = Database(address(folder))
    try:
        with database.read() as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(table.select()).mappings():
                    yield from _texts(table.name, row, vault)
    finally:
        database.close()


def _texts(table: str, row: object, vault: Vault) -> Iterator[tuple[str, str]]:
    for name, value in dict(row).items():  # type: ignore[call-overload]
        if isinstance(value, bytes):
            yield f"{table}.{name}", vault.open(value) if str(name).endswith("_sealed") else value.hex()
        elif isinstance(value, str):
            yield f"{table}.{name}", value


def in_rows(folder: Path, vault: Vault, canaries: Iterable[str], but: frozenset[str] = frozenset()) -> list[str]:
    """`canary in table.column`; `but`: columns where it may stand."""
    kept = list(canaries)
    return [
        f"{canary} in {place}"
        for place, text in opened(folder, vault)
        if place not in but
        for canary in kept
        if _holds(text.encode(), [canary.encode()])
    ]
