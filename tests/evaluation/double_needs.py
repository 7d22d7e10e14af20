"""Messages that tell two needs, and those that only look so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

from tests.evaluation.answers import OFFERED, first_of
from tests.evaluation.hearing import Evaluation
from tests.evaluation.sets import Told
from tests.evaluation.tables import Cell, Main, Share, Table, share_of


def split(messages: Iterable[str], evaluation: Evaluation) -> Share:
    """More than one need was heard."""
    return share_of(messages, lambda message: len(evaluation.of(message).needs) > 1)


def both_found(cases: Sequence[Told], evaluation: Evaluation, count: int = 1) -> Share:
    """Each service is among the first `count` candidates of a need of its own, in whatever order they are said."""

    def is_hit(case: Told) -> bool:
        needs = [first_of(need, count) for need in evaluation.of(case.message).needs]
        return any(
            all(service in ids for service, ids in zip(case.services, chosen, strict=True))
            for chosen in permutations(needs, len(case.services))
        )

    return share_of(cases, is_hit)


def telling(evaluation: Evaluation, needs: int) -> list[Told]:
    """The messages that tell so many needs."""
    return [case for case in evaluation.sets.double_needs if len(case.services) == needs]


def table(evaluation: Evaluation) -> Table:
    double, single = telling(evaluation, 2), telling(evaluation, 1)
    ordinary = [need.message for need in evaluation.sets.kept_apart]
    rows: list[tuple[Cell, ...]] = [
        (name, len(cases), Main(split([case.message for case in cases], evaluation)),
         Main(both_found(cases, evaluation)), Main(both_found(cases, evaluation, OFFERED)))
        for name, cases in (("two needs", double), ("one need that joins words", single))
    ]  # fmt: skip
    rows.append(("needs kept apart", len(ordinary), Main(split(ordinary, evaluation)), None, None))
    columns = ("", "n", "split", "all first", "all in three")
    return Table("double_needs", "Two needs in one message, kept apart", columns, tuple(rows))
