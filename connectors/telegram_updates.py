"""What Telegram hands over: updates kept as they came, addressed without being understood, and read later.

Storing never fails: whatever carries the right secret becomes an `Arrival`, also what this version has no word for.
Reading looks only at the few fields it needs, so that news in other parts of an update cannot make it unreadable.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update, User

from connectors.channel import Arrival, Heard, UnreadableArrival
from connectors.telegram_text import mended, one_line
from dialogs.messages import Edited, Incoming, Pressed, Shared, SharedKind, Started, Unsupported, Words

CHANNEL = "telegram"
UNKNOWN_ADDRESS = "unknown"
MAX_BODY_BYTES = 1024 * 1024  # of one webhook request; real updates stay far below
MAX_NAME_CHARS = 100
_ID = re.compile(r"-?[0-9]{1,20}")  # Bot API: at most 52 significant bits; kept as text, so more is no harm
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,35}")  # an IETF tag
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a t.me/...?start= link can carry
_PRESS = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})")
_OLD_BUTTON = Pressed(0, 0)  # offer 0 is never made: answered like a button of yesterday
_LANGUAGE_WORDS = {"en": "english", "mn": "mongolian"}
# In this order: an animation also carries a document, a venue also a location.
_SHARED = {
    "animation": SharedKind.OTHER,
    "photo": SharedKind.PHOTO,
    "sticker": SharedKind.STICKER,
    "voice": SharedKind.VOICE,
    "document": SharedKind.FILE,
    "location": SharedKind.LOCATION,
    "contact": SharedKind.CONTACT,
    **dict.fromkeys(("audio", "video", "video_note", "poll", "dice", "game", "story"), SharedKind.OTHER),
}
_USER_FIELDS = ("id", "is_bot", "first_name", "last_name", "language_code")

Json = Mapping[str, Any]


# --- arriving ------------------------------------------------------------------------------------------------------


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


def _arrival(update: object, body: str) -> Arrival:
    fields = update if isinstance(update, Mapping) else {}
    event_id = _id(fields.get("update_id")) or f"digest:{hashlib.sha256(body.encode()).hexdigest()}"
    return Arrival(CHANNEL, event_id, _address(fields), body)


def _address(update: Json) -> str:
    """The chat, whatever kind of update it is; `user:<id>` when there is only a person."""
    contents = [content for content in update.values() if isinstance(content, Mapping)]
    for content in contents:
        for holder in (content, _fields(content, "message")):
            if chat := _id(_fields(holder, "chat").get("id")):
                return chat
    for content in contents:
        if user := _id(_fields(content, "from").get("id")) or _id(_fields(content, "user").get("id")):
            return f"user:{user}"
    return UNKNOWN_ADDRESS


def _id(value: object) -> str:
    """An id as text, or nothing: `True` and `1.0` are no ids."""
    text = str(value) if type(value) is int else ""
    return text if _ID.fullmatch(text) else ""


def _fields(holder: Json, name: str) -> Json:
    inner = holder.get(name)
    return inner if isinstance(inner, Mapping) else {}


# --- reading -------------------------------------------------------------------------------------------------------


def heard(body: str) -> Heard:
    """What a stored update says. Raises `UnreadableArrival` for one that lacks what Telegram documents."""
    raw = _parsed(body)
    try:
        update = _typed(raw)
        if update.message:
            return _heard(_said(update.message, _fields(raw, "message")), update.message.chat, update.message.from_user)
        if update.edited_message:
            return _heard(Edited(), update.edited_message.chat, update.edited_message.from_user)
        if update.callback_query:
            press = update.callback_query
            return _heard(_pressed(press), press.message.chat if press.message else None, press.from_user)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise UnreadableArrival("the update lacks a documented field") from None  # its text would quote the citizen
    return Heard(Unsupported(), private=False)


def callback_id(body: str) -> str:
    """The id under which a press is to be answered; empty when the update is no press."""
    try:
        id_ = _fields(_parsed(body), "callback_query").get("id")
    except UnreadableArrival:
        return ""
    return id_ if isinstance(id_, str) else ""


def _parsed(body: str) -> Json:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        update = None
    if not isinstance(update, Mapping):
        raise UnreadableArrival("the body is no update")
    return update


def _typed(update: Json) -> Update:
    slim: dict[str, Any] = {"update_id": update.get("update_id", 0)}
    for kind in ("message", "edited_message"):
        if message := _fields(update, kind):
            slim[kind] = _slim_message(message)
    if press := _fields(update, "callback_query"):
        slim["callback_query"] = _slim_press(press)
    return Update.de_json(slim)


def _slim_message(message: Json) -> dict[str, Any]:
    """`date` is not looked at; 0 would mark a message too old to be seen."""
    kept = {name: message[name] for name in ("message_id", "text", "caption") if name in message}
    chat = _fields(message, "chat")
    kept |= {"date": 1, "chat": {name: chat[name] for name in ("id", "type")}}
    return kept | ({"from": _slim_user(_fields(message, "from"))} if "from" in message else {})


def _slim_press(press: Json) -> dict[str, Any]:
    kept = {"id": press["id"], "chat_instance": "", "from": _slim_user(_fields(press, "from"))}
    if "message" in press:
        kept["message"] = _slim_message(_fields(press, "message"))
    return kept | ({"data": press["data"]} if "data" in press else {})


def _slim_user(user: Json) -> dict[str, Any]:
    return {"is_bot": False, "first_name": ""} | {name: user[name] for name in _USER_FIELDS if name in user}


def _heard(event: Incoming, chat: Chat | None, user: User | None) -> Heard:
    if user is None:
        return Heard(event, private=False)
    private = chat is not None and chat.type == Chat.PRIVATE and _id(chat.id) != "" and chat.id == user.id
    language = user.language_code if isinstance(user.language_code, str) else ""
    return Heard(event, _name(user), language if _LANGUAGE.fullmatch(language) else "", private)


def _name(user: User) -> str:
    names = (name for name in (user.first_name, user.last_name) if isinstance(name, str))
    return one_line(" ".join(names))[:MAX_NAME_CHARS].rstrip()


def _said(message: Message, raw: Json) -> Incoming:
    text = message.text if message.text is not None else message.caption
    if text is not None:
        return _words(mended(text), _message_ref(message))
    kind = next((kind for name, kind in _SHARED.items() if raw.get(name) is not None), None)
    return Shared(kind) if kind else Unsupported()  # also: somebody joined, a title changed


def _message_ref(message: Message) -> str:
    if ref := _id(message.message_id):
        return ref
    raise ValueError("a message without an id")


def _words(text: str, ref: str) -> Started | Words:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Words(text, ref)
    name, rest = command[1].lower(), (command[2] or "").strip()
    if name == "start":
        return Started(rest if _PAYLOAD.fullmatch(rest) else "")
    if name == "language":  # without a known language the greeting is said: it carries the button
        word = _LANGUAGE_WORDS.get(rest.lower())
        return Words(word, ref) if word else Started()
    return Words(f"{name.replace('_', ' ')} {rest}".rstrip(), ref)


def _pressed(press: CallbackQuery) -> Pressed:
    match = _PRESS.fullmatch(press.data) if isinstance(press.data, str) else None
    return Pressed(int(match[1]), int(match[2])) if match else _OLD_BUTTON
