"""Events in the order they were sent; what comes too late for that rewinds nothing. Other people's words and groups."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.handling import CLOCKS_APART
from dialogs.conversation import AskingCode, AskingNumber
from dialogs.sayings import Verb
from knowledge import inbox_rows
from tests.bots.scripted import Chat, ScriptedChannel, came, second
from tests.bots.wired import CODE, NUMBER, START, Wired, wire

SETTLE = timedelta(seconds=0.3)


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    return wire(tmp_path, channel=ScriptedChannel(), settle=SETTLE)


@pytest.fixture
def chat(wired: Wired) -> Chat:
    return Chat(wired)


def says(chat: Chat, text: str, at: float) -> str:
    """Handled at once, the wait for older ones over."""
    chat.puts("words", second(at), text=text)
    return handled(chat)


def handled(chat: Chat) -> str:
    chat.wired.clock.move(seconds=0.4)
    chat.wired.run()
    return chat.new()


def asked_for_the_code(chat: Chat) -> Chat:
    """At second 3 a code was asked for; the newest that was heard was sent at second 3."""
    says(chat, "үнэмлэхний лавлагаа", 1)
    offer = chat.stored.state.offers[-1]
    place = next(place for place, choice in enumerate(offer.choices) if choice.command.verb is Verb.PROVE)
    chat.puts("pressed", second(2), offer=offer.number, choice=place)
    handled(chat)
    says(chat, NUMBER, 3)
    assert isinstance(chat.stored.state.task, AskingCode)
    return chat


def test_events_are_handled_in_the_order_they_were_sent(wired: Wired, chat: Chat) -> None:
    for at in (3, 1, 2):
        chat.puts("words", second(at), text=f"хэд вэ {at}")
    handled(chat)
    assert chat.record() == ["хэд вэ 1", "хэд вэ 2", "хэд вэ 3"]


def test_a_chats_first_event_that_is_not_due_lets_no_later_one_pass(wired: Wired, chat: Chat) -> None:
    chat.puts("words", second(2), text="хоёр")
    wired.clock.move(seconds=0.29)
    chat.puts("words", second(1), text="нэг")
    wired.clock.move(seconds=0.1)
    assert not wired.parts.assistant.run_next()


def test_chats_whose_events_come_shuffled_have_no_inversion(wired: Wired) -> None:
    said = [(f"chat{number % 30}", number) for number in range(120)]
    random.Random(5).shuffle(said)
    wired.parts.inbox.accept([came(chat, "words", second(at / 100), text=f"за {at}") for chat, at in said])
    wired.clock.move(seconds=1)
    while wired.parts.assistant.run_next():
        pass
    for number in range(30):
        assert Chat(wired, f"chat{number}").record() == [f"за {at}" for at in range(number, 120, 30)]


def test_an_old_press_is_an_old_button(chat: Chat) -> None:
    asked_for_the_code(chat)
    chat.puts("pressed", second(1.5), offer=1, choice=0)
    assert "хуучирсан" in handled(chat)


def test_an_old_code_is_not_taken_by_the_step_that_is_open_now(chat: Chat) -> None:
    asked_for_the_code(chat)
    says(chat, CODE, 2.5)
    assert not [call for call in chat.wired.registry.asked if call[0] == "read"]


def test_an_old_code_leaves_the_record_and_the_step_says_what_it_needs(chat: Chat) -> None:
    asked_for_the_code(chat)
    assert "6 оронтой кодоо" in says(chat, CODE, 2.5)
    assert CODE not in "".join(chat.record())


def test_an_old_number_is_not_taken_by_the_step_that_is_open_now(chat: Chat) -> None:
    says(chat, "үнэмлэхний лавлагаа", 1)
    chat.puts("pressed", second(5), offer=1, choice=0)
    handled(chat)
    before = chat.stored.state.task
    says(chat, NUMBER, 2)
    assert isinstance(before, AskingNumber)
    assert chat.stored.state.task == before


@pytest.mark.parametrize("text", ["болих", "эхнээс", "паспорт сунгах", "1", "буцах"])
def test_old_words_leave_the_open_step_and_what_is_on_the_table(chat: Chat, text: str) -> None:
    before = asked_for_the_code(chat).stored.state
    says(chat, text, 2.5)
    after = chat.stored.state
    assert (after.task, after.topic) == (before.task, before.topic)


def test_old_words_are_answered(chat: Chat) -> None:
    asked_for_the_code(chat)
    assert "Гадаад паспорт дахин захиалах" in says(chat, "паспорт сунгах", 2.5)


def test_the_code_still_opens_after_old_words(chat: Chat) -> None:
    asked_for_the_code(chat)
    says(chat, "паспорт сунгах", 2.5)
    assert "УБ******12" in says(chat, CODE, 4)


def test_an_old_wish_for_a_person_counts(chat: Chat) -> None:
    asked_for_the_code(chat)
    says(chat, "хүнтэй ярья", 2.5)
    assert chat.stored.state.waiting_for_person


def test_an_old_start_ends_no_step(chat: Chat) -> None:
    before = asked_for_the_code(chat).stored.state.task
    chat.puts("started", second(0.5))
    handled(chat)
    assert chat.stored.state.task == before


def test_old_words_that_are_late_too_end_no_step(chat: Chat) -> None:
    before = asked_for_the_code(chat).stored.state.task
    says(chat, "паспорт сунгах", -3600)
    assert chat.stored.state.task == before


def test_words_of_the_same_second_are_not_old(chat: Chat) -> None:
    asked_for_the_code(chat)
    assert "УБ******12" in says(chat, CODE, 3)


def test_a_platform_clock_far_ahead_is_not_believed(chat: Chat) -> None:
    says(chat, "хэд вэ", 100_000)
    assert chat.stored.heard_at == START + CLOCKS_APART


def test_when_a_citizen_was_heard_never_goes_back(chat: Chat) -> None:
    says(chat, "хэд вэ", 5)
    says(chat, "хэд вэ", 2)
    assert chat.stored.heard_at == second(5)


def test_what_a_person_said_elsewhere_is_not_the_citizen_being_heard(chat: Chat) -> None:
    says(chat, "хэд вэ", 1)
    chat.puts("elsewhere", second(2), text="Сайн байна уу")
    handled(chat)
    assert chat.stored.heard_at == second(1)


def test_what_a_person_said_elsewhere_is_in_the_record_and_the_bot_is_silent(chat: Chat) -> None:
    says(chat, "хэд вэ", 1)
    chat.puts("elsewhere", second(2), text="Сайн байна уу, би Дорж")
    handled(chat)
    assert chat.record("agent") == ["Сайн байна уу, би Дорж"]
    assert says(chat, "паспорт сунгах", 3) == ""


def test_who_blocked_the_bot_is_unreachable_until_they_are_heard(wired: Wired, chat: Chat) -> None:
    says(chat, "хэд вэ", 1)
    chat.puts("left", second(2))
    handled(chat)
    blocked = chat.stored.unreachable_since
    says(chat, "хэд вэ", 3)
    assert (blocked, chat.stored.unreachable_since) == (START + timedelta(seconds=0.8), None)


def test_a_block_that_is_older_than_the_last_words_is_over(chat: Chat) -> None:
    says(chat, "хэд вэ", 3)
    chat.puts("left", second(2))
    handled(chat)
    assert chat.stored.unreachable_since is None


def test_a_changed_message_is_in_the_record_and_runs_nothing_again(chat: Chat) -> None:
    says(chat, "хэд вэ", 1)
    chat.puts("edited", second(2), text="паспорт сунгах")
    handled(chat)
    assert chat.record() == ["хэд вэ", "[edited] паспорт сунгах"]
    assert chat.stored.state.topic is None


def test_a_number_in_a_changed_message_is_not_kept(chat: Chat) -> None:
    says(chat, "хэд вэ", 1)
    chat.puts("edited", second(2), text=f"миний регистр {NUMBER}")
    handled(chat)
    assert NUMBER not in "".join(chat.record())


def test_who_speaks_to_the_bot_in_a_group_is_asked_to_a_private_chat(chat: Chat) -> None:
    chat.puts("group", private=False)
    assert handled(chat) != ""


@pytest.mark.parametrize("kind", ["words", "started", "pressed", "shared", "edited", "left"])
def test_nothing_else_of_a_group_makes_a_conversation(wired: Wired, kind: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "words": {"text": NUMBER},
        "pressed": {"offer": 1, "choice": 0},
        "shared": {"what": "photo"},
    }
    chat = Chat(wired, "group")
    chat.puts(kind, private=False, **values.get(kind, {}))
    handled(chat)
    with pytest.raises(AssertionError):
        _ = chat.stored
    with wired.parts.database.read() as connection:
        assert inbox_rows.counts(connection) == {"done": 1}


@pytest.mark.parametrize("kind", ["left", "returned", "unsupported"])
def test_a_chat_does_not_begin_with_nothing_said(wired: Wired, kind: str) -> None:
    chat = Chat(wired)
    chat.puts(kind)
    handled(chat)
    with pytest.raises(AssertionError):
        _ = chat.stored
