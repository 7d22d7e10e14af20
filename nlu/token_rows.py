"""Rows of tokens, one behind the other in one array: many short arrays cost more than what they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nlu.tokens import BYTES, Tokens, pieces_of_key, tokens

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class TokenRows:
    """`lengths` tells how many of `tokens` each row has; a token may stand in a row more than once."""

    tokens: Tokens
    lengths: Counts


def rows_of_words(rows: Sequence[Collection[str]]) -> TokenRows:
    return TokenRows(tokens(chain.from_iterable(rows)), _counts(map(len, rows)))


def rows_of_pieces(rows: Sequence[Iterable[str]]) -> TokenRows:
    """The character runs of each row's keys."""
    found = [b"".join(map(pieces_of_key, keys)) for keys in rows]
    counts = _counts(len(row) // BYTES for row in found)
    return TokenRows(np.frombuffer(b"".join(found), dtype=np.uint32), counts)


def joined(some: Sequence[TokenRows]) -> TokenRows:
    """All their rows, one behind the other."""
    if not some:
        return rows_of_words([])
    return TokenRows(np.concatenate([rows.tokens for rows in some]), np.concatenate([rows.lengths for rows in some]))


def one_row(some: Sequence[TokenRows]) -> TokenRows:
    """All their tokens in one row."""
    found = joined(some).tokens
    return TokenRows(found, _counts([len(found)]))


def _counts(found: Iterable[int]) -> Counts:
    return np.fromiter(found, dtype=np.int64)
