"""The job that erases holds the database's write lock: what it looks for by another table's row has an index there."""

from __future__ import annotations

import pytest
from sqlalchemy import Index, Table

from knowledge.house_tables import metadata
from knowledge.proof_tables import links  # noqa: F401 - its tables belong to the metadata

PARENTS_THAT_GO = ("challenges", "conversations")  # rows of these are deleted while others are looked at


def leads(table: Table, column: str) -> bool:
    """Whether an index or key begins with the column."""
    indexes = [next(iter(index.columns)).name for index in table.indexes if isinstance(index, Index)]
    return column in [*indexes, next(iter(table.primary_key.columns)).name]


def pointing(parent: str) -> list[tuple[str, str]]:
    return [
        (table.name, key.parent.name)
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == parent
    ]


@pytest.mark.parametrize("parent", PARENTS_THAT_GO)
def test_what_points_at_a_row_that_is_erased_is_found_without_reading_everything(parent: str) -> None:
    assert [place for place in pointing(parent) if not leads(metadata.tables[place[0]], place[1])] == []
