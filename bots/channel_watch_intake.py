"""Our own side of a channel: whether what its platform brings can be stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bots.channel_watch_findings import Finding
from bots.hooks import Accept
from connectors.channel import Arrival

LONGEST_FAILING = timedelta(seconds=60)  # security bar T7


class IntakeHealth:
    """Told about each genuine request of a platform: forged ones say nothing about us."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self.name, self._clock = name, clock
        self._failing_since: datetime | None = None

    def ok(self) -> None:
        """What came is durable."""
        self._failing_since = None

    def failed(self) -> None:
        """It was not, and the platform was told so."""
        self._failing_since = self._failing_since or self._clock()

    def around(self, accept: Accept) -> Accept:
        """The same, told about how it ended."""

        async def told(arrivals: list[Arrival]) -> None:
            try:
                await accept(arrivals)
            except Exception:
                self.failed()
                raise
            self.ok()

        return told

    async def look(self, now: datetime) -> list[Finding]:
        """Stands from the first minute without a success until the next one."""
        since = self._failing_since
        return [Finding("not-stored")] if since and now - since >= LONGEST_FAILING else []
