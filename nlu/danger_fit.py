"""Fits the model of `nlu.danger` and writes `danger.npz`: `python -m nlu.danger_fit`. Deterministic.

The catalogue's loader is an argument, `module:function`, because this room does not know who keeps the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialogs.services import Catalogue
from nlu.danger import BUCKETS, DANGER_SERVICES, FILE, Linear, Neighbours, Signs, Vector, quantised, signs_of
from nlu.development import OUTSIDE_UNSEEN, is_unseen
from nlu.fitting import loaded, parser_of
from nlu.index import out_of_scope
from nlu.meaning import writer
from nlu.reading import read
from nlu.shipped import shipped
from nlu.transliteration import lexicon
from nlu.vectors import encode_all

MESSAGES = Path(__file__).parent / "messages"
STEPS, RATE, PENALTY = 200, 0.1, 2e-6
NEWTON_STEPS = 30
FALSE_ALARMS, FALSE_ALARMS_OF_NEEDS = 0.05, 0.012
"""Shares of near misses and of other messages that may be taken for danger where the border is set."""
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
    """Without those that the encoder does not see either: how to weigh the two is measured on them."""
    told = [(label, text) for label, text in rows("emergencies.tsv") if not is_unseen(text)]
    labelled = [Example(text, label == "yes", LABELLED_WEIGH) for label, text in told]
    return [*labelled, *(Example(text, False) for text in (*ordinary(catalogue), *out_of_scope()))]


def ordinary(catalogue: Catalogue) -> Iterable[str]:
    """What people say of services that have nothing to do with danger, and how they call them."""
    for service in catalogue.services.values():
        if not service.id.startswith(DANGER_SERVICES):
            yield from (*service.says, *service.names.mn, *service.names.latin, *service.names.en)


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


def mixture(catalogue: Catalogue, sounds: Linear, near: Neighbours) -> tuple[float, ...]:
    """What the signs weigh, fitted on messages that none of them has seen; the border is set by `FALSE_ALARMS`."""
    labelled = [row for row in rows("emergencies.tsv") if is_unseen(row[1])] + rows("emergencies_border.tsv")
    others = [text for text in ordinary(catalogue) if is_unseen(text)]
    others += [text for text in out_of_scope() if is_unseen(text, OUTSIDE_UNSEEN)]
    told = [*((label == "yes", text) for label, text in labelled), *((False, text) for text in others)]
    written = writer(lexicon(catalogue))
    table = np.array([_signs(text, written(text), sounds, near) for _, text in told])
    wanted = np.array([danger for danger, _ in told], dtype=np.float64)
    importance = np.where(np.arange(len(told)) < len(labelled), LABELLED_WEIGH, 1.0)
    weights = _logistic(table, wanted, importance / importance.sum())
    odds = table @ weights
    near_misses = odds[: len(labelled)][wanted[: len(labelled)] == 0]
    needs = odds[len(labelled) :]
    border = max(_above(near_misses, FALSE_ALARMS), _above(needs, FALSE_ALARMS_OF_NEEDS))
    shares = [100 * float((some >= border).mean()) for some in (odds[wanted == 1], near_misses, needs)]
    print("danger, unseen: {:.1f} % found, {:.1f} % of near misses, {:.1f} % of others taken for it".format(*shares))
    return (*map(float, weights[:-1]), float(weights[-1] - border))


def _signs(text: str, form: str, sounds: Linear, near: Neighbours) -> list[float]:
    encoded = shipped().encoder.encode([form])
    meant = float(encoded.danger[0]) if encoded.danger is not None else 0.0
    return [meant, sounds.odds(signs_of(read(text))), *near.nearest(encoded.vectors[0]), 1.0]


def labelled_neighbours(catalogue: Catalogue) -> Neighbours:
    """Of the messages that the encoder was trained with."""
    written = writer(lexicon(catalogue))
    seen = [row for row in rows("emergencies.tsv") if not is_unseen(row[1])]
    vectors = encode_all(shipped().encoder, [text for _, text in seen], written)
    danger = np.array([label == "yes" for label, _ in seen])
    return Neighbours(vectors[danger], vectors[~danger])


def _above(odds: Vector, share: float) -> float:
    """The lowest border that not more than a share is above."""
    return float(np.quantile(odds, 1 - share))


def _logistic(table: Vector, wanted: Vector, importance: Vector) -> Vector:
    weights = np.zeros(table.shape[1])
    for _ in range(NEWTON_STEPS):
        chances = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ ((chances - wanted) * importance) + 1e-4 * weights
        curve = (table * (chances * (1 - chances) * importance)[:, None]).T @ table + 1e-4 * np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def fit_and_write(catalogue: Catalogue) -> None:
    examples = danger(catalogue)
    fitted = fit(examples)
    near = labelled_neighbours(catalogue)
    together = mixture(catalogue, fitted, near)
    np.savez_compressed(
        FILE, weights=fitted.weights, scale=fitted.scale, bias=fitted.bias, mixture=together,
        danger=near.danger.astype(np.float16), harmless=near.harmless.astype(np.float16),
    )  # fmt: skip
    print(f"{len(examples):,} messages; written to {FILE.name}, {FILE.stat().st_size:,} bytes")


def main() -> None:
    fit_and_write(loaded(parser_of("nlu.danger_fit", __doc__).parse_args()))


if __name__ == "__main__":
    main()
