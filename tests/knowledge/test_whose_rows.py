"""Row D1: whatever is asked for in the name of a chat, only that chat's rows are read or changed.

Every function of the row modules that takes a conversation is called by one chat with the ids of another one's
things, and must answer as if there were no such things.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, select

from dialogs.incoming import FileOffer, SharedKind
from knowledge import (
    case_rows,
    challenge_rows,
    claim_rows,
    erasing,
    feed_rows,
    file_rows,
    held_rows,
    link_ends,
    link_record,
    link_rows,
    proof_rows,
    releasing,
    transcript_rows,
)
from knowledge.database import Database
from knowledge.house_tables import metadata
from tests.knowledge.chats import NOW, VAULT, after, keep_proof, new_chat, open_page, try_number
from tests.knowledge.full_chat import Canary, Things, fill

THEIRS = Canary("Тэднийх", "ФХ90010112", "99115566")
MODULES = (
    case_rows, challenge_rows, claim_rows, erasing, feed_rows, file_rows, held_rows, link_ends, link_record, link_rows,
    proof_rows, releasing, transcript_rows,
)  # fmt: skip
NOTHING = Things("nobody", "nowhere", "no link", "no proof", "no challenge", "no file", -1, "no ref")
OWN = VAULT.identity("ФХ90010199")
Call = Callable[[Connection, str, str, Things], object]
READS: dict[str, Call] = {
    "challenge_rows.check_code": lambda c, mine, _, of: challenge_rows.check_code(
        c, VAULT, of.challenge_id, mine, "654321", NOW
    ),
    "challenge_rows.find": lambda c, mine, _, of: challenge_rows.find(c, of.challenge_id, mine),
    "challenge_rows.history": lambda c, mine, _, of: challenge_rows.history(c, OWN, mine, NOW),
    "claim_rows.claimed_identities": lambda c, mine, _, of: claim_rows.claimed_identities(c, mine, after(hours=-1)),
    "feed_rows.after": lambda c, mine, _, of: feed_rows.after(c, VAULT, mine, 0),
    "feed_rows.last_position": lambda c, mine, _, of: feed_rows.last_position(c, mine),
    "file_rows.left_since": lambda c, mine, here, of: file_rows.left_since(c, NOW - timedelta(1), mine, here),
    "file_rows.of_conversation": lambda c, mine, _, of: file_rows.of_conversation(c, VAULT, mine),
    "file_rows.shared_as": lambda c, mine, _, of: file_rows.shared_as(c, VAULT, mine, [of.ref]),
    "file_rows.state_of": lambda c, mine, _, of: file_rows.state_of(c, mine),
    "held_rows.export": lambda c, mine, _, of: held_rows.export(c, VAULT, mine),
    "held_rows.summary": lambda c, mine, _, of: held_rows.summary(c, mine),
    "link_record.lock_row": lambda c, mine, _, of: link_record.lock_row(c, of.link_id, mine),
    "link_rows.bind": lambda c, mine, here, of: link_rows.bind(c, VAULT, of.link_id, mine, here, NOW),
    "link_rows.counts": lambda c, mine, _, of: link_rows.counts(c, mine, NOW),
    "link_rows.find": lambda c, mine, _, of: link_rows.find(c, VAULT, of.link_id, mine),
    "link_rows.try_number": lambda c, mine, _, of: try_number(c, of.link_id, mine),
    "proof_rows.bound_identity": lambda c, mine, _, of: proof_rows.bound_identity(c, mine),
    "proof_rows.end": lambda c, mine, _, of: proof_rows.end(c, of.proof_id, mine, "signed-out", NOW),
    "proof_rows.undo": lambda c, mine, _, of: proof_rows.undo(c, of.proof_id, mine, NOW),
    "transcript_rows.entries": lambda c, mine, _, of: transcript_rows.entries(c, VAULT, mine),
    "transcript_rows.find": lambda c, mine, _, of: transcript_rows.find(c, VAULT, mine, of.entry_id),
    "transcript_rows.last_id": lambda c, mine, _, of: transcript_rows.last_id(c, mine),
}
OFFER = FileOffer("source", 1)
WRITES: dict[str, Call] = {
    "case_rows.close": lambda c, mine, _, of: case_rows.close(c, mine, NOW),
    "case_rows.open_case": lambda c, mine, _, of: case_rows.open_case(c, mine, "emergency", NOW),
    "case_rows.take": lambda c, mine, _, of: case_rows.take(c, mine, "agent", NOW),
    "challenge_rows.open_challenge": lambda c, mine, _, of: challenge_rows.open_challenge(
        c, mine, "web", OWN, "mydata", NOW
    ),
    "erasing.erase": lambda c, mine, _, of: erasing.erase(c, VAULT, mine, after(minutes=1)),
    "feed_rows.append": lambda c, mine, _, of: feed_rows.append(c, VAULT, mine, "bot", "{}", NOW),
    "feed_rows.hide": lambda c, mine, _, of: feed_rows.hide(c, VAULT, mine, of.ref, NOW),
    "file_rows.link": lambda c, mine, here, of: file_rows.link(c, of.file_id, here, mine),
    "file_rows.owe": lambda c, mine, _, of: file_rows.owe(c, VAULT, mine, SharedKind.FILE, of.ref, OFFER, NOW),
    "link_ends.end_all": lambda c, mine, _, of: link_ends.end_all(c, mine, "gone", NOW),
    "link_rows.open_link": lambda c, mine, here, of: open_page(c, mine, here),
    "proof_rows.keep": lambda c, mine, _, of: keep_proof(c, mine, "my own proof", "ФХ90010199"),
    "releasing.drop_empty": lambda c, mine, _, of: releasing.drop_empty(c, mine),
    "releasing.release": lambda c, mine, _, of: releasing.release(c, mine),
    "transcript_rows.append": lambda c, mine, _, of: transcript_rows.append(c, VAULT, mine, "bot", "a", NOW),
    "transcript_rows.hide": lambda c, mine, _, of: transcript_rows.hide(c, VAULT, mine, of.ref),
}


def functions(module: ModuleType) -> Iterator[str]:
    """Public ones that a conversation's id is passed to."""
    for name, value in inspect.getmembers(module, inspect.isfunction):
        own = value.__module__ == module.__name__ and not name.startswith("_")
        if own and {"conversation_id", "from_conversation_id"} & inspect.signature(value).parameters.keys():
            yield f"{module.__name__.removeprefix('knowledge.')}.{name}"


