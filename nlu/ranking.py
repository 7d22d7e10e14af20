"""The services nearest to a message, by several views: letters, words, all words of a service, words meant, meaning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dialogs.services import Catalogue
from nlu.bm25 import RowIndex, postings, row_index
from nlu.encoder import Matrix
from nlu.meaning import Meaning, meaning
from nlu.query import Query
from nlu.reading import content_keys
from nlu.token_rows import TokenRows, joined, rows_of_pieces, rows_of_words
from nlu.tokens import Tokens, spread, tokens
from nlu.vectors import Vectors
from nlu.views import ServiceViews, stems_of, versions, views_of

SHORTLIST = 36
"""Services that are looked at closely, at most."""
EACH = 18
"""So many come by letters and words, and so many by meaning."""
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
_LEXICAL = 6.0
"""The sum of the views by letters and words when a service says exactly the message."""
Table = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """All rows of all services one behind the other, with their words as numbers.

    The rows of service i are `starts[i] : starts[i + 1]`, the words of row j `words[begins[j] : begins[j + 1]]`;
    `weight` is the sum of the rarities of its words; `names_it` tells whether it calls the service by a name.
    """

    starts: NDArray[np.int64]
    begins: NDArray[np.int64]
    words: Tokens
    weight: Table
    names_it: NDArray[np.bool_]

    def of(self, places: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows of some services, and where each service's begin among them."""
        chosen = np.asarray(places, dtype=np.int64)
        begins = self.starts[chosen]
        counts = self.starts[chosen + 1] - begins
        return spread(begins, counts), np.cumsum(counts) - counts


@dataclass(frozen=True)
class Ranking:
    """`services` in catalogue order; `rarity` of a stem is its inverse document frequency over services.

    `paired` are ids of papers that exist in two languages; `aside_...` hold messages that no service answers.
    `named` holds for a stem the numbers of the names it stands in (a service's place times `_NAMES` and a running
    number). `foreign_versions` are places. `prior` is, by place, the logarithm of how much editors wrote for a service:
    they wrote most for what people abroad need most. `meaning` is empty without an encoder.
    """

    services: tuple[ServiceViews, ...]
    rows: Rows
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
    meaning: Meaning | None

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
            view.names_it and len(view.stems) <= len(stems) + 1 and not set(stems).difference(view.stems)
            for place in self.called(stems)
            for view in self.services[place].views
        )


@dataclass(frozen=True)
class Near:
    """The shortlist: places in `Ranking.services`, and for each a share of the query's bound (0..1) by view.

    `called` are the places of all services whose names hold every word of the message.

    `lead` is the same against the best of all services. Rows: letters, words, all words, words meant, all letters.
    `centre` and `best` tell how near the meaning of the message is to the middle of a service's texts and to the
    nearest of them (cosines), `behind` how far the middle is behind the nearest middle of all services.
    `aside`: how near the message is to messages that no service answers, by letters, by words, by meaning, and to where
    training drew them.
    """

    places: tuple[int, ...]
    share: Table
    lead: Table
    centre: Table
    behind: Table
    best: Table
    second: Table
    aside: tuple[float, float, float, float]
    called: frozenset[int]


def ranking(catalogue: Catalogue, aside: Sequence[str], vectors: Vectors | None = None) -> Ranking:
    """`aside` are messages that no service answers; what is nearer to them than to a service is likely no need.

    Without `vectors` services are ranked by letters and words alone.
    """
    services = tuple(
        views_of(service, catalogue.organisations.get(service.organisation)) for service in catalogue.services.values()
    )
    found = Counter(chain.from_iterable(service.stems for service in services))
    rarity = {word: math.log(1 + len(services) / times) for word, times in found.items()}
    counts = np.fromiter((len(service.views) for service in services), dtype=np.int64, count=len(services))
    letters = postings(joined([service.letters for service in services]), counts)
    words = joined([service.words for service in services])
    all_words = joined([service.all_words for service in services])
    apart, together = [content_keys(text) for text in aside], np.array([len(aside)])
    return Ranking(
        services=services,
        rows=_rows(services, words, rarity),
        letters=row_index(letters),
        words=row_index(postings(words, counts)),
        all_words=row_index(postings(all_words, np.ones_like(counts)), b=0.3),
        all_letters=row_index(letters.by_service(), b=0.3),
        rarity=rarity,
        unknown_rarity=math.log(1 + len(services)),
        paired=versions(services),
        named=_named(services),
        foreign_versions=frozenset(place for place, service in enumerate(services) if service.foreign_version),
        prior=np.array([_prior(service) for service in services]),
        aside_letters=row_index(postings(rows_of_pieces(apart), together)),
        aside_words=row_index(postings(rows_of_words([stems_of(text) for text in aside]), together)),
        meaning=meaning(catalogue, services, aside, vectors) if vectors else None,
    )


