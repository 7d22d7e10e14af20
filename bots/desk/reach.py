"""Whether an answer would arrive: the channel's window, and people who blocked us. What the desk says about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bots.web.pages import local_time, waited
from dialogs.services import Text
from dialogs.window import Open, Window, window
from knowledge import reach_rows
from knowledge.database import Connection
from knowledge.reach_rows import Reach

_LEFT = Text("Хариулах хугацаа", "Time left to answer")
_NOT_LET_THROUGH = Text("Суваг хүргээгүй мессеж", "Messages the channel did not let through")


@dataclass(frozen=True)
class ShownReach:
    """`warning` stands above the answer box; with `shut` no answer would arrive. `facts`: label and value."""

    warning: Text | None
    shut: bool
    facts: tuple[tuple[Text, str], ...]


def shown_reach(connection: Connection, conversation_id: str, now: datetime) -> ShownReach:
    found = reach_rows.reach(connection, conversation_id)
    if found is None:
        return ShownReach(None, False, ())
    open_now = window(found.channel, found.heard_at, now)
    shut = bool(found.unreachable_since) or open_now.open_for is Open.NOBODY
    lost = reach_rows.shut_out(connection, conversation_id, found.heard_at)
    return ShownReach(_warning(found, open_now, now), shut, tuple(_facts(open_now, lost, now)))


def _warning(found: Reach, open_now: Window, now: datetime) -> Text | None:
    if found.unreachable_since:
        since = local_time(found.unreachable_since)
        return Text(f"Иргэн туслахыг хаасан эсвэл чатаа устгасан ({since}). Хариу хүрэхгүй тул дахин бичихийг нь "
                    "хүлээх, эсвэл өөр сувгаар холбогдоно уу.",
                    "They blocked the bot or left the chat: wait until they write, or call them.")  # fmt: skip
    if open_now.open_for is Open.NOBODY:
        return Text("Иргэн 7 хоногоос удаан бичээгүй тул суваг хариуг хүргэхгүй. Дахин бичихийг нь хүлээх, эсвэл "
                    "өөр сувгаар холбогдоно уу.",
                    "More than 7 days of silence: the channel takes no answer until they write again.")  # fmt: skip
    if open_now.open_for is Open.PEOPLE:
        left = _left(open_now, now)
        return Text(f"Иргэн 24 цагаас удаан бичээгүй тул автомат туслах бичихгүй. Та өөрөө бичиж болно, үлдсэн "
                    f"хугацаа: {left}.",
                    "More than 24 hours of silence: only a person's own words go through now.")  # fmt: skip
    return None


def _facts(open_now: Window, lost: int, now: datetime) -> Iterator[tuple[Text, str]]:
    if open_now.until:
        who = "бүгд" if open_now.open_for is Open.ALL else "зөвхөн ажилтан"
        yield _LEFT, f"{_left(open_now, now)} ({who})"
    if lost:
        yield _NOT_LET_THROUGH, str(lost)


def _left(open_now: Window, now: datetime) -> str:
    return waited(open_now.until, now) if open_now.until else ""
