"""Erasing one chat: nothing of it can be read any more, and no limit begins anew (row P5 of the threat model)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge import (
    challenge_rows,
    conversation_rows,
    erasing,
    feed_rows,
    held_rows,
    inbox_rows,
    link_rows,
    outbox_rows,
    proof_rows,
    releasing,
    transcript_rows,
)
from knowledge.database import Connection, Database
from knowledge.house_tables import audit
from knowledge.migrate import migrate
from knowledge.scrubbing import scrub
from knowledge.tables import conversations, identities
from tests.knowledge.chats import NOW, VAULT, after, keep_proof, new_chat, open_page, prove_page
from tests.knowledge.full_chat import Canary, Things, fill, readable, sealed_bytes

MINE = Canary("Хөхтолгой", "ТУ90010112", "99114477")
DAY_LATER = after(hours=24)


def erase(connection: Connection, things: Things) -> None:
    erasing.erase(connection, VAULT, things.chat, NOW)


def test_p5_before_it_is_erased_the_canary_is_everywhere_and_after_it_nowhere(
    database_url: str, tmp_path: Path
) -> None:
    """Every table opened with the key; on SQLite also the bytes of the file and its log, where nothing that was sealed
    before stands any more."""
    database = _migrated(database_url)
    with database.write() as connection:
        things = fill(connection, MINE, NOW)
        before, text = sealed_bytes(connection), readable(connection)
        for table in ("conversations", "transcript", "feed", "inbox", "outbox", "files", "links", "identities"):
            assert any(word in line for line in text.splitlines() if line.startswith(table) for word in MINE.all())
    with database.write() as connection:
        erase(connection, things)
    assert scrub(database)
    with database.read() as connection:
        text = readable(connection)
    assert [word for word in MINE.all() if word in text] == []
    left = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))
    assert [sealed for sealed in before if sealed in left] == []


def test_p5_a_day_later_the_address_is_gone_too(database_url: str, tmp_path: Path) -> None:
    database = _migrated(database_url)
    with database.write() as connection:
        things = fill(connection, MINE, NOW)
        erase(connection, things)
        assert releasing.release_due(connection, after(hours=23)) == 0
        assert not releasing.anything_to_release(connection, after(hours=23))
        assert releasing.anything_to_release(connection, DAY_LATER)
        assert releasing.release_due(connection, DAY_LATER) == 1
        assert f"'{things.address}'" not in readable(connection)
        assert conversation_rows.lock(connection, VAULT, "web", things.address) is None
    scrub(database)
    content = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))
    assert things.ref.encode() not in content


def test_p5_the_audit_stays_as_it_was(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("аудит", "ТУ90010113", "99114478"), NOW)
    with shared.write() as connection:
        kept = connection.execute(select(audit).where(audit.c.subject == things.chat)).all()
        erase(connection, things)
        assert connection.execute(select(audit).where(audit.c.subject == things.chat)).all() == kept != []


def test_what_another_chat_was_proven_as_keeps_its_sealed_number(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("хоёр чат", "ТУ90010114", "99114479"), NOW)
        other, _ = new_chat(connection)
        keep_proof(connection, other, "the other chat's", "ТУ90010114")
        erase(connection, things)
        sealed = select(identities.c.number_sealed).where(identities.c.identity == VAULT.identity("ТУ90010114"))
        assert VAULT.open(connection.execute(sealed).scalar_one()) == "ТУ90010114"
        assert proof_rows.is_over(connection, "the other chat's") is None


def test_other_chats_lose_nothing(shared: Database) -> None:
    with shared.write() as connection:
        other = fill(connection, Canary("үлдэх", "ТУ90010115", "99114480"), NOW)
        things = fill(connection, Canary("явах", "ТУ90010116", "99114481"), NOW)
        held = held_rows.export(connection, VAULT, other.chat)
        erase(connection, things)
        assert held_rows.export(connection, VAULT, other.chat) == held


def test_erasing_gives_no_new_codes_tries_or_pages(shared: Database) -> None:
    person = VAULT.identity("ТУ90010117")
    with shared.write() as connection:
        things = fill(connection, Canary("хязгаар", "ТУ90010117", "99114482"), NOW)
        another = VAULT.identity("ТУ90010118")
        before = challenge_rows.history(connection, person, things.chat, NOW)
        pages = link_rows.identity_counts(connection, person, NOW)[1]
        erase(connection, things)
        assert challenge_rows.history(connection, person, things.chat, NOW) == before
        assert challenge_rows.history(connection, another, things.chat, NOW).others_in_chat == 1
        assert link_rows.identity_counts(connection, person, NOW)[1] == pages == 1
        assert link_rows.counts(connection, things.chat, NOW) == (0, 1)


def test_a_code_that_was_out_opens_nothing_after_it(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("код", "ТУ90010119", "99114483"), NOW)
        erase(connection, things)
        assert not challenge_rows.check_code(connection, VAULT, things.challenge_id, things.chat, "654321", NOW)
        assert proof_rows.bound_identity(connection, things.chat) is None


def test_what_was_on_its_way_is_not_sent(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("замдаа", "ТУ90010120", "99114484"), NOW)
        erase(connection, things)
        due = outbox_rows.take_due(connection, VAULT, after(hours=1), ("web",))
        assert [row for row in due if row.conversation_id == things.chat] == []


def test_the_chat_begins_anew_and_an_open_page_sees_what_comes_next(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("шинээр", "ТУ90010121", "99114485"), NOW)
        erase(connection, things)
        stored = conversation_rows.lock(connection, VAULT, "web", things.address)
        assert stored is not None
        assert (stored.name, stored.state.proof, stored.state.owner.number) == ("", None, 2)
        feed_rows.append(connection, VAULT, things.chat, "bot", "{}", NOW)
        assert [item.position for item in feed_rows.after(connection, VAULT, things.chat, 3)] == [4]


def test_a_chat_that_was_used_again_keeps_its_address_and_what_was_said_since(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("дахин", "ТУ90010122", "99114486"), NOW)
        erase(connection, things)
        transcript_rows.append(connection, VAULT, things.chat, "citizen", "сайн уу", after(hours=1))
        link_id, _ = open_page(connection, things.chat, things.address, after(hours=1))
        assert not releasing.release(connection, things.chat)
        assert link_rows.find(connection, VAULT, link_id, things.chat) is not None
        assert link_rows.counts(connection, things.chat, after(hours=1)) == (1, 1)


def test_a_message_that_waits_keeps_the_address(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("хүлээж буй", "ТУ90010123", "99114487"), NOW)
        erase(connection, things)
        inbox_rows.accept(connection, VAULT, "web", f"new {things.chat}", things.address, "би", after(hours=24))
        assert not releasing.release(connection, things.chat)


def test_a_released_chat_leaves_no_conversation_once_its_codes_are_gone(shared: Database) -> None:
    with shared.write() as connection:
        chat, address = new_chat(connection)
        link_id, _ = open_page(connection, chat, address)
        prove_page(connection, link_id)
        erasing.erase(connection, VAULT, chat, NOW)
        assert releasing.release(connection, chat)
        number = select(func.count()).select_from(conversations).where(conversations.c.id == chat)
        assert connection.execute(number).scalar() == 0


@pytest.mark.parametrize("times", [1, 2])
def test_erasing_what_is_erased_or_unknown_does_nothing(shared: Database, times: int) -> None:
    with shared.write() as connection:
        chat, _ = new_chat(connection)
        for _ in range(times):
            erasing.erase(connection, VAULT, chat, NOW)
        erasing.erase(connection, VAULT, "nobody", NOW)
        assert held_rows.summary(connection, chat)[0].count == 0


def test_after_erasing_the_person_may_be_proven_again_at_once(shared: Database) -> None:
    with shared.write() as connection:
        things = fill(connection, Canary("нөгөөдөр", "ТУ90010124", "99114488"), NOW)
        erase(connection, things)
        assert keep_proof(connection, things.chat, "anew", "ТУ90010124", NOW + timedelta(minutes=1)) == []
        assert proof_rows.is_over(connection, "anew") is None


def _migrated(url: str) -> Database:
    database = Database(url)
    migrate(database)
    return database
