"""Who took a row may send it until the lease is over, and only the newest taking counts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bots.clearance import clear
from bots.outbox import Outbox, SendRules
from bots.signals import LocalSignals
from connectors.channel import SendResult, Sent
from knowledge import outbox_rows
from knowledge.outbox_rows import OutboxRow
from tests.bots.owed import Owed, owed
from tests.conftest import new_postgres

RULES = SendRules(3, 10.0, 4)


@pytest.fixture
def box(tmp_path: Path) -> Owed:
    return owed(tmp_path)


def take(box: Owed, wire: str = "telegram") -> list[OutboxRow]:
    with box.database.write() as connection:
        return outbox_rows.take_due(connection, box.vault, box.clock(), (wire,))


def let_out(box: Owed, row: OutboxRow) -> None:
    """Its sender got as far as the bytes."""
    with box.database.write() as connection:
        assert clear(connection, row, box.clock())


def test_a_sender_that_slept_past_its_lease_sends_nothing(box: Owed) -> None:
    box.owe(box.chat(), "а")
    (row,) = take(box)
    box.clock.move(seconds=61)
    asyncio.run(box.outbox._send(row))
    assert box.wire.calls == []


def test_a_sender_whose_row_was_taken_by_another_sends_and_records_nothing(box: Owed) -> None:
    box.owe(box.chat(), "а")
    (old,) = take(box)
    box.clock.move(seconds=61)
    box.outbox.recover(all_of_them=False)
    box.clock.move(seconds=2)
    (new,) = take(box)
    asyncio.run(box.outbox._send(old))
    box.outbox._finish(old, Sent(SendResult.REFUSED, problem="BadRequest"))
    assert box.wire.calls == []
    asyncio.run(box.outbox._send(new))
    assert (box.wire.said(), box.statuses()) == (["а"], {"sent": 1})


def test_an_answer_that_comes_late_spares_the_second_sending(box: Owed) -> None:
    box.owe(box.chat(), "а")
    (row,) = take(box)
    box.clock.move(seconds=61)
    box.outbox.recover(all_of_them=False)
    box.outbox._finish(row, Sent(SendResult.SENT, "9"))
    box.run_for(60, 10)
    assert (box.wire.calls, box.statuses()) == ([], {"sent": 1})


@pytest.mark.parametrize("kind", ["person", "notice", "reply"])
def test_what_its_sender_had_not_begun_to_send_when_it_died_is_sent_once(box: Owed, kind: str) -> None:
    box.owe(box.chat(), "а", kind)
    take(box)
    box.outbox.recover(all_of_them=True)
    box.run_for(10, 10)
    assert (box.wire.said(), box.statuses()) == (["а"], {"sent": 1})


def test_what_a_person_wrote_is_not_sent_twice_when_its_sender_died(box: Owed) -> None:
    box.owe(box.chat(), "а", "person")
    (row,) = take(box)
    let_out(box, row)
    box.outbox.recover(all_of_them=True)
    box.run_for(60, 10)
    assert (box.wire.calls, box.statuses()) == ([], {"unknown": 1})


def test_a_sleeper_asks_the_registry_nothing_after_its_lease(box: Owed) -> None:
    box.owe_code(box.chat())
    (row,) = take(box, "registry")
    box.clock.move(seconds=61)
    asyncio.run(box.outbox._send(row))
    assert box.asks.asked == []


def test_two_processes_at_once_send_everything_once_and_in_order(tmp_path: Path, postgres_server: str) -> None:
    box = owed(tmp_path, new_postgres(postgres_server))
    other = Outbox(
        box.database, box.vault, {"telegram": box.wire}, box.asks, LocalSignals(), box.clock, SendRules(3, 10.0, 4)
    )
    for address in "12345678":
        chat = box.chat(address)
        for number in range(5):
            box.owe(chat, f"{address}{number}")

    async def work(outbox: Outbox) -> None:
        for _ in range(25):
            await outbox.run_due()
            await outbox.finish_under_way()

    async def both() -> None:
        await asyncio.gather(work(box.outbox), work(other))

    asyncio.run(both())
    box.run()
    assert {address: box.wire.said(address) for address in "12345678"} == {
        address: [f"{address}{number}" for number in range(5)] for address in "12345678"
    }


class Troubled(Outbox):
    """The database fails it once when it records how a send ended."""

    failed = False

    def _finish(self, row: OutboxRow, sent: Sent) -> None:
        if not self.failed:
            self.failed = True
            raise OperationalError("", None, Exception())
        super()._finish(row, sent)


def test_how_a_send_ended_is_recorded_when_the_database_is_back(box: Owed) -> None:
    box.outbox = Troubled(box.database, box.vault, {"telegram": box.wire}, box.asks, LocalSignals(), box.clock, RULES)
    box.owe(box.chat(), "а")
    box.run()
    assert (box.wire.said(), box.statuses()) == (["а"], {"sent": 1})
