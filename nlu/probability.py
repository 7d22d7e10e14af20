"""From features to honest probabilities: how likely each service is meant, and how likely none is.

Two models, both fitted by `nlu.calibration` and kept in `calibration.json`: a logistic one tells from the signs of the
whole message whether it is a need that a service of the shortlist answers; a conditional logit over the shortlist tells
which one. A candidate's probability is the product.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.features import FEATURES, SIGNS
from nlu.word_lists import FOLDER

FILE = FOLDER / "calibration.json"
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """`which`: one weight a feature, in the order of `FEATURES`; `whether`: the same for `SIGNS`."""

    which: Values
    whether: Values

    def probabilities(self, utilities: Values, signs: Values) -> Values:
        """One probability for each utility (features times `which`); what is missing to 1 is for "nothing fits"."""
        if not len(utilities):
            return np.zeros(0)
        odds = np.exp(utilities - utilities.max())
        result: Values = odds / odds.sum() / (1 + np.exp(-float(signs @ self.whether)))
        return result


def weights() -> Weights:
    """The fitted weights; a feature the file does not name counts nothing."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(_column(stored.get("which", {}), FEATURES), _column(stored.get("whether", {}), SIGNS))


def _column(stored: dict[str, float], names: tuple[str, ...]) -> Values:
    return np.array([float(stored.get(name, 0.0)) for name in names])
