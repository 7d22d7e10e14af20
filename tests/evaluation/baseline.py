"""The plain way to compare with: BM25 on words as they are written, over all texts of each service."""

from __future__ import annotations

import re

import bm25s
import numpy as np

from dialogs.services import Catalogue, Service


class PlainBm25:
    """Ranks by words only: no key, no endings, no synonyms."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._ids = list(catalogue.services)
        self._index = bm25s.BM25()
        self._index.index([_words(_texts(service)) for service in catalogue.services.values()], show_progress=False)

    def first(self, text: str, count: int = 10) -> list[str]:
        words = [word for word in _words(text) if word in self._index.vocab_dict]
        if not words:
            return []
        scores = self._index.get_scores(words)
        return [self._ids[place] for place in np.argsort(-scores, kind="stable")[:count] if scores[place] > 0]


def _texts(service: Service) -> str:
    names = (*service.names.mn, *service.names.latin, *service.names.en, *service.names.other)
    texts = (service.title.mn, service.title.en, service.summary.mn, service.summary.en, *names, *service.says)
    return " ".join(texts)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
