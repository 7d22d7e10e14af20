"""Inline search, `@bot паспорт` typed in any chat: the question as Telegram brings it, the answer as it wants it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from connectors.channel import UnreadableArrival
from connectors.plain_text import mended, one_line
from connectors.telegram_format import keyboard_label, parts_of
from connectors.telegram_updates import fields, id_text, parsed
from dialogs.rendering import Rendered

MAX_RESULTS = 10  # a list to look over; Telegram takes 50
MAX_ID_BYTES = 64  # Bot API, InlineQueryResultArticle
MAX_ABOUT_CHARS = 120  # the apps show two lines
MAX_QUERY_CHARS = 256  # Bot API, InlineQuery
_ANSWERED = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


@dataclass(frozen=True)
class InlineQuery:
    """`user` is the person's numeric id as text; `language` their app's, such as `mn`, or empty."""

    id: str
    user: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class Found:
    """One service. `rendered` is sent to the chat when it is picked; `payload` opens the service with the bot."""

    id: str
    title: str
    about: str
    rendered: Rendered
    payload: str


@dataclass(frozen=True)
class Labels:
    """`ask` stands above the results and leads to the bot; `open` under a card that was sent."""

    ask: str
    open: str


def is_inline(body: str) -> bool:
    """Whether an update is a search: it is answered at once or not at all, and never stored."""
    if '"inline_query"' not in body:
        return False
    try:
        update = parsed(body)
    except UnreadableArrival:
        return False
    return "inline_query" in update and not _ANSWERED & update.keys()


def inline_query(body: str) -> InlineQuery | None:
    """None when it lacks what Telegram documents."""
    query = fields(parsed(body), "inline_query")
    user, id_, text = fields(query, "from"), query.get("id"), query.get("query")
    if not isinstance(id_, str) or not isinstance(text, str) or not id_text(user.get("id")):
        return None
    language = user.get("language_code")
    return InlineQuery(
        id_, id_text(user["id"]), mended(text)[:MAX_QUERY_CHARS], language if isinstance(language, str) else ""
    )


def results(found: Sequence[Found], labels: Labels, username: str) -> list[InlineQueryResultArticle]:
    """Each service once. The link under a card needs the bot's name; without it there is none."""
    once = {_result_id(service.id): service for service in found}
    return [_article(id_, service, labels, username) for id_, service in once.items()][:MAX_RESULTS]


def ask_button(labels: Labels, payload: str) -> InlineQueryResultsButton:
    """`payload`: 1 to 64 of A-Z a-z 0-9 _ -, as in an entry link."""
    return InlineQueryResultsButton(keyboard_label(labels.ask), start_parameter=payload)


def _article(id_: str, service: Found, labels: Labels, username: str) -> InlineQueryResultArticle:
    part = parts_of(service.rendered)[0]
    content = InputTextMessageContent(
        part.text, entities=part.entities or None, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    about = one_line(service.about)
    return InlineQueryResultArticle(
        id_,
        one_line(service.title),
        content,
        reply_markup=_link(username, service.payload, labels) if username else None,
        description=about if len(about) <= MAX_ABOUT_CHARS else f"{about[:MAX_ABOUT_CHARS].rstrip()}…",
    )


def _link(username: str, payload: str, labels: Labels) -> InlineKeyboardMarkup:
    url = f"https://t.me/{username}?start={payload}"
    return InlineKeyboardMarkup([[InlineKeyboardButton(keyboard_label(labels.open), url=url)]])


def _result_id(service_id: str) -> str:
    if 0 < len(service_id.encode()) <= MAX_ID_BYTES:
        return service_id
    return hashlib.sha256(service_id.encode()).hexdigest()
