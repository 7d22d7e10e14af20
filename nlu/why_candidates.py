"""What speaks for each candidate, by kind, and how far that puts it behind the first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from dialogs.services import Text
from nlu.features import FEATURES
from nlu.finding import Found
from nlu.index import Index
from nlu.why_words import FEATURE_WORDS, KINDS, Kind


@dataclass(frozen=True)
class Part:
    """One thing that speaks for or against: `counts` is `value` times `weight`, a natural logarithm of odds."""

    name: str
    label: Text
    value: float
    weight: float

    @property
    def counts(self) -> float:
        return self.value * self.weight


@dataclass(frozen=True)
class Share:
    """The parts of one kind together; `ahead` is the difference to the first candidate's, below 0 when it is less."""

    kind: Kind
    label: Text
    parts: tuple[Part, ...]
    ahead: float

    @property
    def counts(self) -> float:
        return math.fsum(part.counts for part in self.parts)


@dataclass(frozen=True)
class CandidateWhy:
    """`counts` is the sum of the shares, `ahead` the difference to the first; `nearest` its text nearest in meaning."""

    service_id: str
    probability: float
    counts: float
    ahead: float
    nearest: str
    shares: tuple[Share, ...]


def by_size(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: -abs(part.counts)))


def candidates_of(found: Found, index: Index) -> tuple[CandidateWhy, ...]:
    every = [_shares(found, row, index) for row in found.order.tolist()]
    first = {share.kind: share.counts for share in every[0]} if every else {}
    return tuple(
        CandidateWhy(
            service_id=candidate.service_id,
            probability=candidate.probability,
            counts=float(found.utilities[row]),
            ahead=float(found.utilities[row] - found.utilities[found.order[0]]),
            nearest=_nearest(found, index, found.near.places[row]),
            shares=tuple(
                sorted(
                    (replace(share, ahead=share.counts - first[share.kind]) for share in shares),
                    key=lambda share: -abs(share.counts),
                )
            ),
        )
        for candidate, row, shares in zip(found.candidates, found.order.tolist(), every, strict=True)
    )


def _shares(found: Found, row: int, index: Index) -> tuple[Share, ...]:
    """Of each kind one, those that count nothing included."""
    parts: dict[Kind, list[Part]] = {kind: [] for kind in Kind}
    for name, value, weight in zip(FEATURES, found.table[row].tolist(), index.weights.which.tolist(), strict=True):
        kind, label = FEATURE_WORDS[name]
        parts[kind].append(Part(name, label, value, weight))
    return tuple(Share(kind, KINDS[kind], by_size(of_kind), 0.0) for kind, of_kind in parts.items())


def _nearest(found: Found, index: Index, place: int) -> str:
    """The text of a service that is nearest in meaning; empty without an encoder or a text."""
    meaning, views = index.ranking.meaning, index.ranking.services[place].views
    rows, _ = index.ranking.rows.of([place])
    if meaning is None or found.vector is None or not len(rows):
        return ""
    return views[int((meaning.texts[rows].astype(np.float32) @ found.vector).argmax())].text
