"""Real time for the platforms: what they do is posted to the product, and how it answered is told to them."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tests.chaos.ground import ORIGIN, WEBHOOK_SECRET
from tests.chaos.line import Lines, NoAnswer
from tests.chaos.traffic import Happening
from tests.fakes.messenger_platform import MessengerPlatform, Post
from tests.fakes.telegram_platform import Delivery, TelegramPlatform
from tests.fakes.virtual_time import Machine

HURRIED_SCALE = 300.0  # a minute of Telegram's pauses is a fifth of a second
_IDLE_SECONDS = 0.05
_OK = range(200, 300)
Handed = TypeVar("Handed")


async def drive(platform: Machine[Handed], bring: Callable[[Handed], Awaitable[object]]) -> None:
    """Carries out in real time what the platform does, until it is cancelled."""
    under_way: set[asyncio.Task[None]] = set()
    wake = asyncio.Event()

    async def one(action: Handed) -> None:
        await bring(action)
        wake.set()

    while True:
        for action in platform.next_actions(time.monotonic()):
            task = asyncio.create_task(one(action))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        following = platform.next_time()
        pause = _IDLE_SECONDS if following is None else min(_IDLE_SECONDS, following - time.monotonic())
        try:
            await asyncio.wait_for(wake.wait(), max(0.001, pause))
        except TimeoutError:
            continue
        wake.clear()


@dataclass
class TelegramBringer:
    """`taken`: updates the product answered with 2xx; `answers`: how often each status came, 0 for none."""

    platform: TelegramPlatform
    lines: Lines
    taken: set[int] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)

    async def run(self) -> None:
        await drive(self.platform, self._bring)

    async def _bring(self, delivery: Delivery) -> None:
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": WEBHOOK_SECRET}
        try:
            answer = await self.lines.ask("POST", "/hooks/telegram", headers, delivery.body)
        except NoAnswer:
            self.answers[0] += 1
            self.platform.unanswered(delivery.update_id, time.monotonic())
            return
        self.answers[answer.status] += 1
        if answer.status in _OK:
            self.taken.add(delivery.update_id)
        self.platform.answered(delivery.update_id, answer.status, time.monotonic(), answer.headers, answer.body)


@dataclass
class MessengerBringer:
    """The same for Meta's batches; what was taken is in the platform's `delivered`."""

    platform: MessengerPlatform
    lines: Lines

    async def run(self) -> None:
        await drive(self.platform, self._bring)

    async def _bring(self, post: Post) -> None:
        try:
            answer = await self.lines.ask("POST", "/hooks/messenger", post.headers, post.body)
        except NoAnswer:
            self.platform.unanswered(post.number, time.monotonic())
        else:
            self.platform.answered(post.number, answer.status, time.monotonic())


@dataclass
class WebVisitor:
    """A page that keeps every message until the server said that it has it; now and then it says one again."""

    chat: int
    lines: Lines
    dice: random.Random
    repeats: float = 0.2
    cookie: str = ""
    taken: list[Happening] = field(default_factory=list)

    async def say(self, happenings: Sequence[Happening]) -> None:
        while not self.cookie:
            answer = await self._until_answered("GET", "/", b"", 200)
            self.cookie = answer.split(";")[0]
        for happening in happenings:
            body = json.dumps({"id": f"m{happening.number}", "text": happening.says}).encode()
            await self._until_answered("POST", "/web/messages", body, 202)
            self.taken.append(happening)
            if self.dice.random() < self.repeats:
                await self._until_answered("POST", "/web/messages", body, 202)

    async def _until_answered(self, method: str, path: str, body: bytes, status: int) -> str:
        """The cookie that came with the answer, if any."""
        headers = {"Content-Type": "application/json", "Origin": ORIGIN, "Cookie": self.cookie}
        while True:
            try:
                answer = await self.lines.ask(method, path, headers, body)
            except NoAnswer:
                answer = None
            if answer and answer.status == status:
                return answer.headers.get("set-cookie", "")
            await asyncio.sleep(self.dice.uniform(0.05, 0.2))
