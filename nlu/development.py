"""The development set: the catalogue's own names and example messages, each asked of an index that does not hold it.

Names and messages are dealt into folds; a fold's index is built without them, so a message never finds itself. The
lines of `out_of_scope.tsv` are dealt the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dialogs.services import Catalogue, Names, Service
from nlu.index import Index, out_of_scope
from nlu.views import stems_of

FOLDS = 5


@dataclass(frozen=True)
class Example:
    """A message and the service it means; `service_id` is None when no service answers it."""

    text: str
    service_id: str | None
    is_name: bool = False


@dataclass(frozen=True)
class Fold:
    """An index without some of the catalogue's texts and of the out-of-scope lines, and those as examples."""

    index: Index
    examples: tuple[Example, ...]


def folds(catalogue: Catalogue, count: int = FOLDS) -> Iterator[Fold]:
    aside = out_of_scope()
    for number in range(count):
        services: dict[str, Service] = {}
        examples: list[Example] = []
        for service in catalogue.services.values():
            services[service.id], left_out = _without(service, number, count)
            examples.extend(left_out)
        examples.extend(Example(text, None) for text in aside[number::count])
        known_aside = tuple(text for place, text in enumerate(aside) if place % count != number)
        yield Fold(Index.build(replace(catalogue, services=services), aside=known_aside), tuple(examples))


def _without(service: Service, number: int, count: int) -> tuple[Service, list[Example]]:
    """The service without the texts of one fold; the same words in two scripts are left out together."""
    fields = {name: getattr(service.names, name) for name in ("mn", "latin", "en", "other")}
    kept: dict[str, list[str]] = {"mn": [], "latin": [], "en": [], "other": [], "says": []}
    examples: list[Example] = []
    groups: dict[frozenset[str], int] = {}
    for name, text in [(name, text) for name, texts in {**fields, "says": service.says}.items() for text in texts]:
        if groups.setdefault(frozenset(stems_of(text)), len(groups)) % count == number:
            examples.append(Example(text, service.id, is_name=name != "says"))
        else:
            kept[name].append(text)
    names = Names(tuple(kept["mn"]), tuple(kept["latin"]), tuple(kept["en"]), tuple(kept["other"]))
    return replace(service, names=names, says=tuple(kept["says"])), examples
