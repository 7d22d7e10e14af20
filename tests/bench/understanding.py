"""Understanding on one thread: loading it part by part, and a message end to end with the encoder's share."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from dialogs.services import Catalogue
from knowledge import catalogue_files
from nlu import Index, understand
from nlu.encoder import Encoded, Encoder
from nlu.shipped import shipped
from tests.evaluation.sets import kept_apart

MESSAGES = 300
ROUNDS = 2
"""The first round is not counted: it fills the small memories of words."""


@dataclass
class TimedEncoder:
    """Another encoder, and the seconds it took since they were last set to 0."""

    encoder: Encoder
    seconds: float = 0.0
    name: str = field(init=False)
    width: int = field(init=False)

    def __post_init__(self) -> None:
        self.name, self.width = self.encoder.name, self.encoder.width

    def encode(self, texts: Sequence[str]) -> Encoded:
        began = time.thread_time()
        encoded = self.encoder.encode(texts)
        self.seconds += time.thread_time() - began
        return encoded


@dataclass(frozen=True)
class Times:
    """Processor time of each message, milliseconds, which other work on the machine changes little: all of it, and the
    encoder's part."""

    whole: tuple[float, ...]
    encoder: tuple[float, ...]

    def row(self, name: str, usual: float) -> str:
        rest = np.subtract(self.whole, self.encoder)
        median = float(np.median(self.whole))
        figures = (median, np.percentile(self.whole, 99), np.median(self.encoder), np.median(rest), median / usual)
        return f"| {name} | " + " | ".join(f"{figure:.1f}" for figure in figures) + " |"


HEAD = (
    "| services | median ms | p99 ms | encoder, median ms | the rest, median ms | to the ordinary catalogue |\n"
    "| ---: | ---: | ---: | ---: | ---: | ---: |"
)


class Steps:
    """Rows of a table: what each step took of the processor and added to the memory."""

    def __init__(self) -> None:
        self._seconds, self._megabytes = time.process_time(), megabytes()
        print(f"| loading | processor s | MB more |\n| --- | ---: | ---: |\n| imports | {self._seconds:.2f} | "
              f"{self._megabytes:.0f} |")  # fmt: skip

    def done(self, name: str) -> None:
        seconds, now = time.process_time(), megabytes()
        print(f"| {name} | {seconds - self._seconds:.2f} | {now - self._megabytes:.0f} |", flush=True)
        self._seconds, self._megabytes = time.process_time(), now


def megabytes() -> float:
    """What this process holds."""
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS")) / 1024


def times(index: Index, encoder: TimedEncoder) -> Times:
    """Of the first messages of the set that is kept apart."""
    messages = [message for _, message in kept_apart()[:MESSAGES]]
    for _ in range(ROUNDS):
        taken: list[tuple[float, float]] = []
        for message in messages:
            encoder.seconds, began = 0.0, time.thread_time()
            understand(message, index)
            taken.append(((time.thread_time() - began) * 1000, encoder.seconds * 1000))
    whole, encoding = zip(*taken, strict=True)
    return Times(whole, encoding)


def ordinary(steps: Steps) -> tuple[Catalogue, Index, TimedEncoder]:
    """The catalogue of the files and its index."""
    catalogue = catalogue_files.load()
    steps.done("catalogue from its files")
    vectors = shipped()
    timed = TimedEncoder(vectors.encoder)
    vectors.encoder = timed
    steps.done("encoder and vectors")
    index = Index.build(catalogue)
    encoded = f", {timed.seconds:.2f} s of it encoding" if timed.seconds else ""
    steps.done(f"index{encoded}")
    return catalogue, index, timed


def changed(catalogue: Catalogue) -> Catalogue:
    """One service says one thing more."""
    service = next(iter(catalogue.services.values()))
    said = replace(service, says=(*service.says, "шинээр нэмсэн өгүүлбэр"))
    return replace(catalogue, release=catalogue.release + 1, services={**catalogue.services, service.id: said})


def main() -> None:
    steps = Steps()
    catalogue, index, encoder = ordinary(steps)
    index = Index.build(changed(catalogue))
    steps.done("index again, one service changed")
    taken = times(index, encoder)
    print(f"\nmemory after {MESSAGES} messages {megabytes():.0f} MB\n\n{HEAD}")
    print(taken.row(f"{len(catalogue.services):,}", float(np.median(taken.whole))))


if __name__ == "__main__":
    main()
