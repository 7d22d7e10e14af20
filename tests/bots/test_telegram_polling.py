"""Polling: nothing is acknowledged before it is stored, and no failure ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bots.telegram_polling import PollingSettings, poll
from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.telegram_requests import Limits
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind, Json

ROOT = Path(__file__).resolve().parents[2]
QUICK = PollingSettings(wait_seconds=1, first_pause_seconds=0.01, longest_pause_seconds=0.02)


def update(number: int) -> Json:
    return {"update_id": number, "message": {"message_id": 1, "chat": {"id": 77}, "text": "сайн уу"}}


@pytest.fixture
def api() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest_asyncio.fixture
async def telegram(api: FakeTelegram) -> AsyncIterator[Telegram]:
    wire = Telegram(TOKEN, api.url, limits=Limits(read_seconds=0.5, connect_seconds=0.5))
    await wire.initialize()
    yield wire
    await wire.close()


class Inbox:
    """Keeps what it is given, each event once; fails as often as it is told to, before or after keeping it."""

    def __init__(self) -> None:
        self.kept: dict[str, Arrival] = {}
        self.given: list[str] = []
        self.fail_before = self.fail_after = 0

    async def accept(self, arrivals: list[Arrival]) -> None:
        self.given += [arrival.event_id for arrival in arrivals]
        if self.fail_before:
            self.fail_before -= 1
            raise OSError("disk full: сайн уу")
        self.kept |= {arrival.event_id: arrival for arrival in arrivals}
        if self.fail_after:
            self.fail_after -= 1
            raise OSError("died after the commit")


async def polling(telegram: Telegram, inbox: Inbox, done: Callable[[], bool]) -> None:
    """Poll until `done`, at most 5 s."""
    stop = asyncio.Event()
    task = asyncio.create_task(poll(telegram, inbox.accept, stop, QUICK))
    async with asyncio.timeout(5):
        while not done():
            await asyncio.sleep(0.005)
        stop.set()
        await task


@pytest.mark.asyncio
async def test_what_is_stored_is_acknowledged_by_the_next_question(api: FakeTelegram, telegram: Telegram) -> None:
    api.pending = [update(7), update(8)]
    inbox = Inbox()
    await polling(telegram, inbox, lambda: not api.pending)
    assert inbox.given == ["7", "8"]
    assert [call.get("offset") for call in api.calls("getUpdates")][:2] == [None, "9"]


@pytest.mark.asyncio
async def test_updates_of_every_batch_are_stored_once_and_in_order(api: FakeTelegram, telegram: Telegram) -> None:
    api.pending = [update(number) for number in range(1, 351)]
    inbox = Inbox()
    await polling(telegram, inbox, lambda: not api.pending)
    assert inbox.given == [str(number) for number in range(1, 351)]


@pytest.mark.asyncio
async def test_while_it_is_being_stored_nothing_is_acknowledged(api: FakeTelegram, telegram: Telegram) -> None:
    api.pending = [update(7)]
    entered = asyncio.Event()

    async def never_commits(_: list[Arrival]) -> None:
        entered.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(poll(telegram, never_commits, asyncio.Event(), QUICK))
    await asyncio.wait_for(entered.wait(), 5)
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert api.pending == [update(7)]
    assert len(api.calls("getUpdates")) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("failing", ["fail_before", "fail_after"])
async def test_what_could_not_be_stored_is_asked_for_again(
    api: FakeTelegram, telegram: Telegram, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    api.pending = [update(7)]
    inbox = Inbox()
    setattr(inbox, failing, 3)
    await polling(telegram, inbox, lambda: not api.pending)
    assert inbox.given == ["7"] * 4
    assert list(inbox.kept) == ["7"]
    assert [call.get("offset") for call in api.calls("getUpdates")][:5] == [None] * 4 + ["8"]
    assert "сайн уу" not in caplog.text


KILLED = """
import asyncio, sys
from bots.telegram_polling import poll
from connectors.telegram import Telegram
async def accept(arrivals):
    print(*(arrival.event_id for arrival in arrivals), flush=True)
    await asyncio.Event().wait()
async def main():
    await poll(Telegram("123456789:AAF-not_a_real_token_0123456789abcdef", sys.argv[1]), accept, asyncio.Event())
