"""Fit the weights of `nlu.probability` and write them to `calibration.json`: `python -m nlu.calibration`.

Fitted on the development set (`nlu.development`) and the lines of `out_of_scope.tsv`. The catalogue's loader is an
argument, `module:function`, because this room does not know who keeps the catalogue.
"""

from __future__ import annotations

import argparse
import json
import math
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dialogs.services import Catalogue
from nlu.commands import without_greeting
from nlu.development import Example, folds
from nlu.features import FEATURES, SIGNS, features, signs
from nlu.index import Index
from nlu.probability import FILE, Values, Weights
from nlu.query import query_of
from nlu.ranking import SHORTLIST, nearest
from nlu.reading import read

LOADER = "knowledge.catalogue_files:load"
OUT_OF_SCOPE_SHARE = 0.15
"""The share of messages no service answers that the probabilities assume; an estimate, no log exists yet."""
BY_HAND = {
    "english_version": 1.0,
    "home_version": -1.0,
    "name_exactly": 2.0,
    "explained_by_title": -2.5,
    "prior_when_shared": 3.0,
    "name_said_when_shared": -2.0,
    "not_usable_when_shared": -1.5,
}
"""Added to the fitted weights, because the development set cannot teach it. Someone who asks in English for a paper
usually needs it in English, but editors write as many examples for the one version as for the other. Who says a
service's name exactly means it, but a name that is left out is hardly ever still there. Many examples
are names, which repeat their title more than messages do. And of services that share a
word, people abroad mean those that editors wrote most for; the development set asks for each about as often."""
PENALTY = 2e-4
STEPS, RATE = 1500, 0.05


@dataclass(frozen=True)
class Sample:
    """The shortlist of one example; `right` is the place of the service meant, -1 when it is not there.

    `signs_for` gives the signs of the message once the features' weights are known.
    """

    example: Example
    features: Values
    signs_for: Callable[[Values], Values]
    right: int


def _sample(example: Example, index: Index) -> Sample:
    reading = read(example.text)
    language = index.language.language_of(reading.text, reading.words)
    query = query_of(without_greeting(reading), language, index.ranking.is_name)
    near = nearest(query, index.ranking)
    table = features(query, near, index.ranking)
    ids = [index.ranking.services[place].id for place in near.places]
    right = ids.index(example.service_id) if example.service_id in ids else -1
    return Sample(example, table, lambda which: signs(query, near, index.ranking, table, table @ which), right)


def collect(catalogue: Catalogue) -> list[Sample]:
    """Every development example asked of the index of its fold."""
    return [_sample(example, fold.index) for fold in folds(catalogue) for example in fold.examples]


def fit_which(samples: Sequence[Sample]) -> Values:
    """Weights of the conditional logit, from the examples whose service is on the shortlist."""
    usable = [sample for sample in samples if sample.right >= 0]
    table = np.zeros((len(usable), SHORTLIST, len(FEATURES)))
    there = np.zeros((len(usable), SHORTLIST), dtype=bool)
    right = np.zeros((len(usable), SHORTLIST))
    for row, sample in enumerate(usable):
        table[row, : len(sample.features)] = sample.features
        there[row, : len(sample.features)] = True
        right[row, sample.right] = 1.0

    def gradient(values: Values) -> Values:
        chances = _chances(np.where(there, table @ values, -np.inf))
        slope: Values = np.einsum("ij,ijk->k", chances - right, table) / max(1, len(usable)) + PENALTY * values
        return slope

    return _descend(gradient, len(FEATURES))


def fit_whether(samples: Sequence[Sample], which: Values) -> Values:
    """Weights of the logistic model of whether the shortlist answers the message."""
    table = np.array([sample.signs_for(which) for sample in samples])
    right = np.array([sample.right >= 0 for sample in samples], dtype=np.float64)
    importance = _importance(samples)

    def gradient(values: Values) -> Values:
        chances = 1 / (1 + np.exp(-(table @ values)))
        slope: Values = ((chances - right) * importance) @ table / importance.sum() + PENALTY * values
        return slope

    return _descend(gradient, len(SIGNS))


def _chances(utilities: Values) -> Values:
    odds = np.exp(utilities - utilities.max(axis=1, keepdims=True))
    chances: Values = odds / odds.sum(axis=1, keepdims=True)
    return chances


def _importance(samples: Sequence[Sample]) -> Values:
    """Out-of-scope lines weigh together `OUT_OF_SCOPE_SHARE` of all."""
    outside = np.array([sample.example.service_id is None for sample in samples])
    weight = OUT_OF_SCOPE_SHARE / (1 - OUT_OF_SCOPE_SHARE) * (~outside).sum() / max(1, outside.sum())
    return np.where(outside, weight, 1.0)


def _descend(gradient: Callable[[Values], Values], size: int) -> Values:
    values, mean, spread = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        slope = gradient(values)
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.999 * spread + 0.001 * slope**2
        rate = RATE * (1 - 0.9 * step / STEPS)
        values = values - rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return values


def log_loss(samples: Sequence[Sample], fitted: Weights) -> float:
    """Mean negative log-likelihood of what was meant."""
    losses = []
    for sample in samples:
        chances = fitted.probabilities(sample.features @ fitted.which, sample.signs_for(fitted.which))
        likely = chances[sample.right] if sample.right >= 0 else 1 - chances.sum()
        losses.append(-math.log(max(float(likely), 1e-9)))
    return sum(losses) / max(1, len(losses))


def main() -> None:
    parser = argparse.ArgumentParser(prog="nlu.calibration", description=__doc__)
    parser.add_argument("loader", nargs="?", default=LOADER, help="module:function that loads the catalogue")
    catalogue = pkgutil.resolve_name(parser.parse_args().loader)()
    samples = collect(catalogue)
    by_hand = np.array([BY_HAND.get(name, 0.0) for name in FEATURES])
    which = fit_which(samples) + by_hand
    fitted = Weights(which, fit_whether(samples, which))
    loss = log_loss(samples, fitted)
    stored = {
        "examples": sum(sample.example.service_id is not None for sample in samples),
        "out_of_scope": sum(sample.example.service_id is None for sample in samples),
        "log_loss": round(loss, 4),
        "set_by_hand": BY_HAND,
        "which": {name: round(float(value), 4) for name, value in zip(FEATURES, which, strict=True)},
        "whether": {name: round(float(value), 4) for name, value in zip(SIGNS, fitted.whether, strict=True)},
    }
    FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    print(f"{len(samples)} examples, log loss {loss:.3f}; written to {FILE.name}")


if __name__ == "__main__":
    main()
