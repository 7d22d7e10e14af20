"""E-Mongolia's public list on a loopback port: the real address' shape, with faults on order.

The shape is that of `/portal/main-portal/api/content/search`: `data.list` of rows with contentType, title, path, tags
and popularity; what is no service (news, organisations) stands among them.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATH = "/portal/main-portal/api/content/search"
SERVICES = 1_460  # as the public list had in October 2026

Json = dict[str, Any]


class Fault(StrEnum):
    NONE = "none"
    SLOW = "slow"  # a few bytes at a time, for ever
    SILENT = "silent"  # accepts, never answers
    CUT_OFF = "cut-off"  # half of what its length promises, then the connection is closed
    HTML = "html"  # 200 with a page, as a login wall or a maintenance page does
    ERROR = "error"  # 500
    MOVED = "moved"  # 302 to somewhere else
    PACKED = "packed"  # gzip although it was not asked for


def row(title: str, number: int, tags: tuple[str, ...] = (), kind: str = "SERVICE") -> Json:
    path = f"/service/{number:024x}"
    return {"contentType": kind, "title": title, "path": path, "tags": list(tags), "popularity": number}


def full_list(first: list[Json] | None = None) -> list[Json]:
    """1,460 services, `first` among them, and forty rows of other kinds."""
    rows = list(first or [])
    rows += [row(f"Үйлчилгээ {number} авах", 0xABC000 + number) for number in range(SERVICES - len(rows))]
    return rows + [row(f"Мэдээ {number}", number, kind="NEWS") for number in range(40)]


@dataclass
class FakePortal:
    """Use it as a context manager. `body` replaces the answer made of `rows`; `asked` has the queries that came."""

    rows: list[Any] = field(default_factory=full_list)
    fault: Fault = Fault.NONE
    body: bytes | None = None
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.closing = threading.Event()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _answer(portal, self)

            def log_message(self, format: str, *_: object) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def __enter__(self) -> FakePortal:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def _answer(portal: FakePortal, handler: BaseHTTPRequestHandler) -> None:
    asked = urlsplit(handler.path)
    portal.asked.append(parse_qs(asked.query, keep_blank_values=True))
    body = portal.body
    if body is None:
        answer = {"code": 200, "data": {"list": portal.rows, "total": len(portal.rows)}}
        body = json.dumps(answer, ensure_ascii=False).encode()
    match portal.fault if asked.path == PATH else Fault.ERROR:
        case Fault.SILENT:
            portal.closing.wait(30)
        case Fault.SLOW:
            _head(handler, 200, len(body))
            _drip(portal, handler, body)
        case Fault.CUT_OFF:
            _head(handler, 200, len(body))
            handler.wfile.write(body[: len(body) // 2])
        case Fault.HTML:
            _whole(handler, 200, b"<!doctype html><title>E-Mongolia</title>", "text/html")
        case Fault.ERROR:
            _whole(handler, 500, b'{"message": "Internal Server Error"}')
        case Fault.MOVED:
            handler.send_response(302)
            handler.send_header("Location", "http://127.0.0.1:1/elsewhere")
            handler.end_headers()
        case Fault.PACKED:
            _whole(handler, 200, gzip.compress(body), packed=True)
        case _:
            _whole(handler, 200, body)


def _drip(portal: FakePortal, handler: BaseHTTPRequestHandler, body: bytes) -> None:
    ends = time.monotonic() + 30
    for start in range(0, len(body), 16):
        if portal.closing.wait(0.02) or time.monotonic() > ends:
            return
        try:
            handler.wfile.write(body[start : start + 16])
        except OSError:  # the other side has had enough
            return


def _head(
    handler: BaseHTTPRequestHandler, status: int, length: int, kind: str = "application/json", packed: bool = False
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(length))
    if packed:
        handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()


def _whole(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json", packed: bool = False
) -> None:
    _head(handler, status, len(body), kind, packed)
    handler.wfile.write(body)
