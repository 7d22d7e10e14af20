"""What the platforms' webhooks have in common: one header, a capped body, stored before it is acknowledged.

A platform may execute what it reads in an answer, so every answer is empty but for its status.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bots.web.bodies import BodyTooLarge, read_body
from connectors.channel import Arrival

READ_SECONDS = 5.0

Accept = Callable[[list[Arrival]], Awaitable[object]]
_log = logging.getLogger(__name__)


class Refused(Exception):
    """The request is answered with this status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def answered(work: Awaitable[object]) -> Response:
    """200 when the work is done, the refusal's status when it was refused."""
    try:
        await work
    except Refused as refused:
        return Response(status_code=refused.status)
    return Response(status_code=200)


def only_header(request: Request, name: str) -> bytes | None:
    """The header's bytes as they came; None when it is missing or there is more than one."""
    given = [value for key, value in request.headers.raw if key.lower() == name.lower().encode()]
    return given[0] if len(given) == 1 else None


async def body_of(request: Request, most_bytes: int, seconds: float) -> bytes:
    """Raises `Refused` for a body that is too large, too slow or not whole."""
    try:
        return await read_body(request, most_bytes, seconds)
    except BodyTooLarge:
        raise Refused(413) from None
    except TimeoutError:
        raise Refused(408) from None
    except ClientDisconnect:
        raise Refused(400) from None  # nobody is there to read it


async def store(accept: Accept, arrivals: Sequence[Arrival]) -> None:
    """Returns once they are durable. Raises `Refused`: then the platform brings them again."""
    try:
        await accept(list(arrivals))
    except Exception as error:
        _log.error("what a platform brought could not be stored: %s", type(error).__name__)
        raise Refused(503) from None
