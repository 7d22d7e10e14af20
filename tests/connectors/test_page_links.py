"""A page of ours is opened so that the platform can vouch for who opens it; without https it is a plain link."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from aiogram import Bot as AiogramBot
from aiogram.methods import SendMessage
from teremok.validation import validate_method

from connectors.messenger_format import messages_of
from connectors.telegram_format import keyboard, parts_of
from dialogs.rendering import Block, Button, Rendered, Style
from tests.fakes.messenger_referee import judge_message
from tests.fakes.telegram_api import TOKEN

ADDRESS = "https://tuslakh.example.mn/link/abc"
PAGE = Block(Style.LINK, "Баталгаажуулах хуудас", url=ADDRESS, page=True)
ASKED = Rendered((Block(Style.TEXT, "Банкаар нэвтэрнэ."), PAGE), (Button("Болих", "3.0"),), private=True)
LOCAL = replace(ASKED, blocks=(ASKED.blocks[0], replace(PAGE, url="http://127.0.0.1:8080/link/abc")))


def telegram(message: Rendered) -> dict[str, Any]:
    (part,) = parts_of(message)
    markup = keyboard(message.buttons, message.blocks)
    entities = [entity.to_dict() for entity in part.entities]
    return {"text": part.text, "entities": entities, "reply_markup": markup.to_dict() if markup else {}}


def test_telegram_opens_it_as_a_mini_app_before_the_other_buttons() -> None:
    rows = telegram(ASKED)["reply_markup"]["inline_keyboard"]
    assert rows[0] == [{"text": "Баталгаажуулах хуудас", "web_app": {"url": ADDRESS}}]
    assert rows[1][0]["callback_data"] == "3.0"


def test_its_address_is_nowhere_in_telegrams_text() -> None:
    sent = telegram(ASKED)
    assert ADDRESS not in json.dumps({"text": sent["text"], "entities": sent["entities"]})


def test_the_referee_finds_nothing_wrong_with_it() -> None:
    body = {"chat_id": 77, **telegram(ASKED)}
    validate_method(AiogramBot(TOKEN), SendMessage.model_validate(json.loads(json.dumps(body))))


def test_without_https_telegram_gets_a_link_in_the_text() -> None:
    sent = telegram(LOCAL)
    assert sent["entities"][0]["url"] == "http://127.0.0.1:8080/link/abc"
    assert len(sent["reply_markup"]["inline_keyboard"]) == 1


def test_messenger_opens_it_with_a_token_that_tells_whose_chat_it_is() -> None:
    template = messages_of(ASKED)[-1]["attachment"]["payload"]
    assert {"type": "account_link", "url": ADDRESS} in template["elements"][0]["buttons"]


def test_around_that_button_messengers_referee_finds_nothing_wrong() -> None:
    """It does not know `account_link`, which has an address and nothing else; the rest is judged."""
    for message in messages_of(ASKED):
        text = json.dumps(message).replace('"type": "account_link"', '"type": "web_url", "title": "x"')
        judge_message(json.loads(text))


def test_without_https_messenger_gets_a_plain_link() -> None:
    assert "account_link" not in json.dumps(messages_of(LOCAL))
