"""How fast a wire may be used: so many sends a second, none while the platform asked everybody to wait.

The pause between two messages to one chat is no business of this module: it is read from what was sent
(`knowledge.outbox_rows.take_due`), so every process sees it and it outlives them.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

log = logging.getLogger(__name__)
FLOODED_CHATS = 3  # so many chats told to wait within a second: the whole bot is meant
FLOODED_WITHIN = timedelta(seconds=1)
ALIKE = timedelta(seconds=3)  # a wait of the whole bot is the same for all its chats, one of a chat is its own
_STEADY = 0.9  # of the limit flows evenly; the rest is the burst, so that no second holds more than the limit
_REDIS_SHUNNED_SECONDS = 5.0


@dataclass(frozen=True)
class Grant:
    """So many sends may go now; with none, `wait` seconds until the next may."""

    number: int
    wait: float = 0.0


@dataclass(frozen=True)
class Rate:
    """`interval`: seconds from one send to the next; `burst`: how many may go at once after a rest."""

    interval: float
    burst: int

    @property
    def slack(self) -> float:
        return self.interval * (self.burst - 1)


def rate(a_second: float) -> Rate:
    """In no second more than `a_second`: an even flow of nine tenths and a burst of the last tenth."""
    return Rate(1 / (_STEADY * a_second), max(1, int((1 - _STEADY) * a_second + 1e-9)))


class Pace(Protocol):
    async def grant(self, wire: str, most: int) -> Grant: ...

    async def give_back(self, wire: str, number: int) -> None:
        """Granted, but there was nothing to send."""
        ...

    async def pause(self, wire: str, seconds: float) -> None: ...


class LocalPace:
    """Of one process. `a_second`: the limit of each wire, one without has none; `clock`: seconds of any origin."""

    def __init__(self, a_second: Mapping[str, float], clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = {wire: rate(limit) for wire, limit in a_second.items()}
        self._clock = clock
        self._next = dict[str, float]()  # when the wire's flow reaches the next send
        self._paused_until = dict[str, float]()

    async def grant(self, wire: str, most: int) -> Grant:
        now = self._clock()
        wait = self._paused_until.get(wire, now) - now
        if wait > 0:
            return Grant(0, wait)
        limit = self._rates.get(wire)
        return self._flow(wire, limit, most, now) if limit else Grant(most)

    async def give_back(self, wire: str, number: int) -> None:
        if wire in self._next:
            self._next[wire] -= number * self._rates[wire].interval

    async def pause(self, wire: str, seconds: float) -> None:
        self._paused_until[wire] = max(self._paused_until.get(wire, 0.0), self._clock() + seconds)

    def _flow(self, wire: str, limit: Rate, most: int, now: float) -> Grant:
        at, number = self._next.get(wire, now), 0
        while number < most and at - limit.slack <= now:
            at, number = max(at, now) + limit.interval, number + 1
        self._next[wire] = at
        return Grant(number, 0.0 if number else at - limit.slack - now)


class SharedRates(Protocol):
    """The same kept where all processes see it. Raises `ConnectionError` while it is away."""

    async def grant(self, wire: str, most: int, interval: float, burst: int) -> tuple[int, float]: ...

    async def give_back(self, wire: str, number: int, interval: float) -> None: ...

    async def pause(self, wire: str, seconds: float) -> None: ...


class SharedPace:
    """Of several processes through `shared`; each by itself while that is away."""

    def __init__(self, a_second: Mapping[str, float], shared: SharedRates) -> None:
        self._rates = {wire: rate(limit) for wire, limit in a_second.items()}
        self._shared, self._local = shared, LocalPace(a_second)
        self._away_until = 0.0

    async def grant(self, wire: str, most: int) -> Grant:
        limit = self._rates.get(wire, Rate(0.0, most))
        if not self._is_away():
            try:
                return Grant(*await self._shared.grant(wire, most, limit.interval, limit.burst))
            except ConnectionError:
                self._went_away()
        return await self._local.grant(wire, most)

    async def give_back(self, wire: str, number: int) -> None:
        if wire not in self._rates or self._is_away():
            return await self._local.give_back(wire, number)
        try:
            await self._shared.give_back(wire, number, self._rates[wire].interval)
        except ConnectionError:
            self._went_away()

    async def pause(self, wire: str, seconds: float) -> None:
        await self._local.pause(wire, seconds)
        try:
            await self._shared.pause(wire, seconds)
        except ConnectionError:
            self._went_away()

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _went_away(self) -> None:
        self._away_until = time.monotonic() + _REDIS_SHUNNED_SECONDS
        log.warning("the shared pace is away: this process keeps its own")


@dataclass
class Floods:
    """Chats that were told to wait, by wire: several at once mean that the whole bot is too fast."""

    _met: dict[str, deque[tuple[datetime, str, datetime]]] = field(default_factory=dict)

    def meet(self, wire: str, address: str, seconds: float, now: datetime) -> float | None:
        """After a 429 of this chat: for how long the whole wire has to pause, None when it has not."""
        met = self._met.setdefault(wire, deque())
        met.append((now, address, now + timedelta(seconds=seconds)))
        while abs(now - met[0][0]) > FLOODED_WITHIN:
            met.popleft()
        alike = [(chat, until) for _, chat, until in met if abs(until - met[-1][2]) <= ALIKE]
        if len({chat for chat, _ in alike}) < FLOODED_CHATS:
            return None
        return (max(until for _, until in alike) - now).total_seconds()
