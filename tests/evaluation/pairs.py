"""The evaluation set: what people type and the service they mean. Nothing in `nlu/` is fitted on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "typed_pairs.tsv"
KEPT_APART = Path(__file__).parent / "kept_apart.tsv"


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


def kept_apart() -> tuple[tuple[str, str], ...]:
    """(service id, message): the tenth of the catalogue's messages that no index holds (`set_apart`)."""
    if not KEPT_APART.exists():
        return ()
    lines = KEPT_APART.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((service_id, message) for service_id, message in rows)
