"""Elections as citizens abroad meet them: who votes, when to register, when and how long polls are open at a mission.

Pure: the data (`knowledge.elections_file`) and the time are passed in. A date that nobody has set is told as not set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum

from dialogs.services import Source, Text

ULAANBAATAR = timezone(timedelta(hours=8), "Asia/Ulaanbaatar")
"""No summer time since 2017."""
_LAST_ON_EARTH = timezone(timedelta(hours=-12))


class ElectionKind(StrEnum):
    PARLIAMENT = "parliament"
    PRESIDENTIAL = "presidential"


class ElectionStatus(StrEnum):
    NOT_YET_SET = "not-yet-set"  # expected, but nobody has decided the dates
    SET = "set"  # the dates are official
    PAST = "past"


@dataclass(frozen=True)
class Window:
    """Both days count."""

    opens: date
    closes: date


@dataclass(frozen=True)
class Hours:
    """Local time of the polling place."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Way:
    """One way to register; `link` only where a form is filled in online."""

    text: Text
    link: str | None = None


@dataclass(frozen=True)
class Turnout:
    """Citizens abroad. `entitled` is everyone abroad with the right to vote, most of whom never registered."""

    source: Source
    registered: int
    voted: int | None = None
    entitled: int | None = None
    countries: int | None = None
    stations: int | None = None
    note: Text | None = None

    @property
    def of_registered(self) -> float | None:
        """The share that is called the turnout."""
        return None if self.voted is None else self.voted / self.registered

    @property
    def of_entitled(self) -> float | None:
        return None if self.voted is None or self.entitled is None else self.voted / self.entitled


@dataclass(frozen=True)
class Election:
    """`registration`, `polling` (days abroad) and `hours` are empty until they are set; `ask` is who sets them."""

    id: str
    kind: ElectionKind
    year: int
    status: ElectionStatus
    title: Text
    who: Text
    source: Source
    registration: Window | None = None
    register_at: tuple[Way, ...] = ()
    polling: tuple[date, ...] = ()
    polling_at_home: date | None = None
    hours: Hours | None = None
    rules: tuple[Text, ...] = ()
    turnout: Turnout | None = None
    ask: str | None = None
    note: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class RegistrationState(StrEnum):
    """What to tell who wants to register."""

    NOT_SET = "not-set"  # the dates are not decided: say so and where they will be told
    NOT_YET = "not-yet"  # decided, begins later
    OPEN = "open"
    CLOSED = "closed"  # too late to register, the vote is still to come
    OVER = "over"  # the vote is over


def next_election(elections: Iterable[Election], now: datetime, kind: ElectionKind | None = None) -> Election | None:
    """The first whose voting abroad is not over, with or without dates. `now` is an aware time."""
    day = now.astimezone(ULAANBAATAR).date()
    coming = [one for one in elections if _is_valid(one, day) and not is_over(one, now) and kind in (None, one.kind)]
    return min(coming, key=lambda one: one.polling or (date(one.year, 12, 31),), default=None)


def _is_valid(election: Election, day: date) -> bool:
    """Both the first and the last day of an entry count."""
    first, last = election.valid_from or day, election.valid_to or day
    return first <= day <= last


def is_over(election: Election, now: datetime) -> bool:
    """Whether polls have closed everywhere on Earth; an election without dates is over only if it is marked past."""
    if election.status is ElectionStatus.PAST or not election.polling:
        return election.status is ElectionStatus.PAST
    closes = election.hours.closes if election.hours else time.max
    return now.astimezone(UTC) >= datetime.combine(max(election.polling), closes, _LAST_ON_EARTH)


def registration_state(election: Election, now: datetime) -> RegistrationState:
    """Days are counted in Ulaanbaatar, where the list is kept: west of it that is never too late a deadline."""
    if is_over(election, now):
        return RegistrationState.OVER
    if election.status is not ElectionStatus.SET or election.registration is None:
        return RegistrationState.NOT_SET
    day = now.astimezone(ULAANBAATAR).date()
    if day < election.registration.opens:
        return RegistrationState.NOT_YET
    return RegistrationState.OPEN if day <= election.registration.closes else RegistrationState.CLOSED


def registration_open(election: Election, now: datetime) -> bool:
    return registration_state(election, now) is RegistrationState.OPEN


def polling_times(election: Election, zone: tzinfo) -> tuple[tuple[datetime, datetime], ...]:
    """When polls open and close at a mission in `zone`, a pair a day; nothing when days or hours are not set."""
    hours = election.hours
    if hours is None:
        return ()
    return tuple(
        (datetime.combine(day, hours.opens, zone), datetime.combine(day, hours.closes, zone))
        for day in election.polling
    )
