"""One-time codes: reading what was typed, and the rules of how often a code may be sent and tried.

The numbers come from NIST SP 800-63B-4, OWASP ASVS 5.0 and the published limits of GOV.UK One Login, login.gov and
Twilio Verify. Counts belong to the identity, not to the code: a new code does not give new tries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

CODE_DIGITS = 6
_RUN = re.compile(r"\d(?:[\s\-]?\d)*")
# A sum of money has its currency right behind it: Mongolian words with any ending, the others as whole words.
_CURRENCY = (
    r"\s{0,2}(?:[₮$€₩¥₽£]|(?:төг|tugrug|tugrik|togrog|tögrög|доллар|евро|юань|рубл|иен|вон[ыотдг])\w*"
    r"|(?:вон|won|mnt|usd|eur|krw|cny|rub|jpy|gbp|euros?|dollars?|yuan|yen)(?!\w))"
)
_MONEY = re.compile(_CURRENCY, re.IGNORECASE)
_SIX = re.compile(rf"(?<!\d)\d{{3}}[\s\-]?\d{{3}}(?!\d)(?!{_CURRENCY})", re.IGNORECASE)
_SIX_TOGETHER = re.compile(rf"(?<!\d)\d{{6}}(?!\d)(?!{_CURRENCY})", re.IGNORECASE)


def read_code(text: str) -> str | None:
    """The one six-digit code in a message as ASCII digits; None when there is none or another number beside it, or
    a currency behind it.

    Every decimal digit counts (full-width, Mongolian, Arabic); superscripts and circled digits are not decimal
    digits and are refused, also beside six others: NFKC makes digits of them, and then there are more than six.
    """
    runs = [*_RUN.finditer(text)]
    if len(runs) != 1 or not _is_code(runs[0]) or _count_digits(unicodedata.normalize("NFKC", text)) != CODE_DIGITS:
        return None
    values = (unicodedata.decimal(char, None) for char in runs[0][0])
    digits = "".join(str(value) for value in values if value is not None)
    return digits if len(digits) == CODE_DIGITS else None


def holds_code(text: str) -> bool:
    """Six digits together anywhere in a message, or alone in pieces; `1 100 000` and `100 000 ₮` are sums of money."""
    return bool(_SIX_TOGETHER.search(text)) or any(map(_is_code, _RUN.finditer(text)))


def hide_codes(text: str, instead: str) -> str:
    """The text with every code's digits replaced."""
    text = _SIX.sub(instead, text)
    return _RUN.sub(lambda run: instead if _is_code(run) else run[0], text)


def _is_code(run: re.Match[str]) -> bool:
    return _count_digits(run[0]) == CODE_DIGITS and not _MONEY.match(run.string, run.end())


def _count_digits(text: str) -> int:
    return sum(char.isdecimal() for char in text)


class Refusal(StrEnum):
    """Why no code is sent or no try accepted."""

    LOCKED = "locked"  # too many wrong tries in a row
    TOO_SOON = "too-soon"  # wait before the next code
    TOO_MANY_CODES = "too-many-codes"  # the day's or the ten minutes' codes are used up
    TOO_MANY_TRIES = "too-many-tries"  # the day's tries are used up
    TOO_MANY_PEOPLE = "too-many-people"  # this chat has asked for other people's numbers
    EXPIRED = "expired"  # the code is older than its lifetime, used, or replaced
    ANOTHER_PERSON = "another-person"  # this chat is bound to somebody else
    MUTED = "muted"  # the person asked for no more codes for a day
    NUMBER_CHANGED = "number-changed"  # the registered phone is new: no code for a week
    BUDGET = "budget"  # the day's money or count for SMS is used up, or the prefix is off
    BREAKER = "breaker"  # too many wrong codes everywhere: codes are off for a while
    DISABLED = "disabled"  # wrong a hundred times in a row: only in person


# Waiting a known while does not help, or how long is nobody's business.
UNTIMED = frozenset({
    Refusal.EXPIRED, Refusal.DISABLED, Refusal.ANOTHER_PERSON, Refusal.NUMBER_CHANGED, Refusal.BUDGET, Refusal.BREAKER,
})  # fmt: skip


