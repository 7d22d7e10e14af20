"""Whether what is said to be so likely is right so often."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.evaluation.answers import Answer
from tests.evaluation.tables import Share

BINS = 10
_DRAWS, _SEED = 200, 7
Point = tuple[float, bool]
"""A probability and whether what it was given to is right."""


@dataclass(frozen=True)
class Bin:
    """Messages of about the same probability: its mean, and how many were right."""

    said: float
    right: Share


def points(answers: Iterable[Answer]) -> tuple[Point, ...]:
    """Of the first candidates. All messages are needs, so out-of-scope ones do not count against them here."""
    return tuple((answer.probability, answer.place == 0) for answer in answers if answer.first is not None)


def bins(found: Sequence[Point], count: int = BINS) -> tuple[Bin, ...]:
    """As many messages in each bin, the least likely first; none is empty."""
    ordered = sorted(found, key=lambda point: point[0])  # by what was said alone: equal ones stay mixed
    edges = [len(ordered) * number // count for number in range(count + 1)]
    parts = [ordered[start:end] for start, end in pairwise(edges) if end > start]
    return tuple(
        Bin(sum(said for said, _ in part) / len(part), Share(sum(right for _, right in part), len(part)))
        for part in parts
    )


def calibration_error(found: Sequence[Point]) -> float:
    """The mean distance of said and true probability in per cent, over the bins; see `error_by_chance`."""
    apart = sum(one.right.of * abs(100 * one.said - one.right.percent) for one in bins(found))
    return apart / max(1, len(found))


def error_by_chance(found: Sequence[Point]) -> float:
    """The calibration error that so many messages show on average when what is said is exactly true."""
    dice = random.Random(_SEED)
    drawn = ([(said, dice.random() < said) for said, _ in found] for _ in range(_DRAWS))
    return sum(map(calibration_error, drawn)) / _DRAWS
