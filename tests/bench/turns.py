"""The whole way through a real process with SQLite on disk, driven over HTTP as the page does it."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.citizens import load
from tests.bench.products import UNHURRIED, megabytes
from tests.process import Process

SESSIONS = (1, 8, 32)


@contextmanager
def fresh_process() -> Iterator[tuple[Process, float]]:
    with tempfile.TemporaryDirectory() as folder:
        made = Process(Path(folder), environment=UNHURRIED)
        began = time.perf_counter()
        made.start()
        made.wait_until_up()
        try:
            yield made, time.perf_counter() - began
        finally:
            made.stop()


def measure(turns: int) -> None:
    """`turns` in each row, over all sessions."""
    with fresh_process() as (_first, first_start):
        pass
    with fresh_process() as (process, _):
        assert process.running is not None
        idle = megabytes(process.running.pid)
        rows = []
        for sessions in SESSIONS:
            elapsed, taken = asyncio.run(load((process.url,), sessions, turns // sessions))
            rows.append((sessions, len(taken) / elapsed, taken))
        busy = megabytes(process.running.pid)
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
