"""What carries messages out, the rules for it, and one send through a wire with its time limit."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bots.clearance import Clearance
from bots.files import FileRules
from connectors.approvals import SignedApproval
from connectors.channel import Fetched, SendResult, Sent
from dialogs.linking import Rows
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.rendering import Rendered
from knowledge.codec import RENDERED
from knowledge.outbox_rows import OutboxRow

log = logging.getLogger(__name__)
SEND_SECONDS = 45.0  # of one row, however many messages it is: well inside the lease
RESENT_MARK = 1000  # added to a row's tries when it went out a second time
_FIRST_BACK_OFF_SECONDS = 1.0
_MOST_DOUBLINGS = 16


class Sender(Protocol):
    """A wire that carries messages to citizens."""

    async def send(self, address: str, rendered: Rendered, *, by_person: bool = False, late: bool = False) -> Sent: ...

    async def hide(self, address: str, ref: str) -> Sent: ...

    async def amend(self, address: str, ref: str, rendered: Rendered) -> Sent: ...

    async def show_typing(self, address: str) -> Sent: ...

    async def fetch(self, source: str, largest: int, seconds: float) -> Fetched: ...


class Registry(Protocol):
    """The wire to ХУР."""

    async def request_code(
        self, register_number: str, way: Way = Way.SMS, operation: str = ID_CARD
    ) -> RegistryResult: ...

    async def read_record(
        self, register_number: str, code: str, operation: str = ID_CARD
    ) -> tuple[RegistryResult, Rows]: ...

    async def read_signed(
        self, register_number: str, approval: SignedApproval, operation: str
    ) -> tuple[RegistryResult, Rows]:
        """With the citizen's signature instead of a code; the approval's time goes into the request's header."""
        ...

    async def find_phone(self, register_number: str) -> tuple[RegistryResult, str]:
        """The mobile number registered for the person, eight digits; empty unless DONE."""
        ...


@dataclass(frozen=True)
class SendRules:
    """When a message that certainly did not arrive is given up, and how fast the wires may be used.

    It is given up after `tries` and not before `patience` is over; being asked to wait (429) is no try. `back_off`:
    the longest pause between tries (seconds). `at_once`: sends under way on one wire. `chat_pauses`: seconds between
    two messages to one chat, by wire. `file_seconds`: how long fetching a file may take.
    """

    tries: int
    back_off: float
    at_once: int
    patience: timedelta = timedelta(hours=1)
    chat_pauses: dict[str, float] = field(default_factory=dict)
    files: FileRules = FileRules()  # noqa: RUF009 - frozen
    file_seconds: float = 20.0
    fetch_tries: int = 4

    def chat_pause(self, wire: str) -> timedelta:
        return timedelta(seconds=self.chat_pauses.get(wire, 0.0))

    def pause(self, tries: int) -> timedelta:
        """Full jitter: a random part of an exponential pause."""
        longest = min(self.back_off, _FIRST_BACK_OFF_SECONDS * 2 ** min(tries % RESENT_MARK, _MOST_DOUBLINGS))
        return timedelta(seconds=random.uniform(0, longest))


async def through_wire(sender: Sender, row: OutboxRow, clearance: Clearance) -> Sent:
    """One row out; whatever goes wrong in it, nobody knows whether it arrived."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await _call(sender, row, clearance)
    except TimeoutError:
        return Sent(SendResult.UNKNOWN, problem="TimeoutError")
    except Exception as error:
        log.exception("the wire %s broke on row %s", row.wire, row.id)
        return Sent(SendResult.UNKNOWN, problem=type(error).__name__)


def _call(sender: Sender, row: OutboxRow, clearance: Clearance) -> Awaitable[Sent]:
    if row.kind == "hide":
        return sender.hide(row.address, json.loads(row.body)["ref"])
    rendered = RENDERED.validate_json(row.body)
    if row.kind == "amend":
        return sender.amend(row.address, clearance.ref, rendered)
    return sender.send(row.address, rendered, by_person=row.kind == "person", late=clearance.late)


async def through_fetch(sender: Sender, source: str, rules: SendRules) -> Fetched:
    """One file in, or why not."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await sender.fetch(source, rules.files.largest, rules.file_seconds)
    except TimeoutError:
        return Fetched(SendResult.UNKNOWN, problem="TimeoutError")
    except Exception as error:
        log.exception("the wire broke on a file")
        return Fetched(SendResult.UNKNOWN, problem=type(error).__name__)
