"""What is owed to ХУР and to the SMS gateway: one row asked, with its answer.

A request for a code that waited longer than a code lives is not made any more: it would bring a code nobody can use.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.own_codes import OwnCodes
from bots.sending import Registry
from dialogs.linking import Rows
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.verification.codes import Refusal
from knowledge.outbox_rows import OutboxRow


@dataclass(frozen=True)
class Asked:
    """`refusal`: why no code was sent although everybody answered."""

    result: RegistryResult
    rows: Rows = ()
    refusal: Refusal | None = None


class Asking:
    """`lifetime`: of a code. Without `own_codes` none are sent."""

    def __init__(
        self,
        registry: Registry,
        clock: Callable[[], datetime],
        lifetime: timedelta = timedelta(minutes=10),
        own_codes: OwnCodes | None = None,
    ) -> None:
        self._registry, self._clock, self._lifetime, self._own_codes = registry, clock, lifetime, own_codes

    async def ask(self, row: OutboxRow) -> Asked:
        body = json.loads(row.body)
        if row.kind == "read-record":
            operation = body.get("operation", ID_CARD)
            return Asked(*await self._registry.read_record(body["number"], body["code"], operation))
        if self._clock() - row.created_at >= self._lifetime:
            return Asked(RegistryResult.UNAVAILABLE)
        if row.kind == "send-code":
            return await self._send_own(row)
        way, operation = Way(body.get("way", Way.SMS)), body.get("operation", ID_CARD)
        return Asked(await self._registry.request_code(body["number"], way, operation))

    async def finish(self) -> None:
        """Waits for what is on its way to the gateway."""
        if self._own_codes is not None:
            await self._own_codes.finish()

    async def _send_own(self, row: OutboxRow) -> Asked:
        if self._own_codes is None:
            return Asked(RegistryResult.UNAVAILABLE)
        told = await self._own_codes.send(row)
        return Asked(told.result, refusal=told.refusal)
