"""A chat's feed as its page is shown it: items as JSON, and a stream of them that waits for more."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool

from bots.carrying_out import PRIVATE_FOR
from bots.parts import Parts
from bots.signals import feed_topic
from dialogs.rendering import Rendered
from knowledge import conversation_rows, feed_rows, file_rows
from knowledge.codec import RENDERED
from knowledge.database import Connection
from knowledge.feed_rows import FeedItem

log = logging.getLogger(__name__)
CHANNEL = "web"
PAGE = 200  # items read at once
_FIRST_LOOK_SECONDS = 0.05  # a new chat begins within a moment, so the first looks come quickly
_ANSWER_LOOK_SECONDS = 0.05
RETRY_MILLISECONDS = 2000  # how soon a page comes back after its stream broke
SHARED = {"[photo]": "[зураг]", "[voice]": "[дуу]", "[file]": "[файл]"}  # as recorded, and as the page shows it
Item = dict[str, Any]


def item_of(row: FeedItem, now: datetime) -> Item:
    """`{position, at, author, ref}` and what it shows: text, blocks, buttons, or `gone` when its time is over.

    `expires_at` and `expires_in` (seconds from now) come with private items: the page hides them by itself.
    """
    item: Item = {"position": row.position, "at": row.at.astimezone(UTC).isoformat(), "author": row.author}
    item |= {"ref": row.ref, "text": "", "blocks": [], "buttons": []}
    if row.body is None:
        return item | {"gone": True}
    if row.author in ("citizen", "hide"):
        return item | {"text": _citizen_text(row.body)}
    return item | _rendered(RENDERED.validate_json(row.body), row.at, now)


def _citizen_text(body: str) -> str:
    """Raises nothing: a masked body that is no JSON any more is shown as nothing but stars."""
    try:
        return str(json.loads(body)["text"])
    except (ValueError, KeyError, TypeError):
        return "******"


def _rendered(rendered: Rendered, at: datetime, now: datetime) -> Item:
    shown: Item = {"text": rendered.plain, "blocks": [asdict(block) for block in rendered.blocks]}
    shown["buttons"] = [asdict(button) for button in rendered.buttons]
    if not rendered.private:
        return shown
    until = at + PRIVATE_FOR
    if until <= now:
        return {"gone": True}
    return shown | {"expires_at": until.astimezone(UTC).isoformat(), "expires_in": (until - now).total_seconds()}


class ChatFeed:
    """What one address may see; nobody else's conversation is reachable from here."""

    def __init__(self, parts: Parts, address: str) -> None:
        self._parts, self._address = parts, address

    async def after(self, position: int, limit: int = PAGE) -> list[Item]:
        return await run_in_threadpool(self._after, position, limit)

    async def newest(self, limit: int) -> list[Item]:
        """The last items, oldest first."""
        return await run_in_threadpool(self._newest, limit)

    async def last_position(self) -> int:
        newest = await self.newest(1)
        return int(newest[-1]["position"]) if newest else 0

    async def wait_for_answer(self, position: int, seconds: float) -> bool:
        """True as soon as the bot or a person said something behind a position."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not any(item["author"] in ("bot", "agent") for item in await self.after(position)):
            if loop.time() >= end:
                return False
            await asyncio.sleep(_ANSWER_LOOK_SECONDS)
        return True

    async def events(self, position: int) -> AsyncIterator[dict[str, Any]]:
        """Server-sent events; the id of each is its position. Ends when the database fails: the page comes back."""
        poll = self._parts.settings.idle_poll_seconds
        try:
            topic = feed_topic(await self._begun(poll))
            async with self._parts.signals.listen(topic) as listener:
                while True:
                    items = await self.after(position)
                    for item in items:
                        position = item["position"]
                        yield _event(item)
                    if len(items) < PAGE:
                        await listener.wait(self._parts.settings.stream_poll_seconds)
        except Exception:
            log.exception("a stream of the web chat broke off")

    async def _begun(self, poll: float) -> str:
        """The conversation's id, once there is one."""
        pause = min(_FIRST_LOOK_SECONDS, poll)
        while (found := await run_in_threadpool(self._find)) is None:
            await asyncio.sleep(pause)
            pause = min(2 * pause, poll)
        return found

    def _find(self) -> str | None:
        with self._parts.database.read() as connection:
            return conversation_rows.find(connection, CHANNEL, self._address)

    def _after(self, position: int, limit: int) -> list[Item]:
        with self._parts.database.read() as connection:
            found = conversation_rows.find(connection, CHANNEL, self._address)
            return self._items(connection, found, position, limit) if found else []

    def _items(self, connection: Connection, conversation_id: str, position: int, limit: int) -> list[Item]:
        """A file of the citizen's own is shown with the name they gave it, as long as it is kept."""
        now, vault = self._parts.clock(), self._parts.vault
        items = [item_of(row, now) for row in feed_rows.after(connection, vault, conversation_id, position, limit)]
        shared = [item for item in items if item["author"] == "citizen" and item["text"] in SHARED]
        files = file_rows.shared_as(connection, vault, conversation_id, [item["ref"] for item in shared])
        for item in shared:
            if file := files.get(item["ref"]):
                item["text"] = f"{SHARED[item['text']]} {file.name}".strip()
        return items

    def _newest(self, limit: int) -> list[Item]:
        with self._parts.database.read() as connection:
            found = conversation_rows.find(connection, CHANNEL, self._address)
            last = feed_rows.last_position(connection, found) if found else 0
        return self._after(max(0, last - limit), limit) if found else []


def _event(item: Item) -> dict[str, Any]:
    """As the event stream writes it."""
    name = "hide" if item["author"] == "hide" else "message"
    return {"id": str(item["position"]), "event": name, "data": json.dumps(item), "retry": RETRY_MILLISECONDS}
