"""People in danger: how many are heard, and who else is taken for one."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.understanding import Action
from tests.evaluation.answers import GROUPS, group_of
from tests.evaluation.hearing import Evaluation
from tests.evaluation.tables import Cell, Main, Share, Table, share_of


def taken_for_danger(messages: Iterable[str], evaluation: Evaluation) -> Share:
    return share_of(messages, lambda message: evaluation.of(message).action is Action.EMERGENCY)


def in_danger(evaluation: Evaluation) -> tuple[str, ...]:
    return tuple(one.message for one in evaluation.sets.emergencies if one.danger)


def near_misses(evaluation: Evaluation) -> tuple[str, ...]:
    """Messages that only use the words of danger."""
    return tuple(one.message for one in evaluation.sets.emergencies if not one.danger)


def ordinary(evaluation: Evaluation) -> tuple[str, ...]:
    """The needs kept apart."""
    return tuple(one.message for one in evaluation.sets.kept_apart)


def table(evaluation: Evaluation) -> Table:
    sets = {
        "in danger (recall)": in_danger(evaluation),
        "near misses": near_misses(evaluation),
        "ordinary needs": ordinary(evaluation),
        "out of scope": tuple(one.message for one in evaluation.sets.out_of_scope),
    }
    groups = {
        f"in danger, {group}": [said for said in in_danger(evaluation) if group_of(evaluation.of(said)) == group]
        for group in GROUPS
    }
    rows: list[tuple[Cell, ...]] = [
        (name, len(messages), Main(taken_for_danger(messages, evaluation)))
        for name, messages in {**sets, **groups}.items()
        if messages
    ]
    return Table("danger", "Emergencies, kept apart", ("", "n", "taken for one"), tuple(rows))
