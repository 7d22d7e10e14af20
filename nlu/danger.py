"""How likely a message tells of danger: a small linear model over how it sounds, for what word lists cannot list.

Signs are words, pairs of words and letter runs by phonetic key, so that both scripts and every hand count as one; each
is hashed into one of `BUCKETS`. Fitted by `nlu.danger_fit` from `nlu/messages/emergencies.tsv`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import Encoded
from nlu.phonetic import pieces, stem
from nlu.reading import Reading

BUCKETS = 1 << 15
FILE = Path(__file__).parent / "danger.npz"
_MOST_KEYS = 60
"""Words of a message that are looked at, which bounds the time; an emergency is told in its first ones."""
LIKELY, FEWEST = 0.4, 5
"""Without an encoder: 0.4 finds about half of those in danger; fewer words than `FEWEST` sound like anything."""
DANGER_SERVICES = (
    "consular-help", "consular-search", "emergency-", "health-ambulance", "child-helpline", "police-domestic",
    "police-child-taken", "police-missing", "return-certificate", "mission-return",
)  # fmt: skip
"""Services whose messages may well tell of danger: no examples of the contrary."""
FEW, FEW_NEED = 3, 1.0
"""So few words must tell more of danger (natural logarithm of the odds); one word alone never does."""
Signs = tuple[NDArray[np.int64], NDArray[np.float64]]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """One weight a bucket, as eight bits times `scale`; the sum is the natural logarithm of the odds.

    `mixture`: what four signs weigh together, and what is added: the encoder's odds, these, how near the nearest
    message of danger is, and the nearest without danger (cosines). Danger is what is above zero.
    """

    weights: NDArray[np.int8]
    scale: float
    bias: float
    mixture: tuple[float, ...] = (1.0, 1.0, 0.0, 0.0, 0.0)

    def together(self, signs: Vector) -> float:
        """Above zero where a message sounds and means like danger."""
        return float(signs @ np.array(self.mixture))

    def odds(self, signs: Signs) -> float:
        """Natural logarithm."""
        buckets, values = signs
        return float(self.weights[buckets] @ values) * self.scale + self.bias


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
    mixture = tuple(map(float, stored["mixture"]))
    return Linear(stored["weights"], float(stored["scale"]), float(stored["bias"]), mixture)


@dataclass(frozen=True)
class Neighbours:
    """Vectors of labelled messages: of people in danger, and such that only use its words."""

    danger: NDArray[np.float32]
    harmless: NDArray[np.float32]

    def nearest(self, vector: NDArray[np.float32]) -> tuple[float, float]:
        """Cosines of the nearest of each."""
        return float((self.danger @ vector).max(initial=-1.0)), float((self.harmless @ vector).max(initial=-1.0))


@lru_cache(maxsize=1)
def neighbours() -> Neighbours:
    stored = np.load(FILE, allow_pickle=False)
    return Neighbours(stored["danger"].astype(np.float32), stored["harmless"].astype(np.float32))


def is_danger(reading: Reading, encoded: Encoded | None) -> bool:
    """Whether the message tells of danger, by how it sounds and, with an encoder trained for it, by what it means."""
    sounds = model().odds(signs_of(reading))
    if encoded is None or encoded.danger is None:
        return len(reading.content) >= FEWEST and sounds >= math.log(LIKELY / (1 - LIKELY))
    near, far = neighbours().nearest(encoded.vectors[0])
    signs = np.array([float(encoded.danger[0]), sounds, near, far, 1.0])
    return len(reading.content) > 1 and model().together(signs) >= (FEW_NEED if len(reading.content) <= FEW else 0.0)


def quantised(weights: Vector, bias: float) -> Linear:
    """Eight bits a weight."""
    scale = max(float(np.abs(weights).max()), 1e-9) / 127
    return Linear(np.round(weights / scale).astype(np.int8), scale, bias)
