"""The jobs of a process: one that ends without being told to ends the process, so that it is started again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bots.in_hand import InHand

log = logging.getLogger(__name__)
HUNG_STATUS = 70  # the process's exit status (EX_SOFTWARE of sysexits.h)
_PROCESSORS = min(2, os.cpu_count() or 1)
LOOKS = 10  # a turn is hung when it is seen in that many looks one after the other


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


def end_hung() -> None:
    """At once: a thread that hangs cannot be stopped in order."""
    logging.shutdown()
    os._exit(HUNG_STATUS)


@contextmanager
def watching_turns(in_hand: InHand, turn_seconds: float, end: Callable[[], None] = end_hung) -> Iterator[None]:
    """A turn that takes longer ends the process; its event is charged for it at the next start.

    Counted in looks of a thread, not by the clock: a process that was stopped for an hour and goes on is not hung.
    Code that never lets other threads run (a regular expression that backtracks without end) keeps the thread from
    looking: then the kernel ends the process once it has used that much processor time without a look.
    """
    stopped = threading.Event()
    _arm(turn_seconds)
    thread = threading.Thread(target=_look, args=(in_hand, turn_seconds, end, stopped), name="turns", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        signal.setitimer(signal.ITIMER_PROF, 0)


def _arm(turn_seconds: float) -> None:
    """The kernel ends the process after that much processor time of all its threads, unless it is armed anew."""
    signal.setitimer(signal.ITIMER_PROF, turn_seconds * _PROCESSORS)


def _look(in_hand: InHand, turn_seconds: float, end: Callable[[], None], stopped: threading.Event) -> None:
    seen, looks = 0, 0
    while not stopped.wait(turn_seconds / LOOKS):
        _arm(turn_seconds)
        looks = looks + 1 if in_hand.turn and in_hand.turn == seen else 0
        seen = in_hand.turn
        if looks >= LOOKS:
            log.critical("a turn hangs for more than %s seconds; ending the process", turn_seconds)
            end()
            return
