"""The workers of one process: turns, sending, housekeeping. Each goes on after an error and stops when told to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from bots.parts import Parts
from bots.signals import CATALOGUE, INBOX, OUTBOX
from bots.supervision import watching_turns
from bots.upkeep import Upkeep
from dialogs.flows.sharing import KEPT_DAYS
from knowledge import conversation_rows, example_rows, feed_rows, file_rows

log = logging.getLogger(__name__)
TURNS_IN_A_ROW = 50  # then other work of the process gets a look in
HOUSEKEEPING_SECONDS = 5.0
AFTER_ERROR_SECONDS = 1.0
FILES_KEPT = timedelta(days=KEPT_DAYS)


async def take_turns(parts: Parts, stop: asyncio.Event) -> None:
    """Handles events as long as there are any, then waits to be woken or for the next retry."""
    with watching_turns(parts.assistant.in_hand, parts.settings.turn_seconds):
        async with parts.signals.listen(INBOX) as woken:
            while not stop.is_set():
                try:
                    busy = await asyncio.to_thread(_turns, parts)
                    pause = 0.0 if busy else await asyncio.to_thread(_pause, parts, parts.assistant.next_due)
                except Exception:
                    log.exception("turns stopped by the database; trying again")
                    await asyncio.sleep(AFTER_ERROR_SECONDS)
                    continue
                if not busy:
                    await woken.wait(pause)


async def send_owed(parts: Parts, stop: asyncio.Event) -> None:
    async with parts.signals.listen(OUTBOX) as woken:
        while not stop.is_set():
            try:
                busy = await parts.outbox.run_due()
                pause = 0.0 if busy else await asyncio.to_thread(_pause, parts, parts.outbox.next_due)
            except Exception:
                log.exception("sending stopped by the database; trying again")
                await asyncio.sleep(AFTER_ERROR_SECONDS)
                continue
            if not busy:
                await woken.wait(pause)
    await parts.outbox.finish_under_way()


async def keep_current(parts: Parts, stop: asyncio.Event) -> None:
    """Builds the index of a release that another process published before a citizen has to wait for it."""
    async with parts.signals.listen(CATALOGUE) as woken:
        while not stop.is_set():
            try:
                await asyncio.to_thread(parts.catalogue.refresh, parts.database)
            except Exception:
                log.exception("the catalogue could not be brought up to date; trying again")
                await asyncio.sleep(AFTER_ERROR_SECONDS)
            await woken.wait(parts.settings.idle_poll_seconds)


async def keep_house(parts: Parts, stop: asyncio.Event) -> None:
    """Wipes what is over, finds sends whose process died, and what else has to be done now and then."""
    upkeep = Upkeep(parts)
    while not stop.is_set():
        for job in (partial(_tidy, parts), upkeep.run_due):
            try:
                await asyncio.to_thread(job)
            except Exception:
                log.exception("housekeeping failed; trying again")
        try:
            await asyncio.wait_for(stop.wait(), HOUSEKEEPING_SECONDS)
        except TimeoutError:
            continue


def _turns(parts: Parts) -> bool:
    """Some turns, each with its replies shown at once where the feed is ours: a thread less to wait for."""
    if parts.assistant.in_hand.left_over:
        parts.assistant.recover()
    for _ in range(TURNS_IN_A_ROW):
        if not parts.assistant.run_next():
            return False
        parts.outbox.deliver_to_feeds()
    return True


def _tidy(parts: Parts) -> None:
    now, kept_days = parts.clock(), parts.settings.examples_kept_days
    with parts.database.read() as connection:
        due = (
            feed_rows.anything_expired(connection, now)
            or conversation_rows.anything_to_forget(connection, now)
            or example_rows.anything_old(connection, now.date(), kept_days)
            or file_rows.anything_old(connection, now - FILES_KEPT)
        )
    if due:
        with parts.database.write() as connection:
            feed_rows.wipe_expired(connection, now)
            conversation_rows.forget_due(connection, parts.vault, now, rules=parts.catalogue.around.proofs)
            example_rows.forget_old(connection, now.date(), kept_days)
            file_rows.wipe_old(connection, now - FILES_KEPT)
    if parts.outbox.recover(all_of_them=False):
        parts.signals.send(OUTBOX)


def _pause(parts: Parts, next_due: Callable[[], datetime | None]) -> float:
    """Until the next retry, at most the idle poll (seconds)."""
    due = next_due()
    longest = parts.settings.idle_poll_seconds
    if due is None:
        return longest
    return min(longest, max(0.05, (due - parts.clock()).total_seconds()))
