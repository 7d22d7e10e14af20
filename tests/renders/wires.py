"""What each channel really sends for a message: taken from the wire, or from where the page reads it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bots.web_chat.feed import item_of
from connectors.messenger import Messenger
from connectors.telegram import Telegram
from connectors.telegram_requests import Limits
from dialogs.rendering import Rendered, Style
from knowledge.codec import RENDERED, dumps
from knowledge.feed_rows import FeedItem
from tests.fakes.graph_api import APP, HOUR, PAGE, FakeGraph
from tests.fakes.graph_api import TOKEN as PAGE_TOKEN
from tests.fakes.telegram_api import TOKEN, FakeTelegram

Json = dict[str, Any]
AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CHAT = "7"
LATE_TOO = "agent_words"
AMENDED = ("code_accepted", "person_taken_card")  # stand in the place of an earlier message where a channel can
_JSON_FIELDS = ("entities", "reply_markup", "link_preview_options")


def payloads(messages: Mapping[str, Rendered]) -> dict[str, Json]:
    """name -> channel -> what goes out."""
    on_telegram, on_messenger = asyncio.run(telegram_calls(messages)), asyncio.run(messenger_calls(messages))
    return {
        name: {"telegram": on_telegram[name], "messenger": on_messenger[name], "web": web_item(message)}
        for name, message in messages.items()
    }


async def telegram_calls(messages: Mapping[str, Rendered]) -> dict[str, list[Json]]:
    """The calls of each message, in order: method and parameters."""
    called: dict[str, list[Json]] = {}
    with FakeTelegram() as server:
        telegram = Telegram(TOKEN, api_base_url=server.url, limits=Limits(part_pause_seconds=0))
        await telegram.initialize()
        for name, message in messages.items():
            before = len(server.asked)
            sent = await telegram.send(CHAT, message)
            if name in AMENDED:
                await telegram.amend(CHAT, sent.ref, message)
            called[name] = [{"method": method, **_read(params)} for method, params in server.asked[before:]]
        await telegram.close()
    return called


async def messenger_calls(messages: Mapping[str, Rendered]) -> dict[str, list[Json]]:
    """The bodies of each message, in order. What an agent said goes out once more after the bot's 24 hours."""
    called: dict[str, list[Json]] = {}
    with FakeGraph() as server:
        messenger = Messenger(PAGE, APP, PAGE_TOKEN, ("secret",), "verify", api_base_url=server.url)
        server.hear(CHAT)
        for name, message in messages.items():
            before = len(server.asked)
            await messenger.send(CHAT, message)
            if name == LATE_TOO:
                server.now += 25 * HOUR
                await messenger.send(CHAT, message, by_person=True, late=True)
                server.hear(CHAT)
            called[name] = [body for _, body in server.asked[before:]]
        await messenger.close()
    return called


def _read(params: Json) -> Json:
    """The form's fields, with what is JSON in them read. The number of an earlier message depends on the others."""
    read = {name: json.loads(value) if name in _JSON_FIELDS else value for name, value in params.items()}
    return read | ({"message_id": "the one before"} if "message_id" in read else {})


def web_item(message: Rendered, position: int = 1) -> Json:
    """As the page is sent it, by way of how it is kept; a person's words are an agent's."""
    author = "agent" if any(block.style is Style.QUOTE for block in message.blocks) else "bot"
    return item_of(FeedItem(position, AT, author, "", dumps(RENDERED, message)), AT)
