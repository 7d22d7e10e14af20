"""An event that cannot be handled is set aside, whether it raises, kills the process or hangs; the chat is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.in_hand import InHand
from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.web_chat import arrival
from knowledge import inbox_order, inbox_rows
from tests.bots.scripted import POISON, Chat, ScriptedChannel, came
from tests.bots.wired import START, Wired, wire

DATABASE = "sqlite:///somewhere"
TELEGRAM = Telegram("1:x")
TOLD = "уншиж чадсангүй"
BITES = """
import re, sys, time
from pathlib import Path
from bots.in_hand import InHand
from bots.supervision import watching_turns
in_hand = InHand(Path(sys.argv[1]), "d")
with watching_turns(in_hand, 0.4), in_hand.holding():
    in_hand.note(7)
    {bite}
"""


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    return wire(tmp_path, channel=ScriptedChannel())


@pytest.fixture
def in_hand(tmp_path: Path) -> Iterator[InHand]:
    made = InHand(tmp_path, DATABASE)
    yield made
    made.close()


def tries(wired: Wired, number: int = inbox_rows.MAX_TRIES) -> None:
    for _ in range(number):
        wired.run()
        wired.clock.move(minutes=1)


def counts(wired: Wired) -> dict[str, int]:
    with wired.parts.database.read() as connection:
        return inbox_rows.counts(connection)


def test_the_chat_of_an_event_that_is_set_aside_is_told_once(wired: Wired) -> None:
    chat = Chat(wired)
    chat.says("хэд вэ")
    chat.puts("words", text=POISON)
    tries(wired)
    assert chat.new().count(TOLD) == 1


def test_the_chat_goes_on_after_its_event_was_set_aside(wired: Wired) -> None:
    chat = Chat(wired)
    chat.says("хэд вэ")
    chat.puts("words", text=POISON)
    tries(wired)
    chat.new()
    assert "паспорт" in chat.says("паспорт сунгах")


def test_nothing_is_said_to_whom_we_do_not_know(wired: Wired) -> None:
    chat = Chat(wired)
    chat.puts("words", text=POISON)
    tries(wired)
    assert counts(wired) == {"aside": 1}
    assert chat.new() == ""


def test_what_is_set_aside_is_handled_when_it_is_tried_again_and_can_be(tmp_path: Path) -> None:
    channel = ScriptedChannel()
    wired = wire(tmp_path, channel=channel)
    Chat(wired).puts("words", text=POISON)
    tries(wired)
    channel.mended = True
    with wired.parts.database.write() as connection:
        aside = inbox_rows.aside_rows(connection, wired.parts.vault, 10)
        assert inbox_rows.retry_aside(connection, aside[0].id, wired.clock())
    wired.run()
    assert counts(wired) == {"done": 1}


def test_events_of_two_hundred_poisoned_chats_keep_no_other_chat_waiting(wired: Wired) -> None:
    wired.parts.inbox.accept([came(f"bad{number}", "words", text=POISON) for number in range(200)])
    good = Chat(wired, "good")
    good.puts("words", text="хэд вэ")
    for _ in range(201):
        wired.parts.assistant.run_next()
    assert len(good.record("bot")) == 1


def left_over(folder: Path, row_id: int) -> InHand:
    """As a new process finds it after one that was killed with this event in hand."""
    dead = InHand(folder, DATABASE)
    dead.note(row_id)
    dead.close()
    return InHand(folder, DATABASE)


def killed(wired: Wired, folder: Path) -> None:
    """The process dies with the chat's first event in hand, and the next one starts."""
    with wired.parts.database.read() as connection:
        row_id = inbox_order.heads(connection, wired.clock(), ["web"])[0].id
    wired.parts.assistant.in_hand = left_over(folder, row_id)
    wired.parts.assistant.recover()
    wired.parts.assistant.in_hand.close()
    wired.clock.move(minutes=1)


def test_an_event_that_kills_the_process_three_times_is_set_aside_and_the_chat_told(
    wired: Wired, tmp_path: Path
) -> None:
    chat = Chat(wired)
    chat.says("хэд вэ")
    chat.puts("words", text="паспорт сунгах")
    for _ in range(3):
        killed(wired, tmp_path)
    wired.run()
    assert counts(wired) == {"done": 1, "aside": 1}
    assert TOLD in chat.new()


def test_an_event_that_was_in_hand_twice_is_still_handled(wired: Wired, tmp_path: Path) -> None:
    chat = Chat(wired)
    chat.puts("words", text="паспорт сунгах")
    for _ in range(2):
        killed(wired, tmp_path)
    wired.run()
    assert counts(wired) == {"done": 1}


def test_an_event_that_was_handled_when_its_process_died_is_not_charged(wired: Wired, tmp_path: Path) -> None:
    Chat(wired).says("хэд вэ")
    wired.parts.assistant.in_hand = left_over(tmp_path, 1)
    wired.parts.assistant.recover()
    assert counts(wired) == {"done": 1}


