"""Messages that no service answers: is anything told or offered."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding import Action
from tests.evaluation.hearing import Evaluation
from tests.evaluation.sets import Aside
from tests.evaluation.tables import Cell, Main, Share, Table, share_of

_NEEDS = (Action.SURE, Action.CHOICE, Action.NOTHING)


def without_offer(asides: Sequence[Aside], evaluation: Evaluation) -> Share:
    """Nothing is told and nothing offered."""
    return share_of(asides, lambda one: evaluation.of(one.message).action not in (Action.SURE, Action.CHOICE))


def told(asides: Sequence[Aside], evaluation: Evaluation) -> Share:
    """A service is told at once."""
    return share_of(asides, lambda one: evaluation.of(one.message).action is Action.SURE)


def table(evaluation: Evaluation) -> Table:
    asides = evaluation.sets.out_of_scope
    kinds = sorted({one.kind for one in asides})
    rows = [_row("all", asides, evaluation)]
    rows += [_row(kind, [one for one in asides if one.kind == kind], evaluation) for kind in kinds]
    columns = ("kind", "n", "without offer", "sure", "choice", "nothing", "emergency", "other action")
    note = "near, near-miss: words of a service, meant otherwise. other action: small talk, trust, complaint and so on."
    return Table("out_of_scope", "Out of scope, kept apart", columns, tuple(rows), note)


def _row(kind: str, asides: Sequence[Aside], evaluation: Evaluation) -> tuple[Cell, ...]:
    actions = [evaluation.of(one.message).action for one in asides]
    shares = [Share(actions.count(action), len(actions)) for action in (*_NEEDS, Action.EMERGENCY)]
    other = share_of(actions, lambda action: action not in (*_NEEDS, Action.EMERGENCY))
    return (kind, len(asides), Main(without_offer(asides, evaluation)), *shares, other)
