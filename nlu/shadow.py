"""The shadow report: services that stand in each other's light.

Every message and name of the catalogue is asked of an index that does not hold it (`nlu.development`). Two services are
a pair when the words of the one bring the other first too often; a service is unfound when no message of its own
brings it among the first three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from dialogs.services import Catalogue
from nlu.development import Example, folds
from nlu.understanding import understand

OFTEN = 0.34
"""The share of two services' messages that must go astray to the other for them to be listed as a pair."""
AT_LEAST = 3
"""And so many messages: one odd example makes no pair."""
_NEAR = 3


@dataclass(frozen=True)
class Astray:
    """A message of `meant` that brought `found` before it."""

    text: str
    meant: str
    found: str


@dataclass(frozen=True)
class ShadowPair:
    """Two service ids; `share` of their `asked` messages brought the wrong one of the two first."""

    one: str
    other: str
    share: float
    asked: int
    astray: tuple[Astray, ...]


@dataclass(frozen=True)
class ShadowReport:
    """`pairs` worst first; `unfound` in catalogue order; `asked` messages in all, `first` and `three` shares 0..1."""

    asked: int
    first: float
    three: float
    pairs: tuple[ShadowPair, ...]
    unfound: tuple[str, ...]


def shadow_report(catalogue: Catalogue, progress: Callable[[int], None] = lambda _: None) -> ShadowReport:
    """Takes about 5 ms a message and a build of the index a fold; `progress` hears how many messages are done."""
    places: dict[str, list[int]] = defaultdict(list)
    astray: dict[frozenset[str], list[Astray]] = defaultdict(list)
    done = 0
    for fold in folds(catalogue):
        for example in fold.examples:
            if example.service_id is None:
                continue
            needs = understand(example.text, fold.index).needs
            ranked = [candidate.service_id for need in needs for candidate in need.candidates]
            place = ranked.index(example.service_id) if example.service_id in ranked else len(ranked) + _NEAR
            places[example.service_id].append(place)
            for wrong in _before(example, ranked, place):
                astray[frozenset({wrong.meant, wrong.found})].append(wrong)
            done += 1
            progress(done)
    asked = [place for found in places.values() for place in found]
    return ShadowReport(
        asked=len(asked),
        first=sum(place == 0 for place in asked) / max(1, len(asked)),
        three=sum(place < _NEAR for place in asked) / max(1, len(asked)),
        pairs=_pairs(astray, {name: len(found) for name, found in places.items()}),
        unfound=tuple(name for name in catalogue.services if all(place >= _NEAR for place in places.get(name, []))),
    )


def _before(example: Example, ranked: list[str], place: int) -> list[Astray]:
    """What the message brought before its own service, among the first three."""
    return [Astray(example.text, example.service_id or "", found) for found in ranked[: min(place, _NEAR)]]


def _pairs(astray: dict[frozenset[str], list[Astray]], asked: dict[str, int]) -> tuple[ShadowPair, ...]:
    pairs: list[ShadowPair] = []
    for names, wrong in astray.items():
        one, other = sorted(names)
        together = asked[one] + asked[other]
        if len(wrong) >= AT_LEAST and len(wrong) / together >= OFTEN:
            pairs.append(ShadowPair(one, other, len(wrong) / together, together, tuple(wrong)))
    return tuple(sorted(pairs, key=lambda pair: (-pair.share, pair.one, pair.other)))
