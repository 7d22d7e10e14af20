"""The arithmetic of the evaluation, on understandings made by hand."""

from __future__ import annotations

import pytest

from dialogs.understanding import Action, Candidate, Script, Understanding
from dialogs.understanding import Need as Understood
from tests.evaluation import confusions, double_needs, needs
from tests.evaluation.answers import ABSENT, Answer, answer
from tests.evaluation.hearing import Evaluation, Heard
from tests.evaluation.reliability import bins, calibration_error, error_by_chance
from tests.evaluation.sets import Need, Sets, Told
from tests.evaluation.tables import Main, Share, Table

NOTHING = Sets((), (), (), (), (), (), ())


def understood(action: Action, *found: Understood) -> Understanding:
    return Understanding("mn", Script.LATIN, action, needs=found)


def need(action: Action | None, **candidates: float) -> Understood:
    return Understood("", tuple(Candidate(name, chance) for name, chance in candidates.items()), action)


def met(meant: str, found: Understanding, ask: bool = False) -> Answer:
    return answer(Need("said", frozenset({meant}), ask), found)


def test_the_interval_is_wilsons() -> None:
    low, high = Share(8, 10).interval()
    assert (round(low, 1), round(high, 1)) == (49.0, 94.3)


def test_nothing_asked_says_nothing() -> None:
    assert Share(0, 0).interval() == (0.0, 100.0)


def test_the_right_one_in_a_choice_of_three_is_the_right_action() -> None:
    found = understood(Action.CHOICE, need(None, a=0.5, b=0.3, c=0.1, d=0.05))
    assert [met(name, found).is_right for name in ("a", "c", "d")] == [True, True, False]


def test_what_should_be_asked_is_not_told() -> None:
    found = understood(Action.SURE, need(None, a=0.9))
    assert (met("a", found).is_right, met("a", found, ask=True).is_right) == (True, False)


def test_a_message_wrongly_split_is_wrong_when_a_second_service_is_told() -> None:
    found = understood(Action.SURE, need(Action.SURE, a=0.9), need(Action.SURE, b=0.9))
    assert (met("a", found).is_wrong_though_sure, met("a", found).is_right) == (True, False)


def test_candidates_of_two_needs_are_counted_in_turn() -> None:
    found = understood(Action.CHOICE, need(Action.CHOICE, a=0.6, b=0.3), need(Action.CHOICE, c=0.7))
    assert [met(name, found).place for name in ("a", "c", "b", "x")] == [0, 1, 2, ABSENT]


def test_a_refusal_counts_as_one_though_right_only_when_the_right_one_was_first() -> None:
    refused = understood(Action.NOTHING, need(None, a=0.1, b=0.05))
    assert needs.refused_though_right([met("a", refused), met("b", refused)]) == Share(1, 2)


@pytest.mark.parametrize(("said", "error"), [(0.5, 0.0), (0.9, 40.0), (0.2, 30.0)])
def test_the_calibration_error_is_the_distance_of_said_and_true(said: float, error: float) -> None:
    assert calibration_error([(said, place % 2 == 0) for place in range(2_000)]) == pytest.approx(error)


def test_bins_hold_every_message_once() -> None:
    assert sum(one.right.of for one in bins([(place / 100, True) for place in range(97)])) == 97


def test_exactly_true_probabilities_seem_wrong_on_few_messages_and_right_on_many() -> None:
    few, many = (error_by_chance([(0.5, True)] * count) for count in (40, 4_000))
    assert (few > 15, many < 3) == (True, True)


def test_no_message_has_no_calibration_error() -> None:
    assert calibration_error([]) == 0


@pytest.mark.parametrize(("second", "both"), [("b", True), ("a", False)])
def test_two_services_need_a_need_each(second: str, both: bool) -> None:
    found = understood(Action.SURE, need(Action.SURE, **{second: 0.9}), need(Action.SURE, a=0.9))
    evaluation = Evaluation(NOTHING, {"said": Heard(found, 1.0)})
    assert bool(double_needs.both_found([Told("said", ("a", "b"))], evaluation).hits) is both


def test_two_services_mixed_up_either_way_are_one_confusion() -> None:
    a, b = (understood(Action.CHOICE, need(None, **{name: 0.5})) for name in "ab")
    lines = confusions.text([met("a", b), met("b", a), met("a", a)]).splitlines()[1:]
    assert [line.split("\t")[:3] for line in lines] == [["2", "a", "b"], ["2", "b", "a"]]


def test_a_table_shows_main_shares_with_their_interval() -> None:
    table = Table("name", "Title", ("", "first", "n"), (("all", Main(Share(8, 10)), 10),))
    assert table.text() == "Title\n\n            first   n\nall  80.0 [49-94]  10\n"
