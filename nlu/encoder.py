"""A text as a vector: what means alike lies near, in any language and spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Encoded:
    """`vectors` a row a text, each of length one.

    An encoder that was trained for it also tells, as natural logarithms of odds, how likely danger is (`danger`), which
    aspect is asked (`aspect`, a column for each of `nlu.aspects.ASPECTS`, the largest is meant) and whether the message
    only follows up on a service (`follow`).
    """

    vectors: Matrix
    danger: NDArray[np.float32] | None = None
    aspect: Matrix | None = None
    follow: NDArray[np.float32] | None = None


class Encoder(Protocol):
    """`name` tells models apart; `width` is how many numbers a vector has. Safe between threads."""

    name: str
    width: int

    def encode(self, texts: Sequence[str]) -> Encoded: ...


def row(encoded: Encoded | None, place: int) -> Encoded | None:
    """What was made of the text at one place."""
    if encoded is None:
        return None
    only = slice(place, place + 1)
    heads = [head[only] if head is not None else None for head in (encoded.danger, encoded.aspect, encoded.follow)]
    return Encoded(encoded.vectors[only], *heads)
