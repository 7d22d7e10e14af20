"""A gateway that prints instead of sending, for one machine: number and text are masked unless it is told to show."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from typing import TextIO

from connectors.sms import Prices, SmsResult, SmsSent, parts_of
from dialogs.masking import mask_digits, mask_text

_log = logging.getLogger(__name__)


class ConsoleSms:
    """`show`: a terminal that gets the whole text (never the log); without one a log line without the code is all."""

    name = "console"

    def __init__(self, prices: Prices, show: TextIO | None = None) -> None:
        self._prices, self._show = prices, show

    @property
    def currency(self) -> str:
        return self._prices.currency

    def price(self, country: str, parts: int) -> int | None:
        return self._prices.of(country, parts)

    async def send(self, to: str, text: str, reference: str, lives: timedelta) -> SmsSent:
        _log.info("SMS to %s: %s", mask_digits(to), mask_text(text))
        if self._show is not None and self._show.isatty():
            self._show.write(f"\n  SMS → {mask_digits(to)}\n  {text}\n\n")
            self._show.flush()
        return SmsSent(SmsResult.ACCEPTED, reference, parts_of(text))

    async def close(self) -> None:
        """Nothing is open."""


def on_terminal(prices: Prices) -> ConsoleSms:
    return ConsoleSms(prices, sys.stderr)
