"""A clock that jumps to the next thing that happens, so that a day of a platform's retries passes in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

Action = TypeVar("Action")


class Machine(Protocol[Action]):
    """A platform without a clock: what it does now, and when it is to be asked again (None: nothing is waiting)."""

    def next_actions(self, now: float) -> list[Action]: ...

    def next_time(self) -> float | None: ...


@dataclass
class VirtualTime:
    """Seconds since the start of the story."""

    now: float = 0.0
    _later: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def at(self, when: float, act: Callable[[], object]) -> None:
        """To be done when that time comes, before the platform moves."""
        self._later.append((when, act))
        self._later.sort(key=lambda entry: entry[0])

    def play(self, machine: Machine[Action], receive: Callable[[Action, float], object], until: float) -> None:
        """`receive` is handed every action with its time and has answered it when it returns."""
        while True:
            while self._later and self._later[0][0] <= self.now:
                self._later.pop(0)[1]()
            for action in machine.next_actions(self.now):
                receive(action, self.now)
            times = [machine.next_time(), self._later[0][0] if self._later else None]
            following = min((time for time in times if time is not None), default=until)
            if following >= until:
                self.now = until
                return
            self.now = max(self.now, following)
