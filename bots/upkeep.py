"""What has to be done now and then, whoever writes or not: pages that expire, data whose time is over, anchors."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bots import anchors
from bots.linking import expire_links
from bots.parts import Parts
from bots.signals import INBOX
from config.settings import Settings
from knowledge import audit_rows, link_ends
from knowledge.retention_rows import BATCH, Periods, erase_due
from knowledge.scrubbing import scrub

log = logging.getLogger(__name__)
ERASING_EVERY = timedelta(minutes=5)
SCRUBBING_EVERY = timedelta(hours=1)
LOOKING_AT_ANCHORS_EVERY = timedelta(minutes=1)  # whether it is time for one is in their file, which others share


class Upkeep:
    """Of one process; several may do it at once, as each job takes only what nobody else has in hand."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._erased_at: datetime | None = None
        self._scrubbed_at: datetime | None = None
        self._anchored_at: datetime | None = None

    def run_due(self) -> None:
        now = self._parts.clock()  # the anchor first: what fails behind it must not keep it from being dropped
        if _is_due(self._anchored_at, now, LOOKING_AT_ANCHORS_EVERY):
            self._anchor(now)
            self._anchored_at = now
        self._expire_pages(now)
        if _is_due(self._erased_at, now, ERASING_EVERY):
            more = self._erase(now)
            self._erased_at = None if more else now  # a long queue is worked off a batch at a time, chats in between
        if _is_due(self._scrubbed_at, now, SCRUBBING_EVERY) and scrub(self._parts.database):
            self._scrubbed_at = now

    def _expire_pages(self, now: datetime) -> None:
        parts = self._parts
        with parts.database.read() as connection:
            if not link_ends.anything_due(connection, now, parts.catalogue.around.proofs.number_lives):
                return
        with parts.database.write() as connection:
            over = expire_links(connection, parts.vault, parts.catalogue.around.proofs, now)
        if over:
            parts.signals.send(INBOX)

    def _erase(self, now: datetime) -> bool:
        """Whether there may be more."""
        parts = self._parts
        with parts.database.write() as connection:
            done = erase_due(connection, parts.vault, periods_of(parts.settings), now)
            told = ", ".join(f"{what} {number}" for what, number in done.items() if number)
            if told:
                audit_rows.record(connection, "system", "retention.erased", "data", now, told)
        if told:
            log.info("erased as its time was over: %s", told)
        return max(done.values(), default=0) >= BATCH

    def _anchor(self, now: datetime) -> None:
        settings, keys = self._parts.settings, self._parts.vault.ring.audit
        every = timedelta(minutes=settings.audit_anchor_minutes)
        try:
            anchors.drop(self._parts.database, keys, settings.audit_anchor_file, every, now)
        except OSError as error:
            log.error("AUDIT_ANCHOR_FILE cannot be written (%s)", error.strerror)


def periods_of(settings: Settings) -> Periods:
    return Periods(
        talk=timedelta(days=settings.talk_kept_days),
        proofs=timedelta(days=settings.proofs_kept_days),
        codes=timedelta(days=settings.codes_kept_days),
        events=timedelta(days=settings.events_kept_days),
    )


def _is_due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    """Also when the clock was put back."""
    return last is None or not timedelta(0) <= now - last < every
