"""Signals of several processes: what one sends, all hear, through Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bots.signals import Listener, LocalSignals


class Bus(Protocol):
    async def publish(self, topic: str) -> None: ...

    async def listen(self, heard: Callable[[str], None], stop: asyncio.Event) -> None: ...


class SharedSignals:
    """Local at once, elsewhere as soon as the bus brings it; `run` carries both directions until stopped."""

    def __init__(self, bus: Bus) -> None:
        self._bus, self._local = bus, LocalSignals()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._going_out: asyncio.Queue[str] = asyncio.Queue()

    def send(self, topic: str) -> None:
        self._local.send(topic)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._going_out.put_nowait, topic)

    def listen(self, *topics: str) -> AbstractAsyncContextManager[Listener]:
        return self._local.listen(*topics)

    async def run(self, stop: asyncio.Event) -> None:
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            sender = tasks.create_task(self._send_all())
            tasks.create_task(self._bus.listen(self._local.send, stop))
            await stop.wait()
            sender.cancel()

    async def _send_all(self) -> None:
        while True:
            await self._bus.publish(await self._going_out.get())
