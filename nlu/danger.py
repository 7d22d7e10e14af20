"""How likely a message tells of danger: a small linear model over how it sounds, for what word lists cannot list.

Signs are words, pairs of words and letter runs by phonetic key, so that both scripts and every hand count as one; each
is hashed into one of `BUCKETS`. Fitted by `nlu.danger_fit` from `nlu/messages/emergencies.tsv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.phonetic import pieces, stem
from nlu.reading import Reading

BUCKETS = 1 << 15
FILE = Path(__file__).parent / "danger.npz"
_MOST_KEYS = 60
"""Words of a message that are looked at, which bounds the time; an emergency is told in its first ones."""
Signs = tuple[NDArray[np.int64], NDArray[np.float64]]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """One weight a bucket, as eight bits times `scale`; the sum is the natural logarithm of the odds."""

    weights: NDArray[np.int8]
    scale: float
    bias: float

    def chance(self, signs: Signs) -> float:
        buckets, values = signs
        return float(1 / (1 + np.exp(-(float(self.weights[buckets] @ values) * self.scale + self.bias))))


def signs_of(reading: Reading) -> Signs:
    """Buckets and values; every kind of sign weighs together the same, however long the message."""
    keys = reading.keys[:_MOST_KEYS]
    stems = tuple(stem(found) for found in keys)
    kinds = (
        [f"w{found}" for found in stems],
        [f"b{one} {two}" for one, two in pairwise(("^", *stems, "$"))],
        [f"p{piece}" for found in keys for piece in pieces(found)],
    )
    buckets: list[int] = []
    values: list[float] = []
    for kind in kinds:
        unique = dict.fromkeys(kind)
        buckets.extend(crc32(sign.encode("utf-8", "replace")) % BUCKETS for sign in unique)
        values.extend([1 / max(1, len(unique)) ** 0.5] * len(unique))
    return np.array(buckets, dtype=np.int64), np.array(values)


@lru_cache(maxsize=1)
def model() -> Linear:
    stored = np.load(FILE, allow_pickle=False)
    return Linear(stored["weights"], float(stored["scale"]), float(stored["bias"]))


def chance_of_danger(reading: Reading) -> float:
    """How likely it is that the message tells of danger."""
    return model().chance(signs_of(reading))


def quantised(weights: Vector, bias: float) -> Linear:
    """Eight bits a weight."""
    scale = max(float(np.abs(weights).max()), 1e-9) / 127
    return Linear(np.round(weights / scale).astype(np.int8), scale, bias)
