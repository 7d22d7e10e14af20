"""Everything that is sealed, sealed anew under the newest key, while processes go on working.

A batch is read, sealed anew outside of any transaction, and put back only where nobody changed it meanwhile. What is
under the newest key already is left alone, so a pass that was broken off is simply begun again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, bindparam, func, select, tuple_, update

import knowledge.proof_tables  # noqa: F401 - its tables belong to the metadata
from knowledge.database import Connection, Database
from knowledge.house_tables import metadata
from knowledge.tables import conversations
from knowledge.vault import Vault, VaultError

_BATCH = 500
_NEWEST = 5  # chats by which keys are tried
_BATCH_OF_FILES = 4  # each up to some 14 MB
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Resealed:
    """`read`: sealed values seen; `changed`: put under the newest key; `unopened`: no key opens them."""

    read: int
    changed: int
    unopened: int


@dataclass(frozen=True)
class Needs:
    """How many values each data key opens (by its place, 0 the newest), and what none opens, by column."""

    by_key: Mapping[int, int]
    unopened: Mapping[str, int]


@dataclass(frozen=True)
class _Value:
    key: tuple[Any, ...]
    sealed: bytes


def sealed_columns() -> list[Column[Any]]:
    """Every column whose name says that it is sealed."""
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    return [column for table in tables for column in table.columns if column.name.endswith("_sealed")]


def reseal(database: Database, vault: Vault, progress: Progress = lambda _done: None) -> Resealed:
    """One pass. Rows written meanwhile under an older key are found by another one."""
    read = changed = unopened = 0
    for column in sealed_columns():
        for batch in _batches(database, column):
            made, failed = _sealed_anew(vault, batch)
            changed += _put_back(database, column, made)
            read, unopened = read + len(batch), unopened + failed
            progress(read)
    return Resealed(read, changed, unopened)


def needs(database: Database, vault: Vault, progress: Progress = lambda _done: None) -> Needs:
    """Opens everything and changes nothing."""
    by_key: Counter[int] = Counter()
    unopened: Counter[str] = Counter()
    read = 0
    for column in sealed_columns():
        for batch in _batches(database, column):
            for value in batch:
                place = vault.opened_by(value.sealed)
                if place is None:
                    unopened[f"{column.table.name}.{column.name}"] += 1
                else:
                    by_key[place] += 1
            read += len(batch)
            progress(read)
    return Needs(by_key, unopened)


def opens_newest(connection: Connection, vault: Vault) -> bool:
    """Whether the keys open one of the newest chats at least; true where there is none."""
    query = select(conversations.c.state_sealed).order_by(conversations.c.updated_at.desc()).limit(_NEWEST)
    sealed = connection.execute(query).scalars().all()
    return not sealed or any(vault.opened_by(state) is not None for state in sealed)


def count(connection: Connection) -> int:
    """How many sealed values there are."""
    columns = sealed_columns()
    return sum(
        connection.execute(select(func.count(column)).select_from(column.table)).scalar_one() for column in columns
    )


def _batches(database: Database, column: Column[Any]) -> Iterator[list[_Value]]:
    """All values of a column in the order of their keys."""
    table = column.table
    assert isinstance(table, Table)
    keys, size = list(table.primary_key.columns), _BATCH_OF_FILES if column.name == "content_sealed" else _BATCH
    query = select(*keys, column).where(column.is_not(None)).order_by(*keys).limit(size)
    last: tuple[Any, ...] | None = None
    while True:
        after = query if last is None else query.where(tuple_(*keys) > tuple_(*last))
        with database.read() as connection:
            rows = connection.execute(after).all()
        if not rows:
            return
        yield [_Value(tuple(row[:-1]), bytes(row[-1])) for row in rows]
        last = tuple(rows[-1][:-1])


def _sealed_anew(vault: Vault, batch: list[_Value]) -> tuple[list[tuple[_Value, bytes]], int]:
    """What changes, with its new seal; and how many no key opens."""
    made, failed = [], 0
    for value in batch:
        try:
            new = vault.resealed(value.sealed)
        except VaultError:
            failed += 1
            continue
        if new is not None:
            made.append((value, new))
    return made, failed


def _put_back(database: Database, column: Column[Any], made: list[tuple[_Value, bytes]]) -> int:
    """Compare and set, so that what a process wrote meanwhile stays; how many were put back."""
    if not made:
        return 0
    table = column.table
    assert isinstance(table, Table)
    keys = list(table.primary_key.columns)
    where = [key == bindparam(f"key_{number}") for number, key in enumerate(keys)]
    query = update(table).where(*where, column == bindparam("before")).values({column: bindparam("after")})
    changed = 0
    with database.write() as connection:
        for value, new in made:
            named = {f"key_{number}": part for number, part in enumerate(value.key)}
            changed += connection.execute(query, {**named, "before": value.sealed, "after": new}).rowcount
    return changed
