"""Requests to servers on this very machine: what the sandbox's programs fetch from us and hand back to us."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

import httpx

TIMEOUT_SECONDS = 5.0


class OwnServer:
    """Plain http to loopback addresses only; no redirect is followed, no proxy asked. Anything else is ValueError."""

    async def fetch(self, url: str, max_bytes: int) -> bytes | None:
        """The body of a 200 answer, None for every other end or when it is larger."""
        try:
            async with _client() as http, http.stream("GET", _checked(url)) as answer:
                if answer.status_code != httpx.codes.OK:
                    return None
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > max_bytes:
                        return None
                return bytes(body)
        except httpx.HTTPError:
            return None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The answer's status; 0 when there was none."""
        try:
            async with _client() as http:
                return (await http.post(_checked(url), content=body, headers=dict(headers))).status_code
        except httpx.HTTPError:
            return 0


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False)


def _checked(url: str) -> httpx.URL:
    """Read with the parser that will send."""
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
    if found.scheme != "http" or found.userinfo or not _is_loopback(found.host):
        raise ValueError("only http to a loopback address")
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
