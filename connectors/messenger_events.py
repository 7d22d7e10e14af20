"""What Meta hands over: batches taken apart into events, kept as they came, addressed, and read later.

Taking apart never fails: whatever carries the right signature becomes an `Arrival`, also what this version has no word
for. Three kinds are dropped at the door because nothing follows from them and they say nothing about a need: delivery
receipts, read receipts, and the echoes of what this app itself sent. The echo of any other sender of the page is kept:
somebody answers from another inbox. (The page's own automatic replies come as such echoes too; they are to be off.)
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.channel import Arrival
from connectors.plain_text import mended

CHANNEL = "messenger"
UNKNOWN_ADDRESS = "unknown"
MAX_BODY_BYTES = 1024 * 1024  # of one webhook request with up to 1000 events
MESSAGING, STANDBY, ENTRY = "messaging", "standby", "entry"
REFERRAL_PART = "referral"
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # an entry link's word, the same as Telegram's
_ID = re.compile(r"[0-9]{1,32}")
_MID = re.compile(r"[!-~]{1,180}")
_RECEIPTS = ("delivery", "read")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_MS = 4_102_444_800_000  # the year 2100; a later time is no time

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Whose events are ours: the ids of the page and of the app, as text."""

    id: str
    app_id: str


@dataclass(frozen=True)
class _Brought:
    """One event of a batch: the page it came for and the list it stood in."""

    page_id: str
    kind: str
    event: Json


def arrivals(raw: bytes, page: Page) -> list[Arrival]:
    """Every event of every entry of a webhook body, by the platform's time; what is no batch under its digest."""
    body = raw.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    try:
        found = [arrival for brought in _taken_apart(json.loads(body)) for arrival in _arrivals(brought, page)]
    except (ValueError, RecursionError):
        return [Arrival(CHANNEL, _digest(body), UNKNOWN_ADDRESS, body)]
    return sorted(found, key=lambda arrival: arrival.sent_at or _EPOCH)


def fields(holder: object, name: str) -> Json:
    """The object under this name; empty when there is none."""
    inner = holder.get(name) if isinstance(holder, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def text_of(holder: Json, name: str) -> str:
    """The text under this name, storable anywhere; empty when there is none."""
    value = holder.get(name)
    return mended(value) if isinstance(value, str) else ""


def id_of(holder: Json) -> str:
    """The `id` as text, whether it came as text or as a number; empty when it is neither."""
    value = holder.get("id")
    text = str(value) if type(value) is int else value
    return text if isinstance(text, str) and _ID.fullmatch(text) else ""


def attachments(message: Json) -> Sequence[object]:
    return _list(message.get("attachments"))


def referral_of(holder: Json) -> str:
    """The word of the entry link this came by; empty without one."""
    ref = fields(holder, "referral").get("ref")
    return ref if isinstance(ref, str) and PAYLOAD.fullmatch(ref) else ""


def is_echo(event: Json) -> bool:
    return fields(event, "message").get("is_echo") is True


def _taken_apart(batch: object) -> Iterator[_Brought]:
    """Raises `ValueError` for what is no batch of a page."""
    if not isinstance(batch, Mapping) or batch.get("object") != "page" or not _list(batch.get("entry")):
        raise ValueError("no batch of a page")
    for entry in _list(batch["entry"]):
        whole = entry if isinstance(entry, Mapping) else {"entry": entry}
        lists = [(kind, event) for kind in (MESSAGING, STANDBY) for event in _list(whole.get(kind))]
        for kind, event in lists or [(ENTRY, whole)]:
            if isinstance(event, Mapping):
                yield _Brought(id_of(whole), kind, event)
            else:
                yield _Brought(id_of(whole), ENTRY, {"event": event})


def _arrivals(brought: _Brought, page: Page) -> Iterator[Arrival]:
    """Mostly one. A link's word, a message and its further attachments are one each, so that none is lost."""
    if _is_dropped(brought, page):
        return
    message = fields(brought.event, "message")
    event_id = _event_id(brought)
    if brought.kind == MESSAGING and referral_of(message) and not is_echo(brought.event):
        yield _arrival(brought, page, f"{event_id}#{REFERRAL_PART}", REFERRAL_PART)
    yield _arrival(brought, page, event_id, 0)
    if not is_echo(brought.event):
        for place in range(1, len(attachments(message))):
            yield _arrival(brought, page, f"{event_id}#{place}", place)


def _is_dropped(brought: _Brought, page: Page) -> bool:
    if any(isinstance(brought.event.get(receipt), Mapping) for receipt in _RECEIPTS):
        return True
    by = fields(brought.event, "message").get("app_id")
    return brought.page_id == page.id and is_echo(brought.event) and by is not None and str(by) == page.app_id


def _arrival(brought: _Brought, page: Page, event_id: str, part: str | int) -> Arrival:
    kept = {"page": brought.page_id, "kind": brought.kind, "part": part, "event": brought.event}
    return Arrival(CHANNEL, event_id, _address(brought, page), json.dumps(kept), _sent_at(brought.event))


def _address(brought: _Brought, page: Page) -> str:
    """The citizen, also where the page itself speaks; `unknown` for another page's events."""
    if brought.page_id != page.id:
        return UNKNOWN_ADDRESS
    return id_of(fields(brought.event, "recipient" if is_echo(brought.event) else "sender")) or UNKNOWN_ADDRESS


def _event_id(brought: _Brought) -> str:
    """The same for every copy Meta brings. What repeats the `mid` of another event gets a digest of its own."""
    event, message = brought.event, fields(brought.event, "message")
    mid = message.get("mid")
    if brought.kind == MESSAGING and isinstance(mid, str) and _MID.fullmatch(mid) and not message.get("is_deleted"):
        return mid
    who = (brought.page_id, brought.kind, id_of(fields(event, "sender")), event.get("timestamp"))
    edit = fields(event, "message_edit")
    if payload := fields(event, "postback").get("payload"):
        return _digest(json.dumps([who, "postback", payload]))
    if edit:
        return _digest(json.dumps([who[:3], "edit", edit.get("mid"), edit.get("num_edit"), edit.get("text")]))
    return _digest(json.dumps([who, event], sort_keys=True))


def _digest(text: str) -> str:
    return f"digest:{hashlib.sha256(text.encode()).hexdigest()}"


def _sent_at(event: Json) -> datetime | None:
    """Milliseconds since 1970, as `timestamp` counts them."""
    value = event.get("timestamp")
    return _EPOCH + timedelta(milliseconds=value) if type(value) is int and 0 < value < _LATEST_MS else None


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
