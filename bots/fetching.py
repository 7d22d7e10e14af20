"""Files of citizens: fetched through the wire they came by, looked at, kept or refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from bots.answers_in import file_refused
from bots.files import FILES, Examined, arrived, examine, offer_of
from bots.sending import RESENT_MARK, Sender, SendRules, through_fetch
from connectors.channel import Fetched, SendResult
from knowledge import outbox_rows, reach_rows
from knowledge.database import Connection, Database
from knowledge.outbox_rows import OutboxRow
from knowledge.vault import Vault

# Pictures are drawn one at a time and take seconds: whoever waits for that must not hold the threads of the intake.
_LOOKING = ThreadPoolExecutor(1, thread_name_prefix="files")
_TRIED_AGAIN = (SendResult.NOT_SENT, SendResult.UNKNOWN)  # fetching twice harms nobody


class Fetching:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        senders: Mapping[str, Sender],
        clock: Callable[[], datetime],
        rules: SendRules,
    ) -> None:
        self._database, self._vault, self._senders = database, vault, senders
        self._clock, self._rules = clock, rules

    async def fetch(self, row: OutboxRow) -> None:
        """A file that is not owed any more is not fetched."""
        source = await asyncio.to_thread(self._source, row)
        sender, rules = self._senders[row.wire.removesuffix(FILES)], self._rules
        fetched = await through_fetch(sender, source, rules) if source else Fetched(SendResult.REFUSED)
        await asyncio.get_running_loop().run_in_executor(_LOOKING, self._settle, row, fetched)

    def abandoned(self, connection: Connection, row: OutboxRow, now: datetime) -> None:
        """Whoever fetched it died."""
        self._record(connection, row, Fetched(SendResult.UNKNOWN, problem="sender died"), now)

    def _source(self, row: OutboxRow) -> str:
        with self._database.read() as connection:
            try:
                return offer_of(connection, self._vault, _file(row)).source
            except LookupError:
                return ""

    def _settle(self, row: OutboxRow, fetched: Fetched) -> None:
        seen = fetched if self._comes_again(row, fetched) else examine(self._vault, fetched, self._rules.files)
        now = self._clock()
        with self._database.write() as connection:
            if reach_rows.hold(connection, row, now).is_of(row):
                self._record(connection, row, seen, now)

    def _record(self, connection: Connection, row: OutboxRow, seen: Fetched | Examined, now: datetime) -> None:
        if isinstance(seen, Fetched) and self._comes_again(row, seen):
            tries = row.tries % RESENT_MARK + 1
            outbox_rows.mark_waiting(connection, row.id, tries, seen.problem, now + self._rules.pause(row.tries))
            return
        rules = self._rules.files
        if problem := arrived(connection, self._vault, _file(row), seen, rules, now):
            file_refused(connection, self._vault, row, rules.refused(problem), now)
        else:
            outbox_rows.mark_over(connection, row.id, "sent", "", now)

    def _comes_again(self, row: OutboxRow, fetched: Fetched) -> bool:
        tries = row.tries % RESENT_MARK + 1
        return fetched.result in _TRIED_AGAIN and not fetched.too_large and tries < self._rules.fetch_tries


def _file(row: OutboxRow) -> str:
    return str(json.loads(row.body)["file"])
