"""What was offered for a need, and whether it was right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from dialogs.understanding import Action, Script, Understanding
from dialogs.understanding import Need as Understood
from tests.evaluation.hearing import Evaluation
from tests.evaluation.sets import Need

ABSENT = 99
"""The place of a service that is not among the candidates."""
OFFERED = 3
"""Candidates of a choice that a citizen sees at once."""
GROUPS = ("Cyrillic", "Latin-typed", "English", "Russian", "Korean", "Japanese", "Chinese", "German")
_LANGUAGES = {"en": "English", "ru": "Russian", "ko": "Korean", "ja": "Japanese", "zh": "Chinese", "de": "German"}


@dataclass(frozen=True)
class Answer:
    """`place` of the right service among the candidates, 0 is first; `first` is the one found first, if any.

    `told` are the services told at once, `offered` those of a choice; `probability` is that of `first`.
    """

    need: Need
    group: str
    words: int
    action: Action
    needs: int
    place: int
    first: str | None
    probability: float
    told: tuple[str, ...]
    offered: frozenset[str]

    @property
    def is_sure(self) -> bool:
        return bool(self.told)

    @property
    def is_wrong_though_sure(self) -> bool:
        """A service was told that is not meant."""
        return not self.need.services.issuperset(self.told)

    @property
    def is_right(self) -> bool:
        """The right one was told or offered and no wrong one told; what should be asked is not told."""
        told = not self.need.services.isdisjoint(self.told) and not self.need.ask
        return (told or not self.need.services.isdisjoint(self.offered)) and not self.is_wrong_though_sure


def answers(needs: Iterable[Need], evaluation: Evaluation) -> tuple[Answer, ...]:
    return tuple(answer(need, evaluation.of(need.message)) for need in needs)


def answer(need: Need, found: Understanding) -> Answer:
    """Candidates of several needs are counted in turn, as they are shown: the first of each, then the second."""
    turns = zip_longest(*(one.candidates for one in found.needs))
    candidates = [candidate for turn in turns for candidate in turn if candidate is not None]
    ids = list(dict.fromkeys(candidate.service_id for candidate in candidates))
    return Answer(
        need=need,
        group=group_of(found),
        words=len(found.word_scripts),
        action=found.action,
        needs=len(found.needs),
        place=next((place for place, name in enumerate(ids) if name in need.services), ABSENT),
        first=ids[0] if ids else None,
        probability=candidates[0].probability if candidates else 0.0,
        told=tuple(one.candidates[0].service_id for one in found.needs if action_of(one, found) is Action.SURE),
        offered=frozenset(name for one in found.needs if action_of(one, found) is Action.CHOICE
                          for name in first_of(one, OFFERED)),
    )  # fmt: skip


def action_of(need: Understood, found: Understanding) -> Action:
    """A need without an action of its own has that of the message."""
    return need.action or found.action


def first_of(need: Understood, count: int) -> tuple[str, ...]:
    return tuple(candidate.service_id for candidate in need.candidates[:count])


def group_of(found: Understanding) -> str:
    """The language as understood, Mongolian (and what is no language) by its script."""
    mongolian = "Latin-typed" if found.script is Script.LATIN else "Cyrillic"
    return _LANGUAGES.get(found.language, mongolian)
