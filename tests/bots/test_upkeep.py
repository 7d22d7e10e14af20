"""What is done now and then: pages expire and their chats hear of it, old data goes, the audit is anchored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bots import anchors
from bots.parts import Parts
from bots.upkeep import Upkeep
from knowledge import audit_rows, link_rows
from knowledge.database import Database
from tests.bots.wired import Wired, wire

CHAT = "a" * 64


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    made = wire(tmp_path)
    made.citizen(CHAT).put({"text": "сайн уу"})
    return made


@pytest.fixture
def parts(wired: Wired, tmp_path: Path) -> Iterator[Parts]:
    """With a chained audit, and its anchors in a file of the test."""
    settings = wired.parts.settings.model_copy(update={"audit_anchor_file": tmp_path / "anchors.jsonl"})
    database = Database(f"sqlite:///{tmp_path}/test.db", wired.parts.vault.audit_key)
    yield replace(wired.parts, settings=settings, database=database)
    database.close()


def act(parts: Parts, subject: str = "somebody") -> None:
    with parts.database.write() as connection:
        audit_rows.record(connection, "bot", "turn.told", subject, parts.clock())


def rows(parts: Parts, query: str) -> list[tuple[object, ...]]:
    with parts.database.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def read_anchors(parts: Parts) -> dict[int, str]:
    path = parts.settings.audit_anchor_file
    return anchors.read(path.read_text().splitlines(), parts.vault.ring.audit)


# --- pages and data ---


def test_a_page_whose_time_is_over_ends_and_its_chat_is_told_once(wired: Wired, parts: Parts) -> None:
    conversation_id = str(rows(parts, "SELECT id FROM conversations")[0][0])
    with parts.database.write() as connection:
        link_rows.open_link(
            connection,
            parts.vault,
            conversation_id=conversation_id,
            channel="web",
            address=CHAT,
            way="bank",
            purpose="passport",
            operation="",
            level="bank",
            provider="dan",
            now=parts.clock(),
            lives=timedelta(minutes=5),
        )
    upkeep = Upkeep(parts)
    for _ in range(2):
        wired.clock.move(minutes=10)
        upkeep.run_due()
    assert rows(parts, "SELECT status FROM links") == [("expired",)]
    assert rows(parts, "SELECT count(*) FROM inbox WHERE channel = 'registry'") == [(1,)]


def test_a_chat_that_was_quiet_for_longer_than_the_period_is_erased_and_that_is_recorded(
    wired: Wired, parts: Parts
) -> None:
    wired.clock.move(days=366)
    Upkeep(parts).run_due()
    assert rows(parts, "SELECT count(*) FROM transcript") == [(0,)]
    assert rows(parts, "SELECT count(*) FROM audit WHERE action = 'retention.erased'") == [(1,)]


def test_erasing_waits_five_minutes_from_one_time_to_the_next(wired: Wired, parts: Parts) -> None:
    upkeep = Upkeep(parts)
    upkeep.run_due()
    with parts.database.write() as connection:
        connection.execute(text("UPDATE conversations SET updated_at = 0"))
    for minutes, erased in ((4, 0), (2, 1)):
        wired.clock.move(minutes=minutes)
        upkeep.run_due()
        assert rows(parts, "SELECT count(*) FROM audit WHERE action = 'retention.erased'") == [(erased,)]


# --- anchors ---


def test_the_head_is_anchored_every_hour_and_not_more_often(wired: Wired, parts: Parts) -> None:
    upkeep = Upkeep(parts)
    for _ in range(13):
        act(parts)
        upkeep.run_due()
        wired.clock.move(minutes=10)
    assert len(read_anchors(parts)) == 3


def test_processes_that_share_a_file_write_one_anchor_between_them(parts: Parts) -> None:
    act(parts)
    for _ in range(3):
        Upkeep(parts).run_due()
    assert len(read_anchors(parts)) == 1


def test_an_anchor_is_in_the_log_as_well(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    act(parts)
    with caplog.at_level("INFO", "bots.anchors"):
        Upkeep(parts).run_due()
    place, mac = next(iter(read_anchors(parts).items()))
    letters = mac.translate(str.maketrans("0123456789", "ghijklmnop"))
    assert caplog.messages == [f"audit anchor: place {place} mac {letters}"]


def test_a_database_that_does_not_fit_its_last_anchor_is_an_error_in_the_log(
    wired: Wired, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    act(parts)
    Upkeep(parts).run_due()
    with parts.database.write() as connection:
        connection.execute(text("UPDATE audit SET mac = 'f'"))
    wired.clock.move(minutes=61)
    with caplog.at_level("ERROR", "bots.anchors"):
        Upkeep(parts).run_due()
    assert "tuslakh audit verify" in caplog.text


def test_an_audit_that_is_not_chained_is_not_anchored(wired: Wired, parts: Parts) -> None:
    Upkeep(replace(wired.parts, settings=parts.settings)).run_due()
    assert not parts.settings.audit_anchor_file.exists()


def test_an_anchor_file_that_cannot_be_written_keeps_nothing_else_from_being_done(parts: Parts) -> None:
    act(parts)
    parts.settings.audit_anchor_file.mkdir()
    Upkeep(parts).run_due()


# --- what may be done to the file ---


@pytest.fixture
def three(wired: Wired, parts: Parts) -> list[str]:
    upkeep = Upkeep(parts)
    for _ in range(3):
        act(parts)
        upkeep.run_due()
        wired.clock.move(minutes=61)
    return parts.settings.audit_anchor_file.read_text().splitlines()


def test_a_line_that_was_taken_out_is_named(parts: Parts, three: list[str]) -> None:
    with pytest.raises(anchors.AnchorProblem, match="line 2 "):
        anchors.read([three[0], three[2]], parts.vault.ring.audit)


def test_a_line_that_was_changed_is_named(parts: Parts, three: list[str]) -> None:
    changed = json.dumps({**json.loads(three[1]), "place": 7})
    with pytest.raises(anchors.AnchorProblem, match="line 2 "):
        anchors.read([three[0], changed, three[2]], parts.vault.ring.audit)


def test_a_line_made_without_the_key_is_named(parts: Parts, three: list[str]) -> None:
    with pytest.raises(anchors.AnchorProblem, match="line 1 "):
        anchors.read(three, [Fernet.generate_key()])


@pytest.mark.usefixtures("three")
def test_a_line_that_a_dying_process_left_unfinished_spoils_only_itself(parts: Parts) -> None:
    with parts.settings.audit_anchor_file.open("a") as file:
        file.write('{"place": 9')
    act(parts)
    Upkeep(parts).run_due()
    assert len(read_anchors(parts)) == 4


def test_a_line_that_was_made_unreadable_is_missed_by_the_next(parts: Parts, three: list[str]) -> None:
    with pytest.raises(anchors.AnchorProblem, match="line 3 "):
        anchors.read([three[0], "{", three[2]], parts.vault.ring.audit)


def test_a_line_of_the_anchors_without_a_zone_stops_neither_anchors_nor_erasing(parts: Parts) -> None:
    act(parts)
    odd = {"place": 1, "mac": "a", "at": "2026-11-23T04:00:00", "seal": "b"}
    parts.settings.audit_anchor_file.write_text(json.dumps(odd) + "\n")
    Upkeep(parts).run_due()
    assert len(parts.settings.audit_anchor_file.read_text().splitlines()) == 2
