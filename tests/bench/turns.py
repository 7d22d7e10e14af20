"""The whole way through a real process with SQLite on disk, driven over HTTP as the page does it."""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import httpx

from tests.process import Process

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
SESSIONS = (1, 8, 32)
ANSWER_SECONDS = 60.0


@contextmanager
def fresh_process() -> Iterator[tuple[Process, float]]:
    with tempfile.TemporaryDirectory() as folder:
        made = Process(Path(folder), environment={"WEB_MESSAGES_A_MINUTE": "1000000"})
        began = time.perf_counter()
        made.start()
        made.wait_until_up()
        try:
            yield made, time.perf_counter() - began
        finally:
            made.stop()


async def one_citizen(url: str, turns: int, taken: list[float]) -> None:
    """Asks, waits for the answer in the event stream, asks again."""
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=ANSWER_SECONDS) as client:
        await client.get("/")
        await client.post("/web/messages", json={"id": "first", "text": "сайн байна уу"})
        async with client.stream("GET", "/web/events") as stream:
            lines = stream.aiter_lines()
            await next_answer(lines)
            for number, text in zip(range(turns), cycle(MESSAGES), strict=False):
                began = time.perf_counter()
                await client.post("/web/messages", json={"id": f"m{number}", "text": text})
                await next_answer(lines)
                taken.append(time.perf_counter() - began)


async def next_answer(lines: object) -> None:
    async for row in lines:  # type: ignore[attr-defined]
        if row.startswith("data:") and json.loads(row[5:]).get("author") == "bot":
            return


async def load(url: str, sessions: int, turns: int) -> tuple[float, list[float]]:
    taken: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(one_citizen(url, turns, taken) for _ in range(sessions)))
    return time.perf_counter() - began, taken


def memory_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS")) / 1024


def measure(turns: int) -> None:
    """`turns` in each row, over all sessions."""
    with fresh_process() as (_first, first_start):
        pass
    with fresh_process() as (process, _), tempfile.TemporaryDirectory():
        assert process.running is not None
        idle = memory_megabytes(process.running.pid)
        rows = []
        for sessions in SESSIONS:
            elapsed, taken = asyncio.run(load(process.url, sessions, turns // sessions))
            rows.append((sessions, len(taken) / elapsed, taken))
        busy = memory_megabytes(process.running.pid)
        process.stop()
        began = time.perf_counter()
        process.start()
        process.wait_until_up()
        second_start = time.perf_counter() - began
    print("| conversations at once | turns/s | reply p50 ms | p99 ms |\n| ---: | ---: | ---: | ---: |")
    for sessions, rate, taken in rows:
        cuts = statistics.quantiles(taken, n=100)
        print(f"| {sessions} | {rate:.0f} | {cuts[49] * 1000:.1f} | {cuts[98] * 1000:.1f} |")
    print(f"\nstart with an empty folder {first_start:.1f} s, again {second_start:.1f} s")
    print(f"memory after start {idle:.0f} MB, after the load {busy:.0f} MB")
