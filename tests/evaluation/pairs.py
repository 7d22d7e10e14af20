"""The evaluation set: what people type and the service they mean. Nothing in `nlu/` is fitted on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "typed_pairs.tsv"


@dataclass(frozen=True)
class Pair:
    """`services` are all ids that answer `typed`; `ask` when a question back is the right answer."""

    typed: str
    services: frozenset[str]
    ask: bool


def typed_pairs() -> tuple[Pair, ...]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")][1:]
    return tuple(
        Pair(typed, frozenset(services.split()), ask == "ask")
        for typed, services, ask, *_ in (line.split("\t") for line in lines)
    )
