"""Fits the model of `nlu.danger` and writes `danger.npz`: `python -m nlu.danger_fit`. Deterministic.

The catalogue's loader is an argument, `module:function`, because this room does not know who keeps the catalogue.
"""

from __future__ import annotations

import argparse
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialogs.services import Catalogue
from nlu.danger import BUCKETS, FILE, Linear, Signs, Vector, quantised, signs_of
from nlu.index import out_of_scope
from nlu.reading import read

MESSAGES = Path(__file__).parent / "messages"
LOADER = "knowledge.catalogue_files:load"
DANGER_SERVICES = (
    "consular-help", "consular-search", "emergency-", "health-ambulance", "child-helpline", "police-domestic",
    "police-child-taken", "police-missing", "return-certificate", "mission-return",
)  # fmt: skip
"""Services whose messages may well tell of danger: no examples of the contrary."""
STEPS, RATE, PENALTY = 200, 0.1, 2e-6
LABELLED_WEIGH = 12.0
"""A labelled message against one that is only taken to be no danger."""


@dataclass(frozen=True)
class Example:
    """`weight` lets a few labelled messages stand against many that are only taken to be of another class."""

    text: str
    danger: bool
    weight: float = 1.0


def rows(name: str) -> list[list[str]]:
    lines = (MESSAGES / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


def danger(catalogue: Catalogue) -> list[Example]:
    labelled = [Example(text, label == "yes", LABELLED_WEIGH) for label, text in rows("emergencies.tsv")]
    return [*labelled, *(Example(text, False) for text in (*ordinary(catalogue), *out_of_scope()))]


def ordinary(catalogue: Catalogue) -> Iterable[str]:
    """What people say of services that have nothing to do with danger."""
    for service in catalogue.services.values():
        if not service.id.startswith(DANGER_SERVICES):
            yield from service.says


def fit(examples: Sequence[Example]) -> Linear:
    """Logistic regression by Adam on all examples at once."""
    table = _Table([signs_of(read(example.text)) for example in examples])
    wanted = np.array([example.danger for example in examples], dtype=np.float64)
    importance = np.array([example.weight for example in examples])
    importance /= importance.sum()
    weights, bias = np.zeros(BUCKETS), 0.0
    mean, spread = np.zeros(BUCKETS), np.zeros(BUCKETS)
    for step in range(1, STEPS + 1):
        off = (1 / (1 + np.exp(-(table.times(weights) + bias))) - wanted) * importance
        slope = table.back(off) + PENALTY * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
        bias -= 2.0 * float(off.sum())
    return quantised(weights, bias)


class _Table:
    """Messages by signs, as one long list of (message, bucket, value)."""

    def __init__(self, found: Sequence[Signs]) -> None:
        self._count = len(found)
        self._message = np.repeat(np.arange(len(found)), [len(buckets) for buckets, _ in found])
        self._bucket = np.concatenate([buckets for buckets, _ in found])
        self._value = np.concatenate([values for _, values in found])

    def times(self, weights: Vector) -> Vector:
        total: Vector = np.bincount(self._message, weights[self._bucket] * self._value, minlength=self._count).astype(
            np.float64
        )
        return total

    def back(self, off: Vector) -> Vector:
        total: Vector = np.bincount(self._bucket, off[self._message] * self._value, minlength=BUCKETS).astype(
            np.float64
        )
        return total


def main() -> None:
    parser = argparse.ArgumentParser(prog="nlu.danger_fit", description=__doc__)
    parser.add_argument("loader", nargs="?", default=LOADER, help="module:function that loads the catalogue")
    catalogue = pkgutil.resolve_name(parser.parse_args().loader)()
    examples = danger(catalogue)
    fitted = fit(examples)
    np.savez_compressed(FILE, weights=fitted.weights, scale=fitted.scale, bias=fitted.bias)
    print(f"{len(examples):,} messages; written to {FILE.name}, {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
