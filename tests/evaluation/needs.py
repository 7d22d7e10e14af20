"""Needs that find their service: by language and script, by length, by what the action was."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding import Action
from tests.evaluation.answers import GROUPS, OFFERED, Answer
from tests.evaluation.reliability import BINS, calibration_error, error_by_chance, points
from tests.evaluation.tables import Cell, Main, Share, Table, share_of

LENGTHS = ((1, 2), (3, 5), (6, 10), (11, 10_000))
"""Words of a message; Chinese and Japanese ones are counted as the reading cuts them."""
_COLUMNS = (
    "n",
    "first",
    "three",
    "ten",
    "sure",
    "wrong when sure",
    "right action",
    "nothing",
    "nothing though right",
    "cal. error",
    "by chance",
)
NOTE = f"""\
first, three, ten: the right service is among so many candidates. sure: told at once. right action: told, or in a choice
of three. nothing: refused; though right: and the right one was first. cal. error: mean distance of said and true
probability of the first candidate, {BINS} bins of as many messages; by chance: what exactly true ones show on so
few messages. All in per cent, [95 % interval]."""


def first_found(answers: Sequence[Answer]) -> Share:
    return share_of(answers, lambda one: one.place == 0)


def among(answers: Sequence[Answer], count: int) -> Share:
    """The right service is among the first `count`."""
    return share_of(answers, lambda one: one.place < count)


def sure(answers: Sequence[Answer]) -> Share:
    return share_of(answers, lambda one: one.is_sure)


def wrong_when_sure(answers: Sequence[Answer]) -> Share:
    """Of the messages that were told a service."""
    return share_of((one for one in answers if one.is_sure), lambda one: one.is_wrong_though_sure)


def right_action(answers: Sequence[Answer]) -> Share:
    return share_of(answers, lambda one: one.is_right)


def refused(answers: Sequence[Answer]) -> Share:
    return share_of(answers, lambda one: one.action is Action.NOTHING)


def refused_though_right(answers: Sequence[Answer]) -> Share:
    return share_of(answers, lambda one: one.action is Action.NOTHING and one.place == 0)


def by_group(name: str, title: str, answers: Sequence[Answer]) -> Table:
    groups = {group: [one for one in answers if one.group == group] for group in GROUPS}
    return _table(name, title, {"all": answers, **groups})


def by_length(name: str, title: str, answers: Sequence[Answer]) -> Table:
    groups = {
        f"{least}-{most} words" if most < 1_000 else f"{least} and more": [
            one for one in answers if least <= max(1, one.words) <= most
        ]
        for least, most in LENGTHS
    }
    return _table(name, title, groups)


def by_action(name: str, title: str, answers: Sequence[Answer]) -> Table:
    """What the action was, and whether the message was rightly met with it."""
    rows: list[tuple[Cell, ...]] = []
    for action in Action:
        chosen = [one for one in answers if one.action is action]
        right = [one for one in chosen if one.is_right]
        if chosen:
            shares = (Share(len(chosen), len(answers)), first_found(chosen), among(chosen, OFFERED))
            rows.append((action.value, len(chosen), len(right), len(chosen) - len(right), *shares))
    return Table(name, title, ("action", "n", "right", "wrong", "share", "first", "three"), tuple(rows))


def _table(name: str, title: str, groups: dict[str, Sequence[Answer]] | dict[str, list[Answer]]) -> Table:
    rows = tuple(_row(group, chosen) for group, chosen in groups.items() if chosen)
    return Table(name, title, ("", *_COLUMNS), rows, NOTE)


def _row(group: str, answers: Sequence[Answer]) -> tuple[Cell, ...]:
    return (
        group,
        len(answers),
        Main(first_found(answers)),
        Main(among(answers, OFFERED)),
        among(answers, 10),
        sure(answers),
        Main(wrong_when_sure(answers)),
        right_action(answers),
        refused(answers),
        refused_though_right(answers),
        calibration_error(points(answers)),
        error_by_chance(points(answers)),
    )
