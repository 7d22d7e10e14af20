"""What every SMS gateway has in common: what it costs, how a send ended, what a delivery receipt says.

Accepted is not delivered: a gateway says "accepted" while its own line is down. Whoever does not know whether a message
went out says UNKNOWN, and then nobody sends it again by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from smpplib.gsm import make_parts  # type: ignore[import-untyped]


class SmsResult(StrEnum):
    ACCEPTED = "accepted"  # the gateway has it and will be paid for it
    REFUSED = "refused"  # the gateway will never send this one
    NOT_SENT = "not-sent"  # the gateway certainly never saw it: it may be tried again
    UNKNOWN = "unknown"  # it may have gone out


@dataclass(frozen=True)
class SmsSent:
    """`ref`: the gateway's own name for the message, which its receipt repeats; `problem`: a class name or status."""

    result: SmsResult
    ref: str = ""
    parts: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of an accepted message. It grants nothing: it only stands in the ledger."""

    ref: str
    delivered: bool


@dataclass(frozen=True)
class Prices:
    """Thousandths of the currency for one part, by calling code; a country without a price gets nothing sent."""

    currency: str = "MNT"
    by_country: Mapping[str, int] = field(default_factory=dict)

    def of(self, country: str, parts: int) -> int | None:
        a_part = self.by_country.get(country)
        return None if a_part is None else a_part * parts


class SmsGateway(Protocol):
    """One way out to phones."""

    @property
    def name(self) -> str:
        """What it is called in the ledger, at most 40 characters."""
        ...

    @property
    def currency(self) -> str: ...

    def price(self, country: str, parts: int) -> int | None:
        """Thousandths of the currency for the whole message; None: no price is known, so nothing is sent there."""
        ...

    async def send(self, to: str, text: str, reference: str, lives: timedelta) -> SmsSent:
        """Once, never again by itself. `to`: digits with the calling code; `lives`: how long it is of any use."""
        ...

    async def close(self) -> None: ...


def parts_of(text: str) -> int:
    """How many messages it is cut into: GSM 160/161 letters, with Cyrillic (UCS-2) 70/71 and 134/135."""
    return len(make_parts(text)[0])
