"""Hop 8: what is owed is sent if the conversation still has the owner it was written for; how it ended is recorded.

Rows are taken only when their chat and their wire are free, so waiting costs no try and holds up nobody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from bots import recording
from bots.answers_in import registry_answered
from bots.asking import Asked, Asking
from bots.clearance import Clearance, clear
from bots.feeds import FEEDS, deliver_due
from bots.fetching import Fetching
from bots.files import FILES
from bots.pace import Floods, LocalPace, Pace
from bots.sending import Registry, Sender, SendRules, through_wire
from bots.signals import DESK, INBOX, OUTBOX, Signals, feed_topic
from bots.typing_sign import TypingSign
from bots.wires import REGISTRY
from connectors.channel import SendResult, Sent
from dialogs.messages import RegistryResult
from knowledge import outbox_rows, reach_rows
from knowledge.database import Connection, Database, DatabaseTrouble
from knowledge.outbox_rows import OutboxRow
from knowledge.vault import Vault

__all__ = ["Outbox", "Registry", "SendRules", "Sender"]
log = logging.getLogger(__name__)
T = TypeVar("T")
SWEPT_EVERY = timedelta(seconds=1)
_RECORDED_AGAIN_SECONDS = (0.2, 1.0, 5.0)


class Outbox:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        senders: Mapping[str, Sender],
        registry: Registry | Asking,
        signals: Signals,
        clock: Callable[[], datetime],
        rules: SendRules,
        pace: Pace | None = None,
    ) -> None:
        self._database, self._vault, self._signals, self._clock = database, vault, signals, clock
        self._senders, self._rules = senders, rules
        self._asking = registry if isinstance(registry, Asking) else Asking(registry, clock)
        self._pace = pace or LocalPace({})
        self._floods, self._typing = Floods(), TypingSign(database, senders, self._pace, clock)
        self._fetching = Fetching(database, vault, senders, clock, rules)
        wires = (*senders, *(name + FILES for name in senders), REGISTRY)
        self._under_way: dict[str, set[asyncio.Task[None]]] = {wire: set() for wire in wires}
        self._swept_at: datetime | None = None
        self._shut_until = dict[str, datetime]()  # wires whose pace lets nothing through until then

    async def run_due(self) -> bool:
        """Everything that is due is begun; True when there was something. Feed rows are delivered on the spot."""
        begun = await asyncio.to_thread(self.deliver_to_feeds)
        for wire in await asyncio.to_thread(self._due_wires):
            begun += await self._begin(wire)
        return bool(begun)

    async def finish_under_way(self) -> None:
        """Waits for what is being sent right now."""
        while tasks := [task for each in self._under_way.values() for task in each]:
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._asking.finish()

    def deliver_to_feeds(self) -> int:
        """Web and terminal, exactly once."""
        rows = deliver_due(self._database, self._vault, self._clock())
        for conversation_id in {row.conversation_id for row in rows}:
            self._signals.send(feed_topic(conversation_id))
        return len(rows)

    def recover(self, all_of_them: bool) -> int:
        """Rows whose sender died: an ordinary reply goes out once more, everything else is only recorded."""
        now = self._clock()
        with self._database.write() as connection:
            rows = outbox_rows.abandoned(connection, self._vault, now, all_of_them)
            for row in rows:
                self._record_abandoned(connection, row, now)
        return len(rows)

    def next_due(self) -> datetime | None:
        """Wires with every sender busy do not count: whoever finishes wakes the worker."""
        now = self._clock()
        with self._database.read() as connection:
            times = [outbox_rows.next_due(connection, FEEDS)]
            for wire in filter(self._free, self._under_way):
                shut = self._shut_until.get(wire, now)  # something was due there when it was
                times.append(shut if shut > now else outbox_rows.next_due(connection, (wire,)))
        return min((time for time in times if time), default=None)

    # --- taking ---

    def _free(self, wire: str) -> int:
        return max(0, self._rules.at_once - len(self._under_way[wire]))

    def _due_wires(self) -> list[str]:
        self._sweep()
        now = self._clock()
        open_ = [wire for wire in self._under_way if self._free(wire) and self._shut_until.get(wire, now) <= now]
        with self._database.read() as connection:
            return [wire for wire in open_ if outbox_rows.anything_due(connection, now, (wire,))]

    def _sweep(self) -> None:
        """Overtaken replies that wait for later make room for what the agent writes."""
        now = self._clock()
        if self._swept_at and abs(now - self._swept_at) < SWEPT_EVERY:
            return
        self._swept_at = now
        with self._database.read() as connection:
            if not (outbox_rows.anything_overtaken(connection) or outbox_rows.anything_far(connection, now)):
                return
        with self._database.write() as connection:
            outbox_rows.cancel_overtaken(connection, now)
            outbox_rows.bring_near(connection, now)

    async def _begin(self, wire: str) -> int:
        """As many rows as there are senders and the pace allows."""
        grant = await self._pace.grant(wire, self._free(wire))
        if not grant.number:
            self._shut_until[wire] = self._clock() + timedelta(seconds=grant.wait)
            return 0
        rows = await asyncio.to_thread(self._take, wire, grant.number)
        if len(rows) < grant.number:
            await self._pace.give_back(wire, grant.number - len(rows))
        for row in rows:
            task = asyncio.create_task(self._send(row))
            self._under_way[wire].add(task)
            task.add_done_callback(self._under_way[wire].discard)
        return len(rows)

    def _take(self, wire: str, most: int) -> list[OutboxRow]:
        pause = self._rules.chat_pause(wire) if wire in self._senders else None
        with self._database.write() as connection:
            return outbox_rows.take_due(connection, self._vault, self._clock(), (wire,), most, pause=pause)

    # --- one row ---

    async def _send(self, row: OutboxRow) -> None:
        try:
            clearance = await _surely(lambda: self._clear(row), row)
            if clearance is None:
                return
            if row.wire == REGISTRY:
                await self._ask_registry(row)
            elif row.kind == "fetch":
                await self._fetching.fetch(row)
                self._signals.send(INBOX)
                self._signals.send(DESK)
            else:
                await self._say(row, clearance)
        except Exception:
            log.exception("sending %s failed", row.id)
        finally:
            self._signals.send(OUTBOX)  # the next of this conversation may go, and a sender is free

    def _clear(self, row: OutboxRow) -> Clearance | None:
        with self._database.write() as connection:
            return clear(connection, row, self._clock())

    async def _say(self, row: OutboxRow, clearance: Clearance) -> None:
        sent = await through_wire(self._senders[row.wire], row, clearance)
        if sent.retry_after is not None:
            pause = self._floods.meet(row.wire, row.address, sent.retry_after, self._clock())
            if pause is not None:
                log.warning("%s asks the whole bot to wait %.0f s", row.wire, pause)
                await self._pace.pause(row.wire, pause)
        await self._finish_surely(row, sent)

    async def _finish_surely(self, row: OutboxRow, sent: Sent) -> None:
        """What went out and is not recorded would go out again: a database in trouble is asked a few times."""
        await _surely(lambda: self._finish(row, sent), row)

    def _finish(self, row: OutboxRow, sent: Sent) -> None:
        with self._database.write() as connection:
            recording.finish(connection, row, sent, self._rules, self._clock())

    async def _ask_registry(self, row: OutboxRow) -> None:
        async with self._typing.while_asking(row):
            answer = await self._asking.ask(row)
        await _surely(lambda: self._registry_answered(row, answer), row)

    def _registry_answered(self, row: OutboxRow, answer: Asked) -> None:
        now = self._clock()
        with self._database.write() as connection:
            if reach_rows.hold(connection, row, now).is_of(row):
                registry_answered(connection, self._vault, row, answer, now)
        self._signals.send(INBOX)

    def _record_abandoned(self, connection: Connection, row: OutboxRow, now: datetime) -> None:
        if not row.let_out or not row.body:  # unreadable: given up at the next look
            outbox_rows.mark_waiting(connection, row.id, row.tries, "sender died before", now)
        elif row.wire == REGISTRY:
            registry_answered(connection, self._vault, row, Asked(RegistryResult.UNKNOWN), now)
            self._signals.send(INBOX)
        elif row.kind == "fetch":
            self._fetching.abandoned(connection, row, now)
            self._signals.send(INBOX)
        else:
            recording.record(connection, row, Sent(SendResult.UNKNOWN, problem="sender died"), self._rules, now)


async def _surely(work: Callable[[], T], row: OutboxRow) -> T:
    """In a thread; a database in trouble is asked a few times, each asks whether the row is still ours."""
    for pause in _RECORDED_AGAIN_SECONDS:
        try:
            return await asyncio.to_thread(work)
        except DatabaseTrouble:
            log.warning("the database is in trouble over row %s; asking again", row.id)
            await asyncio.sleep(pause)
    return await asyncio.to_thread(work)
