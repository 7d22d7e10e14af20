"""What people do in a storm: seeded, and so worded that every answer can be told from the one before it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.fakes.telegram_platform import group_talk, message, press

# What is said and a piece of its answer: the same whatever was said before, except that the first says who speaks.
TALK = {
    "сайн байна уу": "Сайн байна уу",
    "баярлалаа": "Зүгээр ээ",
    "та робот уу": "хүн биш",
    "болих": "За. Өөр зүйл",
}
OLD_BUTTON = "товч хуучирсан"
POISON = "хордуулагч"  # makes the turn crash, every time
STALE_PRESS = "7.1"
EVENTS_A_CHAT = 25
_FIRST_CHAT = 10_000
_POISON_NUMBERS = 50_000_000


class Wire(StrEnum):
    TELEGRAM = "telegram"
    PRESSES = "presses"  # on Telegram, from chats that do nothing else: their queue is another one
    GROUPS = "groups"  # on Telegram, where people talk to each other: stored, handled, nothing to say
    WEB = "web"
    MESSENGER = "messenger"


@dataclass(frozen=True)
class Happening:
    """`number` is unique in the storm and rises within a chat; a press says nothing."""

    number: int
    wire: Wire
    chat: int
    says: str

    def update(self, now: float) -> dict[str, Any]:
        """What Telegram makes of it; `now`: seconds since 1970."""
        match self.wire:
            case Wire.PRESSES:
                return press(self.number, self.chat, STALE_PRESS, now)
            case Wire.GROUPS:
                return group_talk(self.number, -self.chat, self.says, now)
            case _:
                return message(self.number, self.chat, self.says, now)

    @property
    def answer(self) -> str:
        """A piece of what the bot says to it."""
        return TALK.get(self.says, OLD_BUTTON)


@dataclass(frozen=True)
class Mix:
    """Shares of the chats on each wire; the rest write on Telegram."""

    groups: float = 0.35
    presses: float = 0.08
    web: float = 0.15
    messenger: float = 0.15


def happenings(events: int, seed: int, mix: Mix, most_chats: int = 1000) -> Iterator[Happening]:
    """In the order in which they happen; nobody says the same thing twice in a row."""
    dice = random.Random(seed)
    chats = min(most_chats, max(8, events // EVENTS_A_CHAT))
    wires = {chat: _wire(dice.random(), mix) for chat in range(_FIRST_CHAT, _FIRST_CHAT + chats)}
    names = list(wires)
    last: defaultdict[int, str] = defaultdict(str)
    for number in range(1, events + 1):
        chat = dice.choice(names)
        says = "" if wires[chat] is Wire.PRESSES else dice.choice([text for text in TALK if text != last[chat]])
        last[chat] = says
        yield Happening(number, wires[chat], chat, says)


def poison(chats: int) -> list[Happening]:
    """From Telegram chats that say nothing else. Numbered from above, where no storm reaches."""
    return [Happening(_POISON_NUMBERS + each, Wire.TELEGRAM, _POISON_NUMBERS + each, POISON) for each in range(chats)]


def _wire(drawn: float, mix: Mix) -> Wire:
    shares = (
        (Wire.GROUPS, mix.groups),
        (Wire.PRESSES, mix.presses),
        (Wire.WEB, mix.web),
        (Wire.MESSENGER, mix.messenger),
    )
    for wire, share in shares:
        if drawn < share:
            return wire
        drawn -= share
    return Wire.TELEGRAM
