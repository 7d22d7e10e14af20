"""Rows of citizens' files on both databases: what counts, what is linked, what is wiped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from dialogs.incoming import FileOffer, SharedKind
from dialogs.messages import FileProblem
from dialogs.services import Language
from knowledge import case_rows, conversation_rows, file_rows
from knowledge.database import Connection, Database
from knowledge.file_rows import Brought
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.conftest import new_postgres

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
VAULT = Vault([Fernet.generate_key().decode()])
ADDRESS = "a" * 64


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One for all these tests: none of them leaves anything behind."""
    on_disk = request.param == "sqlite"
    folder = tmp_path_factory.mktemp("files")
    url = f"sqlite:///{folder}/test.db" if on_disk else new_postgres(request.getfixturevalue("postgres_server"))
    made = Database(url)
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as opened:
        yield opened
        opened.rollback()


def conversation(connection: Connection, address: str = ADDRESS) -> str:
    return conversation_rows.create(connection, VAULT, "web", address, Language.MN, "", NOW).state.id


def owed(connection: Connection, chat: str, ref: str = "m1", now: datetime = NOW, name: str = "a.jpg") -> str:
    return file_rows.owe(connection, VAULT, chat, SharedKind.PHOTO, ref, FileOffer("source", 9, name=name), now)


def kept(connection: Connection, chat: str, content: bytes = b"content", now: datetime = NOW) -> str:
    file_id = owed(connection, chat, now=now)
    file_rows.keep(connection, file_id, "image/jpeg", len(content), file_rows.seal(VAULT, content))
    return file_id


def put(connection: Connection, address: str = ADDRESS, chat: str | None = None) -> str:
    content = file_rows.seal(VAULT, b"content")
    brought = Brought("f1", address, chat, SharedKind.PHOTO, "m1", "a.jpg", "image/jpeg", 7, content)
    file_rows.put(connection, VAULT, brought, NOW)
    return brought.id


def test_a_content_is_sealed_and_comes_back_byte_for_byte() -> None:
    content = bytes(range(256))
    assert file_rows.unseal(VAULT, file_rows.seal(VAULT, content)) == content


def test_staff_read_files_only_of_conversations_that_were_handed_to_people(connection: Connection) -> None:
    chat = conversation(connection)
    file_id = kept(connection, chat)
    assert file_rows.read(connection, VAULT, file_id) is None
    case_rows.open_case(connection, chat, "asked", NOW)
    found = file_rows.read(connection, VAULT, file_id)
    assert found is not None
    assert file_rows.unseal(VAULT, found[1]) == b"content"


def test_a_file_that_is_owed_or_refused_cannot_be_read(connection: Connection) -> None:
    chat = conversation(connection)
    case_rows.open_case(connection, chat, "asked", NOW)
    file_id = owed(connection, chat)
    assert file_rows.read(connection, VAULT, file_id) is None
    file_rows.refuse(connection, file_id, FileProblem.WRONG_KIND)
    assert file_rows.read(connection, VAULT, file_id) is None


def test_one_that_could_not_be_fetched_failed_and_others_were_refused(connection: Connection) -> None:
    chat = conversation(connection)
    for problem in FileProblem:
        file_rows.refuse(connection, owed(connection, chat), problem)
    found = {file.reason: file.status for file in file_rows.of_conversation(connection, VAULT, chat)}
    assert found == {
        "too-large": "refused", "wrong-kind": "refused", "not-fetched": "failed", "too-many": "refused"
    }  # fmt: skip


def test_refused_files_do_not_count(connection: Connection) -> None:
    chat = conversation(connection)
    kept(connection, chat)
    owed(connection, chat)
    file_rows.refuse(connection, owed(connection, chat), FileProblem.WRONG_KIND)
    assert file_rows.left_since(connection, NOW - DAY, conversation_id=chat) == 2


def test_files_of_a_page_are_counted_by_its_address(connection: Connection) -> None:
    put(connection)
    assert file_rows.left_since(connection, NOW - DAY, address=ADDRESS) == 1
    assert file_rows.left_since(connection, NOW - DAY, address="b" * 64) == 0


def test_a_page_s_file_is_linked_to_its_own_chat_only(connection: Connection) -> None:
    mine, other = conversation(connection), conversation(connection, "b" * 64)
    file_id = put(connection)
    file_rows.link(connection, file_id, "b" * 64, other)
    file_rows.link(connection, file_id, "", other)
    assert file_rows.of_conversation(connection, VAULT, other) == []
    file_rows.link(connection, file_id, ADDRESS, mine)
    assert [file.id for file in file_rows.of_conversation(connection, VAULT, mine)] == [file_id]


def test_a_file_without_an_address_is_linked_to_nobody_else(connection: Connection) -> None:
    mine, other = conversation(connection), conversation(connection, "b" * 64)
    file_id = owed(connection, mine)
    file_rows.link(connection, file_id, "", other)
    assert file_rows.of_conversation(connection, VAULT, other) == []


def test_files_are_found_by_their_message(connection: Connection) -> None:
    chat = conversation(connection)
    owed(connection, chat, "m1", name="one.jpg")
    owed(connection, chat, "m2", name="two.jpg")
    found = file_rows.shared_as(connection, VAULT, chat, ["m2", "m3"])
    assert {ref: file.name for ref, file in found.items()} == {"m2": "two.jpg"}


def test_the_state_changes_with_every_step_of_a_file(connection: Connection) -> None:
    chat = conversation(connection)
    states = [file_rows.state_of(connection, chat)]
    file_id = owed(connection, chat)
    states.append(file_rows.state_of(connection, chat))
    file_rows.keep(connection, file_id, "image/jpeg", 7, b"sealed")
    states.append(file_rows.state_of(connection, chat))
    file_rows.wipe_old(connection, NOW + DAY)
    states.append(file_rows.state_of(connection, chat))
    assert states == ["", "owed1", "kept1", "wiped1"]


def test_wiping_takes_the_content_the_name_and_the_source(connection: Connection) -> None:
    chat = conversation(connection)
    case_rows.open_case(connection, chat, "asked", NOW)
    old, young, waiting = kept(connection, chat), kept(connection, chat, now=NOW + DAY), owed(connection, chat)
    assert file_rows.anything_old(connection, NOW + DAY)
    assert file_rows.wipe_old(connection, NOW + DAY) == 2
    assert file_rows.read(connection, VAULT, old) is None
    assert file_rows.read(connection, VAULT, young) is not None
    wiped = [file for file in file_rows.of_conversation(connection, VAULT, chat) if file.id in (old, waiting)]
    assert [(file.status, file.name) for file in wiped] == [("wiped", "")] * 2
    with pytest.raises(LookupError):
        file_rows.offer_of(connection, VAULT, waiting)


def test_what_was_wiped_is_not_old_again(connection: Connection) -> None:
    kept(connection, conversation(connection))
    file_rows.wipe_old(connection, NOW + DAY)
    assert not file_rows.anything_old(connection, NOW + DAY)
    assert file_rows.wipe_old(connection, NOW + DAY) == 0


def test_a_file_that_no_turn_ever_claimed_is_wiped_too(connection: Connection) -> None:
    put(connection)
    assert file_rows.wipe_old(connection, NOW + DAY) == 1
