"""The routes of the chat: the page, what it posts, what it is sent. Everything that comes in goes to the inbox."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial, wraps
from typing import Any, TypeVar

from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.parts import Parts
from bots.web_chat.feed import CHANNEL, PAGE, ChatFeed, Item
from bots.web_chat.page import SHOWN, SHOWN_ON_REQUEST, ChatPage
from bots.web_chat.posted import entry_of, is_form, message_of, read_fields, read_start, start_of
from bots.web_chat.rate import MessageRate
from bots.web_chat.refusals import BUSY, NO_SESSION, TOO_FAST, UNAVAILABLE, Refused
from bots.web_chat.session import ChatSession, known_session, language_hint, remember, require_own_page, session_of
from bots.web_chat.uploads import look, read_upload, store
from connectors.web_chat import arrival

T = TypeVar("T")
log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 15
SEND_SECONDS = 30  # a page that takes no bytes for so long is gone
MOST_UPLOADS = 16  # at once: each may hold a whole file in memory
MOST_OF_ONE = 4  # uploads of one address at once
_PRIVATE = {"Cache-Control": "no-store"}
_RETRY_SECONDS = 2


def web_chat_routes(parts: Parts) -> list[Route]:
    """`/` and `/web/*`; `/static` is served by somebody else."""
    chat = _Chat(parts)
    return [
        Route("/", chat.page, methods=["GET"]),
        Route("/web/start", chat.start, methods=["POST"]),
        Route("/web/messages", chat.message, methods=["POST"]),
        Route("/web/files", chat.file, methods=["POST"]),
        Route("/web/events", _refusals_as_json(chat.events), methods=["GET"]),
        Route("/web/history", _refusals_as_json(chat.history), methods=["GET"]),
    ]


class _Chat:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rate = MessageRate(parts.settings.web_messages_a_minute, parts.clock)
        self._room = asyncio.Semaphore(MOST_UPLOADS)
        # Of an address: a new cookie costs nothing.
        self._uploads = MessageRate(parts.settings.uploads_a_minute, parts.clock)
        self._uploading: Counter[str] = Counter()

    async def page(self, request: Request) -> Response:
        session = session_of(request, self._parts.vault)
        return self._remembered(await self._page(request, session), session)

    async def start(self, request: Request) -> Response:
        """The first event of a chat, or an entry link's; a repeat changes nothing."""
        session, settings = session_of(request, self._parts.vault), self._parts.settings
        try:
            require_own_page(request, settings.base_url)
            fields = await read_start(request, settings.max_body_bytes, settings.body_timeout_seconds)
            return await self._taken(request, session, *start_of(fields))
        except Refused as refused:
            return await self._refusal(request, session, refused)

    async def message(self, request: Request) -> Response:
        session, fields, settings = session_of(request, self._parts.vault), dict[str, str](), self._parts.settings
        try:
            require_own_page(request, settings.base_url)
            fields = await read_fields(request, settings.max_body_bytes, settings.body_timeout_seconds)
            event_id, event = message_of(fields, is_form(request))
            return await self._taken(request, session, event_id, event)
        except Refused as refused:
            return await self._refusal(request, session, refused, fields.get("text", ""))

    async def file(self, request: Request) -> Response:
        """Looked at before it is taken, so that a refusal is this answer."""
        session, parts = session_of(request, self._parts.vault), self._parts
        try:
            require_own_page(request, parts.settings.base_url)
            async with self._place(request):
                upload = await read_upload(request, parts.settings)
                seen = await run_in_threadpool(look, upload, parts.settings)
            kept = partial(run_in_threadpool, store, parts, session.address, upload, seen, language_hint(request))
            return await self._answered(request, session, kept)
        except Refused as refused:
            return await self._refusal(request, session, refused)

    @contextlib.asynccontextmanager
    async def _place(self, request: Request) -> AsyncIterator[None]:
        """One of the few places for uploads, of which nobody holds many. Raises `Refused`."""
        host = request.client.host if request.client else ""
        if self._room.locked() or self._uploading[host] >= MOST_OF_ONE:
            raise Refused(BUSY, retry_after=_RETRY_SECONDS)
        if wait := self._uploads.take(host):
            raise Refused(TOO_FAST, retry_after=wait)
        self._uploading[host] += 1
        try:
            async with self._room:
                yield
        finally:
            self._uploading[host] -= 1
            if not self._uploading[host]:
                del self._uploading[host]

    async def events(self, request: Request) -> Response:
        """A stream that goes on behind `Last-Event-ID`, else behind `?after=`."""
        feed = self._feed(self._known(request))
        last = request.headers.get("last-event-id", "")
        position = _number(last if last else request.query_params.get("after", ""))
        stream = feed.events(position)
        return EventSourceResponse(stream, ping=HEARTBEAT_SECONDS, send_timeout=SEND_SECONDS, headers=_PRIVATE)

    async def history(self, request: Request) -> Response:
        """`{items, position, more}`: up to 200 items behind `?after=`."""
        after = _number(request.query_params.get("after", ""))
        items = await _or_unavailable(self._feed(self._known(request)).after(after))
        position = items[-1]["position"] if items else after
        return JSONResponse({"items": items, "position": position, "more": len(items) == PAGE}, headers=_PRIVATE)

    async def _taken(self, request: Request, session: ChatSession, event_id: str, event: dict[str, Any]) -> Response:
        come = arrival(CHANNEL, session.address, event_id, event, language_hint(request))
        return await self._answered(request, session, partial(self._parts.inbox.accept_async, [come]))

    async def _answered(
        self, request: Request, session: ChatSession, keep: Callable[[], Awaitable[object]]
    ) -> Response:
        """Stored and committed when this returns; a form's answer waits a little for the bot's."""
        feed = self._feed(session)
        before = await _or_unavailable(feed.last_position()) if is_form(request) else 0
        if wait := self._rate.take(session.address):
            raise Refused(TOO_FAST, retry_after=wait)
        await _or_unavailable(keep())
        if not is_form(request):
            return self._new(JSONResponse({"accepted": True}, 202, headers=_PRIVATE), session)
        await _or_unavailable(feed.wait_for_answer(before, self._parts.settings.web_reply_wait_seconds))
        return self._new(RedirectResponse("/?embed=1" if _embedded(request) else "/", 303), session)

    async def _refusal(self, request: Request, session: ChatSession, refused: Refused, draft: str = "") -> Response:
        """For a form the page again, with what was written still in it."""
        if is_form(request):
            return await self._page(request, session, refused, draft)
        return JSONResponse(refused.as_json(), refused.refusal.status, refused.headers | _PRIVATE)

    async def _page(
        self, request: Request, session: ChatSession, refused: Refused | None = None, draft: str = ""
    ) -> Response:
        limit = SHOWN_ON_REQUEST if request.query_params.get("all") else SHOWN
        items: list[Item] = []
        try:
            items = await _or_unavailable(self._feed(session).newest(limit))
        except Refused as unavailable:
            refused = refused or unavailable
        earlier = bool(items) and items[0]["position"] > 1 and limit == SHOWN
        entry = entry_of(request.query_params.get("entry", "")) if request.method == "GET" else ""
        largest = self._parts.settings.file_max_bytes
        return ChatPage(items, _embedded(request), earlier, draft, refused, entry, largest).response()

    def _feed(self, session: ChatSession) -> ChatFeed:
        return ChatFeed(self._parts, session.address)

    def _new(self, response: Response, session: ChatSession) -> Response:
        return self._remembered(response, session) if session.fresh else response

    def _remembered(self, response: Response, session: ChatSession) -> Response:
        remember(response, session, self._parts.vault, self._parts.settings.secure_cookies)
        return response

    def _known(self, request: Request) -> ChatSession:
        session = known_session(request, self._parts.vault)
        if session is None:
            raise Refused(NO_SESSION)
        return session


async def _or_unavailable(work: Awaitable[T]) -> T:
    """Whatever stops the database from answering is told as 503: nothing was stored, trying again is right."""
    try:
        return await work
    except Refused:
        raise
    except Exception as error:
        log.exception("the web chat's database did not answer")
        raise Refused(UNAVAILABLE, retry_after=_RETRY_SECONDS) from error


def _refusals_as_json(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return JSONResponse(refused.as_json(), refused.refusal.status, refused.headers | _PRIVATE)

    return guarded


def _number(text: str) -> int:
    """A position; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _embedded(request: Request) -> bool:
    return request.query_params.get("embed") == "1"
