"""Files of citizens, from Telegram's file server: `getFile` names a path there for an hour, then it is downloaded.

The token is part of the address: no address leaves this module, and nothing is fetched from where a redirect points.
"""

from __future__ import annotations

import asyncio
import re

import httpx
from telegram import Bot
from telegram.error import BadRequest

from connectors.channel import Fetched, SendResult
from connectors.telegram_requests import problem_name

_PATH = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]{0,255}")  # such as photos/file_7.jpg
_TOO_BIG = "file is too big"  # Bot API: bots download up to 20 MB


class TelegramFiles:
    """`server`: the Bot API's address; its file server stands beside it."""

    def __init__(self, bot: Bot, token: str, server: str) -> None:
        self._bot, self._folder = bot, f"{server.rstrip('/')}/file/bot{token}"
        self._client = httpx.AsyncClient(follow_redirects=False, headers={"Accept-Encoding": "identity"})

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(self, file_id: str, largest: int, seconds: float) -> Fetched:
        """At most `largest` bytes within `seconds`. Nothing happens at Telegram: any failure may be tried again."""
        try:
            async with asyncio.timeout(seconds):
                return await self._fetch(file_id, largest)
        except TimeoutError:
            return Fetched(SendResult.NOT_SENT, problem="TimeoutError")
        except httpx.HTTPError as error:
            return Fetched(SendResult.NOT_SENT, problem=type(error).__name__)

    async def _fetch(self, file_id: str, largest: int) -> Fetched:
        try:
            file = await self._bot.get_file(file_id)
        except Exception as error:  # the library lets some garbage through as KeyError or AttributeError
            return _not_offered(error)
        if (file.file_size or 0) > largest:
            return Fetched(SendResult.REFUSED, too_large=True)
        path = (file.file_path or "").removeprefix(f"{self._folder}/")
        if not _PATH.fullmatch(path):
            return Fetched(SendResult.REFUSED, problem="NoPath")
        return await self._download(path, largest)

    async def _download(self, path: str, largest: int) -> Fetched:
        """Read as it came, so that a small packed answer cannot become a large one here."""
        async with self._client.stream("GET", f"{self._folder}/{path}") as answer:
            if answer.status_code != httpx.codes.OK or "content-encoding" in answer.headers:
                return Fetched(SendResult.NOT_SENT, problem=f"Status{answer.status_code}")
            content = bytearray()
            async for chunk in answer.aiter_raw():
                content += chunk
                if len(content) > largest:
                    return Fetched(SendResult.REFUSED, too_large=True)
        return Fetched(SendResult.SENT, bytes(content))


def _not_offered(error: Exception) -> Fetched:
    """400 is also said while a file is "temporarily unavailable": only one that is too big is given up."""
    if isinstance(error, BadRequest) and _TOO_BIG in str(error).lower():
        return Fetched(SendResult.REFUSED, too_large=True)
    return Fetched(SendResult.NOT_SENT, problem=problem_name(error))
