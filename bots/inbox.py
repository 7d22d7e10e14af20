"""The one way in: events are stored, committed, and only then acknowledged to whoever brought them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bots.signals import INBOX, Signals
from connectors.channel import Arrival
from knowledge import inbox_rows
from knowledge.database import Database
from knowledge.vault import Vault


class Inbox:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        signals: Signals,
        clock: Callable[[], datetime],
        settle: Mapping[str, timedelta] = MappingProxyType({}),
    ) -> None:
        """`settle`: for channels that bring events in any order, how long one waits for older ones."""
        self._database, self._vault, self._signals, self._clock = database, vault, signals, clock
        self._settle = settle

    def accept(self, arrivals: Sequence[Arrival]) -> int:
        """Stored when this returns; how many were new. Raises the database's error when it is not durable."""
        now = self._clock()
        with self._database.write() as connection:
            new = [
                inbox_rows.accept(
                    connection,
                    self._vault,
                    a.channel,
                    a.event_id,
                    a.address,
                    a.body,
                    now,
                    a.sent_at,
                    self._settle.get(a.channel, timedelta(0)),
                )
                for a in arrivals
            ]
        if any(new):
            self._signals.send(INBOX)
        return sum(new)

    async def accept_async(self, arrivals: Sequence[Arrival]) -> int:
        """The same from a coroutine; the commit runs in a thread."""
        return await asyncio.to_thread(self.accept, arrivals)
