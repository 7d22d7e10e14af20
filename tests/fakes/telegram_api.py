"""The Bot API on a loopback port: as strict as Telegram about what it is sent, with faults on order.

`shown` is the ledger of what people would have seen: a message that was accepted is in it even when its sender never
got an answer. Error descriptions are Telegram's own.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

Json = dict[str, Any]

TOKEN = "123456789:AAF-not_a_real_token_0123456789abcdef"
LONGEST_POLL_SECONDS = 0.4  # a long poll never makes a test wait longer
_ACTIONS = ("url", "callback_data", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")
_ENTITY_TYPES = {"bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link", "blockquote"}


class FaultKind(StrEnum):
    FLOOD = "flood"  # 429, nothing is done
    BLOCKED = "blocked"  # 403, nothing is done
    ERROR = "error"  # 500, nothing is done; the sender cannot know that
    HANG = "hang"  # done, never answered
    RESET = "reset"  # done, then the connection is torn down
    GARBAGE = "garbage"  # done, answered with JSON that breaks off


@dataclass(frozen=True)
class Fault:
    kind: FaultKind
    retry_after: int | None = None


@dataclass
class Shown:
    """A message in somebody's chat. `params` is what was asked for, as it came."""

    chat_id: int
    message_id: int
    text: str
    params: Json
    deleted: bool = False

    @property
    def entities(self) -> list[Json]:
        return list(json.loads(self.params.get("entities", "[]")))

    @property
    def buttons(self) -> list[list[Json]]:
        return list(json.loads(self.params.get("reply_markup", "{}")).get("inline_keyboard", []))


