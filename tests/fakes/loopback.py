"""A real server on a loopback port for a test's counterpart, whose connections can be torn down on order."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol


class Loopback:
    """`start` returns once it answers; `closing` is True while it ends, so that hanging answers stop hanging."""

    def __init__(self, application: Starlette) -> None:
        self.closing = False
        self._socket = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(
            application,
            http=_Protocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 5
        while not self._server.started:
            if time.monotonic() > deadline:
                raise RuntimeError("the loopback server did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        self.closing = True
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()


class _Protocol(H11Protocol):
    """Puts the connection into the scope under `transport`, so that an answer can abort it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "transport": transport}, receive, send)

        self.app = with_transport
