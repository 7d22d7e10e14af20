"""Whether the page is still subscribed to our app: after an hour of failures Meta ends it and says no more."""

from __future__ import annotations

import logging
from datetime import datetime

from bots.channel_watch_findings import Finding, trouble
from connectors.messenger import FIELDS, Messenger

log = logging.getLogger(__name__)


class MessengerWatch:
    name = "messenger"

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def look(self, now: datetime) -> list[Finding]:
        """A subscription that is gone, or lacks something we read, is made anew."""
        try:
            fields = await self._messenger.subscription()
        except Exception as error:
            return [trouble(error)]
        if fields is None:
            return [Finding("unsubscribed", repaired=await self._repair())]
        if left_out := FIELDS - fields:
            return [Finding("fields-missing", ", ".join(sorted(left_out)), await self._repair())]
        return []

    async def _repair(self) -> bool:
        try:
            await self._messenger.subscribe()
        except Exception as error:
            log.warning("the page could not be subscribed again: %s", trouble(error).detail)
            return False
        return True
