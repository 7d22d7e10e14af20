"""The watch of a process: the channels looked after, a sign of life, the sum rule. It goes on whatever it meets."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bots.balance import Balances
from bots.channel_watch_absences import loss_windows
from bots.channel_watch_findings import Finding, words_of
from bots.channel_watch_intake import IntakeHealth
from knowledge import audit_rows, mark_rows
from knowledge.database import Connection, Database

log = logging.getLogger(__name__)
BEAT_SECONDS = 30.0
SUM_SECONDS = 60.0
SETTLE_SECONDS = 5.0  # at the start the intake tells the platforms our address first
LOOK_SECONDS = 30.0  # one look at one channel takes no longer
LATELY = timedelta(days=7)
_FOUND = "found:"


class Look(Protocol):
    """One thing to look at; several may be about one channel."""

    @property
    def name(self) -> str: ...

    async def look(self, now: datetime) -> Sequence[Finding]: ...


@dataclass(frozen=True)
class Standing:
    """A finding that holds now."""

    finding: Finding
    since: datetime


@dataclass(frozen=True)
class ChannelState:
    """`checked_at`: the last look; None before the first."""

    name: str
    findings: tuple[Standing, ...] = ()
    checked_at: datetime | None = None

    @property
    def word(self) -> str:
        return "unchecked" if self.checked_at is None else "unwell" if self.findings else "well"


class Watch:
    """`states` is this process's own view; when a finding was last seen anywhere stands in the database."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], looks: Iterable[Look] = (), every_seconds: float = 60.0
    ) -> None:
        self._database, self._clock, self._every = database, clock, every_seconds
        asked = tuple(looks)
        self.intakes = {look.name: IntakeHealth(look.name, clock) for look in asked}  # for the webhooks to tell
        self._looks: tuple[Look, ...] = (*asked, *self.intakes.values())
        self._states = {name: ChannelState(name) for name in self.intakes}
        self.balances = Balances(database)

    @property
    def states(self) -> tuple[ChannelState, ...]:
        return tuple(self._states.values())

    async def run(self, stop: asyncio.Event) -> None:
        """A platform that takes its time to answer does not hold up the end of the process."""
        looking = asyncio.create_task(_repeat(stop, self._every, self.look, first=min(SETTLE_SECONDS, self._every)))
        await asyncio.gather(
            _repeat(stop, BEAT_SECONDS, lambda: asyncio.to_thread(self.beat)),
            _repeat(stop, SUM_SECONDS, lambda: asyncio.to_thread(self.check_sum)),
        )
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    async def look(self) -> None:
        """Every channel once, side by side."""
        found = await asyncio.gather(*(self._found(look) for look in self._looks))
        now, before = self._clock(), self._states
        by_name: dict[str, list[Finding]] = {name: [] for name in before}
        for look, findings in zip(self._looks, found, strict=True):
            by_name[look.name] += findings
        self._states = {name: _continued(before[name], findings, now) for name, findings in by_name.items()}
        for name, state in self._states.items():
            _tell(before[name], state)
        await asyncio.to_thread(self._keep, before, self._states, now)

    async def _found(self, look: Look) -> Sequence[Finding]:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await look.look(self._clock())
        except Exception as error:
            return [Finding("watch-failed", type(error).__name__)]

    def _keep(self, before: Mapping[str, ChannelState], after: Mapping[str, ChannelState], now: datetime) -> None:
        """For the other processes and the time after a restart; what begins is in the audit too."""
        standing, known = _places(after), _places(before)
        if not standing:
            return
        with self._database.write() as connection:
            for place in standing:
                mark_rows.set_mark(connection, f"{_FOUND}{place}", now)
                if place not in known:
                    audit_rows.record(connection, "system", "watch.found", place, now)

    def beat(self) -> None:
        now = self._clock()
        with self._database.write() as connection:
            absence = mark_rows.beat(connection, now)
        if absence:
            lost = [f"{w.channel} {w.what.en} {w.since:%F %T}–{w.until:%F %T}" for w in loss_windows(absence)]
            away = f"{absence.away_since:%F %T}–{absence.back_at:%F %T} UTC"
            log.warning("nobody was there %s; may be lost: %s", away, "; ".join(lost) or "nothing")

    def check_sum(self) -> None:
        balance = self.balances.at(self._clock())
        if not balance.holds:
            log.error("the sum rule does not hold: %s", balance)


def lately(connection: Connection, now: datetime) -> list[tuple[str, str, datetime]]:
    """What any process found in the last days, newest first: channel, key, when it was last so."""
    marks: Mapping[str, datetime] = mark_rows.marks_since(connection, _FOUND, now - LATELY)
    return [(*_parts(name), at) for name, at in marks.items()]


def _places(states: Mapping[str, ChannelState]) -> list[str]:
    """`channel:key` of every finding that holds."""
    return [f"{state.name}:{each.finding.key}" for state in states.values() for each in state.findings]


def _parts(name: str) -> tuple[str, str]:
    channel, _, key = name.partition(":")
    return channel, key


def _continued(before: ChannelState, findings: Sequence[Finding], now: datetime) -> ChannelState:
    """A finding that held at the last look too keeps its beginning."""
    since = {each.finding.key: each.since for each in before.findings}
    return ChannelState(before.name, tuple(Standing(each, since.get(each.key, now)) for each in findings), now)


def _tell(before: ChannelState, after: ChannelState) -> None:
    """Once when it begins, once when it ends."""
    old, new = ({each.finding.key: each.finding for each in state.findings} for state in (before, after))
    for key in new.keys() - old.keys():
        mended = {None: "", True: " (put right)", False: " (could not be put right)"}[new[key].repaired]
        log.log(words_of(key).level, "%s: %s %s%s", after.name, words_of(key).says.en, new[key].detail, mended)
    for key in old.keys() - new.keys():
        log.info("%s: over: %s", after.name, words_of(key).says.en)


async def _repeat(
    stop: asyncio.Event, seconds: float, work: Callable[[], Awaitable[object]], first: float = 0.0
) -> None:
    """Until `stop` is set; work that fails is done again at its next time."""
    pause = first
    while not await _stopped_within(stop, pause):
        try:
            await work()
        except Exception:
            log.exception("a round of the watch failed; trying again")
        pause = seconds


async def _stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
