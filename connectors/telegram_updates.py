"""What Telegram hands over: updates kept as they came and addressed without being understood.

Storing never fails: whatever carries the right secret becomes an `Arrival`, also what this version has no word for.
What is said in them is read later, in `telegram_reading`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.channel import Arrival, UnreadableArrival

CHANNEL = "telegram"
UNKNOWN_ADDRESS = "unknown"
MAX_BODY_BYTES = 1024 * 1024  # of one webhook request; real updates stay far below
_ID = re.compile(r"-?[0-9]{1,20}")  # Bot API: at most 52 significant bits; kept as text, so more is no harm
_YEAR_9999 = 253_402_300_799  # seconds; later is no date

Json = Mapping[str, Any]


def arrivals(raw: bytes) -> list[Arrival]:
    """The one update of a webhook body. A body that is no update is kept under a digest of itself; never fails."""
    body = raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        update = None
    return [_arrival(update, body)]


def arrivals_of(updates: Sequence[object]) -> list[Arrival]:
    """The same for updates that were polled."""
    return [_arrival(update, json.dumps(update)) for update in updates]


def next_offset(updates: Sequence[object]) -> int | None:
    """What to ask for once these are stored: asking for it acknowledges them. None when none carries an id."""
    ids = [update.get("update_id") for update in updates if isinstance(update, Mapping)]
    return max((id_ for id_ in ids if type(id_) is int), default=-1) + 1 or None


def parsed(body: str) -> Json:
    """A stored update. Raises `UnreadableArrival`."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, Mapping):
        raise UnreadableArrival("the body is no update")
    return update


def callback_id(body: str) -> str:
    """The id under which a press is to be answered; empty when the update is no press."""
    try:
        id_ = fields(parsed(body), "callback_query").get("id")
    except UnreadableArrival:
        return ""
    return id_ if isinstance(id_, str) else ""


def id_text(value: object) -> str:
    """An id as text, or nothing: `True` and `1.0` are no ids."""
    text = str(value) if type(value) is int else ""
    return text if _ID.fullmatch(text) else ""


def fields(holder: Json, name: str) -> Json:
    """The object under that name; an empty one when there is none."""
    inner = holder.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _arrival(update: object, body: str) -> Arrival:
    content = update if isinstance(update, Mapping) else {}
    event_id = id_text(content.get("update_id")) or f"digest:{hashlib.sha256(body.encode()).hexdigest()}"
    return Arrival(CHANNEL, event_id, _address(content), body, _sent_at(content))


def _address(update: Json) -> str:
    """The chat, whatever kind of update it is; `user:<id>` when there is only a person."""
    contents = [content for content in update.values() if isinstance(content, Mapping)]
    for content in contents:
        for holder in (content, fields(content, "message")):
            if chat := id_text(fields(holder, "chat").get("id")):
                return chat
    for content in contents:
        if user := id_text(fields(content, "from").get("id")) or id_text(fields(content, "user").get("id")):
            return f"user:{user}"
    return UNKNOWN_ADDRESS


def _sent_at(update: Json) -> datetime | None:
    """When it was written, edited or changed, by Telegram's clock; a press does not say when it was made."""
    for name, content in update.items():
        if isinstance(content, Mapping):
            edited = content.get("edit_date") if name.startswith("edited_") else None
            if at := _time(content.get("date") if edited is None else edited):
                return at
    return None


def _time(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if type(seconds) is int and 0 < seconds <= _YEAR_9999 else None
