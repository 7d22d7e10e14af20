"""How fast one chat may send: a sliding minute, kept in memory for as many chats as fit."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

_WINDOW = timedelta(minutes=1)
_MOST_CHATS = 20_000  # the one that was quiet longest is forgotten first


class MessageRate:
    """Per process: with several processes a chat may send as much to each."""

    def __init__(self, a_minute: int, clock: Callable[[], datetime]) -> None:
        self._a_minute, self._clock = a_minute, clock
        self._taken: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, address: str) -> int:
        """0 when one more message is allowed (and now counted), else the whole seconds until one is."""
        now = self._clock()
        times = self._taken.setdefault(address, deque())
        self._taken.move_to_end(address)
        while len(self._taken) > _MOST_CHATS:
            self._taken.popitem(last=False)
        while times and times[0] <= now - _WINDOW:
            times.popleft()
        if len(times) >= self._a_minute:
            return max(1, ceil((times[0] + _WINDOW - now).total_seconds()))
        times.append(now)
        return 0
