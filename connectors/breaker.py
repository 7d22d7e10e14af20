"""A breaker: a server that failed several times in a row is left alone for a while, and nobody waits for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)
FAILURES = 5
OPEN_SECONDS = 30.0  # security.md row R11: half-open after 30 s, recovered within 60 s


class Breaker:
    """Ask `may_call` before each call and tell `succeeded`, `failed` or `left` after it, one of them always.

    After `failures` in a row it is open for `open_seconds`; then one call is let through as a probe, and its end
    decides: open again, or closed. `clock`: seconds that only grow. For one event loop; it does not wait or lock.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = FAILURES,
        open_seconds: float = OPEN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if failures < 1 or open_seconds <= 0:
            raise ValueError("a breaker needs at least one failure and some time")
        self._name = name
        self._most = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._failures = 0
        self._closed_until_probe: float | None = None  # when a probe may go; None while calls are let through
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are held back; a probe may be on its way."""
        return self._closed_until_probe is not None

    def may_call(self) -> bool:
        """True when the call may go out; while open, that is one probe once the time is over."""
        if self._closed_until_probe is None:
            return True
        if self._probing or self._clock() < self._closed_until_probe:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The server answered, whatever it said."""
        if self.is_open:
            _log.warning("%s answers again", self._name)
        self._failures, self._closed_until_probe, self._probing = 0, None, False

    def failed(self) -> None:
        """No answer, or one that makes no sense. Late failures of calls from before do not prolong the pause."""
        self._failures += 1
        if self._probing or (self._failures >= self._most and not self.is_open):
            _log.warning("%s failed %d times in a row and is left alone", self._name, self._failures)
            self._closed_until_probe, self._probing = self._clock() + self._open_seconds, False

    def left(self) -> None:
        """The call was given up by us: it says nothing about the server; another may be the probe."""
        self._probing = False
