"""Hop 8: what is owed is sent if the conversation still has the owner it was written for; how it ended is recorded."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bots.carrying_out import FEED_CHANNELS, PRIVATE_FOR, REGISTRY
from bots.signals import INBOX, OUTBOX, Signals, feed_topic
from connectors.channel import SendResult, Sent
from dialogs.messages import RegistryResult
from dialogs.rendering import Rendered
from knowledge import audit_rows, feed_rows, inbox_rows, outbox_rows
from knowledge.codec import RENDERED
from knowledge.database import Connection, Database
from knowledge.outbox_rows import RESENT_ONCE, OutboxRow
from knowledge.vault import Vault

log = logging.getLogger(__name__)
_FIRST_BACK_OFF_SECONDS = 1.0
_RESENT_MARK = 1000  # added to a row's tries when it went out a second time


class Sender(Protocol):
    """A wire that carries messages to citizens."""

    async def send(self, address: str, rendered: Rendered) -> Sent: ...

    async def hide(self, address: str, ref: str) -> Sent: ...


class Registry(Protocol):
    """The wire to ХУР."""

    async def request_code(self, register_number: str) -> RegistryResult: ...

    async def read_id_card(
        self, register_number: str, code: str
    ) -> tuple[RegistryResult, tuple[tuple[str, str], ...]]: ...


@dataclass(frozen=True)
class SendRules:
    """`tries` before a message that never arrived is given up, `back_off` the longest pause between them (seconds)."""

    tries: int
    back_off: float
    at_once: int


class Outbox:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        senders: Mapping[str, Sender],
        registry: Registry,
        signals: Signals,
        clock: Callable[[], datetime],
        rules: SendRules,
    ) -> None:
        self._database, self._vault, self._signals, self._clock = database, vault, signals, clock
        self._senders, self._registry, self._rules = senders, registry, rules
        self._wires = (*senders, REGISTRY)
        self._under_way: set[asyncio.Task[None]] = set()

    async def run_due(self) -> bool:
        """Everything that is due is begun; True when there was something. Feed rows are delivered on the spot."""
        delivered = await asyncio.to_thread(self.deliver_to_feeds)
        free = self._rules.at_once - len(self._under_way)
        rows = await asyncio.to_thread(self._take, free) if free > 0 else []
        for row in rows:
            task = asyncio.create_task(self._send(row))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return bool(delivered or rows)

    async def finish_under_way(self) -> None:
        """Waits for what is being sent right now."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def deliver_to_feeds(self) -> int:
        """Web and terminal: written into the feed and marked as sent in one transaction, so exactly once."""
        now = self._clock()
        with self._database.read() as connection:
            if not outbox_rows.anything_due(connection, now, tuple(FEED_CHANNELS)):
                return 0
        with self._database.write() as connection:
            rows = outbox_rows.take_due(connection, self._vault, now, tuple(FEED_CHANNELS), lease=False)
            for row in rows:
                self._deliver(connection, row, now)
        for conversation_id in {row.conversation_id for row in rows}:
            self._signals.send(feed_topic(conversation_id))
        return len(rows)

    def recover(self, all_of_them: bool) -> int:
        """Rows whose sender died: an ordinary reply goes out once more, everything else is only recorded."""
        now = self._clock()
        with self._database.write() as connection:
            rows = outbox_rows.abandoned(connection, self._vault, now, all_of_them)
            for row in rows:
                self._record(connection, row, Sent(SendResult.UNKNOWN, problem="sender died"), now)
        return len(rows)

    def next_due(self) -> datetime | None:
        """None while every sender is busy: whoever finishes wakes the worker."""
        wires = self._wires if len(self._under_way) < self._rules.at_once else ()
        with self._database.read() as connection:
            return outbox_rows.next_due(connection, (*FEED_CHANNELS, *wires))

    def _deliver(self, connection: Connection, row: OutboxRow, now: datetime) -> None:
        if not outbox_rows.still_owned(connection, row):
            outbox_rows.mark_over(connection, row.id, "cancelled", "", now)
            return
        rendered = RENDERED.validate_json(row.body)
        author = "agent" if any(block.style == "quote" for block in rendered.blocks) else "bot"
        expires = now + PRIVATE_FOR if rendered.private else None
        position = feed_rows.append(
            connection, self._vault, row.conversation_id, author, row.body, now, expires_at=expires
        )
        outbox_rows.mark_sent(connection, row.id, str(position), now)

    def _take(self, most: int) -> list[OutboxRow]:
        now = self._clock()
        with self._database.read() as connection:
            if not outbox_rows.anything_due(connection, now, self._wires):
                return []
        with self._database.write() as connection:
            return outbox_rows.take_due(connection, self._vault, now, self._wires, most)

    async def _send(self, row: OutboxRow) -> None:
        try:
            if row.wire == REGISTRY:
                await self._ask_registry(row)
                return
            if not await asyncio.to_thread(self._still_owned, row):
                return
            sent = await self._through_wire(row)
            await asyncio.to_thread(self._finish, row, sent)
        except Exception:
            log.exception("sending %s failed", row.id)
        finally:
            self._signals.send(OUTBOX)  # the next of this conversation may go, and a sender is free

    async def _through_wire(self, row: OutboxRow) -> Sent:
        sender = self._senders[row.wire]
        if row.kind == "hide":
            return await sender.hide(row.address, json.loads(row.body)["ref"])
        return await sender.send(row.address, RENDERED.validate_json(row.body))

    def _still_owned(self, row: OutboxRow) -> bool:
        """Asked right before the bytes go out; an overtaken reply is cancelled here."""
        now = self._clock()
        with self._database.write() as connection:
            owned = outbox_rows.still_owned(connection, row)
            if not owned:
                outbox_rows.mark_over(connection, row.id, "cancelled", "", now)
        return owned

    def _finish(self, row: OutboxRow, sent: Sent) -> None:
        with self._database.write() as connection:
            self._record(connection, row, sent, self._clock())

    def _record(self, connection: Connection, row: OutboxRow, sent: Sent, now: datetime) -> None:
        if row.wire == REGISTRY:
            self._answer(connection, row, RegistryResult.UNKNOWN, (), now)
        elif sent.result is SendResult.SENT:
            outbox_rows.mark_sent(connection, row.id, sent.ref, now)
        elif sent.result is SendResult.NOT_SENT and row.tries % _RESENT_MARK + 1 < self._rules.tries:
            again = now + timedelta(seconds=self._pause(row, sent))
            outbox_rows.mark_waiting(connection, row.id, row.tries + 1, sent.problem, again)
        elif sent.result is SendResult.UNKNOWN and row.kind in RESENT_ONCE:
            self._resend_once(connection, row, now)
        else:
            status = "unknown" if sent.result is SendResult.UNKNOWN else "failed"
            outbox_rows.mark_over(connection, row.id, status, sent.problem, now)
            audit_rows.record(connection, "system", f"send.{status}", row.conversation_id, now, sent.problem)

    def _resend_once(self, connection: Connection, row: OutboxRow, now: datetime) -> None:
        """Nobody knows whether it arrived: once more, by the high bit of the tries; a second time it stays unknown."""
        if row.tries >= _RESENT_MARK:
            outbox_rows.mark_over(connection, row.id, "unknown", "twice", now)
            return
        outbox_rows.mark_waiting(connection, row.id, row.tries + _RESENT_MARK, "resent", now)

    def _pause(self, row: OutboxRow, sent: Sent) -> float:
        """What the platform asked for, else a random part of an exponential pause (full jitter)."""
        if sent.retry_after is not None:
            return sent.retry_after
        longest = min(self._rules.back_off, _FIRST_BACK_OFF_SECONDS * 2 ** (row.tries % _RESENT_MARK))
        return random.uniform(0, longest)

    async def _ask_registry(self, row: OutboxRow) -> None:
        body = json.loads(row.body)
        rows: tuple[tuple[str, str], ...] = ()
        if row.kind == "request-code":
            result = await self._registry.request_code(body["number"])
        else:
            result, rows = await self._registry.read_id_card(body["number"], body["code"])
        await asyncio.to_thread(self._answer_in_own_transaction, row, result, rows)

    def _answer_in_own_transaction(
        self, row: OutboxRow, result: RegistryResult, rows: tuple[tuple[str, str], ...]
    ) -> None:
        with self._database.write() as connection:
            self._answer(connection, row, result, rows, self._clock())

    def _answer(
        self,
        connection: Connection,
        row: OutboxRow,
        result: RegistryResult,
        rows: tuple[tuple[str, str], ...],
        now: datetime,
    ) -> None:
        """ХУР's answer goes the one way in; the outbox row is over in the same transaction."""
        body = {"kind": row.kind, "challenge": json.loads(row.body)["challenge"], "result": result, "rows": rows}
        text = json.dumps(body, ensure_ascii=False)
        inbox_rows.accept(connection, self._vault, REGISTRY, str(row.id), row.conversation_id, text, now)
        outbox_rows.mark_over(
            connection, row.id, "sent" if result is not RegistryResult.UNKNOWN else "unknown", "", now
        )
        self._signals.send(INBOX)