asyncio.run(main())
"""


def killed_while_storing(api: FakeTelegram) -> str:
    """The ids a process had been handed when it was killed (SIGKILL) before it had stored them."""
    command = [sys.executable, "-c", KILLED, api.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        printed = process.stdout.readline().strip()
        os.kill(process.pid, signal.SIGKILL)
    return printed


@pytest.mark.asyncio
async def test_a_process_killed_before_the_commit_loses_nothing(api: FakeTelegram, telegram: Telegram) -> None:
    api.pending = [update(7), update(8)]
    assert await asyncio.to_thread(killed_while_storing, api) == "7 8"
    assert api.pending == [update(7), update(8)]
    inbox = Inbox()
    await polling(telegram, inbox, lambda: not api.pending)
    assert inbox.given == ["7", "8"]


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_no_fault_of_telegram_ends_it_or_loses_an_update(
    api: FakeTelegram, telegram: Telegram, kind: FaultKind
) -> None:
    api.pending = [update(7)]
    api.fail("getUpdates", kind, times=2)
    inbox = Inbox()
    await polling(telegram, inbox, lambda: not api.pending)
    assert list(inbox.kept) == ["7"]


@pytest.mark.asyncio
async def test_the_pause_telegram_asks_for_is_kept(api: FakeTelegram, telegram: Telegram) -> None:
    api.fail("getUpdates", FaultKind.FLOOD, retry_after=1)
    api.pending = [update(7)]
    began = asyncio.get_running_loop().time()
    await polling(telegram, Inbox(), lambda: not api.pending)
    assert asyncio.get_running_loop().time() - began >= 1


@pytest.mark.asyncio
async def test_a_webhook_in_the_way_is_said_clearly_and_asked_slowly(
    api: FakeTelegram, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    await telegram.set_webhook("https://tuslakh.example", "x")
    api.pending = [update(7)]
    inbox = Inbox()
    stop = asyncio.Event()
    task = asyncio.create_task(poll(telegram, inbox.accept, stop, replace(QUICK, conflict_pause_seconds=0.4)))
    await asyncio.sleep(1)
    assert 1 <= len(api.calls("getUpdates")) <= 3  # without the longer pause it would be dozens
    assert "a webhook is set" in caplog.text
    await telegram.delete_webhook()
    async with asyncio.timeout(5):
        while api.pending:
            await asyncio.sleep(0.005)
        stop.set()
        await task
    assert inbox.given == ["7"]


@pytest.mark.asyncio
async def test_an_update_nobody_can_read_does_not_hold_up_the_others(api: FakeTelegram, telegram: Telegram) -> None:
    api.pending = [{"update_id": 7, "message": {"poison": ["\ud83d"]}}, update(8)]
    inbox = Inbox()
    await polling(telegram, inbox, lambda: not api.pending)
    assert inbox.given == ["7", "8"]


@pytest.mark.asyncio
async def test_ids_may_begin_lower_again_after_a_quiet_week(api: FakeTelegram, telegram: Telegram) -> None:
    """Telegram then picks the next id at random: an offset remembered as a maximum would never see it."""
    asked: list[int | None] = []
    answers: list[list[object]] = [[update(900)], [update(5)]]

    class Quiet(Telegram):
        async def updates(self, offset: int | None, wait_seconds: int) -> list[object]:
            asked.append(offset)
            return answers.pop(0) if answers else []

    await polling(Quiet(TOKEN), Inbox(), lambda: len(asked) > 2)
    assert asked[:3] == [None, 901, 6]


@pytest.mark.asyncio
async def test_stopping_interrupts_a_long_question(api: FakeTelegram, telegram: Telegram) -> None:
    api.fail("getUpdates", FaultKind.HANG)
    stop = asyncio.Event()
    task = asyncio.create_task(poll(telegram, Inbox().accept, stop, PollingSettings(wait_seconds=50)))
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(task, 1)


@pytest.mark.asyncio
async def test_stopping_lets_a_storing_end(api: FakeTelegram, telegram: Telegram) -> None:
    api.pending = [update(7)]
    stop, stored = asyncio.Event(), []

    async def accept(arrivals: list[Arrival]) -> None:
        stop.set()
        await asyncio.sleep(0.1)
        stored.extend(arrivals)

    await asyncio.wait_for(poll(telegram, accept, stop, QUICK), 5)
    assert [arrival.event_id for arrival in stored] == ["7"]


@pytest.mark.asyncio
async def test_no_log_line_names_the_token(
    api: FakeTelegram, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bots")
    for kind in FaultKind:
        api.fail("getUpdates", kind)
    api.pending = [update(7)]
    await polling(telegram, Inbox(), lambda: not api.pending)
    assert TOKEN.split(":")[1] not in "".join(r.getMessage() for r in caplog.records if r.name.startswith("bots"))
