"""People who are gone are left alone, windows are kept, messages amended, typing shown."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.channel import SendResult, Sent
from knowledge import outbox_rows
from knowledge.outbox_rows import OutboxRow
from tests.bots.owed import Owed, owed
from tests.bots.wired import START

GONE = Sent(SendResult.GONE, problem="Forbidden")
UNKNOWN = Sent(SendResult.UNKNOWN, problem="ReadTimeout")


@pytest.fixture
def box(tmp_path: Path) -> Owed:
    return owed(tmp_path)


@pytest.fixture
def messenger(tmp_path: Path) -> Owed:
    return owed(tmp_path, channel="messenger")


def take(box: Owed, wire: str = "telegram") -> list[OutboxRow]:
    with box.database.write() as connection:
        return outbox_rows.take_due(connection, box.vault, box.clock(), (wire,))


# --- people who are gone ---


def test_who_blocked_the_bot_is_tried_once_and_nothing_else_goes_out(box: Owed) -> None:
    box.wire.answers = [GONE]
    chat = box.chat()
    for words in "абв":
        box.owe(chat, words)
    box.run()
    box.owe(chat, "г")
    box.run_for(600, 60)
    assert box.wire.said() == ["а"]
    assert box.statuses() == {"failed": 1, "cancelled": 3}


def test_who_writes_again_after_blocking_is_answered(box: Owed) -> None:
    box.wire.answers = [GONE]
    chat = box.chat()
    box.owe(chat, "а")
    box.run()
    box.change(chat, unreachable_since=None)
    box.owe(chat, "б")
    box.run()
    assert box.wire.said() == ["а", "б"]


def test_who_was_heard_while_a_send_failed_is_not_taken_for_gone(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а")
    (row,) = take(box)
    box.change(chat, heard_at=box.clock() + timedelta(seconds=1))
    box.outbox._finish(row, GONE)
    box.owe(chat, "б")
    box.run()
    assert box.wire.said() == ["б"]


# --- the window ---


@pytest.mark.parametrize(
    ("kind", "hours", "arrives"),
    [
        ("reply", 23, True),
        ("reply", 25, False),
        ("notice", 25, False),
        ("person", 25, True),
        ("person", 167, True),
        ("person", 169, False),
    ],
)
def test_the_channels_window_is_kept(messenger: Owed, kind: str, hours: int, arrives: bool) -> None:
    chat = messenger.chat(channel="messenger", heard_at=START)
    messenger.clock.move(hours=hours)
    messenger.owe(chat, "а", kind)
    messenger.run()
    assert messenger.wire.said() == (["а"] if arrives else [])
    assert messenger.statuses() == {"sent" if arrives else "shut": 1}


@pytest.mark.parametrize(("kind", "hours", "flags"), [("reply", 1, (False, False)), ("person", 1, (True, False)),
                                                      ("person", 30, (True, True))])  # fmt: skip
def test_the_wire_is_told_who_speaks_and_whether_it_is_late(
    messenger: Owed, kind: str, hours: int, flags: tuple[bool, bool]
) -> None:
    chat = messenger.chat(channel="messenger", heard_at=START)
    messenger.clock.move(hours=hours)
    messenger.owe(chat, "а", kind)
    messenger.run()
    assert messenger.wire.flags == [flags]


def test_what_the_platform_finds_too_late_counts_as_shut(messenger: Owed) -> None:
    messenger.wire.answers = [Sent(SendResult.REFUSED, problem="WindowShut")]
    messenger.owe(messenger.chat(channel="messenger", heard_at=START), "а")
    messenger.run()
    assert messenger.statuses() == {"shut": 1}


# --- amending ---


def test_an_amendment_changes_the_newest_message_of_its_slot(box: Owed) -> None:
    chat = box.chat()
    box.wire.answers = [Sent(SendResult.SENT, "41"), Sent(SendResult.SENT, "42"), Sent(SendResult.SENT, "43")]
    box.owe(chat, "а", slot="code")
    box.owe(chat, "б", slot="code")
    box.owe(chat, "в", slot="case")
    box.owe(chat, "г", "amend", "code")
    box.run()
    assert box.wire.calls[-1][1:] == ("amend", "7", "42: г")


def test_an_amendment_without_a_message_is_dropped(box: Owed) -> None:
    box.owe(box.chat(), "а", "amend", "code")
    box.run()
    assert (box.wire.calls, box.statuses()) == ([], {"cancelled": 1})


def test_an_amendment_that_is_refused_holds_up_nothing(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а", slot="code")
    box.run()
    box.wire.answers = [Sent(SendResult.REFUSED, problem="BadRequest")]
    box.owe(chat, "б", "amend", "code")
    box.owe(chat, "в")
    box.run()
    assert box.wire.said() == ["а", "в"]


# --- typing ---


def test_the_citizen_sees_typing_while_the_registry_is_asked(box: Owed) -> None:
    box.asks.until = lambda: box.wire.calls
    box.owe_code(box.chat())
    box.run()
    assert [what for _, what, _, _ in box.wire.calls] == ["typing"]


def test_a_broken_typing_sign_delays_and_fails_nothing(box: Owed) -> None:
    box.wire.answers = []
    box.owe_code(box.chat(channel="nowhere"))
    box.run()
    assert box.came_in()[0]["result"] == "done"


def test_a_wire_that_breaks_leaves_the_reply_unknown_and_sends_it_once_more(box: Owed) -> None:
    box.wire.answers = [UNKNOWN, UNKNOWN]
    box.owe(box.chat(), "а")
    box.run()
    box.run_for(60, 5)
    assert (len(box.wire.calls), box.statuses()) == (2, {"unknown": 1})
