"""Telegram's updates into the inbox: by webhook where the public reaches this server, by long polling otherwise."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from bots.inbox import Inbox
from bots.telegram_inline import InlineSearch
from bots.telegram_polling import PollingSettings, poll
from config.settings import Settings
from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.telegram_inline import is_inline
from connectors.telegram_requests import TelegramProblem

log = logging.getLogger(__name__)
MOST_ACKNOWLEDGED = 8  # presses at once; nothing depends on it, and replies use the same connections
RETRY_SECONDS = 5.0  # while Telegram cannot be told how updates shall come


class TelegramIntake:
    """Without `inline` nobody's search is answered."""

    def __init__(
        self, telegram: Telegram, inbox: Inbox, settings: Settings, inline: InlineSearch | None = None
    ) -> None:
        self._telegram, self._inbox, self._settings, self._inline = telegram, inbox, settings, inline
        self._answering: set[asyncio.Task[object]] = set()

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Stored when this returns; then pressed buttons are told to stop spinning (they die after 150 s).

        Inline searches are no part of a conversation: they are answered on the side and never stored.
        """
        searches = [arrival for arrival in arrivals if is_inline(arrival.body)]
        kept = [arrival for arrival in arrivals if arrival not in searches] if searches else arrivals
        if kept:
            await self._inbox.accept_async(kept)
        if self._inline:
            for search in searches:
                self._inline.take(search.body)
        for arrival in kept:
            if '"callback_query"' in arrival.body and len(self._answering) < MOST_ACKNOWLEDGED:
                task = asyncio.create_task(self._telegram.acknowledge(arrival.body))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)

    async def run(self, stop: asyncio.Event) -> None:
        if self._settings.public_url:
            secret = self._settings.webhook_secrets[0]
            address = f"{self._settings.base_url}/hooks/telegram"
            await self._until_done(stop, lambda: self._telegram.set_webhook(address, secret))
            await self._until_done(stop, self._telegram.username)  # groups and links name the bot
            await stop.wait()  # a job that ends by itself ends the process
            return
        await self._until_done(stop, self._telegram.delete_webhook)
        await self._until_done(stop, self._telegram.username)
        if not stop.is_set():
            await poll(self._telegram, self.accept, stop, PollingSettings(self._settings.telegram_poll_seconds))

    async def _until_done(self, stop: asyncio.Event, ask: Callable[[], Awaitable[object]]) -> None:
        """A Telegram that is away at the start must not keep the web chat from starting."""
        while not stop.is_set():
            try:
                await ask()
            except TelegramProblem as problem:
                log.warning("Telegram was not told how updates shall come: %s; trying again", problem)
                try:
                    await asyncio.wait_for(stop.wait(), max(RETRY_SECONDS, problem.retry_after or 0.0))
                except TimeoutError:
                    continue
            return
