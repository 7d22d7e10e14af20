"""When a channel lets us speak: Messenger's 24 hours for the bot, seven days for a person's own words.

Source: Meta's Messenger Platform policy (standard messaging window; tag HUMAN_AGENT). Retired tags are never used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

BOT_MAY = {"messenger": timedelta(hours=24)}  # after the citizen's last message; channels not named are always open
PEOPLE_MAY = {"messenger": timedelta(days=7)}


class Open(StrEnum):
    """Who may send."""

    ALL = "all"
    PEOPLE = "people"  # only what a person wrote themselves
    NOBODY = "nobody"  # the citizen has to write first


@dataclass(frozen=True)
class Window:
    """`until`: when it gets narrower; None when it never does or is shut already."""

    open_for: Open
    until: datetime | None = None


def window(channel: str, heard_at: datetime | None, now: datetime) -> Window:
    """`heard_at`: when the citizen last wrote or pressed; None: never, so where there is a window it is shut."""
    if channel not in BOT_MAY:
        return Window(Open.ALL)
    if heard_at is None:
        return Window(Open.NOBODY)
    if now < heard_at + BOT_MAY[channel]:
        return Window(Open.ALL, heard_at + BOT_MAY[channel])
    if now < heard_at + PEOPLE_MAY[channel]:
        return Window(Open.PEOPLE, heard_at + PEOPLE_MAY[channel])
    return Window(Open.NOBODY)
