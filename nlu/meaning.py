"""Where the texts of all services lie, and how near a message is to each service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.services import Catalogue
from nlu.encoder import Matrix
from nlu.language import language_model
from nlu.reading import read
from nlu.transliteration import Lexicon, lexicon
from nlu.vectors import Vectors, outside_ids
from nlu.views import ServiceViews

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Meaning:
    """`middles` a row a service, of length one; `texts` a row a view, in the order of `ranking.Rows`.

    `aside` are messages that no service answers, `outside` the places to which training drew such messages.
    """

    middles: Matrix
    texts: NDArray[np.float16]
    aside: Matrix
    outside: Matrix
    vectors: Vectors
    lexicon: Lexicon

    def centres(self, vector: Matrix) -> Table:
        """The cosine of each service's middle; `vector` is one row."""
        found: Table = (self.middles @ vector).astype(np.float64)
        return found

    def best(self, vector: Matrix, rows: NDArray[np.int64], begins: NDArray[np.int64]) -> tuple[Table, Table]:
        """The cosine of the nearest and of the second nearest text of each service, from its rows."""
        if not len(rows):
            return np.zeros(len(begins)), np.zeros(len(begins))
        near = self.texts[rows].astype(np.float32) @ vector
        best = np.maximum.reduceat(near, begins)
        counts = np.diff(np.append(begins, len(rows)))
        others = np.where(near >= np.repeat(best, counts), -1.0, near)
        second = np.maximum.reduceat(others, begins)
        return best.astype(np.float64), np.where(second > -1, second, best).astype(np.float64)

    def nearest_outside(self, vector: Matrix) -> float:
        """The cosine of the nearest place where no service is."""
        return float((self.outside @ vector).max(initial=-1.0))

    def nearest_aside(self, vector: Matrix) -> float:
        """The cosine of the nearest message that no service answers."""
        return float((self.aside @ vector).max(initial=-1.0))


def meaning(catalogue: Catalogue, services: Sequence[ServiceViews], aside: Sequence[str], vectors: Vectors) -> Meaning:
    """Encodes what `vectors` does not hold yet; a service without texts lies nowhere and is never near."""
    words = lexicon(catalogue)
    written = writer(words)
    texts = vectors.of([view.text for service in services for view in service.views], written)
    middles = np.zeros((len(services), vectors.encoder.width), dtype=np.float32)
    counts = np.array([len(service.views) for service in services], dtype=np.int64)
    told = np.flatnonzero(counts)
    if len(told):
        middles[told] = np.add.reduceat(texts, (np.cumsum(counts) - counts)[told])
    middles = _unit(_unit(middles) + vectors.drawn_to([service.id for service in services]))
    outside = vectors.drawn_to(outside_ids())
    return Meaning(middles, texts.astype(np.float16), vectors.of(list(aside), written), outside, vectors, words)


def _unit(rows: Matrix) -> Matrix:
    found: Matrix = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return found


def writer(words: Lexicon) -> Callable[[str], str]:
    """What turns a text into the form that the encoder reads."""
    language = language_model()

    def written(text: str) -> str:
        reading = read(text)
        return words.written(reading, language.language_of(reading.text, reading.words))

    return written
