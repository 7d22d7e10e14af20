"""What speaks for and against each service of the shortlist, and for a message to be a need at all, with names."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialogs.services import Usable
from nlu.query import HOME_LANGUAGES, Query
from nlu.ranking import Near, Ranking, WeighedRow

Rarities = dict[str, float]
Table = NDArray[np.float64]
_WIDE = math.log(6)
"""A word by which this many services are called says nothing about which of them is meant."""
_UTILITY = 10.0
"""What a good candidate's features weigh together, about."""


class Features(NamedTuple):
    """Of one candidate. Shares are 0..1, flags 0 or 1."""

    letters: float
    letters_lead: float
    words: float
    words_lead: float
    all_words: float
    all_words_lead: float
    meant: float
    meant_lead: float
    all_letters: float
    all_letters_lead: float
    explained: float
    explained_with_meant: float
    explained_by_names: float
    explained_by_title: float
    name_said: float
    name_said_with_meant: float
    row_alike: float
    name_exactly: float
    called_so: float
    english_asked: float
    english_not_asked: float
    english_missing: float
    english_by_language: float
    english_version: float
    home_version: float
    company_asked: float
    company_not_asked: float
    foreigner_not_asked: float
    mission_asked: float
    mission_not_asked: float
    not_usable_abroad: float
    prior: float
    prior_when_shared: float
    name_said_when_shared: float
    not_usable_when_shared: float


class Signs(NamedTuple):
    """Of a whole message: is it a need that the catalogue answers."""

    letters: float
    words: float
    all_words: float
    meant: float
    explained: float
    explained_with_meant: float
    name_said: float
    row_alike: float
    called_so: float
    best_utility: float
    three_share: float
    three_share_not_called_so: float
    short_and_unexplained: float
    unheard: float
    like_out_of_scope: float
    words_out_of_scope: float
    other_country: float
    length: float
    in_english: float
    in_other_language: float
    bias: float = 1.0


FEATURES = Features._fields
SIGNS = Signs._fields


def features(query: Query, near: Near, ranking: Ranking) -> Table:
    """One row of `FEATURES` for each service of the shortlist."""
    said = {word: ranking.rarity_of(word) for word in query.stems}
    meant = said | {word: ranking.rarity_of(word) for word in query.official}
    rows = [_of_one(query, near, ranking, column, said, meant) for column in range(len(near.places))]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))


def shared(near: Near) -> float:
    """0 when at most one service is called by the message's words, 1 when half a dozen or more are."""
    return min(1.0, math.log(max(1, len(near.called))) / _WIDE)


def signs(query: Query, near: Near, ranking: Ranking, table: Table, utilities: Table) -> NDArray[np.float64]:
    """`SIGNS` of the message, from the `features` of its shortlist and what they weigh."""
    said = {word: ranking.rarity_of(word) for word in query.stems}
    unheard = sum(rarity for word, rarity in said.items() if word not in ranking.rarity) / max(sum(said.values()), 1e-9)
    best = dict(zip(FEATURES, table.max(axis=0, initial=0.0), strict=True))
    three = _three_share(utilities)
    found = Signs(
        letters=best["letters"],
        words=best["words"],
        all_words=best["all_words"],
        meant=best["meant"],
        explained=best["explained"],
        explained_with_meant=best["explained_with_meant"],
        name_said=best["name_said"],
        row_alike=best["row_alike"],
        called_so=bool(near.called),
        best_utility=float(utilities.max(initial=0.0)) / _UTILITY,
        three_share=three,
        three_share_not_called_so=three * (not near.called),
        short_and_unexplained=(1 - best["explained"]) / max(1, len(said)),
        unheard=unheard,
        like_out_of_scope=near.aside[0],
        words_out_of_scope=near.aside[1],
        other_country=query.other_country,
        length=math.log1p(len(said)),
        in_english=query.language in ("en", "de"),
        in_other_language=query.language in ("ru", "ko", "ja", "zh"),
    )
    return np.array(found, dtype=np.float64)


def _three_share(utilities: Table) -> float:
    """How much of the shortlist's odds the best three have."""
    odds = np.sort(np.exp(utilities - utilities.max(initial=0.0)))[::-1]
    return float(odds[:3].sum() / max(odds.sum(), 1e-9))


def _of_one(query: Query, near: Near, ranking: Ranking, column: int, said: Rarities, meant: Rarities) -> Features:
    place = near.places[column]
    service = ranking.services[place]
    share, lead = near.share[:, column], near.lead[:, column]
    name, name_meant, alike = _best_rows(said, meant, ranking.rows[place])
    version, paired = service.foreign_version, service.id in ranking.paired
    asked, abroad = query.wants_english, query.language not in HOME_LANGUAGES
    exactly = any(row.names_it and row.stems == said.keys() for row in ranking.rows[place])
    wide = shared(near) * (place in near.called)
    return Features(
        letters=share[0],
        letters_lead=lead[0],
        words=share[1],
        words_lead=lead[1],
        all_words=share[2],
        all_words_lead=lead[2],
        meant=share[3],
        meant_lead=lead[3],
        all_letters=share[4],
        all_letters_lead=lead[4],
        explained=_explained(said, service.stems),
        explained_by_names=_explained(said, service.called),
        explained_by_title=_explained(said, service.headed),
        explained_with_meant=_explained(meant, service.stems),
        name_said=name,
        name_said_with_meant=name_meant,
        row_alike=alike,
        name_exactly=exactly,
        called_so=place in near.called,
        english_asked=asked and version,
        english_not_asked=version and not asked and not abroad,
        english_missing=asked and not version,
        english_by_language=abroad and version,
        english_version=abroad and paired and version,
        home_version=abroad and paired and not version,
        company_asked=query.company and service.organisations_only,
        company_not_asked=service.organisations_only and not query.company,
        foreigner_not_asked=service.foreigners_only and not query.foreigner,
        mission_asked=query.mission and service.at_a_mission,
        mission_not_asked=service.at_a_mission and not query.mission,
        not_usable_abroad=service.usable is Usable.NO,
        prior=float(ranking.prior[place]),
        prior_when_shared=float(ranking.prior[place]) * wide,
        name_said_when_shared=name_meant * shared(near),
        not_usable_when_shared=(service.usable is Usable.NO) * wide,
    )


def _explained(wanted: Rarities, known: frozenset[str]) -> float:
    """The share of the message, rare words counting more, that the service's texts hold."""
    return sum(rarity for word, rarity in wanted.items() if word in known) / max(sum(wanted.values()), 1e-9)


def _best_rows(said: Rarities, meant: Rarities, rows: tuple[WeighedRow, ...]) -> tuple[float, float, float]:
    """How much of the best name is said; the same with the words meant; how alike the most alike row is (Dice)."""
    whole = sum(said.values())
    name = name_meant = alike = 0.0
    for row in rows:
        shared_words = sum(said[word] for word in row.stems.intersection(said))
        alike = max(alike, 2 * shared_words / max(whole + row.weight, 1e-9))
        if row.names_it:
            name = max(name, shared_words / row.weight)
            added = sum(meant[word] for word in row.stems.intersection(meant))
            name_meant = max(name_meant, added / row.weight)
    return name, name_meant, alike
