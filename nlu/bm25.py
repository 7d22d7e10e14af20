"""BM25 over the rows of all services, a service scoring as its best row.

A row holds each token once, so a row's score is the sum of the rarities of the tokens it shares with the query, times
one factor for the row's length (Robertson and Zaragoza 2009, with the rarity that is never negative, as Lucene does).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
_UNKNOWN_AS = 75
"""A token the catalogue does not know counts as this percentile of the tokens it knows."""


@dataclass(frozen=True)
class RowIndex:
    """Tokens are known by their hash: `tokens` in order, the rows of token i are `rows[begins[i] : begins[i + 1]]`.

    `rarity` is a token's weight, `brevity` a row's factor. `most` is what a token can add to a row, `unknown` what one
    that stands nowhere might. `starts` is the first row of each service, in order.
    """

    tokens: NDArray[np.int64]
    begins: NDArray[np.int64]
    rows: NDArray[np.int32]
    rarity: Scores
    most: Scores
    brevity: Scores
    starts: NDArray[np.int64]
    unknown: float

    def best(self, tokens: Iterable[str]) -> tuple[Scores, float]:
        """For each service its best row's score, and the bound: what a row saying exactly this would reach."""
        asked = _hashes(dict.fromkeys(tokens))
        places = np.minimum(np.searchsorted(self.tokens, asked), max(0, len(self.tokens) - 1))
        known = places[self.tokens[places] == asked] if len(self.tokens) else places[:0]
        bound = float(self.most[known].sum()) + self.unknown * (len(asked) - len(known))
        if not len(known):
            return np.zeros(len(self.starts)), bound
        found = np.concatenate([self.rows[self.begins[place] : self.begins[place + 1]] for place in known])
        weights = np.repeat(self.rarity[known], self.begins[known + 1] - self.begins[known])
        scores = np.bincount(found, weights, minlength=len(self.brevity)) * self.brevity
        return np.maximum.reduceat(scores, self.starts), bound


def row_index(services: Sequence[Sequence[Sequence[str]]], k1: float = 1.2, b: float = 0.5) -> RowIndex:
    """From services, each a list of rows, each a list of different tokens; a service without rows gets an empty one."""
    rows = [row for service in services for row in (service or [[]])] or [[]]
    starts = np.cumsum([0] + [max(1, len(service)) for service in services[:-1]], dtype=np.int64)
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    said = _hashes(chain.from_iterable(rows))
    order = np.argsort(said, kind="stable")
    tokens, first = np.unique(said[order], return_index=True)
    begins = np.append(first, len(said)).astype(np.int64)
    where = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)[order]
    found_in = np.diff(begins)
    rarity = np.log(1 + (len(rows) - found_in + 0.5) / (found_in + 0.5))
    brevity = 1 / (1 + k1 * (1 - b + b * lengths / max(1.0, lengths.mean())))
    most = rarity * np.maximum.reduceat(brevity[where], begins[:-1]) if len(tokens) else rarity
    unknown = float(np.percentile(most, _UNKNOWN_AS)) if len(most) else 1.0
    return RowIndex(tokens, begins, where, rarity, most, brevity, starts, unknown)


def _hashes(tokens: Iterable[str]) -> NDArray[np.int64]:
    """64 bits each, this process's own: an index is never stored."""
    return np.fromiter(map(hash, tokens), dtype=np.int64)
