"""Asking Telegram for updates, for machines that cannot be reached from outside.

To ask for the next updates is to acknowledge the ones before: the next question waits until those are durable.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.telegram_requests import TelegramProblem
from connectors.telegram_updates import arrivals_of, next_offset

Accept = Callable[[list[Arrival]], Awaitable[object]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PollingSettings:
    """Seconds. After a failure the pause is a random part of one that doubles from `first` to `longest`."""

    wait_seconds: int = 25  # how long Telegram holds a question open while there is nothing new
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 60.0
    conflict_pause_seconds: float = 30.0  # a webhook is set or another process polls: a person has to decide


class _NothingMoved(Exception):
    """Updates came without a number to acknowledge them by."""


async def poll(
    telegram: Telegram,
    accept: Accept,
    stop: asyncio.Event,
    settings: PollingSettings = PollingSettings(),
) -> None:
    """Until `stop` is set. `accept` returns once the arrivals are durable; when it raises, they are asked for again.

    Stopping interrupts a question, never a storing.
    """
    offset: int | None = None
    failures = 0
    while not stop.is_set():
        try:
            offset = await _round(telegram, accept, stop, settings, offset)
            failures = 0
        except Exception as error:
            _tell(error)
            await _rest(stop, _pause(error, failures, settings))
            failures += 1


async def _round(
    telegram: Telegram, accept: Accept, stop: asyncio.Event, settings: PollingSettings, offset: int | None
) -> int | None:
    """Ask, store, and only then the offset to ask from next."""
    updates = await _unless_stopped(telegram.updates(offset, settings.wait_seconds), stop)
    if not updates:
        return offset
    await accept(arrivals_of(updates))
    following = next_offset(updates)
    if following is None:
        raise _NothingMoved
    return following


async def _unless_stopped(fetching: Awaitable[list[object]], stop: asyncio.Event) -> list[object]:
    """The updates; none when `stop` is set first. Giving up a question acknowledges nothing."""
    question = asyncio.ensure_future(fetching)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({question, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return question.result() if question.done() else []
    finally:
        for task in (question, stopping):
            task.cancel()
        await asyncio.gather(question, stopping, return_exceptions=True)


def _pause(error: Exception, failures: int, settings: PollingSettings) -> float:
    longest = min(settings.longest_pause_seconds, settings.first_pause_seconds * 2 ** min(failures, 30))
    pause = random.uniform(0, longest)
    if not isinstance(error, TelegramProblem):
        return pause
    if error.conflict:
        return settings.conflict_pause_seconds
    return max(pause, error.retry_after or 0.0)


def _tell(error: Exception) -> None:
    match error:
        case TelegramProblem(conflict=True):
            _log.error("polling is refused: a webhook is set, or another process polls this bot")
        case TelegramProblem():
            _log.warning("polling failed: %s", error.name)
        case _NothingMoved():
            _log.error("updates without an id were stored and cannot be acknowledged")
        case _:
            _log.error("updates could not be stored and are asked for again: %s", type(error).__name__)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
