"""What speaks for and against each service of the shortlist, and for a message to be a need at all, with names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dialogs.services import Usable
from nlu.query import HOME_LANGUAGES, Query
from nlu.ranking import Near, Ranking
from nlu.tokens import spread, tokens

Rarities = dict[str, float]
Table = NDArray[np.float64]
_WIDE = math.log(6)
"""A word by which this many services are called says nothing about which of them is meant."""
_UTILITY = 10.0
"""What a good candidate's features weigh together, about."""


class Features(NamedTuple):
    """A column each, a row a candidate. Shares are 0..1, flags 0 or 1, cosines -1..1."""

    letters: Table
    letters_lead: Table
    words: Table
    words_lead: Table
    all_words: Table
    all_words_lead: Table
    meant: Table
    meant_lead: Table
    all_letters: Table
    all_letters_lead: Table
    centre: Table
    centre_behind: Table
    nearest_text: Table
    nearest_text_behind: Table
    two_nearest_texts: Table
    nearest_in_english: Table
    nearest_in_foreign: Table
    centre_in_english: Table
    centre_in_foreign: Table
    explained: Table
    explained_with_meant: Table
    explained_by_names: Table
    explained_by_title: Table
    name_said: Table
    name_said_with_meant: Table
    row_alike: Table
    name_exactly: Table
    called_so: Table
    english_asked: Table
    english_not_asked: Table
    english_missing: Table
    english_by_language: Table
    english_version: Table
    home_version: Table
    company_asked: Table
    company_not_asked: Table
    foreigner_not_asked: Table
    mission_asked: Table
    mission_not_asked: Table
    not_usable_abroad: Table
    prior: Table
    prior_when_shared: Table
    name_said_when_shared: Table
    not_usable_when_shared: Table


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
    means_out_of_scope: float
    centre: float
    nearest_text: float
    nearest_text_lead: float
    nearest_beyond_aside: float
    drawn_outside: float
    centre_beyond_outside: float
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
    services = [ranking.services[place] for place in near.places]
    names = _names(said, meant, near, ranking)
    wide = shared(near) * np.array([place in near.called for place in near.places], dtype=np.float64)
    prior = ranking.prior[list(near.places)]
    asked, abroad = query.wants_english, query.language not in HOME_LANGUAGES
    version = _flags(service.foreign_version for service in services)
    paired = _flags(service.id in ranking.paired for service in services)
    organisations = _flags(service.organisations_only for service in services)
    foreigners = _flags(service.foreigners_only for service in services)
    at_a_mission = _flags(service.at_a_mission for service in services)
    not_usable = _flags(service.usable is Usable.NO for service in services)
    best_lead = near.best - near.best.max(initial=0.0)
    foreign = query.language in ("ru", "ko", "ja", "zh", "de")
    columns = Features(
        letters=near.share[0],
        letters_lead=near.lead[0],
        words=near.share[1],
        words_lead=near.lead[1],
        all_words=near.share[2],
        all_words_lead=near.lead[2],
        meant=near.share[3],
        meant_lead=near.lead[3],
        all_letters=near.share[4],
        all_letters_lead=near.lead[4],
        centre=near.centre,
        centre_behind=near.behind,
        nearest_text=near.best,
        nearest_text_behind=best_lead,
        two_nearest_texts=(near.best + near.second) / 2,
        nearest_in_english=best_lead * (query.language == "en"),
        nearest_in_foreign=best_lead * foreign,
        centre_in_english=near.behind * (query.language == "en"),
        centre_in_foreign=near.behind * foreign,
        explained=_explained(said, [service.stems for service in services]),
        explained_with_meant=_explained(meant, [service.stems for service in services]),
        explained_by_names=_explained(said, [service.called for service in services]),
        explained_by_title=_explained(said, [service.headed for service in services]),
        name_said=names.said,
        name_said_with_meant=names.meant,
        row_alike=names.alike,
        name_exactly=names.exactly,
        called_so=np.array([place in near.called for place in near.places], dtype=np.float64),
        english_asked=version * asked,
        english_not_asked=version * (not asked and not abroad),
        english_missing=(1 - version) * asked,
        english_by_language=version * abroad,
        english_version=version * paired * abroad,
        home_version=(1 - version) * paired * abroad,
        company_asked=organisations * query.company,
        company_not_asked=organisations * (not query.company),
        foreigner_not_asked=foreigners * (not query.foreigner),
        mission_asked=at_a_mission * query.mission,
        mission_not_asked=at_a_mission * (not query.mission),
        not_usable_abroad=not_usable,
        prior=prior,
        prior_when_shared=prior * wide,
        name_said_when_shared=names.meant * shared(near),
        not_usable_when_shared=not_usable * wide,
    )
    return np.stack(columns, axis=1)


