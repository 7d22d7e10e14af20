"""The jobs of a process: one that ends without being told to ends the process, so that it is started again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Coroutine, Iterable
from typing import Any

log = logging.getLogger(__name__)


def end_process() -> None:
    """As an operator would: the server shuts down in order, and what started it sees that it ended."""
    os.kill(os.getpid(), signal.SIGTERM)


class Supervisor:
    """`all_well` is False once a job has ended by itself; `/health` tells it until the process is gone."""

    def __init__(self) -> None:
        self.all_well = True

    async def run(self, jobs: Iterable[Coroutine[Any, Any, None]], stop: asyncio.Event) -> None:
        """Until every job has ended; they end when `stop` is set."""
        await asyncio.gather(*(self._watch(job, stop) for job in jobs))

    async def _watch(self, job: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
        try:
            await job
        except Exception:
            log.exception("a job of the process failed")
        if not stop.is_set():
            log.error("a job of the process ended by itself; ending the process")
            self.all_well = False
            end_process()
