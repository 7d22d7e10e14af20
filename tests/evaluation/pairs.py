"""The evaluation set: what people type and the service they mean. Nothing in `nlu/` is fitted on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "typed_pairs.tsv"
KEPT_APART = Path(__file__).parent / "kept_apart.tsv"
EMERGENCIES_APART = Path(__file__).parent / "emergencies_apart.tsv"
OUT_OF_SCOPE_APART = Path(__file__).parent / "out_of_scope_apart.tsv"


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
    return tuple((service_id, message) for service_id, message in _rows(KEPT_APART)) if KEPT_APART.exists() else ()


def out_of_scope_apart() -> tuple[str, ...]:
    """Messages that no service answers and that no weight was fitted on."""
    return tuple(message for _, message in _rows(OUT_OF_SCOPE_APART))


def emergencies_apart() -> tuple[tuple[bool, str], ...]:
    """(whether it is one, message): no list is written and no weight is fitted for them."""
    return tuple((kind == "yes", message) for kind, message in _rows(EMERGENCIES_APART))


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
