"""Posting over one keep-alive connection after another: as little of HTTP as the storm needs, so that it blows fast."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

_BROKEN = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError)


class NoAnswer(Exception):
    """Refused, torn, late or garbled: nobody knows what became of the request."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # lower case; of several with one name the last
    body: bytes


@dataclass
class Lines:
    """Connections to one port, kept while they are well."""

    port: int
    timeout_seconds: float = 5.0
    _free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Raises `NoAnswer`."""
        try:
            return await asyncio.wait_for(self._ask(method, path, headers, body), self.timeout_seconds)
        except (TimeoutError, *_BROKEN):
            raise NoAnswer from None

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection("127.0.0.1", self.port)
        whole = False
        try:
            rows = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
            rows += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join(rows).encode() + b"\r\n\r\n" + body)
            await writer.drain()
            answer = await _answer(reader)
            whole = "close" not in answer.headers.get("connection", "")
            return answer
        finally:
            if whole:
                self._free.append((reader, writer))
            else:
                writer.close()

    def close(self) -> None:
        """Also after a death: what is left of the old connections only breaks."""
        for _reader, writer in self._free:
            writer.close()
        self._free.clear()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = [row.split(":", 1) for row in head[1:] if row]
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    length = int(headers.get("content-length", "0"))
    if "chunked" in headers.get("transfer-encoding", ""):
        return Answer(int(head[0].split()[1]), headers, await _chunks(reader))
    return Answer(int(head[0].split()[1]), headers, await reader.readexactly(length))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return found
