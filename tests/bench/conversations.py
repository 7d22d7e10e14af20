"""Turns a second and how long a reply takes, by database, processes and conversations at once; what 1,000 turns use."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterable, Sequence

from tests.bench.citizens import load
from tests.bench.products import Running, Setup, running

AT_ONCE = (1, 32, 256)
LEAST_TURNS = 4  # of each conversation: the first wave alone would only measure the queue it makes
HEAD = (
    "| database | processes | at once | turns/s | reply p50 ms | p95 ms | p99 ms | CPU s per 1,000 turns "
    "| of the database | memory MB | MB more per 1,000 turns |\n| --- |" + " ---: |" * 10
)


def measure(setups: Iterable[Setup], at_once: Sequence[int], turns: int) -> None:
    """`turns` in each row at least, over all conversations."""
    rows = []
    for setup in setups:
        print(f"... {setup}: starting", flush=True)
        with running(setup) as product:
            asyncio.run(load(product.urls, 4, 8))  # what is loaded at first use is not counted
            for sessions in at_once:
                print(f"... {setup}: {sessions} conversations at once", flush=True)
                rows.append(_row(setup, product, sessions, max(LEAST_TURNS, turns // sessions)))
    print(f"\n{HEAD}", *rows, sep="\n", flush=True)


def _row(setup: Setup, product: Running, sessions: int, turns: int) -> str:
    before = product.used()
    elapsed, taken = asyncio.run(load(product.urls, sessions, turns))
    after = product.used()
    cuts, thousands = statistics.quantiles(taken, n=100), len(taken) / 1000
    figures = (
        f"{setup.database} | {setup.processes} | {sessions} | {len(taken) / elapsed:.0f}",
        *(f"{cuts[place] * 1000:.1f}" for place in (49, 94, 98)),
        f"{(after.product - before.product) / thousands:.1f}",
        f"{(after.database - before.database) / thousands:.1f}",
        f"{after.megabytes:.0f}",
        f"{(after.megabytes - before.megabytes) / thousands:.1f}",
    )
    return "| " + " | ".join(figures) + " |"
