"""An SMS centre over SMPP 3.4: one line in one thread, kept open for delivery receipts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from connectors.smpp_clients import Line
from connectors.smpp_link import SmppLink
from connectors.sms import Prices, Receipt, SmsResult, SmsSent

__all__ = ["Line", "SmppSms"]
_log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0  # how often receipts are looked for


class SmppSms:
    """`listen` brings the receipts; without it they are still acknowledged. Close it when done."""

    def __init__(self, name: str, line: Line, prices: Prices) -> None:
        self._name, self._prices = name, prices
        self._link = SmppLink(line)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="smpp")

    @property
    def name(self) -> str:
        return self._name

    @property
    def currency(self) -> str:
        return self._prices.currency

    def price(self, country: str, parts: int) -> int | None:
        return self._prices.of(country, parts)

    async def send(self, to: str, text: str, reference: str, lives: timedelta) -> SmsSent:
        loop = asyncio.get_running_loop()
        sent = await loop.run_in_executor(self._thread, self._link.send, to, text, lives)
        if sent.result is not SmsResult.ACCEPTED:
            _log.warning("the SMS gateway %s ended a send as %s: %s", self._name, sent.result, sent.problem)
        return sent

    async def listen(self, take: Callable[[Receipt], Awaitable[object]], stop: asyncio.Event) -> None:
        """Until `stop`: every receipt that comes in, also between sends; the line is opened when it is not."""
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            for receipt in await loop.run_in_executor(self._thread, self._link.look):
                try:
                    await take(receipt)
                except Exception as error:  # it grants nothing, so losing one is better than losing the line
                    _log.warning("a delivery receipt was lost: %s", type(error).__name__)
            try:
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
            except TimeoutError:
                continue

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._link.close)
        self._thread.shutdown()
