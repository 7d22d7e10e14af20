"""How fast a wire may be used by all processes together, kept in Redis by its own clock.

One number a wire: when its even flow reaches the next send (the generic cell rate algorithm). Each script is one
step for Redis, so two processes never get the same place.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

TIMEOUT_SECONDS = 1.0
_GRANT = """
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return {0, pause} end
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local most, interval, slack = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at, number = tonumber(redis.call('GET', KEYS[1]) or now), 0
while number < most and at - slack <= now do
  at = math.max(at, now) + interval
  number = number + 1
end
if number == 0 then return {0, math.ceil((at - slack - now) * 1000)} end
redis.call('SET', KEYS[1], string.format('%.6f', at), 'PX', math.ceil((at - now) * 1000) + 1000)
return {number, 0}
"""
_GIVE_BACK = """
local at = tonumber(redis.call('GET', KEYS[1]))
if at then redis.call('SET', KEYS[1], string.format('%.6f', at - ARGV[1]), 'KEEPTTL') end
"""
_PAUSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
"""


class RedisPace:
    """`url` like `redis://127.0.0.1:6379/0` (or `rediss://`). Every call raises `ConnectionError` while it is away."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            socket_connect_timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            decode_responses=True,
        )

    async def grant(self, wire: str, most: int, interval: float, burst: int) -> tuple[int, float]:
        """How many sends may go now, at most `most`; with none, seconds until the next may."""
        keys = [f"tuslakh:pace:{wire}", f"tuslakh:pause:{wire}"]
        number, wait = await self._run(_GRANT, keys, most, interval, interval * (burst - 1))
        return int(number), int(wait) / 1000

    async def give_back(self, wire: str, number: int, interval: float) -> None:
        await self._run(_GIVE_BACK, [f"tuslakh:pace:{wire}"], number * interval)

    async def pause(self, wire: str, seconds: float) -> None:
        """Nothing is granted until then; a longer pause stays."""
        await self._run(_PAUSE, [f"tuslakh:pause:{wire}"], max(1, ceil(seconds * 1000)))

    async def close(self) -> None:
        await self._redis.aclose()

    async def _run(self, script: str, keys: list[str], *values: float) -> Any:
        try:
            return await self._redis.eval(script, len(keys), *keys, *values)
        except (RedisError, OSError) as error:
            raise ConnectionError(type(error).__name__) from None
