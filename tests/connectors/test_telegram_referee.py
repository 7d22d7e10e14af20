"""What goes out, judged by a referee we did not write: teremok's rules of the Bot API, over aiogram's types."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from aiogram import Bot as AiogramBot
from aiogram.methods import SendMessage
from teremok.validation import ApiRuleViolation, validate_method

from connectors.telegram_format import keyboard, parts_of
from dialogs.rendering import Block, Button, Rendered, Style
from tests.fakes.telegram_api import TOKEN

NASTY = [
    "<b>",
    "_*[`",
    "tg://user?id=1",
    "Бат\u202eгом",
    "\ud83d",
    "a\0b",
    "👨‍👩‍👧",
    "&amp;",
    "\\",
    "ᠮᠣᠩᠭᠣᠯ",
    "😀" * 3000,
]


def rendered() -> Iterator[Rendered]:
    for name in NASTY:
        blocks = tuple(Block(style, f"{name} үг", name, "https://e-mongolia.mn") for style in Style)
        yield Rendered(blocks, (Button(name, "3.0"), Button(" ", "999999999.999")))
    yield Rendered((Block(Style.TEXT, "үг " * 5000),), (Button("Хүн", "3.0"),))


def as_aiogram(message: Rendered) -> Iterator[SendMessage]:
    parts = parts_of(message)
    for place, part in enumerate(parts, 1):
        markup = keyboard(message.buttons) if place == len(parts) else None
        body = {
            "chat_id": 77,
            "text": part.text,
            "entities": [entity.to_dict() for entity in part.entities],
            "reply_markup": markup.to_dict() if markup else None,
        }
        yield SendMessage.model_validate(json.loads(json.dumps(body)))


@pytest.mark.parametrize("message", list(rendered()), ids=[*(name[:12] for name in map(ascii, NASTY)), "long"])
def test_the_referee_finds_nothing_wrong_with_what_is_sent(message: Rendered) -> None:
    bot = AiogramBot(TOKEN)
    for method in as_aiogram(message):
        validate_method(bot, method)


@pytest.mark.parametrize(
    "planted",
    [
        {"text": "x" * 4097},
        {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "ү" * 33}]]}},
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
    ],
)
def test_the_referee_does_find_what_is_wrong(planted: dict[str, object]) -> None:
    with pytest.raises(ApiRuleViolation):
        validate_method(AiogramBot(TOKEN), SendMessage.model_validate({"chat_id": 77} | planted))
