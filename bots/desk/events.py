"""The desk's live feed: says that something changed, never what; it ends with the session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bots.parts import Parts
from bots.signals import DESK, Signals
from bots.web.access import AGENT, Endpoint, session_of

HEARTBEAT_SECONDS = 15
CHECK_SECONDS = 4.0  # a session that ended loses its feed within 5 seconds (security bar S3)


def events(parts: Parts) -> Endpoint:
    """Watching keeps no session alive: only what a person does starts the idle time anew."""

    async def endpoint(request: Request) -> Response:
        def signed_in() -> bool:
            session = session_of(request, parts, active=False)
            return session is not None and session.member.role == AGENT

        if not await run_in_threadpool(signed_in):
            return Response(status_code=401)
        return EventSourceResponse(changes(parts.signals, signed_in), ping=HEARTBEAT_SECONDS)

    return endpoint


async def changes(
    signals: Signals, signed_in: Callable[[], bool], check_seconds: float = CHECK_SECONDS
) -> AsyncIterator[ServerSentEvent]:
    """`changed` at every change of the desk, `ended` when the session is over."""
    async with signals.listen(DESK) as listener:
        while True:
            changed = await listener.wait(check_seconds)
            if not await run_in_threadpool(signed_in):
                break
            if changed:
                yield ServerSentEvent(event="changed", data="")
    yield ServerSentEvent(event="ended", data="")
