"""What a page posted: read under limits, and taken only when it is one message of the documented form."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bots.web.bodies import BodyTooLarge, read_body
from bots.web_chat.refusals import (
    BAD_ID,
    EMPTY,
    TEXT_OR_BUTTON,
    TOO_LARGE,
    TOO_SLOW,
    UNREADABLE,
    WRONG_TYPE,
    Refused,
)

START = "start"  # the id of the first event of every chat; no message may take it
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_ENTRY = re.compile(r"[A-Za-z0-9_-]{1,200}")
_MAX_BUTTON = 100  # characters; real ones have fewer than 20
_MAX_FIELDS = 20


def is_form(request: Request) -> bool:
    """A page without JavaScript sent it, so a page is the answer; a script that sends a file asks for JSON."""
    if media_type(request) == MULTIPART:
        return "application/json" not in request.headers.get("accept", "")
    return media_type(request) == FORM


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def entry_of(text: str) -> str:
    """What an entry link carried, for whoever checks its signature; nothing when it cannot be one."""
    return text if _ENTRY.fullmatch(text) else ""


async def read_start(request: Request, max_bytes: int, seconds: float) -> dict[str, str]:
    """The fields of the first event; it needs none, and no type. Raises `Refused`."""
    if media_type(request) not in (FORM, "application/json"):
        return {}
    body = await _read(request, max_bytes, seconds)
    if not body:
        return {}
    return _form_fields(body) if is_form(request) else _json_fields(body)


async def read_fields(request: Request, max_bytes: int, seconds: float) -> dict[str, str]:
    """The names and texts of a form or a JSON object. Raises `Refused`."""
    if media_type(request) not in (FORM, "application/json") or "content-encoding" in request.headers:
        raise Refused(WRONG_TYPE)
    body = await _read(request, max_bytes, seconds)
    return _form_fields(body) if is_form(request) else _json_fields(body)


def message_of(fields: dict[str, str], form: bool) -> tuple[str, dict[str, str]]:
    """The message's id and event. Raises `Refused`."""
    event_id = checked_id(fields.get("id", ""))
    event: dict[str, str] = {name: fields[name] for name in ("text", "button") if name in fields}
    if len(event) != 1 or not 1 <= len(event.get("button", "-")) <= _MAX_BUTTON:
        raise Refused(TEXT_OR_BUTTON)
    if not event.get("text", "-").strip():
        raise Refused(EMPTY)
    return (form_id(event_id, event) if form else event_id), event


def start_of(fields: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The first event of a chat, or the one of an entry link, which comes into a chat of long ago too."""
    payload = entry_of(fields.get("entry", ""))
    if not payload:
        return START, {"start": True}
    return f"entry-{_digest(fields.get('id', ''), payload)}", {"start": True, "payload": payload}


def checked_id(event_id: str) -> str:
    """Raises `Refused` unless it is one of the documented form."""
    if not _ID.fullmatch(event_id) or event_id == START:
        raise Refused(BAD_ID)
    return event_id


def form_id(event_id: str, content: object) -> str:
    """A form shown once may be sent with other content after going back: same id and content only is a repeat."""
    return f"form-{_digest(event_id, content)}"


def _digest(event_id: str, content: object) -> str:
    return sha256(json.dumps([event_id, content], sort_keys=True).encode()).hexdigest()[:40]


async def _read(request: Request, max_bytes: int, seconds: float) -> bytes:
    try:
        return await read_body(request, max_bytes, seconds)
    except BodyTooLarge:
        raise Refused(TOO_LARGE) from None
    except TimeoutError:
        raise Refused(TOO_SLOW, retry_after=1) from None
    except ClientDisconnect:
        raise Refused(UNREADABLE) from None


def _form_fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_MAX_FIELDS
        )
    except ValueError:
        raise Refused(UNREADABLE) from None
    return {name: value.replace("\r\n", "\n") for name, value in _once(pairs).items()}


def _json_fields(body: bytes) -> dict[str, str]:
    """Flat: whatever is nested, a number or said twice is refused. Lone surrogates in escapes are text like any."""
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused(UNREADABLE) from None
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise Refused(BAD_ID if _wrong_id(data) else UNREADABLE)
    return data


def _wrong_id(data: Any) -> bool:
    return isinstance(data, dict) and not isinstance(data.get("id"), str)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a mapping. Raises `Refused` when a name comes twice: two readers could take different ones."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(UNREADABLE)
    return fields
