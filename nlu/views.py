"""How a service can be said: its title, its names, the example messages, its summary, in the keys that are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from dialogs.services import Audience, Category, Organisation, Provenance, Service, Usable
from nlu.phonetic import stem
from nlu.reading import content_keys
from nlu.token_rows import TokenRows, one_row, rows_of_pieces, rows_of_words

_FOREIGN_VERSION = re.compile(r"англи|гадаад хэл|english\b|foreign.language", re.IGNORECASE)
_AT_A_MISSION = re.compile(r"дтг|консул|элчин|гадаадад|хилийн чанад|дипломат", re.IGNORECASE)

_IN_BRACKETS = re.compile(r"\([^)]*\)")
_SAME_TITLE = 0.75
"""Two titles sharing this much of their words (Dice), the language left out, are one paper in two languages."""

_NEARLY = 0.05


@dataclass(frozen=True, slots=True)
class View:
    """One row: `text` as it was written, the `stems` of its words; `names_it` when it calls the service by a name."""

    text: str
    stems: tuple[str, ...]
    names_it: bool


@dataclass(frozen=True)
class ServiceViews:
    """All views of a service and the facts that set it apart.

    `said` counts its example messages; `seen` when it stands on a source and was not only written for the catalogue.
    `headed` are the words of its titles, of the English one without what stands in brackets.
    As numbers: `words` and `letters` have a row a view, `all_words` one row with all `stems`.
    """

    id: str
    organisation: str
    title: frozenset[str]
    headed: frozenset[str]
    views: tuple[View, ...]
    stems: frozenset[str]
    called: frozenset[str]
    foreign_version: bool
    organisations_only: bool
    foreigners_only: bool
    at_a_mission: bool
    usable: Usable
    said: int
    seen: bool
    words: TokenRows
    letters: TokenRows
    all_words: TokenRows


@lru_cache(maxsize=2_048)
def views_of(service: Service, organisation: Organisation | None) -> ServiceViews:
    """Kept while a service does not change: publishing one change makes one service's views."""
    names = (*service.names.mn, *service.names.latin, *service.names.en, *service.names.other)
    called = (service.title.mn, service.title.en, *names)
    told = (service.summary.mn, service.summary.en, *service.says)
    keys = [content_keys(text) for text in (*called, *told)]
    views = [
        View(text, _stems(found), place < len(called))
        for place, (text, found) in enumerate(zip((*called, *told), keys, strict=True))
        if found
    ]
    words = rows_of_words([view.stems for view in views])
    around = _responsible(organisation)
    title = f"{service.title.mn} {service.title.en}"
    return ServiceViews(
        id=service.id,
        organisation=service.organisation,
        title=frozenset(stems_of(_FOREIGN_VERSION.sub(" ", title))),
        headed=frozenset(stems_of(service.title.mn)).union(stems_of(_IN_BRACKETS.sub(" ", service.title.en))),
        views=tuple(views),
        stems=frozenset(chain(around, *(view.stems for view in views))),
        called=frozenset(chain.from_iterable(view.stems for view in views if view.names_it)),
        foreign_version=_FOREIGN_VERSION.search(title) is not None,
        organisations_only=service.audience == (Audience.ORGANISATION,),
        foreigners_only=service.audience == (Audience.FOREIGNER,),
        at_a_mission=service.category is Category.CONSULAR or _AT_A_MISSION.search(title) is not None,
        usable=service.abroad.usable,
        said=len(service.says),
        seen=service.source.kind is not Provenance.EDITORIAL,
        words=words,
        letters=rows_of_pieces([found for found in keys if found]),
        all_words=one_row([words, rows_of_words([around])]),
    )


@lru_cache(maxsize=2_048)
def _responsible(organisation: Organisation | None) -> tuple[str, ...]:
    """The stems of the names of who is responsible."""
    if organisation is None:
        return ()
    return stems_of(f"{organisation.title.mn} {organisation.title.en} {organisation.short or ''}")


def versions(services: Sequence[ServiceViews]) -> frozenset[str]:
    """Ids of services that exist twice, for use at home and in a foreign language: both of each pair."""
    paired: set[str] = set()
    at_home: dict[str, list[ServiceViews]] = {}
    for service in services:
        if not service.foreign_version:
            at_home.setdefault(service.organisation, []).append(service)
    for foreign in (service for service in services if service.foreign_version):
        alike = [(_alike(foreign.title, home.title), home.id) for home in at_home.get(foreign.organisation, ())]
        best = max((likeness for likeness, _ in alike), default=0.0)
        if best >= _SAME_TITLE:
            paired |= {foreign.id, *(home_id for likeness, home_id in alike if likeness >= best - _NEARLY)}
    return frozenset(paired)


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))


def stems_of(text: str) -> tuple[str, ...]:
    return _stems(content_keys(text))


def _stems(keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(stem, keys)))
