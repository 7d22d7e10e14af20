"""What a kept Messenger event says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

from connectors.channel import Heard, UnreadableArrival
from connectors.messenger_events import (
    MESSAGING,
    PAYLOAD,
    REFERRAL_PART,
    STANDBY,
    Json,
    Page,
    attachments,
    fields,
    id_of,
    is_echo,
    referral_of,
    text_of,
)
from connectors.plain_text import one_line
from dialogs.incoming import (
    Edited,
    FileOffer,
    Incoming,
    Pressed,
    Shared,
    SharedKind,
    SpokenElsewhere,
    Started,
    Unsupported,
    Words,
)

GET_STARTED: Final = "GET_STARTED"
MENU_LANGUAGE: Final = "menu:language"
MENU_WORDS: Final = {"menu:examples": "help", "menu:person": "human"}  # words that `nlu/commands.tsv` knows
MAX_FILE_NAME_CHARS = 100
_PRESS = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})")
_OLD_BUTTON = Pressed(0, 0)  # offer 0 is never made: answered like a button of yesterday
_KINDS = {"image": SharedKind.PHOTO, "audio": SharedKind.VOICE, "file": SharedKind.FILE, "video": SharedKind.OTHER}
_MEDIA_TYPES = {"image": "image/*", "audio": "audio/*", "video": "video/*"}  # more than the kind Meta does not tell


def heard(body: str, page: Page) -> Heard:
    """What a kept event says. Raises `UnreadableArrival` for what the taking apart cannot have kept."""
    kept = _kept(body)
    event = fields(kept, "event")
    whose = id_of(fields(event, "recipient" if is_echo(event) else "sender"))
    spoken = kept.get("kind") == STANDBY and is_echo(event)  # a person in the inbox that has the thread
    if not (kept.get("kind") == MESSAGING or spoken) or kept.get("page") != page.id or not whose:
        return Heard(Unsupported(), private=False)  # another app has the thread, another page, nobody's message
    return Heard(_event(event, kept.get("part")))


def _kept(body: str) -> Json:
    try:
        kept = json.loads(body)
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, Mapping) or not fields(kept, "event"):
        raise UnreadableArrival("the body is no event")
    return kept


def _event(event: Json, part: object) -> Incoming:
    if is_echo(event):
        message = fields(event, "message")
        return SpokenElsewhere(text_of(message, "text"), text_of(message, "mid"))
    if message := fields(event, "message"):
        return _message(message, part)
    if postback := fields(event, "postback"):
        return _payload(postback.get("payload"), referral_of(postback)) or _OLD_BUTTON
    if edit := fields(event, "message_edit"):
        return Edited(text_of(edit, "text"), text_of(edit, "mid"))
    if fields(event, "referral"):
        return Started(referral_of(event))
    ref = fields(event, "optin").get("ref")
    return Started(ref) if isinstance(ref, str) and PAYLOAD.fullmatch(ref) else Unsupported()


def _message(message: Json, part: object) -> Incoming:
    if part == REFERRAL_PART:
        return Started(referral_of(message))
    if message.get("is_deleted"):
        return Unsupported()
    ref, text, place = text_of(message, "mid"), text_of(message, "text"), part if type(part) is int else 0
    if pressed := _payload(fields(message, "quick_reply").get("payload"), ""):
        return pressed
    sent = attachments(message)
    shared = _shared(sent[place], ref) if 0 <= place < len(sent) else Shared(SharedKind.OTHER, ref)
    if text and place == 0:
        return Words(text, ref, shared if shared.file else None)
    return shared


def _payload(payload: object, referral: str) -> Incoming | None:
    """What a button, a menu entry or the first button of all means; None for a payload nobody here gave out."""
    if not isinstance(payload, str):
        return None
    if match := _PRESS.fullmatch(payload):
        return Pressed(int(match[1]), int(match[2]))
    if payload in MENU_WORDS:
        return Words(MENU_WORDS[payload])
    # Without a known language the greeting is said: it carries the button.
    return Started(referral) if payload in (GET_STARTED, MENU_LANGUAGE) or referral else None


def _shared(attachment: object, ref: str) -> Shared:
    kind = attachment.get("type") if isinstance(attachment, Mapping) else None
    payload = fields(attachment, "payload")
    if kind == "location":
        return Shared(SharedKind.LOCATION, ref)
    if kind == "fallback" or "sticker_id" in payload:
        return Shared(SharedKind.STICKER, ref)
    url = payload.get("url")
    if not isinstance(kind, str) or kind not in _KINDS or not isinstance(url, str):
        return Shared(SharedKind.OTHER, ref)
    name = _file_name(url) if kind == "file" else ""
    return Shared(_KINDS[kind], ref, FileOffer(url, media_type=_MEDIA_TYPES.get(kind, ""), name=name))


def _file_name(url: str) -> str:
    """The last step of the address: Meta keeps the sender's file name there."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return one_line(unquote(path).rpartition("/")[2])[-MAX_FILE_NAME_CHARS:]
