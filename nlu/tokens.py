"""Tokens as numbers, the same in every process: what an index compares instead of strings."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.phonetic import pieces

Tokens = NDArray[np.uint32]
BYTES = array("I").itemsize  # four wherever Python runs


@lru_cache(maxsize=16_384)
def token(text: str) -> int:
    """32 bits; of the catalogue's quarter of a million tokens about eight share a number with another."""
    return crc32(text.encode("utf-8", "replace"))


def tokens(texts: Iterable[str]) -> Tokens:
    return np.fromiter(map(token, texts), dtype=np.uint32)


@lru_cache(maxsize=8_192)
def pieces_of_key(key: str) -> bytes:
    """The character runs of one phonetic key: tokens, as bytes because those are joined fastest."""
    return array("I", [crc32(piece.encode("utf-8", "replace")) for piece in pieces(key)]).tobytes()


def pieces_of(keys: Iterable[str]) -> Tokens:
    """The character runs of all keys, each once, in order of their numbers."""
    return np.unique(np.frombuffer(b"".join(map(pieces_of_key, keys)), dtype=np.uint32))


def spread(begins: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """`begins[0]`, `begins[0] + 1` ... for each begin as many as its count, one behind the other."""
    shift = np.repeat(begins - (np.cumsum(counts) - counts), counts)
    found: NDArray[np.int64] = np.arange(int(counts.sum()), dtype=np.int64) + shift
    return found
