"""Asks revocation services over HTTP: only listed hosts, no redirects, bounded in bytes and time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

MAX_ANSWER_BYTES = 4 * 1024 * 1024  # a list of about 100 000 revoked certificates
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Question:
    """`body`: posted as an OCSP request; None: got. Plain http is usual here: answers are signed."""

    url: str
    body: bytes | None = None


class RevocationFetcher:
    """`hosts`: `host` (ports 80 and 443) or `host:port`, lower case; `seconds`: for a whole round of questions."""

    def __init__(self, hosts: frozenset[str], seconds: float, max_bytes: int = MAX_ANSWER_BYTES) -> None:
        self._hosts = hosts
        self._seconds = seconds
        self._max_bytes = max_bytes

    async def ask(self, questions: Sequence[Question]) -> list[bytes | None]:
        """The answers in the same order; None where there is none, for whatever reason."""
        limits = httpx.Limits(max_connections=4)
        async with httpx.AsyncClient(
            follow_redirects=False, trust_env=False, timeout=self._seconds, limits=limits
        ) as client:
            return list(await asyncio.gather(*(self._one(client, question) for question in questions)))

    async def _one(self, client: httpx.AsyncClient, question: Question) -> bytes | None:
        try:
            if not self._is_allowed(question.url):
                return None
            async with asyncio.timeout(self._seconds):
                return await self._read(client, question)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError):
            return None

    async def _read(self, client: httpx.AsyncClient, question: Question) -> bytes | None:
        method = "GET" if question.body is None else "POST"
        headers = {"accept-encoding": "identity"}
        if question.body is not None:
            headers["content-type"] = "application/ocsp-request"
        read = bytearray()
        async with client.stream(method, question.url, content=question.body, headers=headers) as answer:
            if answer.status_code != 200:
                return None
            async for piece in answer.aiter_raw():
                read += piece
                if len(read) > self._max_bytes:
                    return None
        return bytes(read)

    def _is_allowed(self, url: str) -> bool:
        """An address out of a certificate is a stranger's: only the operator's list says where we call."""
        parts = httpx.URL(url)
        usual = _PORTS.get(parts.scheme)
        if usual is None or parts.userinfo:
            return False
        port = parts.port or usual
        return f"{parts.host}:{port}" in self._hosts or (port in _PORTS.values() and parts.host in self._hosts)
