"""What is owed, in the database: who takes a row, when a chat is free, which taking still counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from knowledge import outbox_rows, reach_rows
from knowledge.outbox_rows import OutboxRow
from tests.bots.owed import Owed, owed

SECOND = timedelta(seconds=1)


@pytest.fixture
def box(tmp_path: Path, database_url: str) -> Owed:
    return owed(tmp_path, "" if database_url.startswith("sqlite") else database_url)


def take(box: Owed, most: int = 16, pause: timedelta | None = SECOND) -> list[OutboxRow]:
    with box.database.write() as connection:
        return outbox_rows.take_due(connection, box.vault, box.clock(), ("telegram",), most, pause=pause)


def sent(box: Owed, row: OutboxRow) -> None:
    with box.database.write() as connection:
        outbox_rows.mark_sent(connection, row.id, "1", box.clock())


def test_each_taking_has_a_higher_number(box: Owed) -> None:
    box.owe(box.chat(), "а")
    (first,) = take(box)
    with box.database.write() as connection:
        outbox_rows.mark_waiting(connection, first.id, 1, "", box.clock())
    (second,) = take(box)
    assert (first.lease, second.lease) == (1, 2)


def test_only_the_newest_taking_may_send(box: Owed) -> None:
    box.owe(box.chat(), "а")
    (old,) = take(box)
    with box.database.write() as connection:
        outbox_rows.mark_waiting(connection, old.id, 1, "", box.clock())
    (new,) = take(box)
    with box.database.write() as connection:
        holds = [reach_rows.hold(connection, row, box.clock()).may_send(row) for row in (old, new)]
    assert holds == [False, True]


def test_a_taking_that_has_run_out_may_not_send_but_may_say_how_it_ended(box: Owed) -> None:
    box.owe(box.chat(), "а")
    (row,) = take(box)
    with box.database.write() as connection:
        hold = reach_rows.hold(connection, row, box.clock() + outbox_rows.LEASE)
    assert (hold.may_send(row), hold.is_of(row)) == (False, True)


def test_a_row_of_a_chat_that_is_not_free_is_put_off_and_not_taken(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а")
    box.owe(chat, "б")
    sent(box, *take(box))
    assert take(box) == []
    with box.database.read() as connection:
        assert not outbox_rows.anything_due(connection, box.clock(), ("telegram",))
        assert outbox_rows.next_due(connection, ("telegram",)) == box.clock() + SECOND


def test_chats_that_are_not_free_do_not_keep_others_from_being_taken(box: Owed) -> None:
    for number in range(5):
        chat = box.chat(str(number))
        box.owe(chat, "а")
        for row in take(box):
            sent(box, row)
        box.owe(chat, "б")
    box.owe(box.chat("free"), "в")
    assert [row.address for row in take(box, most=2)] == ["free"]


def test_a_wire_without_a_pause_does_not_wait(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а")
    box.owe(chat, "б")
    sent(box, *take(box, pause=None))
    assert len(take(box, pause=None)) == 1


def test_a_chat_left_alone_is_free_when_its_time_is_over(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а")
    (row,) = take(box)
    with box.database.write() as connection:
        outbox_rows.leave_alone(connection, row, "telegram", "TooManyRequests", box.clock() + 30 * SECOND)
        outbox_rows.mark_over(connection, row.id, "unknown", "", box.clock())
    box.owe(chat, "б")
    box.clock.move(seconds=29)
    assert take(box) == []
    box.clock.move(seconds=1)
    assert len(take(box)) == 1


def test_what_is_owed_to_people_who_are_gone_is_cancelled_when_it_would_be_taken(box: Owed) -> None:
    chat = box.chat()
    box.change(chat, unreachable_since=box.clock())
    box.owe(chat, "а")
    assert take(box) == []
    assert box.statuses() == {"cancelled": 1}


def test_a_file_of_somebody_who_is_gone_is_still_fetched(box: Owed) -> None:
    chat = box.chat()
    box.change(chat, unreachable_since=box.clock())
    box.owe_body(chat, "fetch", {"file": "f"})
    assert [row.kind for row in take(box)] == ["fetch"]


def test_two_takers_never_get_the_same_row(box: Owed) -> None:
    for number in range(4):
        box.owe(box.chat(str(number)), "а")
    if box.database.is_sqlite:
        taken = take(box, 2) + take(box, 4)
    else:
        with box.database.write() as here, box.database.write() as there:
            now, wires = box.clock(), ("telegram",)
            taken = outbox_rows.take_due(here, box.vault, now, wires, 2, pause=SECOND)
            taken += outbox_rows.take_due(there, box.vault, now, wires, 4, pause=SECOND)
    assert sorted(row.address for row in taken) == ["0", "1", "2", "3"]


def test_messages_that_were_shut_out_are_counted_since_the_citizen_was_heard(box: Owed) -> None:
    chat = box.chat()
    box.owe(chat, "а")
    (row,) = take(box)
    with box.database.write() as connection:
        outbox_rows.mark_over(connection, row.id, "shut", "WindowShut", box.clock())
    with box.database.read() as connection:
        earlier, later = box.clock() - SECOND, box.clock() + SECOND
        assert [reach_rows.shut_out(connection, chat, since) for since in (None, earlier, later)] == [1, 1, 0]