def rows_of(connection: Connection, things: Things) -> list[dict[str, Any]]:
    """Everything in the database that belongs to that chat."""
    owners = {things.chat, things.address, things.link_id, things.proof_id, things.challenge_id}
    found = []
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            values = {column.name: row[column.name] for column in table.columns}
            if owners & {value for value in values.values() if isinstance(value, str)}:
                found.append(values)
    return found


def secrets_of(connection: Connection, things: Things) -> str:
    """What is sealed in that chat, opened."""
    return " ".join(
        VAULT.open(row[column.name])
        for table in metadata.sorted_tables
        for row in rows_of_table(connection, table, things)
        for column in table.columns
        if isinstance(column.type, LargeBinary) and row[column.name]
    )


def rows_of_table(connection: Connection, table: Any, things: Things) -> list[Any]:
    if "conversation_id" not in table.columns:
        return []
    return list(connection.execute(select(table).where(table.c.conversation_id == things.chat)).mappings())


@pytest.fixture(scope="module")
def theirs(shared: Database) -> Things:
    with shared.write() as connection:
        return fill(connection, THEIRS, NOW)


@pytest.mark.parametrize("name", sorted(READS))
def test_d1_what_belongs_to_another_chat_is_answered_like_what_does_not_exist(
    shared: Database, theirs: Things, name: str
) -> None:
    with shared.write() as connection:
        before = rows_of(connection, theirs)
        chat, address = new_chat(connection)
        foreign = READS[name](connection, chat, address, theirs)
        assert repr(foreign) == repr(READS[name](connection, chat, address, NOTHING)).replace("nobody", chat)
        assert not any(word in repr(foreign) for word in THEIRS.all())
        assert rows_of(connection, theirs) == before


@pytest.mark.parametrize("name", sorted(WRITES))
def test_d1_nothing_of_another_chat_is_changed(shared: Database, theirs: Things, name: str) -> None:
    with shared.write() as connection:
        before = rows_of(connection, theirs)
        chat, address = new_chat(connection)
        if name == "releasing.release":
            erasing.erase(connection, VAULT, chat, NOW)
        WRITES[name](connection, chat, address, theirs)
        assert rows_of(connection, theirs) == before


def test_d1_no_function_that_takes_a_conversation_is_left_out() -> None:
    there = {name for module in MODULES for name in functions(module)}
    assert there - (READS.keys() | WRITES.keys()) == set()


def test_the_other_chat_has_something_to_hide(shared: Database, theirs: Things) -> None:
    with shared.read() as connection:
        assert THEIRS.word in secrets_of(connection, theirs)
        assert len(rows_of(connection, theirs)) > 15
