"""Our own web chat as a wire: what the page posts, as events. The terminal speaks the same form."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from connectors.channel import Arrival, Heard, UnreadableArrival
from dialogs.messages import Incoming, Pressed, Started, Unsupported, Words

MAX_ID = 100  # characters of an id the page may choose


def address_of(token: str) -> str:
    """A session's address: the digest of its cookie, so that the database does not hold the key to a chat."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def arrival(channel: str, address: str, event_id: str, event: dict[str, Any], language: str = "") -> Arrival:
    """`event`: `{"start": true}`, `{"text": ...}` or `{"button": "3.1"}`. The page's id makes a repeat harmless."""
    body = json.dumps({**event, "id": event_id[:MAX_ID], "language": language[:16]})
    return Arrival(channel, f"{address[:64]}:{event_id[:MAX_ID]}", address, body)


class WebChat:
    """The channel `web`, and under another name the terminal."""

    def __init__(self, name: str = "web") -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def read(self, body: str) -> Heard:
        """Raises `UnreadableArrival` when it is not what `arrival` writes."""
        try:
            data = json.loads(body)
            return Heard(_event(data), language=str(data.get("language", "")))
        except (ValueError, TypeError, AttributeError) as error:
            raise UnreadableArrival(type(error).__name__) from error


def _event(data: dict[str, Any]) -> Incoming:
    if "text" in data:
        return Words(str(data["text"]), ref=str(data["id"]))
    if "button" in data:
        return _pressed(str(data["button"]))
    return Started() if data.get("start") else Unsupported()


def _pressed(payload: str) -> Pressed:
    """A payload that is none presses nothing: offer 0 is never made."""
    offer, _, choice = payload.partition(".")
    if offer.isascii() and offer.isdigit() and choice.isascii() and choice.isdigit() and len(payload) < 20:
        return Pressed(int(offer), int(choice))
    return Pressed(0, 0)
