"""Our own codes by SMS: made, counted, sent once, and never told apart in the chat.

What a chat hears is decided before anybody knows whether the register number exists or has a phone. From there on it
hears "on its way", after the same time, whatever really happens: no phone, a cap, a gateway that says no. The one thing
told after the look-up is a phone that changed within the week (row O10), as its owner must learn why no code comes.
The code itself is in memory and in the SMS; the database holds a keyed digest.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bots.code_ledger import CodeLedger, Reserved, Told, Wanted
from connectors.sms import Receipt, SmsGateway, SmsResult, SmsSent
from dialogs.messages import RegistryResult
from dialogs.verification.codes import CODE_DIGITS
from knowledge.outbox_rows import OutboxRow

log = logging.getLogger(__name__)
_FAILED = (RegistryResult.UNAVAILABLE, RegistryResult.UNKNOWN)
_REST = timedelta(seconds=60)  # a gateway that could not be reached is left alone for so long
_UNAVAILABLE = Told(RegistryResult.UNAVAILABLE)
_ON_ITS_WAY = Told(RegistryResult.DONE)


class PhoneBook(Protocol):
    """What of the registry is needed."""

    async def find_phone(self, register_number: str) -> tuple[RegistryResult, str]: ...


@dataclass(frozen=True)
class Pace:
    """`told_after`: seconds until the chat hears anything, whatever it is; `again_after`: pauses before the second and
    third try of a message that certainly never left; `at_most`: seconds for one call of the gateway."""

    told_after: float = 1.5
    again_after: tuple[float, ...] = (1.0, 4.0)
    at_most: float = 30.0


class OwnCodes:
    """`gateway` None: own codes are off, and everybody hears that it does not work now."""

    def __init__(
        self,
        ledger: CodeLedger,
        gateway: SmsGateway | None,
        phones: PhoneBook,
        clock: Callable[[], datetime],
        pace: Pace = Pace(),
    ) -> None:
        self._ledger, self._gateway, self._phones, self._clock, self._pace = ledger, gateway, phones, clock, pace
        self._rests_until: datetime | None = None
        self._under_way = set[asyncio.Task[None]]()

    async def send(self, row: OutboxRow) -> Told:
        """What the chat is to hear of one `send-code` row; the message itself may still be on its way out."""
        body = json.loads(row.body)
        wanted = Wanted(row.conversation_id, body["challenge"], body["number"])
        until = asyncio.get_running_loop().time() + self._pace.told_after
        told = await self._told(wanted)
        await asyncio.sleep(until - asyncio.get_running_loop().time())
        return told

    async def finish(self) -> None:
        """Waits for what is being sent right now."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def take_receipt(self, receipt: Receipt) -> bool:
        """From whichever wire it came; true when it said something new about a message of ours."""
        if self._gateway is None:
            return False
        return await asyncio.to_thread(self._ledger.take_receipt, self._gateway.name, receipt, self._clock())

    # --- one code ---

    async def _told(self, wanted: Wanted) -> Told:
        """Everything that goes wrong on our side means: nothing is sent."""
        gateway, now = self._gateway, self._clock()
        if gateway is None or self._is_resting(now):
            return _UNAVAILABLE
        try:
            if told := await asyncio.to_thread(self._ledger.look, wanted, now):
                return told
            result, phone = await self._phones.find_phone(wanted.register_number)
            if result in _FAILED:
                return _UNAVAILABLE
            code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
            reserved = await asyncio.to_thread(self._ledger.reserve, wanted, phone, code, gateway, self._clock())
        except Exception as error:
            log.error("an own code could not be made: %s", type(error).__name__)
            return _UNAVAILABLE
        if isinstance(reserved, Told):
            return reserved
        if reserved is not None:
            self._start(gateway, wanted, reserved)
        return _ON_ITS_WAY

    def _is_resting(self, now: datetime) -> bool:
        """Not for longer when the clock is put back."""
        return self._rests_until is not None and self._rests_until - _REST <= now < self._rests_until

    def _start(self, gateway: SmsGateway, wanted: Wanted, reserved: Reserved) -> None:
        task = asyncio.create_task(self._deliver(gateway, wanted, reserved))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, gateway: SmsGateway, wanted: Wanted, reserved: Reserved) -> None:
        """What cannot be recorded stays `asked` in the ledger and counts as sent."""
        try:
            sent = await self._out(gateway, wanted, reserved)
            await asyncio.to_thread(self._ledger.ended, reserved.sms_id, sent)
        except Exception as error:
            log.error("an own code's end could not be recorded: %s", type(error).__name__)

    async def _out(self, gateway: SmsGateway, wanted: Wanted, reserved: Reserved) -> SmsSent:
        """Once; only what certainly never left is tried again, and only while the code is of use."""
        sent = SmsSent(SmsResult.NOT_SENT)
        for pause in (0.0, *self._pace.again_after):
            await asyncio.sleep(pause)
            now = self._clock()
            if not await asyncio.to_thread(self._ledger.is_wanted, wanted, now):
                return sent
            sent = await self._once(gateway, reserved, reserved.expires_at - now)
            if sent.result is not SmsResult.NOT_SENT:
                return sent
        self._rests_until = self._clock() + _REST
        return sent

    async def _once(self, gateway: SmsGateway, reserved: Reserved, lives: timedelta) -> SmsSent:
        try:
            async with asyncio.timeout(self._pace.at_most):
                return await gateway.send(reserved.to, reserved.text, reserved.sms_id, lives)
        except Exception as error:
            log.error("the SMS gateway broke: %s", type(error).__name__)
            return SmsSent(SmsResult.UNKNOWN, problem=type(error).__name__)
