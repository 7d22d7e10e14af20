"""The Bot API on a loopback port: as strict as Telegram about what it is sent, with faults on order.

`shown` is the ledger of what people would have seen: a message that was accepted is in it even when its sender never
got an answer. Error descriptions are Telegram's own.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.loopback import Loopback
from tests.fakes.telegram_faults import Fault, FaultKind, Refusal, raise_before_doing, refused
from tests.fakes.telegram_rules import CHAT_ACTIONS, Json, wrong_introduction, wrong_message, wrong_search_answer
from tests.fakes.telegram_shown import Shown, as_message

__all__ = ["TOKEN", "FakeTelegram", "Fault", "FaultKind", "Json", "Refusal", "Shown", "wrong_message"]

TOKEN = "123456789:AAF-not_a_real_token_0123456789abcdef"
LONGEST_POLL_SECONDS = 0.4  # a long poll never makes a test wait longer
LARGEST_FILE = 20 * 1024 * 1024  # bytes; what bots may download
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


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
    pinned: list[tuple[int, int]] = field(default_factory=list)  # (chat, message), oldest first
    typing: list[int] = field(default_factory=list)  # chats that were shown it
    files: dict[str, bytes] = field(default_factory=dict)  # what file ids stand for; larger than 20 MB is not given out
    claimed_size: int | None = None  # what getFile says instead of the size
    claimed_path: str | None = "all/"  # and instead of the path; a folder is completed
    download_answer: tuple[int, dict[str, str]] = (200, {})  # status and headers of a file
    searches: dict[str, Json] = field(default_factory=dict)  # inline query id -> its answer
    about: dict[tuple[str, str], object] = field(default_factory=dict)  # (what, language code) -> what is shown

    def __post_init__(self) -> None:
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        routes = [
            Route("/bot{token}/{method}", self._answer, methods=["POST"]),
            Route("/file/bot{token}/{path:path}", self._give_file, methods=["GET"]),
        ]
        self._server = Loopback(Starlette(routes=routes))

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

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
        self.pinned, self.typing, self.files, self.searches, self.about = [], [], {}, {}, {}
        self.claimed_size, self.claimed_path, self.download_answer = None, "all/", (200, {})
        self._faults.clear()

    def calls(self, method: str) -> list[Json]:
        return [params for asked, params in self.asked if asked == method]

    # --- the server ---

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        if request.path_params["token"] != TOKEN:
            return refused(Refusal(401, "Unauthorized"))
        params: Json = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        self.asked.append((method, params))
        fault = self._faults[method].popleft() if self._faults[method] else None
        try:
            raise_before_doing(fault)
            result = await self._do(method, params)
        except Refusal as refusal:
            return refused(refusal)
        return await self._deliver(fault, request, result)

    async def _do(self, method: str, params: Json) -> object:
        match method:
            case "getMe":
                return {"id": 123456789, "is_bot": True, "first_name": "Туслах", "username": "tuslakh_test_bot"}
            case "getUpdates":
                return await self._updates(params)
            case "sendMessage":
                return self._show(params)
            case "editMessageText":
                return self._edit(params)
            case "pinChatMessage" | "unpinChatMessage":
                return self._pin(params, method == "pinChatMessage")
            case "sendChatAction":
                return self._act(params)
            case "getFile":
                return self._file(params["file_id"])
            case "answerInlineQuery":
                return self._search_answered(params)
            case "setMyCommands" | "setMyDescription" | "setMyShortDescription":
                return self._introduced(method.removeprefix("setMy"), params)
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
            while not self._server.closing:
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

    def _chat(self, params: Json) -> int:
        chat_id = int(params["chat_id"])
        if chat_id in self.gone:
            raise Refusal(400, "Bad Request: chat not found")
        if chat_id in self.migrated:
            new = {"migrate_to_chat_id": self.migrated[chat_id]}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", new)
        return chat_id

    def _message(self, params: Json, purpose: str) -> Shown:
        wanted = self._chat(params), int(params["message_id"])
        for message in self.shown:
            if (message.chat_id, message.message_id) == wanted and not message.deleted:
                return message
        raise Refusal(400, f"Bad Request: message to {purpose} not found")

    def _show(self, params: Json) -> Json:
        chat_id = self._chat(params)
        if wrong := wrong_message(params):
            raise Refusal(400, wrong)
        message = Shown(chat_id, 1000 + len(self.shown), params["text"].strip(), params)
        self.shown.append(message)
        return as_message(message)

    def _edit(self, params: Json) -> Json:
        message = self._message(params, "edit")
        if wrong := wrong_message(params):
            raise Refusal(400, wrong)
        changed = Shown(message.chat_id, message.message_id, params["text"].strip(), params)
        if (changed.text, changed.entities, changed.buttons) == (message.text, message.entities, message.buttons):
            raise Refusal(400, f"Bad Request: {_UNCHANGED}")
        message.text, message.params = changed.text, params
        return as_message(message)

    def _pin(self, params: Json, up: bool) -> bool:
        message = self._message(params, "pin" if up else "unpin")
        place = (message.chat_id, message.message_id)
        if not up and place not in self.pinned:
            raise Refusal(400, "Bad Request: message to unpin not found")
        self.pinned = [other for other in self.pinned if other != place] + ([place] if up else [])
        return True

    def _act(self, params: Json) -> bool:
        chat_id = self._chat(params)
        if params.get("action") not in CHAT_ACTIONS:
            raise Refusal(400, "Bad Request: wrong parameter action in request")
        self.typing.append(chat_id)
        return True

    def _file(self, file_id: str) -> Json:
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        if size > LARGEST_FILE:
            raise Refusal(400, "Bad Request: file is too big")
        path = f"all/{file_id}" if self.claimed_path == "all/" else self.claimed_path
        told = {"file_size": self.claimed_size or size, "file_path": path}
        return {"file_id": file_id, "file_unique_id": f"u{file_id}"} | told

    async def _give_file(self, request: Request) -> Response:
        """Faults are ordered under the name `download`."""
        token, path = request.path_params["token"], request.path_params["path"]
        content = self.files.get(path.removeprefix("all/"))
        if token != TOKEN or content is None:
            return refused(Refusal(404, "Not Found"))
        self.asked.append(("download", {"path": path}))
        fault = self._faults["download"].popleft() if self._faults["download"] else None
        match fault:
            case Fault(FaultKind.HANG):
                while not self._server.closing:
                    await asyncio.sleep(0.02)
            case Fault(FaultKind.RESET):
                request.scope["transport"].abort()
            case Fault(FaultKind.GARBAGE):  # breaks off in the middle
                return Response(content[: len(content) // 2], headers={"Content-Length": str(len(content))})
            case Fault():
                return PlainTextResponse("no", 500)
        status, headers = self.download_answer
        return Response(content, status, headers, media_type="application/octet-stream")

    def _search_answered(self, params: Json) -> bool:
        if wrong := wrong_search_answer(params):
            raise Refusal(400, wrong)
        if params["inline_query_id"] in self.searches or params["inline_query_id"] in self.stale_presses:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.searches[params["inline_query_id"]] = params
        return True

    def _introduced(self, what: str, params: Json) -> bool:
        if wrong := wrong_introduction(what, params):
            raise Refusal(400, wrong)
        key = {"Commands": "commands", "Description": "description", "ShortDescription": "short_description"}[what]
        shown = json.loads(params[key]) if what == "Commands" else params[key]
        self.about[key, params.get("language_code", "")] = shown
        return True

    def _delete(self, params: Json) -> bool:
        self._message(params, "delete").deleted = True
        return True

    def _press_answered(self, id_: str) -> bool:
        if id_ in self.stale_presses:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.answered.append(id_)
        return True

    def _webhook_info(self) -> Json:
        fixed = {"has_custom_certificate": False, "pending_update_count": len(self.pending)}
        return {"url": self.webhook.get("url", ""), **fixed}
