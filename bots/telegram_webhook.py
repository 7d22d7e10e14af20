"""The route Telegram calls. Telegram executes a `method` it finds in a 2xx body: every answer is empty."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.hooks import READ_SECONDS, Accept, Refused, answered, body_of, only_header, store
from connectors.telegram import Telegram
from connectors.telegram_updates import MAX_BODY_BYTES

PATH = "/hooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

_log = logging.getLogger(__name__)


def telegram_routes(telegram: Telegram, accept: Accept, read_seconds: float = READ_SECONDS) -> list[Route]:
    """`accept` returns once the arrivals are durable, and raises when they are not: then Telegram brings them again."""

    async def take_in(request: Request) -> None:
        _check_secret(telegram, request)
        body = await body_of(request, MAX_BODY_BYTES, read_seconds)
        await store(accept, telegram.arrivals(body))

    async def receive(request: Request) -> Response:
        return await answered(take_in(request))

    return [Route(PATH, receive, methods=["POST"])]


def _check_secret(telegram: Telegram, request: Request) -> None:
    """Exactly one header, compared as the bytes that came, before anything of the body is read."""
    if not telegram.secret_is_right(only_header(request, SECRET_HEADER)):
        _log.warning("an update without the right secret was refused")
        raise Refused(403)
