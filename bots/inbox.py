"""The one way in: events are stored, committed, and only then acknowledged to whoever brought them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bots.signals import INBOX, Signals
from connectors.channel import Arrival
from knowledge import inbox_rows
from knowledge.database import Database
from knowledge.vault import Vault


class Inbox:
    def __init__(self, database: Database, vault: Vault, signals: Signals, clock: Callable[[], datetime]) -> None:
        self._database, self._vault, self._signals, self._clock = database, vault, signals, clock

    def accept(self, arrivals: Sequence[Arrival]) -> int:
        """Stored when this returns; how many were new. Raises the database's error when it is not durable."""
        now = self._clock()
        with self._database.write() as connection:
            new = [
                inbox_rows.accept(connection, self._vault, a.channel, a.event_id, a.address, a.body, now)
                for a in arrivals
            ]
        if any(new):
            self._signals.send(INBOX)
        return sum(new)

    async def accept_async(self, arrivals: Sequence[Arrival]) -> int:
        """The same from a coroutine; the commit runs in a thread."""
        return await asyncio.to_thread(self.accept, arrivals)
