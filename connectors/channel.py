"""What every channel has in common: what arrived, what was heard in it, and how a send ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dialogs.incoming import Incoming


@dataclass(frozen=True)
class Arrival:
    """One event as a platform handed it over, before anybody read it. `event_id` is unique on its channel."""

    channel: str
    event_id: str
    address: str  # the chat it belongs to; events of one address are handled in order
    body: str  # JSON text, kept encrypted until it is handled
    sent_at: datetime | None = None  # by the platform's clock, where it says so


@dataclass(frozen=True)
class Heard:
    """What an arrival says. `name` is decoration only; `language` the platform's hint (`en`, `mn`, `ko` ...)."""

    event: Incoming
    name: str = ""
    language: str = ""
    private: bool = True  # False in groups and channels: nothing personal is said there


class SendResult(StrEnum):
    SENT = "sent"
    NOT_SENT = "not-sent"  # it certainly did not arrive: try again
    UNKNOWN = "unknown"  # it may have arrived
    REFUSED = "refused"  # this one never will: message too old to remove, nothing to say
    GONE = "gone"  # nothing reaches this person any more: blocked, chat gone


@dataclass(frozen=True)
class Sent:
    """`ref`: the platform's id of the message; `retry_after`: seconds it asked for; `problem`: a class name."""

    result: SendResult
    ref: str = ""
    retry_after: float | None = None
    problem: str = ""


@dataclass(frozen=True)
class Fetched:
    """A file as it came, or why it did not: `result` as for a send, `too_large` when it is over the limit."""

    result: SendResult
    content: bytes = b""
    too_large: bool = False
    problem: str = ""


class UnreadableArrival(Exception):
    """The body is not what the platform documents; it is set aside."""


class Channel(Protocol):
    """A wire to citizens."""

    @property
    def name(self) -> str: ...

    def read(self, body: str) -> Heard:
        """What an arrival says. Raises `UnreadableArrival`."""
        ...
