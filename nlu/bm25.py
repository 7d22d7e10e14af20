"""BM25 over the rows of all services, a service scoring as its best row."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import bm25s
import numpy as np
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG and tells each index it builds
Scores = NDArray[np.float32]
_UNKNOWN_AS = 75
"""A word the catalogue does not know counts as this percentile of the words it knows."""


@dataclass(frozen=True)
class RowIndex:
    """`starts` is the first row of each service (in order), `most` the most a token can add to a row."""

    vocabulary: Mapping[str, int]
    scores: bm25s.BM25
    starts: NDArray[np.int64]
    most: Scores
    unknown: float

    def best(self, tokens: Iterable[str]) -> tuple[Scores, float]:
        """For each service its best row's score, and the bound: what a row saying exactly this would reach."""
        unique = dict.fromkeys(tokens)
        known = [self.vocabulary[token] for token in unique if token in self.vocabulary]
        bound = float(self.most[known].sum()) + self.unknown * (len(unique) - len(known))
        if not known:
            return np.zeros(len(self.starts), dtype=np.float32), bound
        rows = self.scores.get_scores_from_ids(known)
        best: Scores = np.maximum.reduceat(rows, self.starts).astype(np.float32)
        return best, bound


def row_index(services: Sequence[Sequence[Sequence[str]]], k1: float = 1.2, b: float = 0.5) -> RowIndex:
    """From services, each a list of rows, each a list of tokens; a service without rows gets an empty one."""
    rows = [row for service in services for row in (service or [[]])] or [[""]]
    starts = np.cumsum([0] + [max(1, len(service)) for service in services[:-1]], dtype=np.int64)
    vocabulary: dict[str, int] = {}
    numbered = [[vocabulary.setdefault(token, len(vocabulary)) for token in row] for row in rows]
    vocabulary.setdefault("", len(vocabulary))
    scores = bm25s.BM25(k1=k1, b=b)
    scores.index((numbered, vocabulary), show_progress=False)
    columns = np.asarray(scores.scores["indptr"])
    data = np.append(np.asarray(scores.scores["data"]), np.float32(0))
    most = np.where(np.diff(columns) > 0, np.maximum.reduceat(data, columns[:-1]), 0).astype(np.float32)
    return RowIndex(vocabulary, scores, starts, most, float(np.percentile(most, _UNKNOWN_AS)) if len(most) else 1.0)