def test_nothing_is_left_over_from_a_turn_that_was_committed(tmp_path: Path, in_hand: InHand) -> None:
    Chat(wire(tmp_path, channel=ScriptedChannel(), in_hand=in_hand)).says("хэд вэ")
    in_hand.close()
    assert InHand(tmp_path, DATABASE).left_over == ()


def test_two_processes_do_not_share_their_note(tmp_path: Path, in_hand: InHand) -> None:
    in_hand.note(1)
    assert InHand(tmp_path, DATABASE).left_over == ()


def test_a_process_takes_along_what_two_dead_ones_had_in_hand(tmp_path: Path) -> None:
    dead = [InHand(tmp_path, DATABASE) for _ in range(2)]
    for number, each in enumerate(dead, 1):
        each.note(number)
    for each in dead:
        each.close()
    assert sorted(InHand(tmp_path, DATABASE).left_over) == [1, 2]


def test_what_is_left_over_is_charged_once(tmp_path: Path) -> None:
    first = left_over(tmp_path, 7)
    first.forget_left_over()
    first.close()
    assert InHand(tmp_path, DATABASE).left_over == ()


def test_the_notes_of_two_databases_are_kept_apart(tmp_path: Path) -> None:
    left_over(tmp_path, 7).close()
    assert InHand(tmp_path, "sqlite:///another").left_over == ()


def test_without_a_folder_to_write_to_the_process_runs_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    noted = InHand(tmp_path / "file", DATABASE)
    noted.note(7)
    assert noted.left_over == ()


def bitten(folder: Path, bite: str) -> int:
    """The exit status of a process whose turn does this."""
    command = [sys.executable, "-c", BITES.format(bite=bite), str(folder)]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": "."}, timeout=60, check=False).returncode


def test_a_turn_that_hangs_ends_the_process_with_its_event_noted(tmp_path: Path) -> None:
    assert bitten(tmp_path, "time.sleep(60)") == 70
    assert InHand(tmp_path, "d").left_over == (7,)


def test_a_turn_that_lets_no_other_thread_run_ends_the_process_with_its_event_noted(tmp_path: Path) -> None:
    assert bitten(tmp_path, "re.match('(a+)+b', 'a' * 60)") != 0
    assert InHand(tmp_path, "d").left_over == (7,)


def test_a_process_that_is_killed_in_a_turn_leaves_its_event_noted(tmp_path: Path) -> None:
    assert bitten(tmp_path, "import os; os.kill(os.getpid(), 9)") == -9
    assert InHand(tmp_path, "d").left_over == (7,)


def test_a_turn_in_time_ends_nothing(tmp_path: Path) -> None:
    assert bitten(tmp_path, "time.sleep(0.1)") == 0


def test_a_process_that_was_stopped_and_goes_on_is_not_taken_for_hung(tmp_path: Path) -> None:
    stopped = "import os, signal; os.system(f'(sleep 1; kill -CONT {os.getpid()}) & kill -STOP {os.getpid()}')"
    assert bitten(tmp_path, stopped) == 0


ODD = st.one_of(
    st.text(max_size=200),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Co", "Cn", "Mn", "Me"]), max_size=50),
    st.sampled_from([
        "\ud800", "\0", "a\0b", "\u202eabc\u2066", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ", "и\u0306".join("Сайн"), "👩‍👩‍👧‍👦" * 500,
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!", "а" * 1_000_000, "=cmd|' /C calc'!A0", "{}", "[]", "", " ", "9" * 5000,
    ]),
)  # fmt: skip
IDS = st.integers(min_value=-(2**70), max_value=2**70)


def web(number: int, text: str, _id: int) -> list[Arrival]:
    return [arrival("web", "odd", str(number), {"text": text})]


def telegram(number: int, text: str, id_: int) -> list[Arrival]:
    person = {"id": id_, "is_bot": False, "first_name": text[:50]}
    sent = {"message_id": id_, "date": int(START.timestamp()), "chat": {"id": id_, "type": "private"}}
    update = {"update_id": number, "message": {**sent, "from": person, "text": text}}
    return TELEGRAM.arrivals(json.dumps(update).encode())


@pytest.mark.parametrize("came_by", [web, telegram])
def test_no_odd_text_is_set_aside(tmp_path: Path, came_by: Callable[[int, str, int], list[Arrival]]) -> None:
    wired = wire(tmp_path, channel=TELEGRAM if came_by is telegram else None)
    number = count(1)

    @settings(max_examples=60, deadline=None)
    @given(text=ODD, id_=IDS)
    def handled(text: str, id_: int) -> None:
        wired.parts.inbox.accept(came_by(next(number), text, id_))
        while wired.parts.assistant.run_next():
            wired.clock.move(seconds=10)
        assert set(counts(wired)) == {"done"}

    handled()
