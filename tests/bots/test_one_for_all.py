"""What must not hold up everybody: a row no key opens, a clock set back, a locked database, endless newcomers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bots.sending import SendRules
from bots.turn_order import HEADS_AT_ONCE, TurnOrder
from connectors.channel import SendResult, Sent
from knowledge import inbox_rows
from knowledge.database import DatabaseTrouble
from knowledge.tables import outbox
from tests.bots.owed import Owed, owed
from tests.bots.test_turn_order import NOW, VAULT, accept, connection

__all__ = ["connection"]  # the fixture


@pytest.fixture
def box(tmp_path: Path) -> Owed:
    return owed(tmp_path, rules=SendRules(8, 10.0, 4, chat_pauses={"telegram": 1.0}))


def test_a_row_that_no_key_opens_is_given_up_and_the_others_go_out(box: Owed) -> None:
    box.owe(box.chat("7"), "а")
    with box.database.write() as opened:
        opened.execute(outbox.update().values(body_sealed=VAULT.seal("of another key")))
    box.owe(box.chat("8"), "б")
    box.run()
    assert (box.wire.said("8"), box.statuses()) == (["б"], {"failed": 1, "sent": 1})


def test_an_event_that_no_key_opens_is_handed_out_to_be_set_aside(connection: Any) -> None:
    accept(connection, "a", 1)
    ((row_id,),) = connection.exec_driver_sql("SELECT id FROM inbox")
    other = type(VAULT)(["A" * 43 + "="])
    row = inbox_rows.take(connection, other, row_id)
    assert row is not None
    assert row.body == ""


def test_a_clock_that_was_set_back_silences_nobody(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а")
    box.run()
    box.clock.move(hours=-1)
    box.owe(chat, "б")
    box.run_for(3)
    assert box.wire.said() == ["а", "б"]


def test_what_a_clock_put_far_ahead_goes_out_once_it_is_right(box: Owed) -> None:
    box.clock.move(hours=2)
    box.wire.answers = [Sent(SendResult.NOT_SENT, problem="ConnectError")]
    box.owe(box.chat(), "а")
    box.run()
    box.clock.move(hours=-2)
    box.run_for(5)
    assert box.wire.said()[-1] == "а"
    assert box.statuses() == {"sent": 1}


def test_what_a_platform_asked_for_outlasts_a_look_for_rows_far_ahead(box: Owed) -> None:
    box.wire.answers = [Sent(SendResult.NOT_SENT, retry_after=300.0, problem="TooManyRequests")]
    box.owe(box.chat(), "а")
    box.run()
    box.run_for(290, 10)
    assert len(box.wire.calls) == 1


def test_a_writer_that_waited_too_long_for_the_one_connection_is_database_trouble() -> None:
    assert issubclass(PoolTimeout, DatabaseTrouble)


def test_newcomers_do_not_keep_waiting_who_was_served_before(connection: Any) -> None:
    order = TurnOrder(VAULT, ("web",))
    accept(connection, "known", 2)
    assert _next(connection, order) == "known"
    for number in range(HEADS_AT_ONCE):
        accept(connection, f"first{number}", 1)
    served = []
    for number in range(4 * HEADS_AT_ONCE):
        accept(connection, f"new{number}", 1)
        served.append(_next(connection, order))
    assert "known" in served


def _next(connection: Any, order: TurnOrder) -> str:
    taken = order.next(connection, NOW)
    assert taken is not None
    inbox_rows.finish(connection, taken.row.id, "told", NOW)
    return str(taken.row.address)
