"""What goes out to Telegram: messages said, changed, taken away and pinned, and the sign that an answer is coming.

Telegram has no idempotency key: nothing here is tried again that may have arrived.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction
from telegram.error import ChatMigrated

from connectors.channel import SendResult, Sent
from connectors.telegram_format import Part, keyboard, parts_of
from connectors.telegram_requests import ended, is_unchanged
from dialogs.rendering import Button, Rendered

_CHAT_ID = re.compile(r"-?[0-9]{1,20}")
_MESSAGE_ID = re.compile(r"[0-9]{1,20}")
_PIN_SECONDS = 3.0  # pinning is an ornament: what was sent does not wait longer for it
_LONGEST_PAUSE_SECONDS = 10.0  # between the parts of one message; asked for more, the rest is given up
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def ended_as(call: Awaitable[object], ref: str) -> Sent:
    """How a call ended whose answer holds nothing; `ref` is told when it went well."""
    try:
        await call
    except Exception as error:  # the library lets some garbage through as KeyError or AttributeError
        return ended(error)
    return Sent(SendResult.SENT, ref)


class Sending:
    """`part_pause`: seconds between the parts of one long message; Telegram wants one message a second in a chat."""

    def __init__(self, bot: Bot, part_pause: float) -> None:
        self._out, self._part_pause = bot, part_pause

    async def send(self, address: str, rendered: Rendered, *, by_person: bool = False, late: bool = False) -> Sent:
        """Say it, in as many messages as its length needs; the buttons and the `ref` are those of the last one.

        When a later message fails the earlier ones have arrived, so the whole is UNKNOWN whatever the reason. Who
        speaks and how late makes no difference on Telegram.
        """
        parts = parts_of(rendered)
        if not _CHAT_ID.fullmatch(address) or not parts:
            return Sent(SendResult.REFUSED, problem="NothingToSay" if not parts else "NoChat")
        sent = await self._send_parts(int(address), parts, rendered)
        if rendered.pinned and sent.result is SendResult.SENT:
            await self._ornament(self._out.pin_chat_message(int(address), int(sent.ref), disable_notification=True))
        return sent

    async def amend(self, address: str, ref: str, rendered: Rendered) -> Sent:
        """Change a message to this, buttons too; REFUSED when it cannot be, or one message cannot hold it.

        A message that is pinned no longer is taken down.
        """
        parts = parts_of(rendered)
        if not _CHAT_ID.fullmatch(address) or not _MESSAGE_ID.fullmatch(ref) or len(parts) != 1:
            return Sent(SendResult.REFUSED, problem="NotAmendable")
        sent = await self._amend(int(address), int(ref), parts[0], rendered.buttons)
        if sent.result is SendResult.SENT and not rendered.pinned:
            await self._ornament(self._out.unpin_chat_message(int(address), int(ref)))
        return sent

    async def show_typing(self, address: str) -> Sent:
        """Shown for five seconds or until the next message."""
        if not _CHAT_ID.fullmatch(address):
            return Sent(SendResult.REFUSED, problem="NoChat")
        return await ended_as(self._out.send_chat_action(int(address), ChatAction.TYPING), "")

    async def hide(self, address: str, ref: str) -> Sent:
        """Take a message out of the chat; possible for 48 hours, REFUSED when it is gone already."""
        if not _CHAT_ID.fullmatch(address) or not _MESSAGE_ID.fullmatch(ref):
            return Sent(SendResult.REFUSED, problem="NoMessage")
        return await ended_as(self._out.delete_message(int(address), int(ref)), ref)

    async def _send_parts(self, chat: int, parts: list[Part], rendered: Rendered) -> Sent:
        sent = Sent(SendResult.UNKNOWN)
        for place, part in enumerate(parts, 1):
            markup = keyboard(rendered.buttons, rendered.blocks) if place == len(parts) else None
            earlier, sent = sent, await self._send_part(chat, part, markup, rendered.private)
            if place > 1 and sent.result is SendResult.NOT_SENT and (sent.retry_after or 0) <= _LONGEST_PAUSE_SECONDS:
                await asyncio.sleep(sent.retry_after or self._part_pause)
                sent = await self._send_part(chat, part, markup, rendered.private)
            if sent.result is not SendResult.SENT:
                return sent if place == 1 else Sent(SendResult.UNKNOWN, earlier.ref, problem=sent.problem)
            if place < len(parts):
                await asyncio.sleep(self._part_pause)
        return sent

    async def _send_part(
        self, chat: int, part: Part, markup: InlineKeyboardMarkup | None, private: bool, moved: bool = False
    ) -> Sent:
        try:
            message = await self._out.send_message(
                chat,
                part.text,
                entities=part.entities or None,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
                protect_content=private or None,
            )
        except ChatMigrated as error:
            if moved:
                return ended(error)
            return await self._send_part(error.new_chat_id, part, markup, private, moved=True)
        except Exception as error:  # the library lets some garbage through as KeyError or AttributeError
            return ended(error)
        return Sent(SendResult.SENT, str(message.message_id))

    async def _amend(self, chat: int, message: int, part: Part, buttons: tuple[Button, ...]) -> Sent:
        try:
            await self._out.edit_message_text(
                part.text,
                chat,
                message,
                entities=part.entities or None,
                reply_markup=keyboard(buttons),
                link_preview_options=_NO_PREVIEW,
            )
        except Exception as error:
            return Sent(SendResult.SENT, str(message)) if is_unchanged(error) else ended(error)
        return Sent(SendResult.SENT, str(message))

    async def _ornament(self, call: Awaitable[object]) -> None:
        """Nothing depends on it: whatever goes wrong is left as it is."""
        try:
            await asyncio.wait_for(call, _PIN_SECONDS)
        except Exception:
            return
