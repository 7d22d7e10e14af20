"""Which messages may be lost because nobody of ours was there: what the platforms keep for how long.

Figures: Telegram's server drops messages 24 hours after they were written and presses of buttons after 150 seconds
(tdlib/telegram-bot-api); Meta unsubscribes a page after one hour of failures. Whether what waited then still comes
once the page is subscribed again is not documented: it is told as possibly lost. The web chat keeps what it could not
send in the page itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogs.services import Text
from knowledge.mark_rows import Absence

TELEGRAM_MESSAGES = timedelta(hours=24)
TELEGRAM_PRESSES = timedelta(seconds=150)
MESSENGER_SUBSCRIBED = timedelta(hours=1)
MESSAGES = Text("мессеж", "messages")
PRESSES = Text("товч дарсан", "presses of buttons")


@dataclass(frozen=True)
class LossWindow:
    """What was sent on this channel between the two times may never have reached us."""

    channel: str
    what: Text
    since: datetime
    until: datetime


def loss_windows(absence: Absence) -> tuple[LossWindow, ...]:
    """Of an absence, whichever channels there are; empty when everything was kept for us."""
    away, back = absence.away_since, absence.back_at
    messenger_since = away if back - away >= MESSENGER_SUBSCRIBED else back
    windows = (
        LossWindow("telegram", MESSAGES, away, back - TELEGRAM_MESSAGES),
        LossWindow("telegram", PRESSES, away, back - TELEGRAM_PRESSES),
        LossWindow("messenger", MESSAGES, messenger_since, back),
    )
    return tuple(window for window in windows if window.since < window.until)
