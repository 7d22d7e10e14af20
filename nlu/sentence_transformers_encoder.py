"""Any sentence-transformers model in the place of the shipped encoder (setting `encoder_model`, extra `train`).

It gives vectors only: danger and aspects are then found by their lists, and the probabilities, which were measured with
the shipped encoder, are worth a calibration of their own (`python -m nlu.calibration`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlu.encoder import Encoded


class SentenceTransformersEncoder:
    """`model`: a folder or a name that sentence-transformers knows; `ImportError` without the extra `train`."""

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer  # torch is not part of the ordinary install

        self.name = model
        self._model = SentenceTransformer(model, device="cpu")
        self.width = int(self._model.get_sentence_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Encoded:
        found = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return Encoded(np.asarray(found, dtype=np.float32))
