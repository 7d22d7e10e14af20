"""The Graph API on a loopback port: as strict as Meta about what it is sent, with faults on order and a clock by hand.

`shown` is the ledger of what people would have seen: a message that was accepted is in it even when its sender never
got an answer. Codes are Meta's own.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.graph_rules import wrong_message
from tests.fakes.loopback import Loopback

Json = dict[str, Any]

PAGE, APP = "104000000000001", "555000000000001"
TOKEN = "EAAB0not0a0real0token0123456789abcdef"
VERSION = "v23.0"
HOUR = 3600.0
_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG")


class FaultKind(StrEnum):
    REFUSED = "refused"  # an error of the Graph API, nothing is done
    NOT_META = "not-meta"  # a page of somebody in between, nothing is done
    HANG = "hang"  # done, never answered
    RESET = "reset"  # done, then the connection is torn down
    GARBAGE = "garbage"  # done, answered with JSON that breaks off
    EMPTY = "empty"  # done, answered with an object that says nothing


@dataclass(frozen=True)
class Fault:
    kind: FaultKind = FaultKind.REFUSED
    status: int = 400
    code: int = 0
    subcode: int = 0
    wait_minutes: int = 0  # in the usage header


@dataclass(frozen=True)
class Shown:
    """A message in somebody's chat; `asked` is the request's body as it came."""

    psid: str
    mid: str
    message: Json
    asked: Json


class Refusal(Exception):
    def __init__(self, status: int, code: int, subcode: int = 0, message: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.subcode = status, code, subcode


@dataclass
class FakeGraph:
    """Use it as a context manager. `heard`: when each person last wrote, in seconds of `now`."""

    now: float = 0.0
    heard: dict[str, float] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    shown: list[Shown] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    asked: list[tuple[str, Json]] = field(default_factory=list)  # every call: verb and address, body
    fields: set[str] | None = None  # what our app is subscribed to
    profile: Json = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        routes = [
            Route("/files/{name}", self._file, methods=["GET"]),
            Route(f"/{VERSION}/{{page}}/{{edge}}", self._answer, methods=["GET", "POST"]),
        ]
        self._server = Loopback(Starlette(routes=routes))

    @property
    def url(self) -> str:
        return f"{self._server.url}/{VERSION}"

    def __enter__(self) -> FakeGraph:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def fail(self, edge: str, fault: Fault, times: int = 1, after: int = 0) -> None:
        """The next calls of this edge meet the fault, `after` so many that do not."""
        self._faults[edge].extend([None] * after + [fault] * times)

    def forget(self) -> None:
        """As it was at the start, for a server that tests share."""
        self.now, self.fields = 0.0, None
        self.heard, self.blocked, self.profile, self.files = {}, set(), {}, {}
        self.shown, self.typing, self.asked = [], [], []
        self._faults.clear()

    def hear(self, psid: str) -> None:
        """They write now: that opens the window."""
        self.heard[psid] = self.now

    def file_address(self, name: str) -> str:
        return f"{self._server.url}/files/{name}"

    # --- the server ---

    async def _answer(self, request: Request) -> Response:
        raw = await request.body()
        body: Json = json.loads(raw) if raw else {}
        self.asked.append((f"{request.method} {request.url.path}?{request.url.query}", body))
        faults = self._faults[request.path_params["edge"]]
        fault = faults.popleft() if faults else None
        if fault and fault.kind in (FaultKind.REFUSED, FaultKind.NOT_META):
            return _broken(fault)
        try:
            result = self._do(request, body)
        except Refusal as refusal:
            return _refused(refusal.status, refusal.code, refusal.subcode)
        return await self._delivered(fault, request, result)

    def _do(self, request: Request, body: Json) -> Json:
        if request.headers.get("authorization") != f"Bearer {TOKEN}" or request.path_params["page"] != PAGE:
            raise Refusal(400, 190, message="Invalid OAuth access token.")
        match request.method, request.path_params["edge"]:
            case "POST", "messages":
                return self._say(body)
            case "POST", "messenger_profile":
                self.profile = body
                return {"result": "success"}
            case "POST", "subscribed_apps":
                self.fields = set(body["subscribed_fields"].split(","))
                return {"success": True}
            case "GET", "subscribed_apps":
                others = {"id": "263902037430900", "name": "Page Inbox", "subscribed_fields": ["messages"]}
                ours = {"id": APP, "name": "Tuslakh", "subscribed_fields": sorted(self.fields or ())}
                return {"data": [others, *([ours] if self.fields is not None else [])]}
            case _:
                raise Refusal(400, 2500, message="Unknown path components")

    def _say(self, body: Json) -> Json:
        psid = body["recipient"]["id"]
        if psid in self.blocked:
            raise Refusal(400, 551, 1545041)
        if psid not in self.heard:
            raise Refusal(400, 100, 2018001)
        self._check_window(psid, body)
        if "sender_action" in body:
            self.typing.append(psid)
            return {"recipient_id": psid}
        if problem := wrong_message(body.get("message")):
            raise Refusal(400, 100, message=problem)
        mid = f"m_{len(self.shown)}"
        self.shown.append(Shown(psid, mid, body["message"], body))
        return {"recipient_id": psid, "message_id": mid}

    def _check_window(self, psid: str, body: Json) -> None:
        kind, tag = body.get("messaging_type", "RESPONSE"), body.get("tag")
        if kind not in _TYPES or (tag is not None) != (kind == "MESSAGE_TAG") or tag not in (None, "HUMAN_AGENT"):
            raise Refusal(400, 100, message="a retired or misplaced tag")
        longest = 7 * 24 * HOUR if tag else 24 * HOUR
        if self.now - self.heard[psid] >= longest:
            raise Refusal(400, 10, 2018278)

    async def _delivered(self, fault: Fault | None, request: Request, result: Json) -> Response:
        kind = fault.kind if fault else None
        if kind is FaultKind.HANG:
            while not self._server.closing:
                await asyncio.sleep(0.02)
        if kind is FaultKind.RESET:
            request.scope["transport"].abort()
        if kind is FaultKind.GARBAGE:
            return PlainTextResponse(json.dumps(result)[:-1])
        return JSONResponse({} if kind is FaultKind.EMPTY else result)

    async def _file(self, request: Request) -> Response:
        """`moved` leads elsewhere, `packed` is compressed, `slow` never ends, the others are in `files` or are not."""
        name = request.path_params["name"]
        self.asked.append((f"GET {request.url.path}", dict(request.headers)))
        if name == "moved":
            return RedirectResponse(self.file_address("other"), 302)
        if name == "packed":
            return Response(b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
        if name in ("slow", "endless"):
            return StreamingResponse(self._endless(0.02 if name == "slow" else 0.0))
        return Response(self.files[name]) if name in self.files else Response(status_code=403)

    async def _endless(self, pause: float) -> Any:
        while not self._server.closing:
            yield b"x" * 65536
            await asyncio.sleep(pause)


def _broken(fault: Fault) -> Response:
    if fault.kind is FaultKind.NOT_META:
        return PlainTextResponse("<html>somebody in between</html>", fault.status)
    return _refused(fault.status, fault.code, fault.subcode, fault.wait_minutes)


def _refused(status: int, code: int, subcode: int = 0, wait_minutes: int = 0) -> Response:
    error: Json = {"message": f"(#{code}) TOKEN сайн уу", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    usage = {PAGE: [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": wait_minutes}]}
    headers = {"X-Business-Use-Case-Usage": json.dumps(usage)} if wait_minutes else {}
    return JSONResponse({"error": error | ({"error_subcode": subcode} if subcode else {})}, status, headers)
