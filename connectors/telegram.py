"""Telegram: the wire to citizens over the Bot API.

The token is part of every request's path, and `httpx`, `httpcore` and `telegram` log paths and bodies at INFO or DEBUG:
the logging configuration keeps the loggers named in `LOGGERS_TO_SILENCE` at WARNING. Nothing raised or returned here
holds the token or a citizen's words.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

import httpx
from telegram import Bot, LinkPreviewOptions, WebhookInfo
from telegram.error import ChatMigrated

from connectors import telegram_updates
from connectors.channel import Arrival, Heard, SendResult, Sent
from connectors.telegram_format import Part, keyboard, parts_of
from connectors.telegram_requests import Limits, bot_request, ended, problem_of
from dialogs.rendering import Button, Rendered

API_BASE_URL = "https://api.telegram.org"
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
LOGGERS_TO_SILENCE = ("httpx", "httpcore", "telegram")
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # what Telegram sends back in X-Telegram-Bot-Api-Secret-Token
_CHAT_ID = re.compile(r"-?[0-9]{1,20}")
_MESSAGE_ID = re.compile(r"[0-9]{1,20}")
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Answer = TypeVar("Answer")


class _Bot(Bot):
    """The library's bot, which can also hand over updates unread."""

    async def raw_updates(self, offset: int | None, wait_seconds: int, read_seconds: float) -> list[object]:
        """Unread, because one update the library cannot read would hold up all that come after it."""
        asked = {"offset": offset, "timeout": wait_seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        updates = await self._post("getUpdates", asked, read_timeout=wait_seconds + read_seconds)
        return list(updates)


class Telegram:
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
        if not _TOKEN.fullmatch(token):
            raise ValueError("the Telegram token is not what @BotFather gives out")
        if not all(_SECRET.fullmatch(secret) for secret in webhook_secrets):
            raise ValueError("a Telegram webhook secret is 1 to 256 of A-Z a-z 0-9 _ -")
        _check_address(api_base_url)
        self._secrets = tuple(secret.encode() for secret in webhook_secrets)
        self._limits = limits
        # Waiting for updates has a connection of its own: it must not hold up what is sent.
        self._requests = (bot_request(limits, 1), bot_request(limits, limits.connections))
        self._bot = _Bot(
            token,
            base_url=f"{api_base_url.rstrip('/')}/bot",
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )

    async def initialize(self) -> None:
        """Open the connections. Asks Telegram nothing: a process must start and take updates in while it is away."""
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    # --- in ---

    def secret_is_right(self, header: str | bytes | None) -> bool:
        """Whether a webhook request comes from Telegram; never without a configured secret. Constant time."""
        if header is None:
            return False
        given = header if isinstance(header, bytes) else header.encode("utf-8", "surrogatepass")
        return any(hmac.compare_digest(given, secret) for secret in self._secrets)  # a list: all are compared

    def arrivals(self, raw: bytes) -> list[Arrival]:
        """What one webhook body holds, whatever it is. Never fails."""
        return telegram_updates.arrivals(raw)

    def read(self, body: str) -> Heard:
        """What an arrival says. Raises `UnreadableArrival`."""
        return telegram_updates.heard(body)

    # --- out ---

    async def send(self, address: str, rendered: Rendered) -> Sent:
        """Say it, in as many messages as its length needs; the buttons and the `ref` are those of the last one.

        When a later message fails the earlier ones have arrived, so the whole is UNKNOWN whatever the reason.
        """
        parts = parts_of(rendered)
        if not _CHAT_ID.fullmatch(address) or not parts:
            return Sent(SendResult.REFUSED, problem="NothingToSay" if not parts else "NoChat")
        sent = Sent(SendResult.UNKNOWN)
        for place, part in enumerate(parts, 1):
            buttons = rendered.buttons if place == len(parts) else ()
            earlier, sent = sent, await self._send_part(int(address), part, buttons, rendered.private)
            if sent.result is not SendResult.SENT:
                return sent if place == 1 else Sent(SendResult.UNKNOWN, earlier.ref, problem=sent.problem)
        return sent

    async def hide(self, address: str, ref: str) -> Sent:
        """Take a message out of the chat; possible for 48 hours, REFUSED when it is gone already."""
        if not _CHAT_ID.fullmatch(address) or not _MESSAGE_ID.fullmatch(ref):
            return Sent(SendResult.REFUSED, problem="NoMessage")
        return await self._sent(self._bot.delete_message(int(address), int(ref)), ref)

    async def acknowledge(self, body: str) -> Sent:
        """Stop the pressed button's spinner. Nothing depends on it: after 150 s Telegram no longer wants to know."""
        id_ = telegram_updates.callback_id(body)
        if not id_:
            return Sent(SendResult.REFUSED, problem="NoPress")
        return await self._sent(self._bot.answer_callback_query(id_), "")

    async def _send_part(
        self, chat: int, part: Part, buttons: tuple[Button, ...], private: bool, moved: bool = False
    ) -> Sent:
        try:
            message = await self._bot.send_message(
                chat,
                part.text,
                entities=part.entities or None,
                reply_markup=keyboard(buttons),
                link_preview_options=_NO_PREVIEW,
                protect_content=private or None,
            )
        except ChatMigrated as error:
            if moved:
                return ended(error)
            return await self._send_part(error.new_chat_id, part, buttons, private, moved=True)
        except Exception as error:  # the library lets some garbage through as KeyError or AttributeError
            return ended(error)
        return Sent(SendResult.SENT, str(message.message_id))

    async def _sent(self, call: Awaitable[object], ref: str) -> Sent:
        try:
            await call
        except Exception as error:
            return ended(error)
        return Sent(SendResult.SENT, ref)

    # --- how updates come ---

    async def fetch(self, offset: int | None, wait_seconds: int) -> list[object]:
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
        return str(me.username)

    async def _ask(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await call
        except Exception as error:
            problem = problem_of(error)
        raise problem  # outside the `except`: the original, which may quote the token, is not carried along


def _check_address(url: str) -> None:
    """The token goes there: https, or plain http to this machine only."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise ValueError("the Bot API's address is not a URL") from None
    if not parts.host or parts.query or parts.fragment or parts.userinfo or "{" in url:
        raise ValueError("the Bot API's address is scheme, host and path only")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.host)):
        raise ValueError("the Bot API's address must be https; plain http is for loopback addresses only")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
