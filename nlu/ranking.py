"""The services nearest to a message, by several views: letters, words, all words of a service, words meant."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.services import Catalogue
from nlu.bm25 import RowIndex, row_index
from nlu.query import Query
from nlu.reading import content_keys
from nlu.views import ServiceViews, pieces_of, stems_of, versions, views_of

SHORTLIST = 24
"""Services that are looked at closely; on the development set it holds the right one for 97 % of messages."""
SHARED = 3
"""What more services than this are called by is no name of one of them."""
_PRIOR = 0.5
_USUAL = 4
"""Example messages of an ordinary service."""
_MANY = 9
"""More example messages than this say no more about how much is asked."""
_UNSEEN = 0.7
"""What was written for the catalogue is asked half as often as what the portal or a mission is seen to offer."""
_NAMES = 100
Table = NDArray[np.float64]


@dataclass(frozen=True)
class WeighedRow:
    """One row's stems with the sum of their rarities."""

    stems: frozenset[str]
    weight: float
    names_it: bool


@dataclass(frozen=True)
class Ranking:
    """`services` in catalogue order; `rarity` of a stem is its inverse document frequency over services.

    `paired` are ids of papers that exist in two languages; `aside_...` hold messages that no service answers.
    `named` holds for a stem the numbers of the names it stands in (a service's place times `_NAMES` and a running
    number). `foreign_versions` are places. `prior` is, by place, the logarithm of how much editors wrote for a service:
    they wrote most for what people abroad need most.
    """

    services: tuple[ServiceViews, ...]
    rows: tuple[tuple[WeighedRow, ...], ...]
    letters: RowIndex
    words: RowIndex
    all_words: RowIndex
    all_letters: RowIndex
    rarity: Mapping[str, float]
    unknown_rarity: float
    paired: frozenset[str]
    named: Mapping[str, frozenset[int]]
    foreign_versions: frozenset[int]
    prior: Table
    aside_letters: RowIndex
    aside_words: RowIndex

    def rarity_of(self, stem: str) -> float:
        return self.rarity.get(stem, self.unknown_rarity)

    def called(self, stems: Collection[str]) -> frozenset[int]:
        """Places of the services with a name, or a title, that holds all of `stems`."""
        if not stems:
            return frozenset()
        names = frozenset[int].intersection(*(self.named.get(found, frozenset()) for found in stems))
        return frozenset(name // _NAMES for name in names)

    def is_name(self, stems: Collection[str]) -> bool:
        """Whether some service is called by these stems and hardly more."""
        return any(
            row.names_it and len(row.stems) <= len(stems) + 1 and row.stems.issuperset(stems)
            for place in self.called(stems)
            for row in self.rows[place]
        )


@dataclass(frozen=True)
class Near:
    """The shortlist: places in `Ranking.services`, and for each a share of the query's bound (0..1) by view.

    `called` are the places of all services whose names hold every word of the message.

    `lead` is the same against the best of all services. Rows: letters, words, all words, words meant.
    `aside`: how near the message is to messages that no service answers, by letters and by words.
    """

    places: tuple[int, ...]
    share: Table
    lead: Table
    aside: tuple[float, float]
    called: frozenset[int]


def ranking(catalogue: Catalogue, aside: Sequence[str]) -> Ranking:
    """`aside` are messages that no service answers; what is nearer to them than to a service is likely no need."""
    services = tuple(
        views_of(service, catalogue.organisations.get(service.organisation)) for service in catalogue.services.values()
    )
    found = Counter(word for service in services for word in service.stems)
    rarity = {word: math.log(1 + len(services) / times) for word, times in found.items()}
    return Ranking(
        services=services,
        rows=tuple(tuple(_weighed(service, rarity)) for service in services),
        letters=row_index([[view.pieces for view in service.views] for service in services]),
        words=row_index([[view.stems for view in service.views] for service in services]),
        all_words=row_index([[sorted(service.stems)] for service in services], b=0.3),
        all_letters=row_index([[_all_pieces(service)] for service in services], b=0.3),
        rarity=rarity,
        unknown_rarity=math.log(1 + len(services)),
        paired=versions(services),
        named=_named(services),
        foreign_versions=frozenset(place for place, service in enumerate(services) if service.foreign_version),
        prior=np.array([_prior(service) for service in services]),
        aside_letters=row_index([[pieces_of(content_keys(text)) for text in aside]]),
        aside_words=row_index([[stems_of(text) for text in aside]]),
    )


def _prior(service: ServiceViews) -> float:
    said = min(max(1, service.said), _MANY)
    return math.log(said / _USUAL) - (0.0 if service.seen else _UNSEEN)


def nearest(query: Query, ranking: Ranking) -> Near:
    """The nearest services by a plain sum of the views; empty when nothing is shared."""
    letters = _share(ranking.letters, query.pieces)
    words = _share(ranking.words, query.stems)
    all_words = _share(ranking.all_words, query.stems)
    meant = _share(ranking.all_words, (*query.stems, *query.official)) if query.official else all_words
    all_letters = _share(ranking.all_letters, query.pieces)
    scores = np.stack([letters, words, all_words, meant, all_letters])
    total = 2 * letters + words + all_words + meant + all_letters
    called = ranking.called(query.stems)
    if len(called) > SHARED:
        total[sorted(called)] += _PRIOR * ranking.prior[sorted(called)]
    order = np.argsort(-total, kind="stable")[:SHORTLIST]
    order = order[total[order] > 0]
    return Near(
        places=tuple(int(place) for place in order),
        share=scores[:, order],
        lead=scores[:, order] / np.maximum(scores.max(axis=1, keepdims=True, initial=0.0), 1e-9),
        aside=(
            float(_share(ranking.aside_letters, query.pieces)[0]),
            float(_share(ranking.aside_words, query.stems)[0]),
        ),
        called=called,
    )


def _all_pieces(service: ServiceViews) -> list[str]:
    return sorted({piece for view in service.views for piece in view.pieces})


def _named(services: Sequence[ServiceViews]) -> Mapping[str, frozenset[int]]:
    named: dict[str, set[int]] = {}
    for place, service in enumerate(services):
        names = [view.stems for view in service.views if view.names_it][:_NAMES]
        for number, stems in enumerate(names):
            for found in stems:
                named.setdefault(found, set()).add(place * _NAMES + number)
    return {found: frozenset(numbers) for found, numbers in named.items()}


def _weighed(service: ServiceViews, rarity: Mapping[str, float]) -> list[WeighedRow]:
    return [
        WeighedRow(frozenset(view.stems), sum(rarity[word] for word in view.stems), view.names_it)
        for view in service.views
    ]


def _share(index: RowIndex, tokens: Sequence[str]) -> Table:
    scores, bound = index.best(tokens)
    share: Table = scores.astype(np.float64) / max(bound, 1e-9)
    return share
