"""Whether Telegram still brings our updates to us: what is not so is told, and put right where our settings know how.

A certificate that ends soon is not seen here: Telegram says nothing of it until it refuses one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bots.channel_watch_findings import MAX_DETAIL, Finding, trouble
from connectors.telegram import ALLOWED_UPDATES, Telegram

if TYPE_CHECKING:
    from telegram import WebhookInfo

log = logging.getLogger(__name__)
RECENT = timedelta(minutes=5)  # Telegram tries again every one or two minutes, and keeps its last error for ever
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
_MENDED = frozenset(
    {
        "webhook-elsewhere",
        "webhook-missing",
        "webhook-set",
        "certificate-foreign",
        "address-changed",
        "updates-missing",
    }
)


@dataclass(frozen=True)
class WantedIntake:
    """How updates shall come: to `url`, or asked for when it is empty. More than `pending` waiting are too many."""

    url: str
    secret: str
    pending: int


class TelegramWatch:
    name = "telegram"

    def __init__(self, telegram: Telegram, wanted: WantedIntake) -> None:
        self._telegram, self._wanted = telegram, wanted
        self._ip: str | None = None  # where Telegram last found our name

    async def look(self, now: datetime) -> list[Finding]:
        """Every finding, those that could be put right already so. Our settings are the truth."""
        try:
            info = await self._telegram.webhook_info()
        except Exception as error:
            return [trouble(error)]
        found = [*self._about_address(info), *self._about_delivery(info, now)]
        self._ip = info.ip_address if info.url == self._wanted.url else None
        if not any(each.key in _MENDED for each in found):
            return found
        repaired = await self._repair()
        return [replace(each, repaired=repaired) if each.key in _MENDED else each for each in found]

    def _about_address(self, info: WebhookInfo) -> Iterator[Finding]:
        wanted = self._wanted.url
        if info.url != wanted:
            key = "webhook-missing" if not info.url else "webhook-elsewhere" if wanted else "webhook-set"
            yield Finding(key, _host(info.url))
            return
        if not wanted:
            return
        if info.has_custom_certificate:  # we never hand one in
            yield Finding("certificate-foreign")
        if self._ip and info.ip_address and info.ip_address != self._ip:
            yield Finding("address-changed", f"{self._ip} → {info.ip_address}"[:MAX_DETAIL])
        if info.allowed_updates and (left_out := set(ALLOWED_UPDATES) - set(info.allowed_updates)):
            yield Finding("updates-missing", ", ".join(sorted(left_out)))

    def _about_delivery(self, info: WebhookInfo, now: datetime) -> Iterator[Finding]:
        if info.pending_update_count > self._wanted.pending:
            yield Finding("pending", str(info.pending_update_count))
        if self._wanted.url and info.last_error_date and now - info.last_error_date <= RECENT:
            yield Finding("delivery-errors", _TOKEN.sub("…", info.last_error_message or "")[:MAX_DETAIL])

    async def _repair(self) -> bool:
        self._ip = None  # what Telegram finds after this is right
        try:
            if self._wanted.url:
                await self._telegram.set_webhook(self._wanted.url, self._wanted.secret)
            else:
                await self._telegram.delete_webhook()
        except Exception as error:
            log.warning("Telegram was not told how updates shall come: %s", trouble(error).detail)
            return False
        return True


def _host(url: str) -> str:
    """Who has our updates: the host only, as the rest may be a secret."""
    try:
        return (urlsplit(url).hostname or "")[:MAX_DETAIL]
    except ValueError:
        return ""
