"""From features to honest probabilities: how likely each service is meant, and how likely none is.

Two models, both fitted by `nlu.calibration` and kept in `calibration.json`: a logistic one tells from the signs of the
whole message whether it is a need that a service of the shortlist answers; a conditional logit over the shortlist tells
which one. A candidate's probability is the product, corrected for the group of messages it comes from (`GROUPS`): what
was measured as right so often is said to be so likely (Platt 1999).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding import Script
from nlu.features import FEATURES, SIGNS
from nlu.word_lists import FOLDER

FILE = FOLDER / "calibration.json"
Values = NDArray[np.float64]


GROUPS = ("cyrillic", "latin", "english", "foreign")


def group_of(language: str, script: Script) -> str:
    """Mongolian by its script, English, and all other languages together."""
    if language in ("mn", "und"):
        return "latin" if script is Script.LATIN else "cyrillic"
    return "english" if language == "en" else "foreign"


@dataclass(frozen=True)
class Weights:
    """`which`: one weight a feature, in the order of `FEATURES`; `whether`: the same for `SIGNS`.

    `groups`: by group what the natural logarithm of a first candidate's odds is multiplied with, and what is added.
    """

    which: Values
    whether: Values
    groups: Mapping[str, tuple[float, float]]

    def probabilities(self, utilities: Values, signs: Values, group: str) -> Values:
        """One probability for each utility (features times `which`); what is missing to 1 is for "nothing fits"."""
        if not len(utilities):
            return np.zeros(0)
        odds = np.exp(utilities - utilities.max())
        raw: Values = odds / odds.sum() / (1 + np.exp(-float(signs @ self.whether)))
        return self._corrected(raw, group)

    def _corrected(self, raw: Values, group: str) -> Values:
        """All by the factor that corrects the first."""
        slope, shift = self.groups.get(group, (1.0, 0.0))
        first = min(max(float(raw.max()), 1e-9), 1 - 1e-9)
        wanted = 1 / (1 + math.exp(-(slope * math.log(first / (1 - first)) + shift)))
        corrected: Values = raw * min(wanted / first, 1 / float(raw.sum()))
        return corrected


def weights() -> Weights:
    """The fitted weights; a feature the file does not name counts nothing."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    groups = {name: (float(slope), float(shift)) for name, (slope, shift) in stored.get("groups", {}).items()}
    return Weights(_column(stored.get("which", {}), FEATURES), _column(stored.get("whether", {}), SIGNS), groups)


def _column(stored: dict[str, float], names: tuple[str, ...]) -> Values:
    return np.array([float(stored.get(name, 0.0)) for name in names])
