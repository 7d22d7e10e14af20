"""Vectors of the catalogue's texts, kept by content: a text is encoded once, whatever release it stands in.

What came with the model is read from a file; texts that editors wrote since are encoded when an index is built.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import Encoder, Matrix

Keys = NDArray[np.uint64]
BATCH = 32
"""Texts that are encoded together."""
OUTSIDE = 12
"""Places to which training draws what no service answers: small talk, other states' services, nonsense and so on."""
_EIGHT_BITS = 127


def content_key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class Stored:
    """`keys` in order; a row of `small` times its `scale` is the vector of the text with that key."""

    keys: Keys
    small: NDArray[np.int8]
    scale: NDArray[np.float32]

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Matrix) -> Stored:
        """Eight bits a number; the angle to the true vector is under one degree."""
        keys, first = np.unique(np.array([content_key(text) for text in texts], dtype=np.uint64), return_index=True)
        rows = vectors[first]
        scale = np.maximum(np.abs(rows).max(axis=1), 1e-9).astype(np.float32) / _EIGHT_BITS
        return cls(keys, np.round(rows / scale[:, None]).astype(np.int8), scale)

    @classmethod
    def read(cls, path: Path) -> Stored:
        with np.load(path, allow_pickle=False) as stored:
            return cls(stored["keys"], stored["small"], stored["scale"])

    def write(self, path: Path) -> None:
        np.savez(path, keys=self.keys, small=self.small, scale=self.scale)


class Vectors:
    """Shared by all indexes of a process and safe between threads; `stored` is what came with the model.

    `drawn` holds, by service id, where training drew the texts of a service, and by `outside_ids` where it drew what no
    service answers.
    """

    def __init__(self, encoder: Encoder, stored: Stored | None = None, drawn: Stored | None = None) -> None:
        self.encoder = encoder
        self._stored = stored
        self._drawn = drawn
        self._added: dict[int, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str], written: Callable[[str], str]) -> Matrix:
        """One row a text; `written` gives the form the encoder reads, asked only of texts that are new."""
        keys = np.array([content_key(text) for text in texts], dtype=np.uint64)
        found = np.zeros((len(texts), self.encoder.width), dtype=np.float32)
        known = _from(self._stored, keys, found)
        with self._lock:
            missing = np.flatnonzero(~known).tolist()
            new = [place for place in missing if int(keys[place]) not in self._added]
            encoded = encode_all(self.encoder, [texts[place] for place in new], written)
            self._added.update((int(keys[place]), row) for place, row in zip(new, encoded, strict=True))
            for place in missing:
                found[place] = self._added[int(keys[place])]
        return found

    def drawn_to(self, ids: Sequence[str]) -> Matrix:
        """One row an id, zeros for what training did not know."""
        found = np.zeros((len(ids), self.encoder.width), dtype=np.float32)
        _from(self._drawn, np.array([content_key(one) for one in ids], dtype=np.uint64), found)
        return found


def outside_ids() -> tuple[str, ...]:
    """Under which names `Vectors.drawn_to` finds what no service answers."""
    return tuple(f"outside {number}" for number in range(OUTSIDE))


def _from(stored: Stored | None, keys: Keys, found: Matrix) -> NDArray[np.bool_]:
    """Fills the rows of `found` whose key is stored; tells which."""
    if stored is None or not len(stored.keys):
        return np.zeros(len(keys), dtype=bool)
    places = np.minimum(np.searchsorted(stored.keys, keys), len(stored.keys) - 1)
    known: NDArray[np.bool_] = stored.keys[places] == keys
    places = places[known]
    found[known] = stored.small[places] * stored.scale[places][:, None]
    return known


def encode_all(
    encoder: Encoder,
    texts: Sequence[str],
    written: Callable[[str], str],
    progress: Callable[[int], None] = lambda _: None,
) -> Matrix:
    """Texts of a length together, which spares the encoder padding; `progress` hears how many are done."""
    forms = [written(text) for text in texts]
    order = sorted(range(len(forms)), key=lambda place: len(forms[place]))
    found = np.zeros((len(forms), encoder.width), dtype=np.float32)
    for start in range(0, len(order), BATCH):
        some = order[start : start + BATCH]
        found[some] = encoder.encode([forms[place] for place in some]).vectors
        progress(start + len(some))
    return found
