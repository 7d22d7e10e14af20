"""Redis as a bus for wake-ups between processes. Nothing that matters is in it: what is lost is found by polling."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
CHANNEL = "tuslakh:wake"
RECONNECT_SECONDS = 1.0
_READ_SECONDS = 5.0


class RedisBus:
    """`url` like `redis://127.0.0.1:6379/0` (or `rediss://`)."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=RECONNECT_SECONDS, decode_responses=True)

    async def publish(self, topic: str) -> None:
        """To every process that listens; a Redis that is away is logged, not raised."""
        try:
            await self._redis.publish(CHANNEL, topic)
        except (RedisError, OSError) as error:
            log.warning("wake-up not published: %s", type(error).__name__)

    async def listen(self, heard: Callable[[str], None], stop: asyncio.Event) -> None:
        """Calls `heard` with every topic until stopped; comes back by itself after Redis was away."""
        while not stop.is_set():
            try:
                await self._listen_once(heard, stop)
            except (RedisError, OSError) as error:
                log.warning("Redis is away: %s", type(error).__name__)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _listen_once(self, heard: Callable[[str], None], stop: asyncio.Event) -> None:
        async with self._redis.pubsub() as bus:
            await bus.subscribe(CHANNEL)
            while not stop.is_set():
                message = await bus.get_message(ignore_subscribe_messages=True, timeout=_READ_SECONDS)
                if message is not None:
                    heard(str(message["data"]))
