"""A channel whose events are written by the test: dated like Messenger's, shown in the feed like the web chat's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from connectors.channel import Arrival, Heard
from dialogs.incoming import (
    AddressedInGroup,
    Edited,
    Incoming,
    Left,
    Pressed,
    Returned,
    Shared,
    SharedKind,
    SpokenElsewhere,
    Started,
    Unsupported,
    Words,
)
from knowledge import conversation_rows, feed_rows, transcript_rows
from knowledge.codec import RENDERED
from knowledge.conversation_rows import StoredConversation
from tests.bots.wired import START, Wired

POISON = "отрава"
_KINDS: dict[str, type[Any]] = {
    "left": Left,
    "returned": Returned,
    "group": AddressedInGroup,
    "unsupported": Unsupported,
    "edited": Edited,
    "elsewhere": SpokenElsewhere,
    "started": Started,
    "pressed": Pressed,
    "words": Words,
}
_numbers = count(1)


class ScriptedChannel:
    """Events that hold the word of `POISON` cannot be handled, until the channel is `mended`."""

    name = "web"
    mended = False

    def read(self, body: str) -> Heard:
        if POISON in body and not self.mended:
            raise RuntimeError("cannot be handled")
        data = json.loads(body)
        private = data.pop("private", True)
        return Heard(_event(data.pop("kind"), data), private=private)


def _event(kind: str, values: dict[str, Any]) -> Incoming:
    if kind == "shared":
        return Shared(SharedKind(values["what"]), values["ref"])
    event: Incoming = _KINDS[kind](**values)
    return event


def came(address: str, kind: str, at: datetime | None = None, **values: Any) -> Arrival:
    number = next(_numbers)
    if kind in ("words", "shared", "edited"):
        values = {"ref": f"m{number}", **values}
    body = json.dumps({"kind": kind, **values}, ensure_ascii=False)
    return Arrival("web", f"e{number}", address, body, at)


@dataclass
class Chat:
    """One chat of a scripted channel."""

    wired: Wired
    address: str = "citizen"
    shown: int = 0

    def puts(self, kind: str, at: datetime | None = None, **values: Any) -> None:
        """It waits in the inbox."""
        self.wired.parts.inbox.accept([came(self.address, kind, at, **values)])

    def floods(self, *texts: str) -> None:
        """All of them at once."""
        self.wired.parts.inbox.accept([came(self.address, "words", text=text) for text in texts])

    def says(self, text: str, at: datetime | None = None) -> str:
        """What is answered."""
        self.puts("words", at, text=text)
        self.wired.run()
        return self.new()

    def presses(self, place: str, at: datetime | None = None) -> str:
        """`place`: the number of the offer and of the button in it."""
        offer, choice = map(int, place.split("."))
        self.puts("pressed", at, offer=offer, choice=choice)
        self.wired.run()
        return self.new()

    def new(self) -> str:
        parts = self.wired.parts
        with parts.database.read() as connection:
            found = conversation_rows.find(connection, "web", self.address)
            items = feed_rows.after(connection, parts.vault, found, self.shown) if found else []
        self.shown = max([self.shown, *(item.position for item in items)])
        return "\n".join(
            RENDERED.validate_json(item.body).plain for item in items if item.author in ("bot", "agent") and item.body
        )

    @property
    def stored(self) -> StoredConversation:
        parts = self.wired.parts
        with parts.database.read() as connection:
            found = conversation_rows.find(connection, "web", self.address)
            stored = conversation_rows.read(connection, parts.vault, found) if found else None
        assert stored is not None
        return stored

    def record(self, *authors: str) -> list[str]:
        """What these said, in the order of the record."""
        parts = self.wired.parts
        with parts.database.read() as connection:
            entries = transcript_rows.entries(connection, parts.vault, self.stored.state.id)
        return [entry.body for entry in entries if entry.author in (authors or ("citizen",))]


def second(number: float) -> datetime:
    """So many seconds after the clock's start, by the platform."""
    return START + timedelta(seconds=number)
