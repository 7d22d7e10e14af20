"""Wake-ups: something of this topic changed, go and look. They may be lost; nobody relies on one arriving."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

INBOX = "inbox"
OUTBOX = "outbox"
DESK = "desk"
CATALOGUE = "catalogue"


def feed_topic(conversation_id: str) -> str:
    return f"feed:{conversation_id}"


class Listener:
    """Remembers that something came since the last wait, so that a change between looking and waiting is not missed."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def wake(self) -> None:
        """From any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closing: nobody waits any more
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> bool:
        """True when something came, False after the time."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Signals(Protocol):
    """Two implementations: inside one process, and through Redis between several."""

    def send(self, topic: str) -> None: ...

    def listen(self, *topics: str) -> AbstractAsyncContextManager[Listener]: ...


class LocalSignals:
    """Inside one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, set[Listener]] = {}

    def send(self, topic: str) -> None:
        with self._lock:
            listeners = tuple(self._listeners.get(topic, ()))
        for listener in listeners:
            listener.wake()

    @asynccontextmanager
    async def listen(self, *topics: str) -> AsyncIterator[Listener]:
        listener = Listener()
        with self._lock:
            for topic in topics:
                self._listeners.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                for topic in topics:
                    self._forget(topic, listener)

    def _forget(self, topic: str, listener: Listener) -> None:
        listeners = self._listeners.get(topic, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(topic, None)
