"""The body of a request, read under a cap of bytes and of seconds."""

from __future__ import annotations

import asyncio

from starlette.requests import Request


class BodyTooLarge(Exception):
    """It is larger than the cap; the rest was not read."""


async def read_body(request: Request, max_bytes: int, seconds: float) -> bytes:
    """Raises `BodyTooLarge`, `TimeoutError`, and `ClientDisconnect` when the sender went away."""
    body = bytearray()
    async with asyncio.timeout(seconds):
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise BodyTooLarge
    return bytes(body)
