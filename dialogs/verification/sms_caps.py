"""How many SMS with own codes may go out, and what they may cost: per number, prefix, country, chat and day.

SMS pumping: fraud rings have codes sent to numbers whose operator pays them. So numbers come from the registry only,
countries are listed, every cap counts whoever asks, and a prefix whose codes are hardly ever typed is switched off.
The caps in two steps: what is the same for everybody is asked before a number is looked up, what depends on the number
afterwards. Only the first may be told in a chat: the second would tell whose number exists.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dialogs.verification.codes import Refusal

TEN_MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class SmsRules:
    """Numbers by the setting of the same name; `money_a_day` in thousandths of the gateway's currency.

    `sends_watched` ... `off_for`: Twilio Verify's fraud guard (a prefix is off for 12 hours). A send counts as not
    converted once it is older than `time_to_type`.
    """

    countries: frozenset[str] = frozenset({"976"})
    a_number_in_ten_minutes: int = 3
    a_number_a_day: int = 5
    a_chat_a_day: int = 10
    a_prefix_an_hour: int = 30
    a_country_an_hour: int = 500
    a_day: int = 5000
    money_a_day: int = 500_000_000
    sends_watched: int = 50
    least_converted: float = 0.4
    time_to_type: timedelta = timedelta(minutes=3)
    off_for: timedelta = timedelta(hours=12)
    number_settles: timedelta = timedelta(days=7)  # a number that changed since gets nothing (row O10)


@dataclass(frozen=True)
class PhoneNumber:
    """`country`: calling code; `national`: the digits after it."""

    country: str
    national: str

    @property
    def full(self) -> str:
        return self.country + self.national

    @property
    def prefix(self) -> str:
        """The number without its last four digits: whose numbers are bought in rows shares it."""
        return self.full[:-4]


@dataclass(frozen=True)
class DaySoFar:
    """What was sent in the last 24 hours in all, and how often this chat asked; `spent` in thousandths."""

    sent: int = 0
    spent: int = 0
    by_chat: int = 0


@dataclass(frozen=True)
class NumberSoFar:
    """About one number: counts, until when its prefix is off, and how its prefix's watched sends did."""

    in_ten_minutes: int = 0
    today: int = 0
    prefix_this_hour: int = 0
    country_this_hour: int = 0
    prefix_off_until: datetime | None = None
    prefix_watched: int = 0
    prefix_converted: int = 0


class Cap(StrEnum):
    """Which cap is reached; for the ledger, the log and staff, never for the chat."""

    DAY = "day"
    MONEY = "money"
    CHAT = "chat"
    COUNTRY_CLOSED = "country-closed"
    NO_PRICE = "no-price"
    NUMBER = "number"
    COUNTRY = "country"
    PREFIX = "prefix"
    PREFIX_OFF = "prefix-off"
    CONVERSION = "conversion"  # now the prefix is to be switched off


TOLD = {Cap.DAY: Refusal.BUDGET, Cap.MONEY: Refusal.BUDGET, Cap.CHAT: Refusal.TOO_MANY_CODES}
"""What of it a chat may hear; the others look like a sent code."""


def check_day(rules: SmsRules, day: DaySoFar) -> Cap | None:
    """The same answer whatever number is asked about."""
    if day.sent >= rules.a_day:
        return Cap.DAY
    if day.spent >= rules.money_a_day:
        return Cap.MONEY
    return Cap.CHAT if day.by_chat >= rules.a_chat_a_day else None


def check_number(
    rules: SmsRules, number: PhoneNumber, price: int | None, day: DaySoFar, so_far: NumberSoFar, now: datetime
) -> Cap | None:
    """With everything known; `price` of this message in thousandths, None when the gateway knows none."""
    if capped := check_day(rules, day):
        return capped
    if number.country not in rules.countries:
        return Cap.COUNTRY_CLOSED
    if price is None:
        return Cap.NO_PRICE
    if day.spent + price > rules.money_a_day:
        return Cap.MONEY
    return _counted(rules, so_far) or _prefix(rules, so_far, now)


def _counted(rules: SmsRules, so_far: NumberSoFar) -> Cap | None:
    if so_far.in_ten_minutes >= rules.a_number_in_ten_minutes or so_far.today >= rules.a_number_a_day:
        return Cap.NUMBER
    if so_far.country_this_hour >= rules.a_country_an_hour:
        return Cap.COUNTRY
    return Cap.PREFIX if so_far.prefix_this_hour >= rules.a_prefix_an_hour else None


def _prefix(rules: SmsRules, so_far: NumberSoFar, now: datetime) -> Cap | None:
    if so_far.prefix_off_until and now < so_far.prefix_off_until:
        return Cap.PREFIX_OFF
    watched = so_far.prefix_watched >= rules.sends_watched
    return Cap.CONVERSION if watched and so_far.prefix_converted < rules.least_converted * rules.sends_watched else None


def phone_number(registered: str, countries: Collection[str], home: str = "976") -> PhoneNumber | None:
    """The registry's number, eight digits of a mobile; None for a fixed line (they begin with 1-5 and 7).

    `home`: the registry's own country. The sandbox's invented numbers begin with 0.
    """
    digits = registered.strip()
    mobile = len(digits) == 8 and digits.isascii() and digits.isdigit() and digits[0] in "0689"
    return PhoneNumber(home, digits) if mobile and home in countries else None
