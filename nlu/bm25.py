"""BM25 over the rows of all services, a service scoring as its best row.

A row holds each token once, so a row's score is the sum of the rarities of the tokens it shares with the query, times
one factor for the row's length (Robertson and Zaragoza 2009, with the rarity that is never negative, as Lucene does).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlu.token_rows import Counts, TokenRows
from nlu.tokens import Tokens, spread

Scores = NDArray[np.float64]
_UNKNOWN_AS = 75
"""A token the catalogue does not know counts as this percentile of the tokens it knows."""
MOST_ROWS = 250_000
"""Rows that are looked up for a message, those of its rarest tokens first: common ones tell least and would take the
time of a hundredfold catalogue. A usual message needs 66,000 of the catalogue's letters, a long one 180,000."""


@dataclass(frozen=True)
class RowIndex:
    """The rows of the token at place i of `tokens` are `rows[begins[i] : begins[i + 1]]`.

    `rarity` is a token's weight, `brevity` a row's factor. `most` is what a token can add to a row, `unknown` what one
    that stands nowhere might. `starts` is the first row of each service, in order.
    """

    tokens: Tokens
    begins: NDArray[np.int64]
    rows: NDArray[np.int32]
    rarity: Scores
    most: Scores
    brevity: NDArray[np.float32]
    starts: NDArray[np.int64]
    unknown: float

    def best(self, asked: Tokens) -> tuple[Scores, float]:
        """For each service its best row's score, and the bound: what a row saying exactly this would reach."""
        places = np.minimum(np.searchsorted(self.tokens, asked), max(0, len(self.tokens) - 1))
        known = places[self.tokens[places] == asked] if len(self.tokens) else places[:0]
        bound = float(self.most[known].sum()) + self.unknown * (len(asked) - len(known))
        known = self._rarest(known)
        if not len(known):
            return np.zeros(len(self.starts)), bound
        counts = self.begins[known + 1] - self.begins[known]
        found = self.rows[spread(self.begins[known], counts)]
        weights = np.repeat(self.rarity[known], counts)
        summed = np.bincount(found, weights, minlength=len(self.brevity))
        scores: Scores = np.multiply(summed, self.brevity, dtype=np.float64)
        return scores if len(scores) == len(self.starts) else np.maximum.reduceat(scores, self.starts), bound

    def _rarest(self, known: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those that are looked up, in the order given."""
        counts = self.begins[known + 1] - self.begins[known]
        if counts.sum() <= MOST_ROWS:
            return known
        order = np.argsort(counts, kind="stable")
        return known[np.sort(order[np.cumsum(counts[order]) <= MOST_ROWS])]


@dataclass(frozen=True)
class Postings:
    """Which token stands in which row: pairs by token, then by row, each once; `starts` as in `RowIndex`.

    A service without rows has an empty one; there are `count` rows.
    """

    tokens: Tokens
    rows: NDArray[np.int32]
    starts: NDArray[np.int64]
    count: int

    def by_service(self) -> Postings:
        """All rows of a service made one."""
        services = len(self.starts)
        service = np.repeat(np.arange(services, dtype=np.int32), np.diff(np.append(self.starts, self.count)))
        return _distinct(self.tokens, service[self.rows], np.arange(services), services)


def postings(rows: TokenRows, counts: Counts) -> Postings:
    """Of services with so many rows each."""
    some = np.maximum(counts, 1)
    filled = np.flatnonzero(np.repeat(counts > 0, some)).astype(np.int32)
    order = _order(rows.tokens)
    where = np.repeat(filled, rows.lengths)[order]
    return _distinct(rows.tokens[order], where, np.cumsum(some) - some, int(some.sum()))


def _order(said: Tokens) -> NDArray[np.int64]:
    """What sorts the tokens: half the bits at a time, because numpy is several times as fast with short numbers."""
    low = np.argsort(said.astype(np.uint16), kind="stable")
    high = np.argsort((said >> 16).astype(np.uint16)[low], kind="stable")
    found: NDArray[np.int64] = low[high]
    return found


def _distinct(said: Tokens, where: NDArray[np.int32], starts: NDArray[np.int64], count: int) -> Postings:
    new = np.append(True, (said[1:] != said[:-1]) | (where[1:] != where[:-1]))[: len(said)]
    return Postings(said[new], where[new], starts, count)


def row_index(found: Postings, k1: float = 1.2, b: float = 0.5) -> RowIndex:
    first = np.flatnonzero(np.append(True, found.tokens[1:] != found.tokens[:-1])[: len(found.tokens)])
    begins = np.append(first, len(found.tokens))
    found_in = np.diff(begins)
    lengths = np.bincount(found.rows, minlength=found.count)
    rarity = np.log(1 + (found.count - found_in + 0.5) / (found_in + 0.5))
    brevity = (1 / (1 + k1 * (1 - b + b * lengths / max(1.0, lengths.mean())))).astype(np.float32)
    most = rarity * np.maximum.reduceat(brevity[found.rows], first) if len(first) else rarity
    unknown = float(np.percentile(most, _UNKNOWN_AS)) if len(most) else 1.0
    return RowIndex(found.tokens[first], begins, found.rows, rarity, most, brevity, found.starts, unknown)
