"""Examples: what a citizen typed, masked, and what it meant. Kept with consent, decided by an editor, never of itself.

A row names no conversation and no time, so that nobody can tell whose words they were.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, update

from dialogs.learning import How
from knowledge.database import insert_new
from knowledge.tables import examples
from knowledge.vault import Vault

NEW, ACCEPTED, DECLINED = "new", "accepted", "declined"
MOST_WAITING = 5000  # that many undecided ones are nobody's reading; what comes then is not kept
_PURPOSE = "example"


@dataclass(frozen=True)
class Example:
    """An example that waits for an editor. `service_id` None: the citizen wanted none of `shown`."""

    id: str
    text: str
    how: How
    service_id: str | None
    shown: tuple[str, ...]
    times: int
    made_on: str


def keep(
    connection: Connection,
    vault: Vault,
    text: str,
    service_id: str | None,
    how: How,
    shown: tuple[str, ...],
    day: date,
) -> None:
    """`text` is masked already. The same words with the same meaning count up, also those decided before."""
    digest = vault.digest(_PURPOSE, f"{service_id or ''}\0{_folded(text)}")
    again = update(examples).where(examples.c.digest == digest).values(times=examples.c.times + 1)
    if connection.execute(again).rowcount or waiting_count(connection) >= MOST_WAITING:
        return
    values = {
        "id": str(uuid4()),
        "digest": digest,
        "made_on": day.isoformat(),
        "text_sealed": vault.seal(text),
        "how": how.value,
        "service_id": service_id,
        "shown": "\n".join(shown),
        "times": 1,
        "state": NEW,
    }
    made = insert_new(connection, examples).values(**values).returning(examples.c.id)
    if connection.execute(made).scalar() is None:
        connection.execute(again)  # somebody else kept the same in this very moment


def waiting(connection: Connection, vault: Vault, limit: int = 500) -> list[Example]:
    """Undecided ones: those said most often first."""
    query = select(examples).where(examples.c.state == NEW)
    order = (examples.c.times.desc(), examples.c.made_on, examples.c.id)
    return [_example(row, vault) for row in connection.execute(query.order_by(*order).limit(limit)).all()]


def waiting_count(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(examples.c.state == NEW)).scalar_one()


def find_waiting(connection: Connection, vault: Vault, example_id: str) -> Example | None:
    """None when there is none or it was decided."""
    query = select(examples).where(examples.c.id == example_id, examples.c.state == NEW)
    row = connection.execute(query).one_or_none()
    return _example(row, vault) if row else None


def decide(connection: Connection, example_id: str, state: str, editor: str, now: datetime) -> bool:
    """Accepted or declined, once: the words are wiped, the digest stays so that the same does not come back."""
    undecided = (examples.c.id == example_id, examples.c.state == NEW)
    values = {"state": state, "editor": editor, "decided_at": now, "text_sealed": None, "shown": ""}
    return connection.execute(update(examples).where(*undecided).values(**values)).rowcount == 1


def forget_old(connection: Connection, today: date, kept_days: int) -> int:
    """Undecided ones older than that are deleted; how many."""
    return connection.execute(delete(examples).where(_is_old(today, kept_days))).rowcount


def anything_old(connection: Connection, today: date, kept_days: int) -> bool:
    """A look without the write lock."""
    return connection.execute(select(examples.c.id).where(_is_old(today, kept_days)).limit(1)).scalar() is not None


def _is_old(today: date, kept_days: int) -> ColumnElement[bool]:
    return and_(examples.c.state == NEW, examples.c.made_on < (today - timedelta(days=kept_days)).isoformat())


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _example(row: Row[Any], vault: Vault) -> Example:
    shown = tuple(filter(None, row.shown.split("\n")))
    text = vault.open(row.text_sealed)
    return Example(row.id, text, How(row.how), row.service_id, shown, row.times, row.made_on)
