"""Messages asked of an index that does not hold them: the development set, and the folds of the shadow report.

The development set are the catalogue's names and messages that the encoder is trained without (`is_unseen`), so that
they are met as new ones are. For the shadow report all names and messages are dealt into folds, and each is asked of an
index without its fold; the encoder has seen most of them, so it finds a little more than it would of new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from dialogs.services import Catalogue, Names, Service
from nlu.index import Index, out_of_scope
from nlu.views import stems_of

FOLDS = 5
UNSEEN, OUTSIDE_UNSEEN = 7, 3
"""Every seventh message is not shown to the encoder in training (`is_unseen`), of those that no service answers every
third: there are few of them."""


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


def is_unseen(message: str, every: int = UNSEEN) -> bool:
    """Whether the encoder is trained without this message, drawn by its words, so alike in both scripts."""
    words = " ".join(sorted(set(stems_of(message))))
    return int.from_bytes(sha256(words.encode("utf-8", "replace")).digest()[:8], "big") % every == 0


def development(catalogue: Catalogue) -> Fold:
    """The unseen names and messages, and unseen lines that no service answers."""
    services: dict[str, Service] = {}
    examples: list[Example] = []
    for service in catalogue.services.values():
        services[service.id], left_out = _split(service, is_unseen)
        examples.extend(left_out)
    aside = out_of_scope()
    examples.extend(Example(text, None) for text in aside if is_unseen(text, OUTSIDE_UNSEEN))
    known_aside = tuple(text for text in aside if not is_unseen(text, OUTSIDE_UNSEEN))
    return Fold(Index.build(replace(catalogue, services=services), aside=known_aside), tuple(examples))


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
    groups: dict[frozenset[str], int] = {}
    return _split(service, lambda text: groups.setdefault(frozenset(stems_of(text)), len(groups)) % count == number)


def _split(service: Service, is_left_out: Callable[[str], bool]) -> tuple[Service, list[Example]]:
    """The service without the names and messages that are left out, and those."""
    fields = {name: getattr(service.names, name) for name in ("mn", "latin", "en", "other")}
    kept: dict[str, list[str]] = {"mn": [], "latin": [], "en": [], "other": [], "says": []}
    examples: list[Example] = []
    for name, text in [(name, text) for name, texts in {**fields, "says": service.says}.items() for text in texts]:
        if is_left_out(text):
            examples.append(Example(text, service.id, is_name=name != "says"))
        else:
            kept[name].append(text)
    names = Names(tuple(kept["mn"]), tuple(kept["latin"]), tuple(kept["en"]), tuple(kept["other"]))
    return replace(service, names=names, says=tuple(kept["says"])), examples
