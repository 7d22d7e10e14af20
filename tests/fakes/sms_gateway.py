"""An SMS gateway over HTTP: accepts, refuses, accepts and then says nothing, breaks off; keeps what reached a phone."""

from __future__ import annotations

import asyncio
import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.loopback import Loopback

RECEIPT_SECRET = b"receipt-secret"
KEY = "gateway-key"
_STEP_SECONDS = 0.02


@dataclass
class FakeSmsGateway:
    """`behaves`: accept, refuse, hang (accepts first), tear (accepts first), garbage, or an HTTP status."""

    behaves: str | int = "accept"
    delivered: list[tuple[str, str]] = field(default_factory=list)  # (to, text)
    asked: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        routes = [Route("/v1/send", self._send, methods=["GET", "POST"])]
        self._server = Loopback(Starlette(routes=routes))
        self._server.start()

    @property
    def url(self) -> str:
        return f"{self._server.url}/v1/send"

    def stop(self) -> None:
        self._server.stop()

    async def _send(self, request: Request) -> Response:
        body = await request.body()
        self.asked.append(request)
        self.bodies.append(body)
        if request.headers.get("x-api-key") != KEY:
            return JSONResponse({"error": "key"}, 401)
        told = json.loads(body) if body[:1] == b"{" else dict(request.query_params) or await _form(request)
        if isinstance(self.behaves, int):
            return JSONResponse({}, self.behaves)
        if self.behaves == "refuse":
            return JSONResponse({"status": "no", "id": ""})
        if self.behaves == "garbage":
            return Response(b"<html>")
        self.delivered.append((told["to"], told["text"]))
        return await self._accepted(request)

    async def _accepted(self, request: Request) -> Response:
        if self.behaves == "tear":
            request.scope["transport"].abort()
        while self.behaves == "hang" and not self._server.closing:
            await asyncio.sleep(_STEP_SECONDS)
        return JSONResponse({"status": "ok", "id": f"m{len(self.delivered)}"})


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


def receipt(ref: str, status: str) -> tuple[bytes, str]:
    """A receipt's body and its signature."""
    body = json.dumps({"id": ref, "status": status}).encode()
    return body, hmac.new(RECEIPT_SECRET, body, sha256).hexdigest()