@dataclass(frozen=True)
class CodeRules:
    """Limits as data; durations are `timedelta`."""

    lifetime: timedelta = timedelta(minutes=10)  # NIST 63B-4 §3.1.3.2, ASVS 6.5.5
    tries_before_lock: int = 5  # GOV.UK One Login, Twilio Verify
    lock: timedelta = timedelta(hours=2)  # GOV.UK One Login
    tries_a_day: int = 20
    failures_before_disabled: int = 100  # NIST 63B-4 §3.2.2
    resend_after: tuple[timedelta, ...] = tuple(timedelta(seconds=n) for n in (30, 60, 120, 300))
    codes_in_ten_minutes: int = 3
    codes_a_day: int = 5
    people_a_chat_a_day: int = 2
    failures_breaker: int = 200  # wrong codes of everybody in ten minutes that switch codes off


@dataclass(frozen=True)
class CodeHistory:
    """What was done with one identity's codes, times ascending; failures count since the last success."""

    sent: tuple[datetime, ...] = ()
    tried: tuple[datetime, ...] = ()
    failures: int = 0
    locked_until: datetime | None = None
    others_in_chat: int = 0  # other identities this chat asked for in the last day


@dataclass(frozen=True)
class Refused:
    """`until` is when it is worth coming back; None when waiting does not help."""

    reason: Refusal
    until: datetime | None = None


_DAY = timedelta(days=1)
_TEN_MINUTES = timedelta(minutes=10)


def check_send(rules: CodeRules, history: CodeHistory, now: datetime) -> Refused | None:
    """None when a code may be sent now; otherwise the limit that lasts longest, so that its time can be relied on."""
    blocked = _blocked(rules, history, now)
    if blocked is not None and blocked.until is None:
        return blocked
    limits = [(blocked.reason, blocked.until)] if blocked is not None and blocked.until is not None else []
    if history.others_in_chat >= rules.people_a_chat_a_day:
        limits.append((Refusal.TOO_MANY_PEOPLE, now + _DAY))
    limits += _limits_of_sending(rules, history.sent, now)
    return Refused(*max(limits, key=lambda limit: limit[1])) if limits else None


def _limits_of_sending(rules: CodeRules, sent: Sequence[datetime], now: datetime) -> Iterator[tuple[Refusal, datetime]]:
    """Every limit that the codes sent so far have reached, with its end."""
    day = _since(sent, now - _DAY)
    if len(day) >= rules.codes_a_day:
        yield Refusal.TOO_MANY_CODES, day[-rules.codes_a_day] + _DAY
    recent = _since(day, now - _TEN_MINUTES)
    if len(recent) >= rules.codes_in_ten_minutes:
        yield Refusal.TOO_MANY_CODES, recent[-rules.codes_in_ten_minutes] + _TEN_MINUTES
    pause = rules.resend_after[min(len(day), len(rules.resend_after)) - 1]
    if day and now < day[-1] + pause:
        yield Refusal.TOO_SOON, day[-1] + pause


def check_try(rules: CodeRules, history: CodeHistory, sent_at: datetime, now: datetime) -> Refused | None:
    """None when one more try of the code sent at `sent_at` is accepted; the caller commits the try, then compares."""
    if blocked := _blocked(rules, history, now):
        return blocked
    if now - sent_at >= rules.lifetime or now < sent_at:
        return Refused(Refusal.EXPIRED)
    day = _since(history.tried, now - _DAY)
    if len(day) >= rules.tries_a_day:
        return Refused(Refusal.TOO_MANY_TRIES, day[-rules.tries_a_day] + _DAY)
    return None


def tries_left(rules: CodeRules, failures: int) -> int:
    """Before the next lock, after so many failures in a row."""
    return rules.tries_before_lock - failures % rules.tries_before_lock if failures else rules.tries_before_lock


def lock_after_try(rules: CodeRules, failures: int, now: datetime) -> datetime | None:
    """Until when this try locks the identity if it turns out wrong: every fifth failure in a row does."""
    return now + rules.lock if failures and failures % rules.tries_before_lock == 0 else None


def _blocked(rules: CodeRules, history: CodeHistory, now: datetime) -> Refused | None:
    if history.failures >= rules.failures_before_disabled:
        return Refused(Refusal.DISABLED)
    if history.locked_until and now < history.locked_until:
        return Refused(Refusal.LOCKED, history.locked_until)
    return None


def _since(times: Sequence[datetime], start: datetime) -> Sequence[datetime]:
    return [time for time in times if time > start]
