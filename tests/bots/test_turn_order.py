"""Whose turn it is when more chats wait than are looked at in one go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bots.turn_order import HEADS_AT_ONCE, TurnOrder
from knowledge import inbox_rows
from knowledge.database import Connection, Database
from knowledge.migrate import migrate
from knowledge.vault import Vault

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
VAULT = Vault([Fernet.generate_key().decode()])


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    database = Database(f"sqlite:///{tmp_path}/test.db")
    migrate(database)
    with database.write() as opened:
        yield opened
    database.close()


def accept(connection: Connection, chat: str, events: int) -> None:
    for number in range(events):
        inbox_rows.accept(connection, VAULT, "web", f"{chat}{number}", chat, "{}", NOW)


def turns(connection: Connection, order: TurnOrder, number: int) -> list[str]:
    """Whose the next turns are."""
    chats = []
    for _ in range(number):
        taken = order.next(connection, NOW)
        assert taken is not None
        chats.append(taken.row.address)
        inbox_rows.finish(connection, taken.row.id, "told", NOW)
    return chats


def test_nobody_has_a_second_turn_before_everybody_had_one(connection: Connection) -> None:
    flooders = HEADS_AT_ONCE + 6
    for number in range(flooders):
        accept(connection, f"flooder{number}", 3)
    accept(connection, "quiet", 1)
    had = turns(connection, TurnOrder(VAULT, ["web"]), flooders + 1)
    assert len(set(had)) == flooders + 1


def test_an_event_that_another_process_handled_meanwhile_is_passed_over(connection: Connection) -> None:
    for chat in ("a", "b", "c"):
        accept(connection, chat, 1)
    order = TurnOrder(VAULT, ["web"])
    turns(connection, order, 1)
    inbox_rows.finish(connection, 2, "told", NOW)
    assert turns(connection, order, 1) == ["c"]


def test_who_comes_while_others_are_served_has_a_turn_before_their_second(connection: Connection) -> None:
    accept(connection, "a", 3)
    order = TurnOrder(VAULT, ["web"])
    turns(connection, order, 1)
    accept(connection, "b", 1)
    assert turns(connection, order, 1) == ["b"]
