"""A citizen's file from the turn that heard of it to where it is kept sealed or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bots.files import FileRules, arrived, examine, keep_file, offer_of
from connectors.channel import Fetched, SendResult
from connectors.web_chat import address_of
from dialogs.conversation import Conversation
from dialogs.incoming import FileOffer, SharedKind
from dialogs.messages import FileProblem, FileRefused, KeepFile
from dialogs.services import Language
from knowledge import audit_rows, case_rows, conversation_rows, file_rows, outbox_rows
from knowledge.database import Database
from knowledge.file_rows import FileRow
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.bots import samples

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
RULES = FileRules(largest=1_000_000, a_day=3)
JPEG = samples.picture("JPEG")


@dataclass
class Kept:
    """A database with one conversation of Telegram, and what is done with its files."""

    database: Database
    vault: Vault
    state: Conversation
    offers: int = field(default=0)

    def hears_of(
        self, offer: FileOffer | None = None, now: datetime = NOW, rules: FileRules = RULES
    ) -> FileRefused | None:
        self.offers += 1
        decision = KeepFile(SharedKind.PHOTO, offer or FileOffer(f"id-{self.offers}"), f"m{self.offers}")
        with self.database.write() as connection:
            return keep_file(connection, self.vault, decision, self.state, "4711", rules, now)

    def owed(self) -> str:
        """The id of the file whose fetching is owed last, as the outbox has it."""
        with self.database.write() as connection:
            rows = outbox_rows.take_due(
                connection, self.vault, NOW + timedelta(days=9), ("telegram-files",), lease=False
            )
        return str(json.loads(rows[-1].body)["file"])

    def comes(self, file_id: str, fetched: Fetched) -> FileProblem | None:
        with self.database.write() as connection:
            return arrived(connection, self.vault, file_id, fetched, RULES, NOW)

    def files(self) -> list[FileRow]:
        with self.database.read() as connection:
            return file_rows.of_conversation(connection, self.vault, self.state.id)

    def content(self, file_id: str) -> bytes | None:
        """As an agent gets it."""
        with self.database.write() as connection:
            case_rows.open_case(connection, self.state.id, "asked", NOW)
            found = file_rows.read(connection, self.vault, file_id)
        return file_rows.unseal(self.vault, found[1]) if found else None


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    database, vault = Database(f"sqlite:///{tmp_path}/test.db"), Vault([Fernet.generate_key().decode()])
    migrate(database)
    with database.write() as connection:
        stored = conversation_rows.create(connection, vault, "telegram", "4711", Language.MN, "", NOW)
    return Kept(database, vault, stored.state)


def fetched(content: bytes = JPEG) -> Fetched:
    return Fetched(SendResult.SENT, content)


def test_hearing_of_a_file_owes_its_fetching_on_the_wire_it_came_by(kept: Kept) -> None:
    assert kept.hears_of(FileOffer("AgAD-1", size=500, name="үнэмлэх.jpg")) is None
    with kept.database.read() as connection:
        assert offer_of(connection, kept.vault, kept.owed()) == FileOffer("AgAD-1", 500, name="үнэмлэх.jpg")


def test_what_came_is_kept_sealed_and_where_it_came_from_is_forgotten(kept: Kept, tmp_path: Path) -> None:
    kept.hears_of(FileOffer("AgAD-secret-source"))
    file_id = kept.owed()
    assert kept.comes(file_id, fetched(samples.PDF)) is None
    assert kept.content(file_id) == samples.PDF
    assert not any(samples.PDF[:20] in path.read_bytes() for path in tmp_path.iterdir())
    with kept.database.read() as connection, pytest.raises(LookupError):
        offer_of(connection, kept.vault, file_id)


def test_the_size_and_kind_that_are_told_are_those_of_what_is_kept(kept: Kept) -> None:
    kept.hears_of(FileOffer("a", size=1, media_type="text/html", name="a.html"))
    file_id = kept.owed()
    kept.comes(file_id, fetched())
    (file,) = kept.files()
    assert (file.media_type, file.size) == ("image/jpeg", len(kept.content(file_id) or b""))


@pytest.mark.parametrize(
    ("came", "problem"),
    [
        (Fetched(SendResult.SENT, too_large=True), FileProblem.TOO_LARGE),
        (Fetched(SendResult.SENT, b"%PDF-" + b"a" * 1_000_000), FileProblem.TOO_LARGE),
        (Fetched(SendResult.SENT, samples.HTML), FileProblem.WRONG_KIND),
        (Fetched(SendResult.SENT, b""), FileProblem.WRONG_KIND),
        (Fetched(SendResult.NOT_SENT), FileProblem.NOT_FETCHED),
        (Fetched(SendResult.UNKNOWN), FileProblem.NOT_FETCHED),
        (Fetched(SendResult.REFUSED), FileProblem.NOT_FETCHED),
        (Fetched(SendResult.GONE, problem="gone"), FileProblem.NOT_FETCHED),
    ],
)
def test_what_is_not_kept_is_refused_with_its_reason(kept: Kept, came: Fetched, problem: FileProblem) -> None:
    kept.hears_of()
    file_id = kept.owed()
    assert kept.comes(file_id, came) is problem
    (file,) = kept.files()
    assert (file.reason, file.size, kept.content(file_id)) == (problem.value, 0, None)


def test_a_second_arrival_changes_nothing(kept: Kept) -> None:
    kept.hears_of()
    file_id = kept.owed()
    kept.comes(file_id, fetched(samples.PDF))
    assert kept.comes(file_id, Fetched(SendResult.NOT_SENT)) is None
    assert kept.content(file_id) == samples.PDF


def test_what_was_examined_before_the_transaction_is_stored_like_what_was_not(kept: Kept) -> None:
    kept.hears_of()
    file_id, examined = kept.owed(), examine(kept.vault, fetched(samples.PDF), RULES)
    with kept.database.write() as connection:
        assert arrived(connection, kept.vault, file_id, examined, RULES, NOW) is None
    assert kept.content(file_id) == samples.PDF


def test_how_it_ended_is_in_the_record(kept: Kept) -> None:
    kept.hears_of()
    file_id = kept.owed()
    kept.comes(file_id, fetched(samples.HTML))
    with kept.database.read() as connection:
        assert audit_rows.last_action(connection, file_id, "file.") == "refused"


def test_one_that_is_too_large_by_its_channels_word_is_not_fetched(kept: Kept) -> None:
    assert kept.hears_of(FileOffer("a", size=1_000_001)) == FileRefused(FileProblem.TOO_LARGE, 0)
    (file,) = kept.files()
    assert (file.status, file.reason) == ("refused", "too-large")


def test_the_refusal_names_the_largest_size_in_megabytes(kept: Kept) -> None:
    refused = kept.hears_of(FileOffer("a", size=30_000_000), rules=FileRules())
    assert refused == FileRefused(FileProblem.TOO_LARGE, 10)


def test_more_than_a_days_files_are_refused_and_stay_in_the_record(kept: Kept) -> None:
    results = [kept.hears_of() for _ in range(5)]
    assert [bool(result) for result in results] == [False, False, False, True, True]
    assert [file.reason for file in kept.files()].count("too-many") == 2


def test_after_24_hours_files_are_taken_again(kept: Kept) -> None:
    for _ in range(4):
        kept.hears_of()
    assert kept.hears_of(now=NOW + timedelta(hours=24)) is None


def test_one_from_the_page_is_linked_and_nothing_is_fetched(kept: Kept) -> None:
    address = address_of("token")
    with kept.database.write() as connection:
        web = conversation_rows.create(connection, kept.vault, "web", address, Language.MN, "", NOW).state
        file_rows.put(connection, kept.vault, brought("f1", address, kept.vault), NOW)
        decision = KeepFile(SharedKind.FILE, FileOffer("web:f1"), "m1")
        assert keep_file(connection, kept.vault, decision, web, address, RULES, NOW) is None
        assert [file.id for file in file_rows.of_conversation(connection, kept.vault, web.id)] == ["f1"]
        assert not outbox_rows.anything_due(connection, NOW, ("web",))


def test_a_file_of_another_chats_page_cannot_be_named(kept: Kept) -> None:
    with kept.database.write() as connection:
        file_rows.put(connection, kept.vault, brought("f1", address_of("token"), kept.vault), NOW)
    kept.hears_of(FileOffer("web:f1"))
    assert kept.files() == []


def brought(file_id: str, address: str, vault: Vault) -> file_rows.Brought:
    content = file_rows.seal(vault, samples.PDF)
    return file_rows.Brought(file_id, address, None, SharedKind.FILE, "m1", "a.pdf", "application/pdf", 9, content)
