"""The route Telegram calls. Telegram executes a `method` it finds in a 2xx body: every answer is empty."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bots.web.bodies import BodyTooLarge, read_body
from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.telegram_updates import MAX_BODY_BYTES

PATH = "/hooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
READ_SECONDS = 5.0

Accept = Callable[[list[Arrival]], Awaitable[object]]
_log = logging.getLogger(__name__)


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def telegram_routes(telegram: Telegram, accept: Accept, read_seconds: float = READ_SECONDS) -> list[Route]:
    """`accept` returns once the arrivals are durable, and raises when they are not: then Telegram brings them again."""

    async def receive(request: Request) -> Response:
        try:
            _check_secret(telegram, request)
            body = await _read(request, read_seconds)
            await _store(telegram, accept, body)
        except _Refused as refused:
            return Response(status_code=refused.status)
        return Response(status_code=200)

    return [Route(PATH, receive, methods=["POST"])]


def _check_secret(telegram: Telegram, request: Request) -> None:
    """Exactly one header, compared as the bytes that came, before anything of the body is read."""
    name = SECRET_HEADER.lower().encode()
    given = [value for key, value in request.headers.raw if key.lower() == name]
    if len(given) != 1 or not telegram.secret_is_right(given[0]):
        _log.warning("an update without the right secret was refused")
        raise _Refused(403)


async def _read(request: Request, read_seconds: float) -> bytes:
    try:
        return await read_body(request, MAX_BODY_BYTES, read_seconds)
    except BodyTooLarge:
        raise _Refused(413) from None
    except TimeoutError:
        raise _Refused(408) from None
    except ClientDisconnect:
        raise _Refused(400) from None  # nobody is there to read it


async def _store(telegram: Telegram, accept: Accept, body: bytes) -> None:
    try:
        await accept(telegram.arrivals(body))
    except Exception as error:
        _log.error("an update could not be stored: %s", type(error).__name__)
        raise _Refused(503) from None
