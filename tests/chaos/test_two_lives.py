"""Two processes on one database, one of them paused past its lease: it wakes into a world that went on without it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.chaos.ground import WEBHOOK_SECRET, Ground, prepare_ground
from tests.chaos.ledger import NO_FAULTS, Ledger
from tests.chaos.line import Lines
from tests.chaos.nursery import Nursery, kill, wait_until_up
from tests.chaos.traffic import TALK
from tests.chaos.verdict import piece_of
from tests.conftest import new_postgres
from tests.fakes.telegram_platform import message
from tests.process import free_port

CHAT = 7
LEASE_SECONDS = 1.0
PATIENCE_SECONDS = 30.0
TOOK = "K8 the sender for Telegram took the row"
SENT = "K10 Telegram has it, not recorded"


@dataclass
class Pair:
    """`first` will be paused when it reaches a hop; `second` is started then."""

    ground: Ground
    ledger: Ledger
    nursery: Nursery

    def start(self, port: int, **more: str) -> int:
        environment = replace(self.ground, port=port).environment(self.ledger.url, **more)
        pid = self.nursery.start(**environment, CHAOS_LEASE=str(LEASE_SECONDS), IDLE_POLL_SECONDS="0.1")
        wait_until_up(pid, port)
        return pid

    def bring(self, port: int, *numbers: int) -> None:
        """What the person says, by its place in the talk."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}

        async def all_of_them() -> None:
            lines = Lines(port)
            for number in numbers:
                body = json.dumps(message(number, CHAT, list(TALK)[number - 1], time.time())).encode()
                assert (await lines.ask("POST", "/hooks/telegram", headers, body)).status == 200
            lines.close()

        asyncio.run(all_of_them())

    def seen(self) -> list[str]:
        return [piece_of(each.text) for each in self.ledger.seen]

    def wait_for(self, number: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(set(self.seen())) < number:
            assert time.monotonic() < deadline, self.seen()
            time.sleep(0.05)


def wait_until_paused(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
        assert time.monotonic() < deadline, "never paused"
        time.sleep(0.02)


@pytest.fixture
def pair(tmp_path: Path, postgres_server: str) -> Iterator[Pair]:
    ground = prepare_ground(tmp_path, new_postgres(postgres_server))
    with Ledger(faults=NO_FAULTS) as ledger, Nursery(tmp_path) as nursery:
        yield Pair(ground, ledger, nursery)


def play(pair: Pair, hop: str) -> list[str]:
    """What the person saw when the first process was paused at the hop, the second went on, and the first woke."""
    ports = free_port(), free_port()
    first = pair.start(ports[0], CHAOS_STOP=hop)
    pair.bring(ports[0], 1)
    wait_until_paused(first)
    second = pair.start(ports[1])
    pair.bring(ports[1], 2, 3, 4)
    pair.wait_for(len(TALK))
    os.kill(first, signal.SIGCONT)
    time.sleep(2 * LEASE_SECONDS)
    for pid in (first, second):
        kill(pid, signal.SIGTERM)
    return pair.seen()


def test_a_sender_that_slept_past_its_lease_sends_nothing_when_it_wakes(pair: Pair) -> None:
    assert play(pair, TOOK) == list(TALK.values())


def test_one_that_slept_before_it_could_record_leaves_one_ambiguous_copy_and_the_order(pair: Pair) -> None:
    first, *others = TALK.values()
    assert play(pair, SENT) == [first, first, *others]
