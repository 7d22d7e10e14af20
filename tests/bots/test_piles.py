"""Messages that waited too long and messages that come too fast are answered together."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bots.entry_links import payload_of
from bots.piles import MOST, PileRules
from connectors.web_chat import arrival
from dialogs.messages import CaseTaken
from knowledge import inbox_rows
from knowledge.tables import inbox
from tests.bots.scripted import POISON, Chat, ScriptedChannel
from tests.bots.wired import NUMBER, Wired, wire

NEED = "паспорт сунгах"


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    return wire(tmp_path, channel=ScriptedChannel(), together=PileRules(turns_a_minute=3))


@pytest.fixture
def chat(wired: Wired) -> Chat:
    return Chat(wired)


def late(chat: Chat, *texts: str) -> str:
    """What is answered to words that waited for an hour."""
    for text in texts:
        chat.puts("words", text=text)
    chat.wired.clock.move(hours=1)
    chat.wired.run()
    return chat.new()


def answers(chat: Chat) -> int:
    return len(chat.record("bot"))


def test_late_messages_are_answered_together(chat: Chat) -> None:
    assert "Танаас 2 мессеж" in late(chat, NEED, "хэд вэ")
    assert answers(chat) == 1


def test_what_late_messages_wanted_is_offered_and_not_carried_out(chat: Chat) -> None:
    late(chat, NEED)
    assert "[Гадаад паспорт дахин захиалах]" in chat.record("bot")[-1]
    assert chat.stored.state.topic is None


def test_each_late_message_is_in_the_record(chat: Chat) -> None:
    late(chat, NEED, "хэд вэ")
    assert chat.record() == [NEED, "хэд вэ"]


def test_a_late_number_leaves_the_record(chat: Chat) -> None:
    late(chat, NUMBER, "хэд вэ")
    assert NUMBER not in "".join(chat.record())


def test_late_danger_is_answered_as_danger(chat: Chat) -> None:
    late(chat, "намайг баривчилсан", "хэд вэ")
    assert chat.stored.state.waiting_for_person


def test_a_message_of_a_quarter_of_an_hour_ago_is_answered_as_always(wired: Wired, chat: Chat) -> None:
    chat.puts("words", text=NEED)
    wired.clock.move(minutes=15)
    wired.run()
    assert chat.stored.state.topic == "passport"


def test_a_late_press_presses_nothing(chat: Chat) -> None:
    chat.says("үнэмлэхний лавлагаа")
    place = f"{chat.stored.state.offer_number}.0"
    chat.wired.clock.move(hours=1)
    chat.puts("pressed", offer=int(place.split(".")[0]), choice=0)
    chat.wired.clock.move(hours=1)
    chat.wired.run()
    assert chat.stored.state.task is None


def test_a_late_start_alone_is_greeted(wired: Wired, chat: Chat) -> None:
    chat.puts("started")
    wired.clock.move(hours=1)
    wired.run()
    assert "Сайн байна уу" in chat.new()


def test_a_late_start_from_a_link_still_opens_its_service(wired: Wired, chat: Chat) -> None:
    chat.puts("started", payload=payload_of(wired.parts.vault, "passport"))
    wired.clock.move(hours=1)
    wired.run()
    assert chat.stored.state.topic == "passport"


def test_two_late_starts_are_one(wired: Wired, chat: Chat) -> None:
    chat.puts("started")
    chat.puts("started")
    wired.clock.move(hours=1)
    wired.run()
    assert answers(chat) == 1


def test_a_fresh_message_behind_late_ones_is_answered_by_itself(wired: Wired, chat: Chat) -> None:
    chat.puts("words", text="хэд вэ")
    wired.clock.move(hours=1)
    chat.puts("words", text=NEED)
    wired.run()
    assert chat.stored.state.topic == "passport"


def test_late_messages_of_another_chat_are_not_mixed_in(wired: Wired, chat: Chat) -> None:
    other = Chat(wired, "other")
    other.puts("words", text="гэрлэсний бүртгэлийн лавлагаа")
    assert "Танаас 1 мессеж" in late(chat, NEED)
    assert "Танаас 1 мессеж" in other.new()


def test_late_messages_are_left_to_the_agent_who_has_the_chat(wired: Wired, chat: Chat) -> None:
    chat.says("хүнтэй ярья")
    wired.parts.assistant.apply(chat.stored.state.id, CaseTaken("a1", "Бат"), "take", "a1")
    wired.run()
    chat.new()
    assert late(chat, NEED, "хэд вэ") == ""
    assert chat.record()[-2:] == [NEED, "хэд вэ"]


def test_who_blocked_the_bot_between_late_messages_and_came_back_is_reachable(wired: Wired, chat: Chat) -> None:
    chat.puts("words", text=NEED)
    chat.puts("left")
    chat.puts("words", text="хэд вэ")
    wired.clock.move(hours=1)
    wired.run()
    assert chat.stored.unreachable_since is None
    assert chat.record() == [NEED, "хэд вэ"]


def test_a_late_message_that_cannot_be_handled_spoils_only_itself(wired: Wired, chat: Chat) -> None:
    for text in (NEED, POISON, "хэд вэ"):
        chat.puts("words", text=text)
    for _ in range(10):
        wired.clock.move(hours=1)
        wired.run()
    with wired.parts.database.read() as connection:
        assert inbox_rows.counts(connection) == {"done": 2, "aside": 1}
        used = connection.execute(select(inbox.c.tries).where(inbox.c.status == "done")).scalars().all()
    assert used == [0, 0]


def test_an_event_that_was_tried_before_is_summed_up_alone(wired: Wired, chat: Chat) -> None:
    chat.puts("words", text=NEED)
    chat.puts("words", text="хэд вэ")
    with wired.parts.database.write() as connection:
        inbox_rows.put_off(connection, 1, 0, "ProcessEnded", wired.clock())
    wired.clock.move(hours=1)
    wired.run()
    assert chat.new().count("Танаас 1 мессеж") == 2


def test_an_answer_of_the_registry_is_never_late(tmp_path: Path) -> None:
    wired = wire(tmp_path)
    citizen = wired.citizen()
    citizen.presses(citizen.put({"text": "unemlehnii lavlagaa"})[-1], "Өөрийн")
    wired.parts.inbox.accept([arrival("web", "citizen", "number", {"text": NUMBER})])
    wired.parts.assistant.run_next()
    asyncio.run(send(wired))
    wired.clock.move(minutes=16)
    wired.run()
    assert "код" in citizen.new()[-1].plain.casefold()


async def send(wired: Wired) -> None:
    """What is owed goes out, and no turn is taken."""
    while await wired.parts.outbox.run_due():
        await wired.parts.outbox.finish_under_way()


def test_no_more_than_the_cap_is_answered_together(wired: Wired, chat: Chat) -> None:
    chat.floods(*["хэд вэ"] * (MOST + 1))
    wired.clock.move(hours=1)
    wired.run()
    assert answers(chat) == 2


def test_who_writes_faster_than_is_read_is_answered_to_the_last(wired: Wired, chat: Chat) -> None:
    chat.floods(*["хэд вэ"] * 9, NEED)
    wired.run()
    assert chat.stored.state.topic == "passport"
    assert len(chat.record()) == 10
    assert answers(chat) == 5  # three by themselves, the last, and that the others were read along


def test_a_minute_later_messages_are_answered_one_by_one_again(wired: Wired, chat: Chat) -> None:
    chat.floods(*["хэд вэ"] * 10)
    wired.run()
    before = answers(chat)
    wired.clock.move(minutes=2)
    chat.puts("words", text="хэд вэ")
    chat.puts("words", text=NEED)
    wired.run()
    assert answers(chat) == before + 2


def test_who_asks_for_a_person_in_a_flood_is_given_one(wired: Wired, chat: Chat) -> None:
    chat.floods(*["хэд вэ"] * 5, "хүнтэй ярья", "хэд вэ")
    wired.run()
    assert chat.stored.state.waiting_for_person


def test_all_others_are_answered_before_a_flooders_third_turn(wired: Wired) -> None:
    parts = wired.parts
    flooder, others = Chat(wired, "flooder"), [Chat(wired, f"quiet{number}") for number in range(50)]
    flooder.floods(*["хэд вэ"] * 1000)
    for other in others:
        other.floods("хэд вэ")
    for _ in range(52):
        parts.assistant.run_next()
    assert all(answers(other) == 1 for other in others)
    assert answers(flooder) <= 2


def test_a_flood_of_a_thousand_takes_few_turns(wired: Wired, chat: Chat) -> None:
    chat.floods(*["хэд вэ"] * 1000)
    turns = 0
    while wired.parts.assistant.run_next():
        turns += 1
    assert turns <= 3 + 1000 // MOST + 1


def test_late_messages_do_not_count_as_a_flood(wired: Wired, chat: Chat) -> None:
    late(chat, NEED, "хэд вэ")
    with wired.parts.database.read() as connection:
        now = wired.clock()
        handled = inbox_rows.handled_since(connection, "web", "citizen", now - timedelta(hours=1), now, 10)
    assert handled == 0
