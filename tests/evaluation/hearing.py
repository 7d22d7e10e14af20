"""Each message understood once, with what it costs and how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from dialogs.understanding import Understanding
from nlu import Index, understand
from tests.evaluation.sets import Sets

EVERY = 100
"""Things done between two lines of progress."""
IN_A_FILE = 5
"""Lines of progress where nobody looks on."""
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Heard:
    """`milliseconds` of processor time, which does not count what else the machine does."""

    understanding: Understanding
    milliseconds: float


@dataclass(frozen=True)
class Evaluation:
    """The sets and, by message, what was understood."""

    sets: Sets
    heard: Mapping[str, Heard]

    def of(self, message: str) -> Understanding:
        return self.heard[message].understanding


def evaluate(sets: Sets, index: Index) -> Evaluation:
    """Understands every message of the sets."""
    messages = sets.messages()
    return Evaluation(sets, {message: hear(message, index) for message in counted("understood", messages)})


def hear(message: str, index: Index) -> Heard:
    start = time.process_time()
    found = understand(message, index)
    return Heard(found, 1000 * (time.process_time() - start))


def counted(what: str, things: Sequence[Thing]) -> Iterator[Thing]:
    """The things, with a line on standard error about how many are done."""
    watched = sys.stderr.isatty()
    every = EVERY if watched else max(EVERY, len(things) // IN_A_FILE)
    for place, thing in enumerate(things):
        if place % every == 0:
            say(f"{what}: {place:,} of {len(things):,}", stays=not watched)
        yield thing
    say(f"{what}: {len(things):,} of {len(things):,}")


def say(line: str, stays: bool = True) -> None:
    """A line of progress; one that does not stay is written over by the next."""
    start = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(f"{start}{line}", end="\n" if stays else "", file=sys.stderr, flush=True)


def median_and_p99(values: Iterable[float]) -> tuple[float, float]:
    """The middle value and the one that a hundredth is above."""
    ordered = sorted(values)
    if not ordered:
        return 0.0, 0.0
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
