"""Telegram: the wire to citizens over the Bot API.

The token is part of every request's path, and `httpx`, `httpcore` and `telegram` log paths and bodies at INFO or DEBUG:
the logging configuration keeps the loggers named in `LOGGERS_TO_SILENCE` at WARNING. Nothing raised or returned here
holds the token or a citizen's words.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from telegram import Bot, WebhookInfo

from connectors import telegram_addresses, telegram_inline, telegram_introduction, telegram_reading, telegram_updates
from connectors.channel import Arrival, Fetched, Heard, SendResult, Sent
from connectors.telegram_files import TelegramFiles
from connectors.telegram_inline import Found, InlineQuery, Labels
from connectors.telegram_reading import Itself
from connectors.telegram_requests import Limits, bot_request, problem_of
from connectors.telegram_sending import Sending, ended_as
from dialogs.introducing import Introduction

API_BASE_URL = "https://api.telegram.org"
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member", "inline_query")
LOGGERS_TO_SILENCE = ("httpx", "httpcore", "telegram")
_INLINE_CACHE_SECONDS = 300  # how long Telegram may answer the same person's same search by itself

Answer = TypeVar("Answer")


class _Bot(Bot):
    """The library's bot, which can also hand over updates unread."""

    async def raw_updates(self, offset: int | None, wait_seconds: int, read_seconds: float) -> list[object]:
        """Unread, because one update the library cannot read would hold up all that come after it."""
        asked = {"offset": offset, "timeout": wait_seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        updates = await self._post("getUpdates", asked, read_timeout=wait_seconds + read_seconds)
        return list(updates)


class Telegram(Sending):
    """One bot. `webhook_secrets`: every secret that is right at the moment, two while one replaces the other.

    Raises ValueError for a token, secret or address that cannot work; the message names none of them.
    """

    name = telegram_updates.CHANNEL

    def __init__(
        self,
        token: str,
        api_base_url: str = API_BASE_URL,
        webhook_secrets: tuple[str, ...] = (),
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> None:
        telegram_addresses.check_token(token)
        telegram_addresses.check_secrets(webhook_secrets)
        telegram_addresses.check_server(api_base_url)
        self._itself = Itself(int(token.partition(":")[0]))
        self._secrets = tuple(secret.encode() for secret in webhook_secrets)
        self._limits = limits
        # Waiting for updates has a connection of its own: it must not hold up what is sent.
        self._requests = (bot_request(limits, 1), bot_request(limits, limits.connections))
        self._bot = _Bot(
            token,
            base_url=f"{api_base_url.rstrip('/')}/bot",
            base_file_url=f"{api_base_url.rstrip('/')}/file/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        super().__init__(self._bot, limits.part_pause_seconds)
        self._files = TelegramFiles(self._bot, token, api_base_url)

    async def initialize(self) -> None:
        """Open the connections. Asks Telegram nothing: a process must start and take updates in while it is away."""
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()
        await self._files.close()

    # --- in ---

    def secret_is_right(self, header: str | bytes | None) -> bool:
        """Whether a webhook request comes from Telegram; never without a configured secret. Constant time."""
        if header is None:
            return False
        given = header if isinstance(header, bytes) else header.encode("utf-8", "surrogatepass")
        right = [hmac.compare_digest(given, secret) for secret in self._secrets]  # a list: all are compared
        return any(right)

    def arrivals(self, raw: bytes) -> list[Arrival]:
        """What one webhook body holds, whatever it is. Never fails."""
        return telegram_updates.arrivals(raw)

    def read(self, body: str) -> Heard:
        """What an arrival says. Raises `UnreadableArrival`."""
        return telegram_reading.heard(body, self._itself)

    # --- presses, files and searches ---

    async def acknowledge(self, body: str) -> Sent:
        """Stop the pressed button's spinner. Nothing depends on it: after 150 s Telegram no longer wants to know."""
        id_ = telegram_updates.callback_id(body)
        if not id_:
            return Sent(SendResult.REFUSED, problem="NoPress")
        return await ended_as(self._bot.answer_callback_query(id_), "")

    async def fetch(self, source: str, largest: int, seconds: float) -> Fetched:
        """A file by the id it came with, at most `largest` bytes within `seconds`."""
        return await self._files.fetch(source, largest, seconds)

    def inline_query(self, body: str) -> InlineQuery | None:
        """The search an update asks for; None when it asks for none. Raises `UnreadableArrival`."""
        return telegram_inline.inline_query(body)

    async def answer_inline(self, query_id: str, found: Sequence[Found], labels: Labels, payload: str) -> Sent:
        """`payload`: what the bot is started with by who asks the assistant instead. Cached for that person only, as
        the language is theirs."""
        answer = self._bot.answer_inline_query(
            query_id,
            telegram_inline.results(found, labels, self._itself.username),
            cache_time=_INLINE_CACHE_SECONDS,
            is_personal=True,
            button=telegram_inline.ask_button(labels, payload),
        )
        return await ended_as(answer, "")

    # --- how updates come, and what people see of the bot ---

    async def updates(self, offset: int | None, wait_seconds: int) -> list[object]:
        """Updates from `offset` on, waiting up to `wait_seconds` for one; everything before `offset` is acknowledged.

        Raises `TelegramProblem`.
        """
        return await self._ask(self._bot.raw_updates(offset, wait_seconds, self._limits.read_seconds))

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to an https address. Waiting updates are kept. Raises `TelegramProblem`."""
        await self._ask(self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    async def delete_webhook(self) -> None:
        """Stop them, so that they can be polled. Waiting updates are kept. Raises `TelegramProblem`."""
        await self._ask(self._bot.delete_webhook())

    async def webhook_info(self) -> WebhookInfo:
        """Where updates go, how many wait, the last error: for the watch over the intake. Raises `TelegramProblem`."""
        return await self._ask(self._bot.get_webhook_info())

    async def username(self) -> str:
        """The bot's public name, for t.me links; proves that the token is right. Raises `TelegramProblem`."""
        me: Any = await self._ask(self._bot.get_me())
        self._itself = replace(self._itself, username=str(me.username))
        return self._itself.username

    async def set_up(self, by_language: Mapping[str, Introduction]) -> None:
        """Commands and descriptions by language code, the empty one for everybody else. Raises `TelegramProblem`."""
        await self._ask(telegram_introduction.introduce(self._bot, by_language))

    async def _ask(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await call
        except Exception as error:
            problem = problem_of(error)
        raise problem  # outside the `except`: the original, which may quote the token, is not carried along
