"""The route Meta calls: POST brings events, GET is how Meta makes sure of the address. Every answer to a POST is empty.

Only what was signed over exactly these bytes gets in; so the body is read first, under its cap of bytes and seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bots.hooks import READ_SECONDS, Accept, Refused, answered, body_of, only_header, store
from bots.web_chat.rate import MessageRate
from connectors.messenger import Messenger
from connectors.messenger_events import MAX_BODY_BYTES

PATH = "/hooks/messenger"
SIGNATURE_HEADER = "X-Hub-Signature-256"
LONGEST_SIGNATURE = 100  # bytes; a real one has 71
CHECKS_A_MINUTE = 10  # of one address: Meta asks once, when an administrator enters the address

_log = logging.getLogger(__name__)


def messenger_routes(
    messenger: Messenger,
    accept: Accept,
    read_seconds: float = READ_SECONDS,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Route]:
    """`accept` returns once the arrivals are durable, and raises when they are not: then Meta brings them again."""
    rate = MessageRate(CHECKS_A_MINUTE, clock)

    async def take_in(request: Request) -> None:
        header = _signature(request)
        body = await body_of(request, MAX_BODY_BYTES, read_seconds)
        if not messenger.signature_is_right(body, header):
            _log.warning("a Messenger event without the right signature was refused")
            raise Refused(403)
        if arrivals := messenger.arrivals(body):
            await store(accept, arrivals)

    async def receive(request: Request) -> Response:
        return await answered(take_in(request))

    async def confirm(request: Request) -> Response:
        if rate.take(request.client.host if request.client else ""):
            return Response(status_code=429)
        word = messenger.challenge(request.query_params.multi_items())
        if not word:
            _log.warning("a check of the Messenger webhook's address was refused")
            return Response(status_code=403)
        return PlainTextResponse(word, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})

    return [Route(PATH, receive, methods=["POST"]), Route(PATH, confirm, methods=["GET"])]


def _signature(request: Request) -> bytes:
    """Exactly one header of a possible size, before anything of the body is read."""
    header = only_header(request, SIGNATURE_HEADER)
    if header is None or len(header) > LONGEST_SIGNATURE:
        _log.warning("a Messenger event without a signature was refused")
        raise Refused(403)
    return header
