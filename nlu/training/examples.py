"""What the encoder learns from: every text of the catalogue in many spellings, and labelled messages beside them.

A text is of one class: a service, or what no service answers. Messages of danger and of asked aspects train heads
beside. A seventh of the catalogue's names and messages and of all labelled ones (`nlu.development.is_unseen`) stay
unseen, so that what is fitted on top of the encoder meets them as new messages.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dialogs.services import Catalogue, Service
from nlu.aspects import ASPECTS
from nlu.danger import DANGER_SERVICES
from nlu.danger_fit import rows
from nlu.development import OUTSIDE_UNSEEN, is_unseen
from nlu.index import out_of_scope
from nlu.language import LanguageModel, language_model
from nlu.reading import read
from nlu.training.spelling import as_typed
from nlu.transliteration import Lexicon, lexicon

SPELLINGS = 3
"""Ways in which each text is learnt beside its own."""
_NO_LABEL = -1


@dataclass(frozen=True)
class Example:
    """`ways` of typing one message. `place` of its service, or of `OUTSIDE` behind the last; -1 where not labelled.

    `danger` and `follow` (only a question about the service on the table) are 0 or 1, `aspect` a place in `ASPECTS`; -1
    where not labelled.
    """

    ways: tuple[str, ...]
    place: int = _NO_LABEL
    danger: int = _NO_LABEL
    aspect: int = _NO_LABEL
    follow: int = _NO_LABEL


@dataclass(frozen=True)
class Examples:
    """`ids` of the services by place."""

    ids: tuple[str, ...]
    seen: tuple[Example, ...]


class Speller:
    """Texts as the encoder reads them, and as many hands would have typed them."""

    def __init__(self, catalogue: Catalogue, seed: int) -> None:
        self._lexicon: Lexicon = lexicon(catalogue)
        self._language: LanguageModel = language_model()
        self._dice = random.Random(seed)

    def read(self, text: str) -> str:
        reading = read(text)
        return self._lexicon.written(reading, self._language.language_of(reading.text, reading.words))

    def ways(self, text: str) -> tuple[str, ...]:
        typed = (as_typed(text, self._dice) for _ in range(SPELLINGS))
        return tuple(dict.fromkeys(found for found in map(self.read, (text, *typed)) if found))


def texts_of(service: Service, keep: Callable[[str], bool]) -> Iterable[str]:
    """The titles and summaries of a service, and those of its names and messages that `keep` lets through."""
    yield from (service.title.mn, service.title.en, service.summary.mn, service.summary.en)
    names = (*service.names.mn, *service.names.latin, *service.names.en, *service.names.other)
    yield from (text for text in (*names, *service.says) if keep(text))


def examples(catalogue: Catalogue, seed: int = 7, progress: Callable[[str], None] = lambda _: None) -> Examples:
    speller = Speller(catalogue, seed)
    services = tuple(catalogue.services.values())
    seen: list[Example] = []
    for place, service in enumerate(services):
        for text in texts_of(service, lambda message: not is_unseen(message)):
            seen.append(Example(speller.ways(text), place=place, danger=_danger_of(service), follow=0))
    progress(f"{len(seen)} texts of {len(services)} services")
    outside = [text for text in out_of_scope() if not is_unseen(text, OUTSIDE_UNSEEN)]
    seen.extend(Example(speller.ways(text), place=len(services), danger=0) for text in outside)
    seen.extend(_of_danger(speller))
    seen.extend(_of_aspects(speller))
    return Examples(tuple(service.id for service in services), tuple(example for example in seen if example.ways))


def _danger_of(service: Service) -> int:
    return _NO_LABEL if service.id.startswith(DANGER_SERVICES) else 0


def _of_danger(speller: Speller) -> Sequence[Example]:
    labelled = [row for row in rows("emergencies.tsv") if not is_unseen(row[1])]
    return [Example(speller.ways(text), danger=int(label == "yes")) for label, text in labelled]


def _of_aspects(speller: Speller) -> Sequence[Example]:
    labelled = [row for row in rows("aspects.tsv") if not is_unseen(row[2])]
    return [
        Example(speller.ways(text), danger=0, aspect=ASPECTS.index(aspect), follow=int(kind == "follow-up"))
        for aspect, kind, text in labelled
    ]
