"""What the platforms ask of the pace: 429 obeyed exactly, one message a second a chat, so many in all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bots.outbox import SendRules
from connectors.channel import SendResult, Sent
from tests.bots.owed import Owed, owed
from tests.bots.wired import START

PAUSED = SendRules(3, 10.0, 4, chat_pauses={"telegram": 1.0})
FLOOD = Sent(SendResult.NOT_SENT, retry_after=30, problem="TooManyRequests")


@pytest.fixture
def box(tmp_path: Path) -> Owed:
    return owed(tmp_path)


def seconds(box: Owed, address: str = "7") -> list[float]:
    """When a chat was called, from the start."""
    return [(at - START).total_seconds() for at in box.wire.times(address)]


# --- told to wait ---


@pytest.mark.parametrize("retry_after", [1, 7, 60])
def test_a_chat_that_was_told_to_wait_is_not_called_before_that(box: Owed, retry_after: int) -> None:
    box.wire.answers = [Sent(SendResult.NOT_SENT, retry_after=retry_after, problem="TooManyRequests")]
    box.owe(box.chat(), "а")
    box.run()
    box.run_for(retry_after - 1, 1)
    box.run_for(2, 0.5)
    assert seconds(box) == [0, retry_after]


def test_being_told_to_wait_over_and_over_loses_no_reply(box: Owed) -> None:
    box.wire.answers = [FLOOD] * 50
    box.owe(box.chat(), "а")
    box.run()
    box.run_for(51 * 30, 30)
    assert box.statuses() == {"sent": 1}


def test_hiding_and_amending_wait_behind_a_message_that_was_told_to_wait(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а", slot="code")
    box.run()
    box.wire.answers = [FLOOD]
    box.owe(chat, "б")
    box.owe_body(chat, "hide", {"ref": "5"})
    box.owe(chat, "в", "amend", "code")
    box.run()
    box.run_for(29)
    assert seconds(box) == [0, 0]
    box.run_for(1)
    assert [what for _, what, _, _ in box.wire.calls] == ["send", "send", "send", "hide", "amend"]


def test_a_take_over_does_not_shorten_what_the_chat_was_told_to_wait(box: Owed) -> None:
    chat = box.chat()
    box.wire.answers = [FLOOD]
    box.owe(chat, "а")
    box.run()
    box.change(chat, owner_number=2, owner_agent="a1")
    box.owe(chat, "б", "person")
    box.run_for(40, 5)
    assert seconds(box) == [0, 30]
    assert box.wire.said() == ["а", "б"]


def test_a_long_message_told_to_wait_in_the_middle_leaves_the_chat_alone(box: Owed) -> None:
    box.wire.answers = [Sent(SendResult.UNKNOWN, "1", 30, "TooManyRequests")]
    box.owe(box.chat(), "а")
    box.run()
    box.run_for(40, 5)
    assert seconds(box) == [0, 30]


def test_one_chat_told_to_wait_holds_up_no_other(box: Owed) -> None:
    box.wire.answers = [FLOOD]
    box.owe(box.chat("7"), "а")
    box.owe(box.chat("8"), "б")
    box.run()
    assert seconds(box, "8") == [0]


def test_three_chats_told_to_wait_at_once_stop_the_whole_wire_until_then(box: Owed) -> None:
    box.wire.answers = [FLOOD, FLOOD, FLOOD]
    for address in ("1", "2", "3"):
        box.owe(box.chat(address), "а")
    box.run()
    box.owe(box.chat("4"), "б")
    box.run_for(35)
    assert seconds(box, "4") == [30]


# --- pace ---


def test_one_chat_gets_one_message_a_second_in_order(tmp_path: Path) -> None:
    box = owed(tmp_path, rules=PAUSED)
    chat = box.chat()
    for words in "абв":
        box.owe(chat, words)
    box.run()
    box.run_for(3, 0.25)
    assert seconds(box) == [0, 1, 2]
    assert box.wire.said() == ["а", "б", "в"]


def test_a_group_gets_twenty_messages_a_minute(tmp_path: Path) -> None:
    box = owed(tmp_path, rules=PAUSED)
    chat = box.chat("-100")
    for words in "аб":
        box.owe(chat, words)
    box.run()
    box.run_for(4, 0.5)
    assert seconds(box, "-100") == [0, 3]


def test_waiting_for_its_chat_costs_a_row_no_try_and_wakes_nobody_early(tmp_path: Path) -> None:
    box = owed(tmp_path, rules=PAUSED)
    chat = box.chat()
    box.owe(chat, "а")
    box.owe(chat, "б")
    box.run()
    assert [row.tries for row in box.rows()] == [0, 0]
    assert box.outbox.next_due() == START + timedelta(seconds=1)


def test_a_secret_is_taken_out_of_the_chat_without_waiting_for_the_pace(tmp_path: Path) -> None:
    box = owed(tmp_path, rules=PAUSED)
    chat = box.chat()
    box.owe(chat, "а")
    box.owe_body(chat, "hide", {"ref": "5"})
    box.run()
    assert seconds(box) == [0, 0]


def test_the_wire_carries_no_more_than_its_limit_in_any_second(tmp_path: Path) -> None:
    box = owed(tmp_path, a_second={"telegram": 10})
    for number in range(30):
        box.owe(box.chat(str(number)), "а")
    box.run()
    box.run_for(6, 0.05)
    times = [at for at, *_ in box.wire.calls]
    assert len(times) == 30
    assert max(sum(at <= other < at + timedelta(seconds=1) for other in times) for at in times) <= 10


def test_a_wire_at_its_limit_names_the_time_it_is_free_again(tmp_path: Path) -> None:
    box = owed(tmp_path, a_second={"telegram": 1})
    for address in ("1", "2"):
        box.owe(box.chat(address), "а")
    box.run()
    due = box.outbox.next_due()
    assert due is not None
    assert 1.0 <= (due - START).total_seconds() < 1.2


def test_a_slow_wire_keeps_no_other_wire_waiting(tmp_path: Path) -> None:
    box = owed(tmp_path, rules=SendRules(3, 10.0, 1))
    box.asks.until = lambda: box.wire.said("8")
    box.owe_code(box.chat("7"))
    box.owe(box.chat("8"), "а")
    box.run()
    assert not box.asks.in_vain
