"""Our own web chat as a wire: what the page posts, as events. The terminal speaks the same form."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from connectors.channel import Arrival, Heard, UnreadableArrival
from connectors.plain_text import mended
from dialogs.incoming import FileOffer, Incoming, Pressed, Shared, SharedKind, Started, Unsupported, Words

MAX_ID = 100  # characters of an id the page may choose
_UPLOADED = "web:"  # begins the source of a file that is here already


def address_of(token: str) -> str:
    """A session's address: the digest of its token, so that the database does not hold the key to a chat."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def arrival(channel: str, address: str, event_id: str, event: dict[str, Any], language: str = "") -> Arrival:
    """`event` is one of `{"start": true, "payload": ...}` (an entry link's, or none), `{"text": ...}`,
    `{"button": "3.1"}` and `{"file": <id of what was stored>, "what": "photo"}`. The page's id makes a repeat harmless.
    """
    body = json.dumps({**event, "id": event_id[:MAX_ID], "language": language[:16]})
    return Arrival(channel, f"{address[:64]}:{event_id[:MAX_ID]}", address, body)


def uploaded(offer: FileOffer) -> str:
    """The id of a file that came with its content; empty for one that has to be fetched."""
    return offer.source.removeprefix(_UPLOADED) if offer.source.startswith(_UPLOADED) else ""


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
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise UnreadableArrival(type(error).__name__) from error


def _event(data: dict[str, Any]) -> Incoming:
    if "text" in data:
        return Words(mended(str(data["text"])), ref=str(data["id"]))
    if "button" in data:
        return _pressed(str(data["button"]))
    if "file" in data:
        offer = FileOffer(f"{_UPLOADED}{data['file']}")
        return Shared(SharedKind(data["what"]), ref=str(data["id"]), file=offer)
    return Started(str(data.get("payload", ""))) if data.get("start") else Unsupported()


def _pressed(payload: str) -> Pressed:
    """A payload that is none presses nothing: offer 0 is never made."""
    offer, _, choice = payload.partition(".")
    if offer.isascii() and offer.isdigit() and choice.isascii() and choice.isdigit() and len(payload) < 20:
        return Pressed(int(offer), int(choice))
    return Pressed(0, 0)
