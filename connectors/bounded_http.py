"""An HTTP client for servers of the state: no proxy, no redirect, and no answer larger than it can reasonably be."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache

import httpx

_CONNECT_SHARE = 0.25  # of the whole time: pool, TCP and TLS take their turn before a byte of the request is written
_DROPPED = frozenset((b"content-length", b"transfer-encoding", b"content-encoding"))


@dataclass(frozen=True)
class Bounds:
    """`most_bytes` of a body as it came; `marks`: how often `mark` may stand in the answer to a POST (0: no matter).

    A hundred kilobytes of empty XML elements keep a parser busy for minutes: elements are counted before it starts.
    """

    most_bytes: int = 2 * 1024 * 1024  # a citizen's card with its picture is well under half of it
    mark: bytes = b""
    marks: int = 0


@cache
def public_trust() -> ssl.SSLContext:
    """The certificate authorities browsers trust, whatever the environment says."""
    return httpx.create_ssl_context(trust_env=False)


def bounded_client(timeout_seconds: float, trust: ssl.SSLContext, bounds: Bounds) -> httpx.AsyncClient:
    """Connecting has its own, shorter limit; a proxy or password named in the environment is never used."""
    connecting = timeout_seconds * _CONNECT_SHARE
    return httpx.AsyncClient(
        timeout=httpx.Timeout(timeout_seconds, connect=connecting, pool=connecting),
        transport=_Bounded(httpx.AsyncHTTPTransport(verify=trust, trust_env=False), bounds),
        headers={"Accept-Encoding": "identity"},
        trust_env=False,
        follow_redirects=False,
    )


class _Bounded(httpx.AsyncBaseTransport):
    """Reads an answer whole. One that is packed (it could unpack to anything) or too large is a broken answer."""

    def __init__(self, inner: httpx.AsyncBaseTransport, bounds: Bounds) -> None:
        self._inner = inner
        self._bounds = bounds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        try:
            body = await self._read(response)
        finally:
            await response.aclose()
        if request.method == "POST" and self._has_too_many(body):
            raise httpx.RemoteProtocolError("the answer has too many parts")
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _DROPPED]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _read(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
            raise httpx.RemoteProtocolError("the answer is packed though that was not asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._bounds.most_bytes:
                raise httpx.RemoteProtocolError("the answer is too large")
        return bytes(body)

    def _has_too_many(self, body: bytes) -> bool:
        return bool(self._bounds.marks) and body.count(self._bounds.mark) > self._bounds.marks
