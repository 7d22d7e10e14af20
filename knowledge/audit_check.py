"""Whether the audit is as it was written: every entry held against the chain, the head and the anchors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from knowledge.audit_chain import Entry, mac_of
from knowledge.house_tables import audit, audit_heads

_BATCH = 5_000
_COLUMNS = (
    audit.c.place,
    audit.c.mac,
    audit.c.at,
    audit.c.actor,
    audit.c.action,
    audit.c.subject,
    audit.c.detail,
)


@dataclass(frozen=True)
class Fault:
    """The first place that is not as it was written, and what is wrong there."""

    place: int
    what: str


@dataclass(frozen=True)
class Checked:
    """`entries`: read in all; `unchained`: those of before the chain; `head`: the place it should end at."""

    entries: int
    unchained: int
    head: int
    fault: Fault | None


@dataclass
class _Walk:
    """Where the walk stands. `keys`: the oldest that may still be used first; once a newer one is used, none older."""

    keys: list[bytes]
    anchors: Mapping[int, str]
    place: int = 0
    before: str = ""
    unchained: int = 0

    def fault_of(self, row: Row[*tuple[Any, ...]]) -> Fault | None:
        """None: the entry is the next one, and as it was written."""
        found, mac, entry = row.place, row.mac, Entry(row.at, row.actor, row.action, row.subject, row.detail)
        if found != self.place + 1:
            return Fault(self.place + 1, "an entry is missing" if found > self.place else "an entry is there twice")
        wanted = self.anchors.get(found)
        if wanted is not None and wanted != mac:
            return Fault(found, "the entry is not the one that was anchored")
        if not self.before and not mac:
            self.unchained += 1
        elif not self._fits(found, mac, entry):
            return Fault(found, "the entry, or what came before it, was changed")
        self.place, self.before = found, mac
        return None

    def _fits(self, place: int, mac: str, entry: Entry) -> bool:
        for number, key in enumerate(self.keys):
            if mac_of(key, self.before, place, entry) == mac:
                del self.keys[:number]
                return True
        return False


def check(
    connection: Connection,
    keys: Sequence[bytes],
    anchors: Mapping[int, str],
    progress: Callable[[int], None] = lambda _done: None,
) -> Checked:
    """`keys`: newest first; `anchors`: the macs that certain places had; `progress` is told how many were read.

    The first thing in its transaction, which then sees one moment.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    walk = _Walk(list(reversed(keys)), anchors)
    fault = None
    for row in _entries(connection):
        fault = walk.fault_of(row)
        if fault:
            break
        if walk.place % _BATCH == 0:
            progress(walk.place)
    head = connection.execute(select(audit_heads.c.place, audit_heads.c.mac)).one_or_none()
    fault = fault or _fault_of_end(walk, head)
    return Checked(walk.place, walk.unchained, head.place if head else 0, fault)


def mac_at(connection: Connection, place: int) -> str | None:
    """None: there is no such entry."""
    return connection.execute(select(audit.c.mac).where(audit.c.place == place)).scalar()


def head_of(connection: Connection) -> tuple[int, str]:
    """The newest entry's place and mac."""
    place, mac = connection.execute(select(audit_heads.c.place, audit_heads.c.mac)).one()
    return place, mac


def _fault_of_end(walk: _Walk, head: Row[*tuple[Any, ...]] | None) -> Fault | None:
    """What is missing behind the last entry."""
    longest = max(walk.anchors, default=0)
    if longest > walk.place:
        return Fault(walk.place + 1, f"entries up to {longest} were anchored and are missing")
    if head is None or head.place > walk.place:
        return Fault(walk.place + 1, "entries at the end are missing")
    if head.place < walk.place or head.mac != walk.before:
        return Fault(head.place, "the head is not that of the last entry")
    if walk.place and not walk.before:
        return Fault(1, "nothing is chained: no entry was written with the keys")
    return None


def _entries(connection: Connection) -> Iterator[Row[*tuple[Any, ...]]]:
    """All, in their order, a batch at a time. Two at one place come both: nothing keeps an owner from that."""
    seen = (-1, -1)
    query = select(*_COLUMNS, audit.c.id).order_by(audit.c.place, audit.c.id).limit(_BATCH)
    while True:
        later = (audit.c.place > seen[0]) | ((audit.c.place == seen[0]) & (audit.c.id > seen[1]))
        rows = connection.execute(query.where(later)).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        seen = (rows[-1].place, rows[-1].id)
