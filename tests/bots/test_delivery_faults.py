"""Hundreds of sends over a real wire where one call in ten goes wrong: nothing is lost, order is kept."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bots.outbox import SendRules
from connectors.telegram import Telegram
from connectors.telegram_requests import Limits
from knowledge.outbox_statements import ASKED
from tests.bots.owed import Owed, owed
from tests.bots.wired import START
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind

CHATS, EACH = 20, 10
ONE_IN = 10
AMBIGUOUS = (FaultKind.ERROR, FaultKind.RESET, FaultKind.GARBAGE, FaultKind.HANG)
RULES = SendRules(8, 60.0, 8, chat_pauses={"telegram": 1.0})
LIMITS = Limits(connect_seconds=5.0, read_seconds=0.25, write_seconds=5.0, pool_seconds=5.0)


@pytest.fixture
def platform() -> Iterator[FakeTelegram]:
    with FakeTelegram() as running:
        yield running


def order_faults(platform: FakeTelegram, chance: random.Random, calls: int) -> Counter[FaultKind]:
    """One call in ten, of any kind; how many of which."""
    ordered: Counter[FaultKind] = Counter()
    since = 0
    for _ in range(calls):
        since += 1
        if chance.random() < 1 / ONE_IN:
            kind = chance.choice((FaultKind.FLOOD, *AMBIGUOUS))
            platform.fail_at(since, "sendMessage", kind, retry_after=chance.randint(1, 30))
            ordered[kind] += 1
            since = 0
    return ordered


def deliver(box: Owed, telegram: Telegram, after_each: Callable[[], None] = lambda: None) -> None:
    """Everything, however long it takes by the set clock."""

    async def run() -> None:
        await telegram.initialize()
        while (due := box.outbox.next_due()) is not None:
            box.clock.now = max(box.clock.now, due)
            while await box.outbox.run_due():
                await box.outbox.finish_under_way()
                after_each()
        await telegram.close()

    asyncio.run(run())


@dataclass
class Watcher:
    """Notes the calls that came before the time their chat was told, after every round of sends."""

    box: Owed
    platform: FakeTelegram
    looked_at: int = 0
    early: int = 0
    closed_until: dict[int, datetime] = field(default_factory=dict)

    def look(self) -> None:
        for _, asked in self.platform.asked[self.looked_at :]:
            self.early += self.closed_until.get(int(asked["chat_id"]), START) > self.box.clock()
        self.looked_at = len(self.platform.asked)
        for row in self.box.rows():
            if row.status == "waiting" and (row.problem or "").startswith(ASKED):
                self.closed_until[int(row.address)] = row.next_try_at


def test_with_one_call_in_ten_gone_wrong_nothing_is_lost_and_only_ambiguous_sends_come_twice(
    tmp_path: Path, platform: FakeTelegram
) -> None:
    faults = order_faults(platform, random.Random(5), CHATS * EACH)
    telegram = Telegram(TOKEN, api_base_url=platform.url, limits=LIMITS)
    box = owed(tmp_path, rules=RULES, senders={"telegram": telegram})
    for chat in range(1, CHATS + 1):
        made = box.chat(str(chat))
        for number in range(EACH):
            box.owe(made, f"{chat}.{number}")
    deliver(box, telegram)
    seen = Counter(shown.text for shown in platform.shown)
    unknown = {row.id for row in box.rows() if row.status == "unknown"}
    lost = CHATS * EACH - len(seen)
    doubled = sum(seen.values()) - len(seen)
    assert lost <= len(unknown)  # twice without an answer: recorded, never silent
    assert set(box.statuses()) <= {"sent", "unknown"}
    assert doubled <= sum(faults[kind] for kind in AMBIGUOUS)
    for chat in range(1, CHATS + 1):
        numbers = [int(shown.text.split(".")[1]) for shown in platform.shown if shown.chat_id == chat]
        assert all(earlier <= later for earlier, later in pairwise(numbers))
    assert sum(faults.values()) >= 15


def test_no_chat_is_called_before_the_time_it_was_told(tmp_path: Path, platform: FakeTelegram) -> None:
    telegram = Telegram(TOKEN, api_base_url=platform.url, limits=LIMITS)
    box = owed(tmp_path, rules=RULES, senders={"telegram": telegram})
    chance = random.Random(7)
    for _ in range(20):
        platform.fail_at(3, "sendMessage", FaultKind.FLOOD, retry_after=chance.choice((1, 5, 60, 300)))
    for chat in range(1, 11):
        made = box.chat(str(chat))
        for number in range(4):
            box.owe(made, f"{chat}.{number}")
    watcher = Watcher(box, platform)
    deliver(box, telegram, watcher.look)
    assert watcher.early == 0
    assert len(watcher.closed_until) > 3
    assert box.statuses() == {"sent": 40}
