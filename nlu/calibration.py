"""Fit the weights of `nlu.probability` and write them to `calibration.json`: `python -m nlu.calibration`.

Fitted on the development set (`nlu.development`). What corrects the probabilities by group is fitted on samples that
the weights were not fitted on, a fifth at a time. The catalogue's loader is an argument, `module:function`, because
this room does not know who keeps the catalogue.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dialogs.services import Catalogue
from nlu.commands import without_greeting
from nlu.development import Example, development
from nlu.features import FEATURES, SIGNS, features, signs
from nlu.fitting import loaded, parser_of
from nlu.index import Index
from nlu.probability import FILE, GROUPS, Values, Weights, group_of
from nlu.query import query_of
from nlu.ranking import SHORTLIST, nearest
from nlu.reading import read
from nlu.script import main_script

OUT_OF_SCOPE_SHARE = 0.15
"""The share of messages no service answers that the probabilities assume; an estimate, no log exists yet."""
BY_HAND = {
    "english_version": 1.0,
    "home_version": -1.0,
    "name_exactly": 1.0,
    "prior_when_shared": 2.0,
    "not_usable_when_shared": -2.0,
}
"""Added to the fitted weights, because the development set cannot teach it. Someone who asks in English for a paper
usually needs it in English, but editors write as many examples for the one version as for the other. Who says a
service's name exactly means it, but a name that is left out is hardly ever still there. And of services that share a
word, people abroad mean those that editors wrote most for; the development set asks for each about as often."""
PENALTY = 2e-4
STEPS, RATE = 800, 0.05
FOLDS = 5
NAMES_WEIGH = 0.3
"""A name against a message: people type messages, and names are many."""


@dataclass(frozen=True)
class Sample:
    """The shortlist of one example; `right` is the place of the service meant, -1 when it is not there.

    `signs_for` gives the signs of the message once the features' weights are known. `group` is of `GROUPS`.
    """

    example: Example
    group: str
    features: Values
    signs_for: Callable[[Values], Values]
    right: int


def _sample(example: Example, index: Index) -> Sample:
    reading = read(example.text)
    language = index.language.language_of(reading.text, reading.words)
    bare = without_greeting(reading)
    encoded = index.encode([bare], language)
    query = query_of(bare, language, index.ranking.is_name)
    near = nearest(query, index.ranking, encoded.vectors[0] if encoded else None)
    table = features(query, near, index.ranking)
    ids = [index.ranking.services[place].id for place in near.places]
    right = ids.index(example.service_id) if example.service_id in ids else -1
    group = group_of(language, main_script(reading.words))
    return Sample(example, group, table, lambda which: signs(query, near, index.ranking, table, table @ which), right)


def collect(catalogue: Catalogue) -> list[Sample]:
    """Every development example asked of the index that does not hold it."""
    fold = development(catalogue)
    return [_sample(example, fold.index) for example in fold.examples]


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
    importance = np.array([NAMES_WEIGH if sample.example.is_name else 1.0 for sample in usable])

    def gradient(values: Values) -> Values:
        chances = _chances(np.where(there, table @ values, -np.inf))
        off = (chances - right) * importance[:, None]
        slope: Values = np.tensordot(off, table, axes=2) / importance.sum() + PENALTY * values
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


def fit_groups(samples: Sequence[Sample], fitted: Sequence[Weights]) -> dict[str, tuple[float, float]]:
    """By group a slope and a shift; `fitted[i]` are weights that were not fitted on sample i."""
    found = {}
    for group in GROUPS:
        rows = [first_of(sample, weights) for sample, weights in zip(samples, fitted, strict=True)
                if sample.group == group]  # fmt: skip
        odds = np.array([math.log(max(chance, 1e-9) / max(1 - chance, 1e-9)) for chance, _, _ in rows])
        right = np.array([float(hit) for _, hit, _ in rows])
        weigh = np.array([weight for _, _, weight in rows])
        table = np.stack([odds, np.ones(len(odds))], axis=1)

        def gradient(values: Values, table: Values = table, right: Values = right, weigh: Values = weigh) -> Values:
            slope: Values = ((1 / (1 + np.exp(-(table @ values))) - right) * weigh) @ table / max(1.0, weigh.sum())
            return slope

        slope, shift = _descend(gradient, 2)
        found[group] = (round(float(slope), 4), round(float(shift), 4))
    return found


def first_of(sample: Sample, fitted: Weights) -> tuple[float, bool, float]:
    """The first candidate's probability, whether it is the one meant, and how much the sample weighs."""
    chances = fitted.probabilities(sample.features @ fitted.which, sample.signs_for(fitted.which), sample.group)
    weight = NAMES_WEIGH if sample.example.is_name else 1.0
    if not len(chances):
        return 0.0, False, weight
    return float(chances.max()), int(chances.argmax()) == sample.right, weight


def crossed(samples: Sequence[Sample]) -> list[Weights]:
    """For each sample weights that were fitted without it."""
    folds = [
        fit([sample for place, sample in enumerate(samples) if place % FOLDS != number]) for number in range(FOLDS)
    ]
    return [folds[place % FOLDS] for place in range(len(samples))]


def fit(samples: Sequence[Sample]) -> Weights:
    which = fit_which(samples) + np.array([BY_HAND.get(name, 0.0) for name in FEATURES])
    return Weights(which, fit_whether(samples, which), {})


def log_loss(samples: Sequence[Sample], fitted: Sequence[Weights]) -> float:
    """Mean negative log-likelihood of what was meant."""
    losses = []
    for sample, weights in zip(samples, fitted, strict=True):
        chances = weights.probabilities(sample.features @ weights.which, sample.signs_for(weights.which), sample.group)
        likely = chances[sample.right] if sample.right >= 0 else 1 - chances.sum()
        losses.append(-math.log(max(float(likely), 1e-9)))
    return sum(losses) / max(1, len(losses))


def main() -> None:
    fit_and_write(loaded(parser_of("nlu.calibration", __doc__).parse_args()))


def fit_and_write(catalogue: Catalogue) -> None:
    samples = collect(catalogue)
    without = crossed(samples)
    groups = fit_groups(samples, without)
    fitted = fit(samples)
    loss = log_loss(samples, [replace(weights, groups=groups) for weights in without])
    stored = {
        "examples": sum(sample.example.service_id is not None for sample in samples),
        "out_of_scope": sum(sample.example.service_id is None for sample in samples),
        "log_loss_crossed": round(loss, 4),
        "set_by_hand": BY_HAND,
        "groups": groups,
        "which": {name: round(float(value), 4) for name, value in zip(FEATURES, fitted.which, strict=True)},
        "whether": {name: round(float(value), 4) for name, value in zip(SIGNS, fitted.whether, strict=True)},
    }
    FILE.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    print(f"{len(samples)} examples, log loss {loss:.3f}; written to {FILE.name}")


if __name__ == "__main__":
    main()
