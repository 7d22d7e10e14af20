"""Learning in use: may a citizen's words be kept, which words wait for their meaning, and what is handed to editors.

Nothing here changes an answer. What is kept becomes part of the catalogue only when an editor accepts and publishes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dialogs.masking import STARS, holds_secret

WORDS_KEPT_FOR = timedelta(minutes=15)  # words whose meaning nobody told by then are dropped
MOST_CHARACTERS = 300  # a longer message tells a life, not a need
_FEWEST_LETTERS = 2


class Consent(StrEnum):
    """What a citizen answered to the question whether their words may be kept."""

    NOT_ASKED = "not-asked"
    ASKED = "asked"  # by the last answer: a typed yes or no is meant for it
    UNANSWERED = "unanswered"  # they went on; not asked again in this session of talk
    GIVEN = "given"
    REFUSED = "refused"


class How(StrEnum):
    """Who told what was meant."""

    CHOICE = "choice"  # the citizen picked one of the candidates
    NONE = "none"  # the citizen wanted none of them
    AGENT = "agent"  # an agent said so


@dataclass(frozen=True)
class Wording:
    """Typed words that were answered with candidates. Once `settled`, `service_id` is the one picked; None is none."""

    text: str
    shown: tuple[str, ...]
    heard_at: datetime
    settled: bool = False
    service_id: str | None = None

    @property
    def how(self) -> How:
        return How.NONE if self.service_id is None else How.CHOICE

    def is_over(self, now: datetime) -> bool:
        return now >= self.heard_at + WORDS_KEPT_FOR


def worth_keeping(text: str) -> bool:
    """Short words of a need without a number of a person or a code, and nothing that was hidden in them."""
    letters = sum(sign.isalpha() for sign in text)
    plain = STARS not in text and not holds_secret(text)
    return len(text) <= MOST_CHARACTERS and letters >= _FEWEST_LETTERS and plain
