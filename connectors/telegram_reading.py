"""What a stored update says.

Only the few fields that are needed are looked at, so that news in other parts of an update cannot make it unreadable.
What is said where others read along is not even read: it is at most "somebody spoke to the bot here".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from connectors.channel import Heard, UnreadableArrival
from connectors.plain_text import mended, one_line
from connectors.telegram_shared import shared
from connectors.telegram_updates import Json, fields, id_text, parsed
from dialogs.incoming import AddressedInGroup, Edited, Incoming, Left, Pressed, Returned, Started, Unsupported, Words

MAX_NAME_CHARS = 100
_GROUPS = ("group", "supergroup")
_OUT = ("left", "kicked")
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,35}")  # an IETF tag
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what a t.me/...?start= link can carry
_PRESS = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})")
_OLD_BUTTON = Pressed(0, 0)  # offer 0 is never made: answered like a button of yesterday
_LANGUAGE_WORDS = {"en": "english", "mn": "mongolian"}


@dataclass(frozen=True)
class Itself:
    """Who the bot is, as far as it is known: 0 and empty are not."""

    id: int = 0
    username: str = ""


def heard(body: str, bot: Itself = Itself()) -> Heard:
    """Raises `UnreadableArrival` for an update that lacks what Telegram documents."""
    update = parsed(body)
    try:
        if message := fields(update, "message"):
            return _message(message, bot)
        if message := fields(update, "edited_message"):
            return _edited(message)
        if press := fields(update, "callback_query"):
            return _who(press["from"], fields(fields(press, "message"), "chat"), {}, _pressed(press.get("data")))
        if change := fields(update, "my_chat_member"):
            return _membership(change)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise UnreadableArrival("the update lacks a documented field") from None  # its text would quote the citizen
    return Heard(Unsupported(), private=False)


# --- who, and where ------------------------------------------------------------------------------------------------


def _who(user: Json | None, chat: Json, content: Json, event: Incoming) -> Heard:
    if user is None:
        return Heard(event, private=False)
    language = user.get("language_code")
    known = isinstance(language, str) and _LANGUAGE.fullmatch(language)
    return Heard(event, _name(user), str(language) if known else "", _is_private(user, chat, content))


def _is_private(user: Json, chat: Json, content: Json) -> bool:
    """One person alone with the bot, speaking as themselves."""
    person = user["id"]
    if user.get("is_bot") or "sender_chat" in content or chat.get("type") != "private":
        return False
    return id_text(person) != "" and chat["id"] == person


def _name(user: Json) -> str:
    names = (name for name in (user.get("first_name"), user.get("last_name")) if isinstance(name, str))
    return one_line(" ".join(names))[:MAX_NAME_CHARS].rstrip()


def _membership(change: Json) -> Heard:
    """Blocked, unblocked, or added to a group; what a channel does is nothing to the bot."""
    chat = change["chat"]
    before, after = (fields(change, f"{when}_chat_member").get("status") for when in ("old", "new"))
    who = _who(change["from"], chat, change, Unsupported())
    if who.private and isinstance(after, str):
        return replace(who, event=Left() if after in _OUT else Returned())
    if chat["type"] in _GROUPS and before in _OUT and after in ("member", "administrator"):
        return replace(who, event=AddressedInGroup())
    return who


# --- messages ------------------------------------------------------------------------------------------------------


def _message(message: Json, bot: Itself) -> Heard:
    chat = message["chat"]
    who = _who(message.get("from"), {"id": chat["id"], "type": chat["type"]}, message, Unsupported())
    if who.private:
        return who if _is_own_card(message, bot) else replace(who, event=_said(message))
    spoken_to = chat["type"] in _GROUPS and _is_addressed(message, bot)
    return replace(who, event=AddressedInGroup()) if spoken_to else who


def _said(message: Json) -> Incoming:
    """A caption is words too, but no command; without words it is what was shared, or nothing we know."""
    ref, text, caption = _ref(message), message.get("text"), message.get("caption")
    if text is not None:
        return _words(_text(text), ref)
    found = shared(message, ref)
    return Words(_text(caption), ref, found) if caption is not None else found or Unsupported()


def _edited(message: Json) -> Heard:
    text = message.get("text", message.get("caption"))
    who = _who(message.get("from"), message["chat"], message, Unsupported())
    if not who.private:
        return who
    return replace(who, event=Edited("" if text is None else _text(text), _ref(message)))


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("text that is none")
    return mended(text)


def _ref(message: Json) -> str:
    if ref := id_text(message["message_id"]):
        return ref
    raise ValueError("a message without an id")


def _words(text: str, ref: str) -> Started | Words:
    command = _COMMAND.fullmatch(text)
    if command is None:
        return Words(text, ref)
    name, rest = command[1].lower(), (command[3] or "").strip()
    if name == "start":
        return Started(rest if _PAYLOAD.fullmatch(rest) else "")
    if name == "language":  # without a known language the greeting is said: it carries the button
        word = _LANGUAGE_WORDS.get(rest.lower())
        return Words(word, ref) if word else Started()
    return Words(f"{name.replace('_', ' ')} {rest}".rstrip(), ref)


def _pressed(data: object) -> Pressed:
    match = _PRESS.fullmatch(data) if isinstance(data, str) else None
    return Pressed(int(match[1]), int(match[2])) if match else _OLD_BUTTON


# --- groups --------------------------------------------------------------------------------------------------------


def _is_own_card(message: Json, bot: Itself) -> bool:
    """A card that somebody found by `@bot ...` and sent: those are our words, not theirs."""
    return bot.id != 0 and fields(message, "via_bot").get("id") == bot.id


def _is_addressed(message: Json, bot: Itself) -> bool:
    """A command, a mention, or a reply to the bot, from a person or from somebody who speaks as the group."""
    if _is_own_card(message, bot) or (fields(message, "from").get("is_bot") and "sender_chat" not in message):
        return False
    said = message.get("text", message.get("caption"))
    text = said if isinstance(said, str) else ""
    if command := _COMMAND.fullmatch(text):
        return command[2] is None or bot.username.lower() in ("", command[2].lower())
    answered = fields(fields(message, "reply_to_message"), "from")
    if answered.get("id") == bot.id if bot.id else answered.get("is_bot") is True:
        return True
    return re.search(rf"@{re.escape(bot.username)}(?![A-Za-z0-9_])" if bot.username else "@", text, re.I) is not None
