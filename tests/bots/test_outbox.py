"""What is owed to the outside: sent once, in order, under the owner it was written for, honest about the unknown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connectors.channel import Arrival, Fetched, SendResult, Sent
from connectors.web_chat import WebChat, arrival
from dialogs.messages import CaseTaken
from dialogs.rendering import Rendered
from knowledge import conversation_rows, outbox_rows
from tests.bots.wired import NUMBER, Wired, wire

SENT = Sent(SendResult.SENT, "1")


@dataclass
class ScriptedSender:
    """A wire whose next answers are given; keeps what a person would have seen."""

    answers: list[Sent] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)

    async def send(self, address: str, rendered: Rendered, *, by_person: bool = False, late: bool = False) -> Sent:
        self.seen.append(rendered.plain)
        return self.answers.pop(0) if self.answers else SENT

    async def hide(self, address: str, ref: str) -> Sent:
        self.hidden.append(ref)
        return SENT

    async def amend(self, address: str, ref: str, rendered: Rendered) -> Sent:
        return SENT

    async def show_typing(self, address: str) -> Sent:
        return SENT

    async def fetch(self, source: str, largest: int, seconds: float) -> Fetched:
        return Fetched(SendResult.REFUSED)


@pytest.fixture
def sender() -> ScriptedSender:
    return ScriptedSender()


@pytest.fixture
def wired(tmp_path: Path, sender: ScriptedSender) -> Wired:
    return wire(tmp_path, senders={"telegram": sender}, channel=WebChat("telegram"))


def put(wired: Wired, text: str, event_id: str) -> None:
    row = arrival("telegram", "7", event_id, {"text": text})
    wired.parts.inbox.accept([Arrival("telegram", row.event_id, "7", row.body)])
    wired.run()


def statuses(wired: Wired) -> dict[str, int]:
    with wired.parts.database.read() as connection:
        return outbox_rows.counts(connection)


def test_a_reply_goes_over_its_wire_once(wired: Wired, sender: ScriptedSender) -> None:
    put(wired, "pasport sungah", "1")
    assert len(sender.seen) == 1
    assert statuses(wired) == {"sent": 1}


def test_a_reply_that_certainly_did_not_arrive_is_sent_again_later(wired: Wired, sender: ScriptedSender) -> None:
    sender.answers = [Sent(SendResult.NOT_SENT, retry_after=7)]
    put(wired, "pasport sungah", "1")
    wired.clock.move(seconds=6)
    wired.run()
    assert len(sender.seen) == 1
    wired.clock.move(seconds=1)
    wired.run()
    assert len(sender.seen) == 2


def test_the_next_reply_waits_for_the_one_before_it(wired: Wired, sender: ScriptedSender) -> None:
    sender.answers = [Sent(SendResult.NOT_SENT, retry_after=7)]
    put(wired, "pasport sungah", "1")
    put(wired, "gerlesen lavlagaa", "2")
    wired.clock.move(seconds=8)
    wired.run()
    assert ["паспорт" in text for text in sender.seen] == [True, True, False]


def test_an_ordinary_reply_that_may_have_arrived_goes_out_once_more_at_most(
    wired: Wired, sender: ScriptedSender
) -> None:
    sender.answers = [Sent(SendResult.UNKNOWN), Sent(SendResult.UNKNOWN)]
    put(wired, "pasport sungah", "1")
    for _ in range(3):
        wired.clock.move(seconds=10)
        wired.run()
    assert len(sender.seen) == 2
    assert statuses(wired) == {"unknown": 1}


def test_a_notice_that_may_have_arrived_is_not_sent_again(wired: Wired, sender: ScriptedSender) -> None:
    put(wired, "хүнтэй ярья", "1")
    sender.answers = [Sent(SendResult.UNKNOWN)]
    with wired.parts.database.read() as connection:
        found = conversation_rows.find(connection, "telegram", "7") or ""
    wired.parts.assistant.apply(found, CaseTaken("a1", "Бат"), "take", "a1")
    wired.run()
    assert sum("Бат" in text for text in sender.seen) == 1


def test_a_reply_that_is_refused_is_not_tried_again(wired: Wired, sender: ScriptedSender) -> None:
    sender.answers = [Sent(SendResult.REFUSED, problem="BadRequest")]
    put(wired, "pasport sungah", "1")
    wired.clock.move(hours=1)
    wired.run()
    assert len(sender.seen) == 1
    assert statuses(wired) == {"failed": 1}


def test_after_the_last_try_a_reply_is_given_up_and_the_chat_goes_on(wired: Wired, sender: ScriptedSender) -> None:
    sender.answers = [Sent(SendResult.NOT_SENT)] * 3
    put(wired, "pasport sungah", "1")
    for _ in range(3):
        wired.clock.move(minutes=30)
        wired.run()
    put(wired, "gerlesen lavlagaa", "2")
    assert statuses(wired) == {"failed": 1, "sent": 1}


def test_an_hour_without_the_platform_loses_no_reply(wired: Wired, sender: ScriptedSender) -> None:
    sender.answers = [Sent(SendResult.NOT_SENT)] * 50
    put(wired, "pasport sungah", "1")
    for _ in range(49):
        wired.clock.move(minutes=1)
        wired.run()
    assert statuses(wired) == {"waiting": 1}
    wired.clock.move(minutes=1)
    wired.run()
    assert statuses(wired) == {"sent": 1}


def test_a_reply_whose_sender_died_goes_out_once_more(wired: Wired, sender: ScriptedSender) -> None:
    parts = wired.parts
    row = arrival("telegram", "7", "1", {"text": "pasport sungah"})
    parts.inbox.accept([Arrival("telegram", row.event_id, "7", row.body)])
    parts.assistant.run_next()
    with parts.database.write() as connection:
        (taken,) = outbox_rows.take_due(connection, parts.vault, parts.clock(), ("telegram",))
        outbox_rows.mark_let_out(connection, taken.id, parts.clock())
    assert parts.outbox.recover(all_of_them=True) == 1
    wired.clock.move(seconds=1)
    wired.run()
    assert len(sender.seen) == 1


def test_a_sender_that_is_only_slow_is_not_taken_for_dead(wired: Wired) -> None:
    parts = wired.parts
    row = arrival("telegram", "7", "1", {"text": "pasport sungah"})
    parts.inbox.accept([Arrival("telegram", row.event_id, "7", row.body)])
    parts.assistant.run_next()
    with parts.database.write() as connection:
        outbox_rows.take_due(connection, parts.vault, parts.clock(), ("telegram",))
    wired.clock.move(seconds=59)
    assert parts.outbox.recover(all_of_them=False) == 0


def test_a_code_that_may_have_been_compared_is_not_sent_again_and_its_try_stays_used(wired: Wired) -> None:
    parts = wired.parts
    citizen_says(wired, "unemlehnii lavlagaa", "1")
    row = arrival("telegram", "7", "2", {"button": "1.0"})
    parts.inbox.accept([Arrival("telegram", row.event_id, "7", row.body)])
    wired.run()
    citizen_says(wired, NUMBER, "3")
    row = arrival("telegram", "7", "4", {"text": "111111"})
    parts.inbox.accept([Arrival("telegram", row.event_id, "7", row.body)])
    parts.assistant.run_next()
    with parts.database.write() as connection:
        (taken,) = outbox_rows.take_due(connection, parts.vault, parts.clock(), ("registry",))
        outbox_rows.mark_let_out(connection, taken.id, parts.clock())
    parts.outbox.recover(all_of_them=True)
    wired.run()
    assert not [call for call in wired.registry.asked if call[0] == "read"]
    with parts.database.read() as connection:
        found = conversation_rows.find(connection, "telegram", "7") or ""
        stored = conversation_rows.read(connection, parts.vault, found)
    assert stored is not None
    assert stored.state.proof is None


def test_a_register_number_is_taken_out_of_the_platforms_chat(wired: Wired, sender: ScriptedSender) -> None:
    citizen_says(wired, f"миний рд {NUMBER}", "5")
    assert len(sender.hidden) == 1


def citizen_says(wired: Wired, text: str, event_id: str) -> None:
    put(wired, text, event_id)


def test_a_reply_that_was_overtaken_after_it_was_taken_for_sending_never_leaves(
    wired: Wired, sender: ScriptedSender
) -> None:
    parts = wired.parts
    put(wired, "хүнтэй ярья", "1")
    row = arrival("telegram", "7", "2", {"text": "pasport sungah"})
    parts.inbox.accept([Arrival("telegram", row.event_id, "7", row.body)])
    parts.assistant.run_next()
    with parts.database.write() as connection:
        taken = outbox_rows.take_due(connection, parts.vault, parts.clock(), ("telegram",))
        found = conversation_rows.find(connection, "telegram", "7") or ""
    parts.assistant.apply(found, CaseTaken("a1", "Бат"), "take", "a1")
    asyncio.run(parts.outbox._send(taken[0]))
    assert not any("паспорт" in text for text in sender.seen)


def test_work_for_a_wire_that_is_not_served_waits_without_being_looked_for(tmp_path: Path) -> None:
    wired = wire(tmp_path, channel=WebChat("telegram"))
    put(wired, "pasport sungah", "1")
    assert statuses(wired) == {"waiting": 1}
    assert wired.parts.outbox.next_due() is None