def _prior(service: ServiceViews) -> float:
    said = min(max(1, service.said), _MANY)
    return math.log(said / _USUAL) - (0.0 if service.seen else _UNSEEN)


def nearest(query: Query, ranking: Ranking, vector: Matrix | None = None) -> Near:
    """The nearest services by a plain sum of the views, and the nearest by meaning; empty when nothing is shared.

    `vector` is what the encoder made of the message.
    """
    letters = _share(ranking.letters, query.pieces)
    words = _share(ranking.words, query.words)
    all_words = _share(ranking.all_words, query.words)
    official = np.concatenate([query.words, tokens(query.official)])
    meant = _share(ranking.all_words, official) if query.official else all_words
    all_letters = _share(ranking.all_letters, query.pieces)
    scores = np.stack([letters, words, all_words, meant, all_letters])
    total = 2 * letters + words + all_words + meant + all_letters
    called = ranking.called(query.stems)
    if len(called) > SHARED:
        total[sorted(called)] += _PRIOR * ranking.prior[sorted(called)]
    centres = _centres(ranking, vector)
    places = _first(total, total > 0)
    if vector is not None:
        places = np.unique(np.concatenate([places, _first(centres, centres > 0)]))
        places = places[np.argsort(-(total[places] / _LEXICAL + centres[places]), kind="stable")]
    best, second = _texts(ranking, vector, places)
    return Near(
        places=tuple(places.tolist()),
        share=scores[:, places],
        lead=scores[:, places] / np.maximum(scores.max(axis=1, keepdims=True, initial=0.0), 1e-9),
        centre=centres[places],
        behind=centres.max(initial=0.0) - centres[places],
        best=best,
        second=second,
        aside=(
            float(_share(ranking.aside_letters, query.pieces)[0]),
            float(_share(ranking.aside_words, query.words)[0]),
            *_outside(ranking, vector),
        ),
        called=called,
    )


def _first(scores: Table, there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Places of the highest scores."""
    most = EACH if len(scores) > EACH else len(scores)
    places = np.argpartition(-scores, most - 1)[:most] if most else np.zeros(0, dtype=np.int64)
    places = places[there[places]]
    return places[np.lexsort((places, -scores[places]))]


def _centres(ranking: Ranking, vector: Matrix | None) -> Table:
    if ranking.meaning is None or vector is None:
        return np.zeros(len(ranking.services))
    return ranking.meaning.centres(vector)


def _texts(ranking: Ranking, vector: Matrix | None, places: NDArray[np.int64]) -> tuple[Table, Table]:
    """The nearest and the second nearest of each service's texts."""
    if ranking.meaning is None or vector is None:
        return np.zeros(len(places)), np.zeros(len(places))
    return ranking.meaning.best(vector, *ranking.rows.of(places.tolist()))


def _outside(ranking: Ranking, vector: Matrix | None) -> tuple[float, float]:
    if ranking.meaning is None or vector is None:
        return 0.0, 0.0
    return ranking.meaning.nearest_aside(vector), ranking.meaning.nearest_outside(vector)


def _named(services: Sequence[ServiceViews]) -> Mapping[str, frozenset[int]]:
    named: dict[str, set[int]] = {}
    for place, service in enumerate(services):
        names = [view.stems for view in service.views if view.names_it][:_NAMES]
        for number, stems in enumerate(names):
            for found in stems:
                named.setdefault(found, set()).add(place * _NAMES + number)
    return {found: frozenset(numbers) for found, numbers in named.items()}


def _rows(services: Sequence[ServiceViews], words: TokenRows, rarity: Mapping[str, float]) -> Rows:
    views = [view for service in services for view in service.views]
    weights = np.fromiter((rarity[word] for view in views for word in view.stems), dtype=np.float64)
    begins = np.append(0, np.cumsum(words.lengths))
    return Rows(
        starts=np.append(0, np.cumsum([len(service.views) for service in services], dtype=np.int64)),
        begins=begins,
        words=words.tokens,
        weight=np.add.reduceat(weights, begins[:-1]) if len(views) else weights,  # no view is without words
        names_it=np.fromiter((view.names_it for view in views), dtype=bool, count=len(views)),
    )


def _share(index: RowIndex, asked: Tokens) -> Table:
    scores, bound = index.best(asked)
    share: Table = scores.astype(np.float64) / max(bound, 1e-9)
    return share