def _flags(found: Iterable[bool]) -> Table:
    return np.array([float(one) for one in found], dtype=np.float64)


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
        means_out_of_scope=near.aside[2],
        centre=best["centre"],
        nearest_text=best["nearest_text"],
        nearest_text_lead=_lead(near.best),
        nearest_beyond_aside=best["nearest_text"] - near.aside[2],
        drawn_outside=near.aside[3],
        centre_beyond_outside=best["centre"] - near.aside[3],
        other_country=query.other_country,
        length=math.log1p(len(said)),
        in_english=query.language in ("en", "de"),
        in_other_language=query.language in ("ru", "ko", "ja", "zh"),
    )
    return np.array(found, dtype=np.float64)


def _lead(scores: Table) -> float:
    """How far the highest is before the second."""
    first = np.sort(scores)[::-1][:2]
    return float(first[0] - first[1]) if len(first) > 1 else 0.0


def _three_share(utilities: Table) -> float:
    """How much of the shortlist's odds the best three have."""
    odds = np.sort(np.exp(utilities - utilities.max(initial=0.0)))[::-1]
    return float(odds[:3].sum() / max(odds.sum(), 1e-9))


def _explained(wanted: Rarities, known: Sequence[frozenset[str]]) -> Table:
    """The share of the message, rare words counting more, that each service's texts hold."""
    whole = max(sum(wanted.values()), 1e-9)
    items = tuple(wanted.items())
    return np.array([sum(rarity for word, rarity in items if word in words) / whole for words in known])


@dataclass(frozen=True)
class _Names:
    """Of each service: how much of its best name is said; the same with the words meant; how alike the most alike row
    is (Dice); whether a name is exactly what is said."""

    said: Table
    meant: Table
    alike: Table
    exactly: Table


def _names(said: Rarities, meant: Rarities, near: Near, ranking: Ranking) -> _Names:
    rows, first = ranking.rows.of(near.places)
    if not len(rows) or not meant:
        nothing = np.zeros(len(near.places))
        return _Names(nothing, nothing, nothing, nothing)
    table = ranking.rows
    lengths = table.begins[rows + 1] - table.begins[rows]
    words = table.words[spread(table.begins[rows], lengths)]
    known = tokens(meant)
    order = np.argsort(known)
    places = np.minimum(np.searchsorted(known[order], words), len(known) - 1)
    hit = known[order][places] == words
    weighs_meant = np.array(list(meant.values()))[order][places] * hit
    is_said = np.array([word in said for word in meant])[order][places] & hit
    begins = np.cumsum(lengths) - lengths
    shared_words = np.add.reduceat(weighs_meant * is_said, begins)
    added = np.add.reduceat(weighs_meant, begins)
    all_said = (np.add.reduceat(is_said, begins) == len(said)) & (lengths == len(said))
    weight, names_it = table.weight[rows], table.names_it[rows]
    whole = sum(said.values())
    return _Names(
        said=np.maximum.reduceat(shared_words / weight * names_it, first),
        meant=np.maximum.reduceat(added / weight * names_it, first),
        alike=np.maximum.reduceat(2 * shared_words / np.maximum(whole + weight, 1e-9), first),
        exactly=np.maximum.reduceat((all_said & names_it).astype(np.float64), first),
    )