class Refusal(Exception):
    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class FakeTelegram:
    """Use it as a context manager. `pending` are updates nobody has acknowledged yet."""

    pending: list[Json] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    asked: list[tuple[str, Json]] = field(default_factory=list)  # every call: method, parameters
    gone: set[int] = field(default_factory=set)  # chats that do not exist
    migrated: dict[int, int] = field(default_factory=dict)  # group -> supergroup
    stale_presses: set[str] = field(default_factory=set)
    webhook: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._closing = False
        route = Route("/bot{token}/{method}", self._answer, methods=["POST"])
        config = uvicorn.Config(
            Starlette(routes=[route]),
            http=_Protocol,
            lifespan="off",
            log_config=None,
            access_log=False,  # the paths hold the token
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> FakeTelegram:
        self._thread.start()
        deadline = time.monotonic() + 5
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError("the fake Bot API did not start")
            time.sleep(0.005)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()

    def fail(self, method: str, kind: FaultKind, retry_after: int | None = None, times: int = 1) -> None:
        """The next calls of this method meet the fault."""
        self._faults[method].extend([Fault(kind, retry_after)] * times)

    def fail_at(self, call: int, method: str, kind: FaultKind, retry_after: int | None = None) -> None:
        """Only the call with this number meets the fault, counted from 1 and from now."""
        self._faults[method].extend([None] * (call - 1) + [Fault(kind, retry_after)])

    def forget(self) -> None:
        """As it was at the start, for a server that tests share."""
        self.pending, self.shown, self.answered, self.asked = [], [], [], []
        self.gone, self.migrated, self.stale_presses, self.webhook = set(), {}, set(), {}
        self._faults.clear()

    def calls(self, method: str) -> list[Json]:
        return [params for asked, params in self.asked if asked == method]

    # --- the server ---

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return _refused(Refusal(401, "Unauthorized"))
        params: Json = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        self.asked.append((method, params))
        fault = self._faults[method].popleft() if self._faults[method] else None
        try:
            _raise_before_doing(fault)
            result = await self._do(method, params)
        except Refusal as refusal:
            return _refused(refusal)
        return await self._deliver(fault, request, result)

    async def _do(self, method: str, params: Json) -> object:
        match method:
            case "getMe":
                return {"id": 123456789, "is_bot": True, "first_name": "Туслах", "username": "tuslakh_test_bot"}
            case "getUpdates":
                return await self._updates(params)
            case "sendMessage":
                return self._show(params)
            case "deleteMessage":
                return self._delete(params)
            case "answerCallbackQuery":
                return self._press_answered(params["callback_query_id"])
            case "setWebhook" | "deleteWebhook":
                self.webhook = params if method == "setWebhook" else {}
                return True
            case "getWebhookInfo":
                return self._webhook_info()
            case _:
                raise Refusal(404, "Not Found")

    async def _deliver(self, fault: Fault | None, request: Request, result: object) -> Response:
        if fault and fault.kind is FaultKind.HANG:
            while not self._closing:
                await asyncio.sleep(0.02)
        if fault and fault.kind is FaultKind.RESET:
            request.scope["transport"].abort()
        if fault and fault.kind is FaultKind.GARBAGE:
            return PlainTextResponse(json.dumps({"ok": True, "result": result}, ensure_ascii=False)[:-1])
        # Telegram escapes what is not ASCII; so half a character can be handed out too.
        return Response(json.dumps({"ok": True, "result": result}), media_type="application/json")

    async def _updates(self, params: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        if "offset" in params:
            self.pending = [update for update in self.pending if update["update_id"] >= int(params["offset"])]
        deadline = time.monotonic() + min(int(params.get("timeout", 0)), LONGEST_POLL_SECONDS)
        while not self.pending and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        return self.pending[: int(params.get("limit", 100))]

    def _show(self, params: Json) -> Json:
        chat_id = int(params["chat_id"])
        if chat_id in self.gone:
            raise Refusal(400, "Bad Request: chat not found")
        if chat_id in self.migrated:
            new = {"migrate_to_chat_id": self.migrated[chat_id]}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", new)
        if wrong := wrong_message(params):
            raise Refusal(400, wrong)
        message = Shown(chat_id, 1000 + len(self.shown), params["text"].strip(), params)
        self.shown.append(message)
        chat = {"id": chat_id, "type": "private", "first_name": "Бат"}
        return {"message_id": message.message_id, "date": int(time.time()), "chat": chat, "text": message.text}

    def _delete(self, params: Json) -> bool:
        wanted = int(params["chat_id"]), int(params["message_id"])
        for message in self.shown:
            if (message.chat_id, message.message_id) == wanted and not message.deleted:
                message.deleted = True
                return True
        raise Refusal(400, "Bad Request: message to delete not found")

    def _press_answered(self, id_: str) -> bool:
        if id_ in self.stale_presses:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(id_)
        return True

    def _webhook_info(self) -> Json:
        fixed = {"has_custom_certificate": False, "pending_update_count": len(self.pending)}
        return {"url": self.webhook.get("url", ""), **fixed}


class _Protocol(H11Protocol):
    """Puts the connection into the scope, so that a fault can tear it down."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.access_log = False  # the paths hold the token
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "transport": transport}, receive, send)

        self.app = with_transport


def wrong_message(params: Json) -> str:
    """What Telegram would say against a sendMessage; nothing when it would be shown."""
    text = params.get("text", "")
    if not text.strip():
        return "Bad Request: message text is empty"
    if len(text.encode("utf-16-le")) > 2 * 4096:
        return "Bad Request: message is too long"
    entities = json.loads(params.get("entities", "[]"))
    rows = json.loads(params.get("reply_markup", "{}")).get("inline_keyboard", [])
    problems = [_wrong_entity(entity, text) for entity in entities]
    problems += [_wrong_button(button) for row in rows for button in row]
    return next((problem for problem in problems if problem), "")


def _wrong_entity(entity: Json, text: str) -> str:
    encoded = text.encode("utf-16-le")
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if entity["type"] not in _ENTITY_TYPES:
        return "Bad Request: can't parse entities: unsupported entity type"
    if start < 0 or entity["length"] <= 0 or 2 * end > len(encoded):
        return f"Bad Request: can't parse entities: entity at {start} is out of the text"
    if any(0xDC <= encoded[2 * edge + 1] <= 0xDF for edge in (start, end) if 2 * edge < len(encoded)):
        return f"Bad Request: can't parse entities: entity begins or ends in the middle of a UTF-16 symbol at {start}"
    if (entity["type"] == "text_link") != bool(entity.get("url")):
        return "Bad Request: can't parse entities: a text_link has a URL, nothing else has"
    return ""


def _wrong_button(button: Json) -> str:
    if not button.get("text", "").strip():
        return 'Bad Request: can\'t parse inline keyboard button: field "text" must not be empty'
    if sum(action in button for action in _ACTIONS) != 1:
        return "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
    data = button.get("callback_data", "x").encode()
    return "" if 1 <= len(data) <= 64 else "Bad Request: BUTTON_DATA_INVALID"


def _raise_before_doing(fault: Fault | None) -> None:
    match fault:
        case Fault(FaultKind.FLOOD, retry_after):
            wait = None if retry_after is None else {"retry_after": retry_after}
            raise Refusal(429, f"Too Many Requests: retry after {retry_after}", wait)
        case Fault(FaultKind.BLOCKED):
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        case Fault(FaultKind.ERROR):
            raise Refusal(500, "Internal Server Error")
        case _:
            return


def _refused(refusal: Refusal) -> JSONResponse:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return JSONResponse(body, refusal.status)
