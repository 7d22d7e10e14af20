"""A catalogue a hundred times as large, made by rule from the real one, and what a message costs there.

A copy of a service stands in another made-up place and has the words of its texts in another order. Its vectors are
the real ones a little moved: encoding half a million texts would take the better part of an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dialogs.services import Catalogue, Names, Service, Text
from nlu import Index
from nlu.encoder import Matrix
from nlu.vectors import Stored, Vectors
from tests.bench.understanding import HEAD, Steps, megabytes, ordinary, times

FOLD = 100
SAID = 2
"""Example messages of a copy."""
NOISE = 0.03
"""Standard deviation of what is added to each number of a vector; the cosine to the real one is then about 0.92."""
_BEGINNINGS, _ENDS = (
    ["Бая", "Хан", "Цаг", "Өлз", "Дэл", "Гур", "Мөн", "Сүм", "Тар", "Ург"],
    ["анбулаг", "шивээ", "хайрхан", "төхөм", "гол", "нуур", "овоо", "дэрс", "жаргал", "сум"],
)


def place(number: int) -> str:
    return _BEGINNINGS[number % 10] + _ENDS[number // 10]


def moved(text: str, number: int) -> str:
    """Its words begin elsewhere, with the place and a number among them."""
    words = text.split()
    turn = number % max(1, len(words))
    return " ".join([*words[turn:], place(number), str(number), *words[:turn]])


def copy(service: Service, number: int) -> Service:
    return replace(
        service,
        id=f"{service.id}-{number}",
        organisation=f"{service.organisation}-{number}",
        title=Text(moved(service.title.mn, number), moved(service.title.en, number)),
        summary=Text(moved(service.summary.mn, number), ""),
        names=Names(),
        says=tuple(moved(text, number) for text in service.says[:SAID]),
    )


def texts_of(service: Service) -> tuple[str, ...]:
    return (service.title.mn, service.title.en, service.summary.mn, *service.says[:SAID])


def hundredfold(catalogue: Catalogue) -> Catalogue:
    organisations = {
        f"{name}-{number}": replace(organisation, id=f"{name}-{number}")
        for number in range(FOLD)
        for name, organisation in catalogue.organisations.items()
    }
    copies = (copy(service, number) for number in range(FOLD) for service in catalogue.services.values())
    return Catalogue(catalogue.release, {service.id: service for service in copies}, organisations)


def vectors(catalogue: Catalogue, ordinary: Vectors) -> Vectors:
    """Of every text of the hundredfold catalogue."""
    texts = [text for service in catalogue.services.values() for text in texts_of(service)]
    real = ordinary.of(texts, lambda text: text)
    near = np.concatenate(list(_near(real)))
    return Vectors(ordinary.encoder, Stored.of([moved(text, number) for number in range(FOLD) for text in texts], near))


def _near(real: Matrix) -> Iterator[Matrix]:
    chance = np.random.default_rng(1)
    for _ in range(FOLD):
        some = real + chance.normal(0, NOISE, real.shape).astype(np.float32)
        yield some / np.linalg.norm(some, axis=1, keepdims=True)


def main() -> None:
    steps = Steps()
    catalogue, index, encoder = ordinary(steps)
    usual = times(index, encoder)
    assert index.ranking.meaning is not None
    known = vectors(catalogue, index.ranking.meaning.vectors)
    large = hundredfold(catalogue)
    steps.done("a hundredfold catalogue made")
    index = Index.build(large, vectors=known)
    steps.done("its index")
    median = float(np.median(usual.whole))
    print(f"\nmemory {megabytes():.0f} MB\n\n{HEAD}\n{usual.row(f'{len(catalogue.services):,}', median)}")
    print(times(index, encoder).row(f"{len(large.services):,}", median))


if __name__ == "__main__":
    main()
