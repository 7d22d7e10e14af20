"""Which side of a service is asked about, and whether a message names no service."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding import Action
from tests.evaluation.hearing import Evaluation
from tests.evaluation.sets import Side
from tests.evaluation.tables import Cell, Main, Share, Table, share_of

NONE = "none"


def right(sides: Sequence[Side], evaluation: Evaluation) -> Share:
    """The aspect is the one asked, or none where none is."""
    return share_of(sides, lambda one: heard(one.message, evaluation) == one.aspect)


def heard(message: str, evaluation: Evaluation) -> str:
    found = evaluation.of(message).aspect
    return found.value if found is not None else NONE


def taken_for_follow_up(sides: Sequence[Side], evaluation: Evaluation) -> Share:
    return share_of(sides, lambda one: evaluation.of(one.message).action is Action.FOLLOW_UP)


def following(evaluation: Evaluation, follows: bool = True) -> list[Side]:
    """The messages that name no service, or those that do."""
    return [one for one in evaluation.sets.aspects if one.follows is follows]


def table(evaluation: Evaluation) -> Table:
    sides = evaluation.sets.aspects
    rows: list[tuple[Cell, ...]] = [("all", len(sides), Main(right(sides, evaluation)), None)]
    for name in sorted({one.aspect for one in sides}):
        chosen = [one for one in sides if one.aspect == name]
        others = [heard(one.message, evaluation) for one in sides if one.aspect != name]
        wrongly = Share(others.count(name), len(others))
        rows.append((name, len(chosen), Main(right(chosen, evaluation)), wrongly))
    return Table("aspects", "Aspects, kept apart", ("aspect", "n", "right", "others taken for it"), tuple(rows))


def follow_up_table(evaluation: Evaluation) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, len(sides), Main(taken_for_follow_up(sides, evaluation)), right(sides, evaluation))
        for name, sides in (
            ("no service named", following(evaluation)),
            ("a service named", following(evaluation, follows=False)),
        )
    ]
    columns = ("", "n", "taken for a follow-up", "aspect right")
    return Table("follow_ups", "Follow-ups, kept apart", columns, tuple(rows))
