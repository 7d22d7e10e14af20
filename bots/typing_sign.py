"""'Is typing' on the citizen's own wire while ХУР is being asked: best effort, it delays and fails nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bots.pace import Pace
from bots.sending import Sender
from connectors.channel import Sent
from dialogs.window import Open, window
from knowledge import outbox_rows, reach_rows
from knowledge.database import Database
from knowledge.outbox_rows import OutboxRow

_SHOWN_AGAIN_SECONDS = 4.0  # Telegram shows it for five seconds, or until a message comes
_LOOKED_AGAIN_SECONDS = 0.5  # while a message to the chat is on its way


class TypingSign:
    def __init__(
        self, database: Database, senders: Mapping[str, Sender], pace: Pace, clock: Callable[[], datetime]
    ) -> None:
        self._database, self._senders, self._pace, self._clock = database, senders, pace, clock

    @asynccontextmanager
    async def while_asking(self, row: OutboxRow) -> AsyncIterator[None]:
        """Shown as long as the block runs."""
        shown = asyncio.create_task(self._show(row))
        try:
            yield
        finally:
            shown.cancel()

    async def _show(self, row: OutboxRow) -> None:
        with contextlib.suppress(Exception):
            while True:
                wire = await asyncio.to_thread(self._free_wire, row)
                if wire and (await self._pace.grant(wire, 1)).number:
                    sent = await self._senders[wire].show_typing(row.address)
                    if sent.retry_after is not None:
                        await asyncio.to_thread(self._leave_alone, row, wire, sent)
                    await asyncio.sleep(_SHOWN_AGAIN_SECONDS)
                await asyncio.sleep(_LOOKED_AGAIN_SECONDS)

    def _free_wire(self, row: OutboxRow) -> str:
        """Empty while the chat has to be left alone: something is on its way there, or it was asked for."""
        now = self._clock()
        with self._database.read() as connection:
            reach = reach_rows.reach(connection, row.conversation_id)
            if reach is None or reach.channel not in self._senders or reach.unreachable_since:
                return ""
            may = window(reach.channel, reach.heard_at, now).open_for is Open.ALL
            free = may and reach_rows.is_quiet(connection, row.conversation_id, reach.channel, now)
            return reach.channel if free else ""

    def _leave_alone(self, row: OutboxRow, wire: str, sent: Sent) -> None:
        until = self._clock() + timedelta(seconds=sent.retry_after or 0.0)
        with self._database.write() as connection:
            outbox_rows.leave_alone(connection, row, wire, sent.problem, until)
