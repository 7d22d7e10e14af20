"""Citizens on the web chat, each asking again as soon as the answer is there, as the page does it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from itertools import cycle, islice

import httpx

MESSAGES = (
    "pasportiin hugatsaa duuschihlaa",
    "хэд вэ",
    "гэрлэсний лавлагаа авмаар байна",
    "what documents",
    "ndsh lavlagaa angliar",
    "criminal record in english",
    "hed honog boloh ve",
    "баярлалаа",
)
ANSWER_SECONDS = 60.0


async def load(urls: Sequence[str], sessions: int, turns: int) -> tuple[float, list[float]]:
    """Seconds from the first question to the last answer, and those of each reply; `turns` of each session."""
    taken: list[float] = []
    ready = asyncio.Barrier(sessions + 1)
    async with asyncio.TaskGroup() as group:
        for url in islice(cycle(urls), sessions):
            group.create_task(_one_citizen(url, turns, taken, ready))
        await ready.wait()
        began = time.perf_counter()
    return time.perf_counter() - began, taken


async def _one_citizen(url: str, turns: int, taken: list[float], ready: asyncio.Barrier) -> None:
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=ANSWER_SECONDS) as client:
        await client.get("/")
        await _send(client, "first", "сайн байна уу")
        async with client.stream("GET", "/web/events") as stream:
            lines = stream.aiter_lines()
            await _answer_to(lines, "first")
            await ready.wait()
            for number, text in zip(range(turns), cycle(MESSAGES), strict=False):
                began = time.perf_counter()
                await _send(client, f"m{number}", text)
                await _answer_to(lines, f"m{number}")
                taken.append(time.perf_counter() - began)


async def _send(client: httpx.AsyncClient, id_: str, text: str) -> None:
    (await client.post("/web/messages", json={"id": id_, "text": text})).raise_for_status()


async def _answer_to(lines: AsyncIterator[str], id_: str) -> None:
    """The first word of the bot behind that message. Raises RuntimeError when the stream ends without one."""
    asked = False
    async for row in lines:
        item = json.loads(row[5:]) if row.startswith("data:") else {}
        asked = asked or item.get("ref") == id_
        if asked and item.get("author") == "bot":
            return
    raise RuntimeError("the stream ended before the answer")
