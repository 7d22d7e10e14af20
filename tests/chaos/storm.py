"""A storm: events of many chats, a product that is killed again and again, an API that fails; then the judgement."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import chain

from sqlalchemy import func, select

from knowledge.database import Database
from knowledge.tables import inbox, outbox
from tests.chaos.bringing import HURRIED_SCALE, MessengerBringer, TelegramBringer, WebVisitor
from tests.chaos.ground import APP_SECRET, Ground
from tests.chaos.ledger import GraphLedger, Ledger
from tests.chaos.line import Lines
from tests.chaos.nursery import Nursery, is_alive, kill
from tests.chaos.plan import Outcome, Plan
from tests.chaos.traffic import POISON, Happening, Wire, happenings, poison
from tests.chaos.verdict import Evidence, judge
from tests.fakes.graph_api import PAGE
from tests.fakes.messenger_platform import MessengerPlatform, MetaPace, text
from tests.fakes.telegram_platform import Pace, TelegramPlatform

WAITING_AT_MOST = 100  # events and sends under way while new ones still happen: the kills hit every hop at once
LOOK_SECONDS = 0.1
DRAIN_SECONDS = 90.0
PROGRESS_SECONDS = 10.0
_LONGEST_BIRTH_SECONDS = 0.3
_HURRIED = Pace(
    answer=5.0,
    first_pause=2.0 / HURRIED_SCALE,
    longest_pause=(60.0 / HURRIED_SCALE, 120.0 / HURRIED_SCALE),
    message_lives=86_400.0,
    press_lives=60.0,
)
_HURRIED_META = MetaPace(first_pause=0.05, longest_pause=0.4)
_MESSENGER_BATCH = 20


class Storm:
    """One run of a plan on a prepared ground."""

    def __init__(self, plan: Plan, ground: Ground, ledger: Ledger, graph: GraphLedger, nursery: Nursery) -> None:
        self._plan, self._ground, self._nursery = plan, ground, nursery
        self._ledger, self._graph = ledger, graph
        self._dice = random.Random(plan.seed)
        self._platform = TelegramPlatform(
            plan.seed, _HURRIED, lost_answers=plan.repeats, date_offset=time.time() - time.monotonic()
        )
        self._lines = Lines(ground.port)
        self._meta = MessengerPlatform(
            PAGE, APP_SECRET.encode(), plan.seed, _HURRIED_META, _MESSENGER_BATCH, plan.repeats, disorder=True
        )
        self._bringer = TelegramBringer(self._platform, self._lines)
        self._happened: dict[int, Happening] = {}
        self._to_say: dict[int, deque[Happening]] = {}  # of web chats
        self._visitors: dict[int, WebVisitor] = {}
        self._speaking: set[asyncio.Task[None]] = set()
        self._last_stamp = 0.0
        self._from_meta, self._looked_at = set[int](), 0
        self._kills: list[float] = []
        self._pid = 0
        self._over = False

    async def run(self) -> Outcome:
        began = time.monotonic()
        self._give_birth()
        bringing = asyncio.create_task(self._bringer.run())
        bringing_batches = asyncio.create_task(MessengerBringer(self._meta, self._lines).run())
        killing = asyncio.create_task(self._kill_now_and_then())
        telling = asyncio.create_task(self._tell(began))
        try:
            await self._happen()
            await self._until(lambda: self._pending == 0 and not self._speaking, "everything was brought")
            self._replay()
            await killing
            await self._until(lambda: self._pending == 0, "the replays were brought")
            await self._drain()
        finally:
            for task in (bringing, bringing_batches, killing, telling, *self._speaking):
                task.cancel()
            self._over = True
            self._lines.close()
        kill(self._pid, signal.SIGTERM)
        return self._outcome(time.monotonic() - began)

    # --- what happens ---

    async def _happen(self) -> None:
        database = self._ground.database()
        plan = self._plan
        coming = iter(chain(poison(plan.poisoned_chats), happenings(plan.events, plan.seed, plan.mix)))
        while batch := [happening for _, happening in zip(range(50), coming, strict=False)]:
            for happening in batch:
                self._put(happening)
            while len(self._happened) - self._accepted > WAITING_AT_MOST or _open(database) > WAITING_AT_MOST:
                self._check_alive()
                await asyncio.sleep(LOOK_SECONDS)
            await asyncio.sleep(0)
        database.close()

    def _put(self, happening: Happening) -> None:
        self._happened[happening.number] = happening
        if happening.wire is Wire.WEB:
            self._speak(happening)
            return
        if happening.wire is Wire.MESSENGER:
            self._graph.hear(str(happening.chat))
            self._meta.put(text(str(happening.chat), PAGE, f"m.{happening.number}", happening.says, self._stamp()))
            return
        self._platform.put(happening.update(time.time()), time.monotonic())

    def _stamp(self) -> float:
        """The time now, for Meta: its stamps are milliseconds, and no two of ours are the same."""
        self._last_stamp = max(time.time(), self._last_stamp + 0.002)
        return self._last_stamp

    def _speak(self, happening: Happening) -> None:
        """A visitor says one thing after the other; who speaks already goes on with it."""
        queue = self._to_say.setdefault(happening.chat, deque())
        queue.append(happening)
        if len(queue) == 1:
            dice = random.Random(self._plan.seed + happening.chat)
            visitor = self._visitors.setdefault(
                happening.chat, WebVisitor(happening.chat, self._lines, dice, self._plan.repeats)
            )
            task = asyncio.create_task(self._say_all(visitor, queue))
            self._speaking.add(task)
            task.add_done_callback(self._speaking.discard)

    async def _say_all(self, visitor: WebVisitor, queue: deque[Happening]) -> None:
        while queue:
            await visitor.say([queue[0]])
            queue.popleft()

    def _replay(self) -> None:
        """Some of what was delivered long ago comes once more."""
        for number in sorted(self._platform.delivered):
            if self._dice.random() < self._plan.replays:
                self._platform.put(self._happened[number].update(time.time()), time.monotonic())

    # --- lives ---

    def _give_birth(self) -> None:
        self._lines.close()
        more = self._ground.messenger(self._graph.url) | {"CHAOS_POISON": POISON}
        self._pid = self._nursery.start(**self._ground.environment(self._ledger.url, **more))

    async def _kill_now_and_then(self) -> None:
        """At random moments of the work, which includes the first moments of a life."""
        moments = sorted(self._dice.randrange(self._plan.events) for _ in range(self._plan.kills))
        for moment in moments:
            while self._accepted < moment:
                await asyncio.sleep(0.005)
            await asyncio.sleep(self._dice.uniform(0, _LONGEST_BIRTH_SECONDS))
            self._check_alive()
            self._kills.append(time.monotonic())
            kill(self._pid, self._plan.kill_with)
            self._give_birth()

    def _check_alive(self) -> None:
        if not self._over and not is_alive(self._pid):
            raise RuntimeError("the product ended by itself; its log says why")

    @property
    def _accepted(self) -> int:
        visitors = sum(len(visitor.taken) for visitor in self._visitors.values())
        return len(self._bringer.taken) + len(self._of_messenger) + visitors

    @property
    def _of_messenger(self) -> set[int]:
        """Numbers of Messenger's events that were taken."""
        new = self._meta.delivered[self._looked_at :]
        self._looked_at += len(new)
        self._from_meta.update(int(event["message"]["mid"].removeprefix("m.")) for event in new)
        return self._from_meta

    @property
    def _pending(self) -> int:
        return self._platform.pending + self._meta.pending

    # --- the end ---

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while not condition():
            self._check_alive()
            if time.monotonic() > deadline:
                raise TimeoutError(f"never: {what}")
            await asyncio.sleep(LOOK_SECONDS)

    async def _drain(self) -> None:
        """Until nothing waits; what still does after the time is for the judge."""
        database = self._ground.database()
        with suppress(TimeoutError):
            await self._until(lambda: _open(database) == 0, "nothing waits")
        database.close()

    async def _tell(self, began: float) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            self._plan.tell(
                f"{time.monotonic() - began:5.0f} s: {self._accepted} events taken, {len(self._kills)} kills, "
                f"{len(self._ledger.seen)} messages seen"
            )

    def _outcome(self, seconds: float) -> Outcome:
        taken = [self._happened[number] for number in sorted(self._bringer.taken | self._of_messenger)]
        taken += [happening for visitor in self._visitors.values() for happening in visitor.taken]
        database = self._ground.database()
        with database.read() as connection:
            verdict = judge(
                connection,
                self._ground.vault(),
                Evidence(taken, self._ledger.seen, self._kills, frozenset(poison(self._plan.poisoned_chats))),
            )
        database.close()
        for number in set(self._happened) - {happening.number for happening in taken} - set(self._platform.expired):
            verdict.fault(f"event {number} was never taken")
        for executed in self._platform.executed:
            verdict.fault(f"a call hid in an answer to Telegram: {executed['method']}")
        expired = len(self._platform.expired)
        kills = len(self._kills)
        return Outcome(
            verdict, kills, seconds, self._platform.repeated, expired, self._bringer.answers, self._ledger.met
        )


def _open(database: Database) -> int:
    """Events that wait for their turn, and messages that wait to be sent or are being sent."""
    waiting = select(func.count()).where(inbox.c.status == "waiting").scalar_subquery()
    owed = select(func.count()).where(outbox.c.status.in_(("waiting", "sending"))).scalar_subquery()
    with database.read() as connection:
        return int(connection.execute(select(waiting + owed)).scalar_one())


def blow(plan: Plan, ground: Ground) -> Outcome:
    """A whole storm on ground of its own."""
    ledger = Ledger(faults=plan.faults, seed=plan.seed)
    graph = GraphLedger(drawn=plan.faults, seed=plan.seed + 1, seen=ledger.seen, met=ledger.met)
    with ledger, graph, Nursery(ground.folder) as nursery:
        return asyncio.run(Storm(plan, ground, ledger, graph, nursery).run())
