"""What a reader of each channel gets of a message, and what that channel's platform would have against it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import lxml.html
from telegram import InlineKeyboardButton, MessageEntity

from bots.web_chat.page import ChatPage
from connectors.messenger_format import messages_of
from connectors.plain_text import is_blank, mended
from connectors.telegram_format import keyboard, parts_of
from dialogs.rendering import Rendered, Style
from tests.fakes.telegram_rules import wrong_message
from tests.renders.messenger_rules import buttons_of, links_of, words_of, wrong_with
from tests.renders.wires import web_item

_UNSEEN = re.compile("[\\s\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufffd]+")


@dataclass(frozen=True)
class Seen:
    """`text`: everything that can be read, without white space; `choices`: what the buttons send, in order."""

    text: str
    links: frozenset[str] = frozenset()
    choices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def on_telegram(message: Rendered) -> Seen:
    parts, markup = parts_of(message), keyboard(message.buttons)
    rows = [[_button(button) for button in row] for row in (markup.inline_keyboard if markup else ())]
    problems, links = [], set[str]()
    for part in parts:
        entities = [_entity(entity) for entity in part.entities]
        form = {"text": part.text, "entities": json.dumps(entities)}
        if rows and part is parts[-1]:
            form["reply_markup"] = json.dumps({"inline_keyboard": rows})
        problems.append(wrong_message(form))
        links |= {entity["url"] for entity in entities if "url" in entity}
    choices = tuple(str(button["callback_data"]) for row in rows for button in row)
    text = "".join(squeezed(part.text) for part in parts)
    return Seen(text, frozenset(links), choices, tuple(filter(None, problems)))


def _entity(entity: MessageEntity) -> dict[str, Any]:
    """As it is sent; the library's own way there takes ten times as long, and the golden files have gone it."""
    link = {"url": entity.url} if entity.url else {}
    return {"type": entity.type, "offset": entity.offset, "length": entity.length, **link}


def _button(button: InlineKeyboardButton) -> dict[str, Any]:
    return {"text": button.text, "callback_data": button.callback_data}


def on_messenger(message: Rendered) -> Seen:
    """A choice counts wherever it is: quick reply or button; its words too, as a long one stands in the text."""
    sent = messages_of(message)
    pressed = [each for part in sent for each in (*part.get("quick_replies", []), *buttons_of(part))]
    choices = tuple(str(each["payload"]) for each in pressed if "payload" in each)
    links = frozenset(link for part in sent for link in links_of(part))
    text = "".join(squeezed(words) for part in sent for words in words_of(part))
    return Seen(text, links, choices, tuple(problem for part in sent for problem in wrong_with(part)))


def on_the_web(messages: Sequence[Rendered]) -> list[Seen]:
    """All of them on one page, as it is without JavaScript."""
    items = [web_item(message, place) for place, message in enumerate(messages, 1)]
    page = lxml.html.document_fromstring(bytes(ChatPage(items, embed=False).response().body).decode())
    return [_web_seen(found) for found in page.find_class("item") if found.get("data-position")]


def _web_seen(item: lxml.html.HtmlElement) -> Seen:
    links = [str(link) for link in item.xpath(".//a/@href")]
    buttons = [str(value) for value in item.xpath(".//button[@name='button']/@value")]
    problems = tuple(f"a link that is no https page: {link}" for link in links if not link.startswith("https://"))
    readable = (*item.find_class("who"), *item.find_class("bubble"))
    text = "".join(squeezed(element.text_content()) for element in readable)
    return Seen(text, frozenset(links), tuple(buttons), problems)


CHANNELS: dict[str, Callable[[Sequence[Rendered]], Iterable[Seen]]] = {
    "telegram": partial(map, on_telegram),
    "messenger": partial(map, on_messenger),
    "web": on_the_web,
}


def missing(message: Rendered, seen: Seen) -> list[str]:
    """What the message holds and its reader does not get, and what they get too much; what nobody sees is no fact."""
    own = {block.url for block in message.blocks if block.style is Style.LINK}
    facts = {fact for block in message.blocks for fact in (block.text, block.label)} | (own - seen.links)
    lost = [f"lost: {fact!r}" for fact in facts if _to_be_seen(fact) not in seen.text]
    added = [f"added: {link!r}" for link in seen.links - own]
    given = tuple(button.payload for button in message.buttons)
    return [*lost, *added, *([f"choices {seen.choices} for {given}"] if seen.choices != given else [])]


@cache
def _to_be_seen(fact: str) -> str:
    return "" if is_blank(fact) else squeezed(mended(fact))


def squeezed(text: str) -> str:
    """Without what nobody sees: each channel has its own way with spaces, controls and signs of direction."""
    return _UNSEEN.sub("", text)
