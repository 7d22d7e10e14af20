"""An SMS gateway of the CallPro kind: JSON in, an id out, the message on the phone's page, a receipt afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.people import BY_PHONE
from bots.sandbox.switches import Switch
from bots.sandbox.world import SandboxWorld
from bots.web.bodies import BodyTooLarge, read_body

PATH = "/sandbox/sms/v1/send"
SIGNATURE_HEADER = "X-Signature"  # hex HMAC-SHA-256 of the raw body
MAX_BODY_BYTES = 16 * 1024
MAX_TEXT = 1000
_SECONDS = 10.0
_NUMBER = re.compile(r"(?:\+?976)?([0-9]{8})")


class Post(Protocol):
    """How a receipt goes out."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int: ...


@dataclass(frozen=True)
class Receipts:
    """Where delivery receipts go and the secret under which they stand; without `url` none are sent."""

    url: str
    secret: str = field(repr=False)
    wire: Post


@dataclass(frozen=True)
class _Sms:
    number: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class SmsGateway:
    """`POST {from, to, text}` with the header `x-api-key`; `id` comes back. Numbers: +976 or not, eight digits."""

    world: SandboxWorld
    api_key: str = field(repr=False)
    receipts: Receipts | None = None
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def routes(self) -> list[Route]:
        return [Route(PATH, self.send, methods=["POST"])]

    async def send(self, request: Request) -> Response:
        """An accepted message is accepted even if the answer never comes: `SMS_HANGS` delivers first."""
        switches = self.world.switches
        if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self.api_key.encode()):
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        sms = await _read(request)
        if sms is None:
            return JSONResponse({"error": "bad request"}, status_code=400)
        if switches.is_on(Switch.SMS_REFUSED):
            return JSONResponse({"error": "not enough credit"}, status_code=402)
        reference = secrets.token_hex(8)
        await self._accept(sms, reference)
        if switches.is_on(Switch.SMS_HANGS):
            await asyncio.sleep(self.world.pauses.slow)
        return JSONResponse({"id": reference})

    async def settle(self) -> None:
        """Until every receipt that is under way has gone."""
        await asyncio.gather(*self._under_way)

    async def _accept(self, sms: _Sms, reference: str) -> None:
        """Put it on the phone unless it gets lost; who has roaming off gets neither message nor receipt."""
        person, switches = BY_PHONE.get(sms.number), self.world.switches
        if switches.is_on(Switch.SMS_LOST) or (person and not person.receives_sms):
            return
        late = switches.is_on(Switch.SMS_LATE) or (person is not None and person.sms_late)
        wait = self.world.pauses.late if late else timedelta()
        if person:
            await asyncio.to_thread(self.world.deliver, sms.number, sms.text, wait)
        if self.receipts:
            told = asyncio.create_task(self._tell(self.receipts, reference, "delivered" if person else "failed", wait))
            self._under_way.add(told)
            told.add_done_callback(self._under_way.discard)

    async def _tell(self, receipts: Receipts, reference: str, status: str, wait: timedelta) -> None:
        await asyncio.sleep(wait.total_seconds())
        body = json.dumps({"id": reference, "status": status}).encode()
        signature = hmac.new(receipts.secret.encode(), body, hashlib.sha256).hexdigest()
        await receipts.wire.post(receipts.url, body, {"Content-Type": "application/json", SIGNATURE_HEADER: signature})


async def _read(request: Request) -> _Sms | None:
    try:
        fields = json.loads(await read_body(request, MAX_BODY_BYTES, _SECONDS))
    except (BodyTooLarge, TimeoutError, ClientDisconnect, ValueError, RecursionError):
        return None
    match fields:
        case {"from": str(), "to": str(number), "text": str(text)} if 0 < len(text) <= MAX_TEXT:
            found = _NUMBER.fullmatch(number)
            return _Sms(found[1], text) if found else None
    return None
