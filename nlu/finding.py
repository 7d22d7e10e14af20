"""The services that a message, or a part of it, may mean: with their probabilities and everything these rest on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding import Action, Candidate
from nlu.caution import SHORT, Doubt, doubt_of
from nlu.encoder import Encoded, Matrix
from nlu.features import FEATURES, features, signs
from nlu.index import Index, Thresholds
from nlu.probability import Values, group_of
from nlu.query import Query, query_of
from nlu.ranking import Near, nearest
from nlu.reading import Reading
from nlu.script import main_script

MOST_CANDIDATES = 10
_NAME_SAID = FEATURES.index("name_said_with_meant")
_NAMED_IS_A_NEED = 0.6
"""How likely at least who says nothing but what services are called by wants one of them; a judgement."""
_OUTSIDE = 0.1
"""Cosines by which the nearest place outside is nearer than the nearest service: 95 % of unseen messages
of the catalogue are at least 0.26 on the other side."""


@dataclass(frozen=True)
class Found:
    """`candidates` of `reading`, best first; candidate i is row `order[i]` of `near`, `table` and `utilities`.

    `vector`: what the encoder made of it; `group`: of `nlu.probability.GROUPS`; `signs`: that it is a need.
    `likely`: that any service fits; `named`: a short message is in a service's name; `doubt`: why none is ever told.
    """

    reading: Reading
    query: Query
    vector: Matrix | None
    near: Near
    group: str
    table: Values
    utilities: Values
    signs: Values
    order: NDArray[np.int64]
    candidates: tuple[Candidate, ...]
    likely: float
    named: bool
    doubt: Doubt | None

    @property
    def is_outside(self) -> bool:
        """Whether the message means what no service answers, rather than any of them."""
        return self.vector is not None and self.near.aside[3] - self.near.centre.max(initial=-1.0) >= _OUTSIDE

    @property
    def first(self) -> float:
        return self.candidates[0].probability if self.candidates else 0.0

    @property
    def second(self) -> float:
        return self.candidates[1].probability if len(self.candidates) > 1 else 0.0

    def faint(self, thresholds: Thresholds) -> float:
        """How likely the first must be at least to be offered."""
        return thresholds.faint_named if self.named else thresholds.faint


def found_of(reading: Reading, language: str, index: Index, encoded: Encoded | None) -> Found:
    """`encoded` is what the encoder made of `reading`."""
    ranking = index.ranking
    group = group_of(language, main_script(reading.words))
    query = query_of(reading, language, ranking.is_name)
    vector = encoded.vectors[0] if encoded else None
    near = nearest(query, ranking, vector)
    table = features(query, near, ranking)
    utilities = table @ index.weights.which
    of_the_message = signs(query, near, ranking, table, utilities)
    probabilities = index.weights.probabilities(utilities, of_the_message, group)
    named = len(query.stems) <= SHORT and not query.other_country and len(near.called) > 0
    if named and len(probabilities):
        probabilities = probabilities * max(1.0, _NAMED_IS_A_NEED / max(float(probabilities.sum()), 1e-9))
    order = (-probabilities).argsort(kind="stable")[:MOST_CANDIDATES]
    candidates = tuple(Candidate(ranking.services[near.places[row]].id, float(probabilities[row])) for row in order)
    return Found(
        reading=reading,
        query=query,
        vector=vector,
        near=near,
        group=group,
        table=table,
        utilities=utilities,
        signs=of_the_message,
        order=order,
        candidates=candidates,
        likely=0.0 if query.other_country else float(probabilities.sum()),
        named=named,
        doubt=doubt_of(query, near, ranking, order[0], table[order[0], _NAME_SAID]) if candidates else None,
    )


def certainty(found: Found, thresholds: Thresholds) -> Action:
    """Whether the candidates are sure enough to tell, to offer, or neither.

    A word that services are called by is offered, however many they are; a word that several share is never told,
    nor what stands beside another state's paper.
    """
    if not found.candidates or (found.likely < thresholds.nothing and not found.named):
        return Action.NOTHING
    if found.first < found.faint(thresholds):
        return Action.NOTHING
    if found.doubt is not None:
        return Action.CHOICE
    far_ahead = found.first - found.second >= thresholds.lead
    return Action.SURE if found.first >= thresholds.sure and far_ahead else Action.CHOICE
