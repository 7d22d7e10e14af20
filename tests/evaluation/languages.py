"""Whether the language of a message is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.evaluation.hearing import Evaluation
from tests.evaluation.sets import Written
from tests.evaluation.tables import Cell, Main, Share, Table, share_of


def right(cases: Sequence[Written], evaluation: Evaluation) -> Share:
    return share_of(cases, lambda one: evaluation.of(one.message).language == one.language)


def table(evaluation: Evaluation) -> Table:
    cases = evaluation.sets.languages
    rows: list[tuple[Cell, ...]] = [("all", len(cases), Main(right(cases, evaluation)), "")]
    for name, _ in Counter(one.language for one in cases).most_common():
        chosen = [one for one in cases if one.language == name]
        taken = Counter(evaluation.of(one.message).language for one in chosen)
        wrong = ", ".join(f"{other} {times}" for other, times in taken.most_common() if other != name)
        rows.append((name, len(chosen), Main(right(chosen, evaluation)), wrong))
    return Table("languages", "Language, by labels", ("", "n", "right", "taken for"), tuple(rows))
