"""ХУР on this machine: who may call is checked as the real one checks it, then the operation is answered."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.sandbox.keys import SandboxKeys
from bots.sandbox.pki import Pki
from bots.sandbox.registry_operations import BAD_REQUEST, OPERATIONS, Office
from bots.sandbox.registry_soap import NAMESPACES, Answer, NotACall, read_call, write_answer, write_fault, write_wsdl
from bots.sandbox.switches import Switch
from bots.sandbox.world import SandboxWorld

MAX_BODY_BYTES = 256 * 1024
MAX_CLOCK_SKEW = timedelta(minutes=5)
PATH = "/sandbox/xyp"  # what a client's base address ends with
_XML = "text/xml; charset=utf-8"
_STAMP = re.compile(r"[0-9]{1,12}")


def registry_routes(world: SandboxWorld, keys: SandboxKeys, pki: Pki | None = None) -> list[Route]:
    """The address of every endpoint: POST to call, GET `?WSDL` to learn its namespace. `pki`: for signed approvals."""
    registry = _Registry(world, keys, pki)
    path = f"{PATH}/{{endpoint}}/ws"
    return [Route(path, registry.describe, methods=["GET"]), Route(path, registry.call, methods=["POST"])]


@dataclass(frozen=True)
class _Registry:
    world: SandboxWorld
    keys: SandboxKeys
    pki: Pki | None

    async def describe(self, request: Request) -> Response:
        endpoint = request.path_params["endpoint"]
        if endpoint not in NAMESPACES or request.url.query.lower() != "wsdl":
            return Response(status_code=404)
        return Response(write_wsdl(endpoint), media_type=_XML)

    async def call(self, request: Request) -> Response:
        endpoint = request.path_params["endpoint"]
        if endpoint not in NAMESPACES:
            return Response(status_code=404)
        if not request.headers.get("content-type", "").lower().startswith("text/xml"):
            return Response(status_code=415)
        body = await _read_body(request)
        if body is None:
            return Response(status_code=413)
        if self.world.switches.is_on(Switch.REGISTRY_SLOW):
            await asyncio.sleep(self.world.pauses.slow)
        return await run_in_threadpool(self._answer, endpoint, request.headers, body)

    def _answer(self, endpoint: str, headers: Headers, body: bytes) -> Response:
        try:
            call = read_call(body)
        except NotACall as error:
            return _fault(str(error))
        operation = OPERATIONS.get((endpoint, call.operation))
        if operation is None or call.namespace != NAMESPACES[endpoint]:
            return _fault("no such operation here")
        if not self._may_call(headers):
            answer = Answer(BAD_REQUEST, "Токен, хугацаа эсвэл гарын үсэг буруу байна")
        else:
            answer = operation(Office(self.world, self.pki, headers["timeStamp"]), call)
        return Response(write_answer(call, answer), media_type=_XML)

    def _may_call(self, headers: Headers) -> bool:
        """The token, a fresh time, and the signature over both (RSASSA-PKCS1-v1_5, SHA-256, base64)."""
        token, stamp = headers.get("accessToken", ""), headers.get("timeStamp", "")
        if not hmac.compare_digest(token.encode(), self.keys.access_token.encode()) or not _STAMP.fullmatch(stamp):
            return False
        if abs(self.world.now().timestamp() - int(stamp)) > MAX_CLOCK_SKEW.total_seconds():
            return False
        try:
            signature = base64.b64decode(headers.get("signature", ""), validate=True)
            self.keys.public_key.verify(signature, f"{token}.{stamp}".encode(), PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            return False
        return True


async def _read_body(request: Request) -> bytes | None:
    """The whole body, or None as soon as it is larger than the limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _fault(reason: str) -> Response:
    return Response(write_fault(reason), status_code=500, media_type=_XML)
