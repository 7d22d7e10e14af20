"""The gate on understanding: the real catalogue and the sets kept apart against `tests.evaluation.floors`."""

from __future__ import annotations

import pytest

from dialogs.services import Catalogue
from knowledge.catalogue_files import load
from nlu import Index
from tests.evaluation import aspects, danger, double_needs, floors, languages, needs, out_of_scope
from tests.evaluation.answers import OFFERED, Answer, answers
from tests.evaluation.hearing import Evaluation, evaluate
from tests.evaluation.reliability import calibration_error, points
from tests.evaluation.sets import read_sets, typed_pairs
from tests.evaluation.tables import Share


@pytest.fixture(scope="session")
def real_catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="session")
def evaluation(real_catalogue: Catalogue) -> Evaluation:
    """Every message is understood once a test run."""
    sets = read_sets(real_catalogue.services).thinned(floors.EVERY)
    return evaluate(sets, Index.build(real_catalogue))


@pytest.fixture(scope="session")
def apart(evaluation: Evaluation) -> tuple[Answer, ...]:
    return answers(evaluation.sets.kept_apart, evaluation)


def assert_at_least(floor: float, share: Share) -> None:
    assert share.percent >= floor, share


def assert_at_most(ceiling: float, share: Share) -> None:
    assert share.percent <= ceiling, share


@pytest.mark.parametrize(
    ("count", "floor"), [(1, floors.APART_FIRST), (OFFERED, floors.APART_THREE), (10, floors.APART_TEN)]
)
def test_needs_kept_apart_find_their_service(count: int, floor: float, apart: tuple[Answer, ...]) -> None:
    assert_at_least(floor, needs.among(apart, count))


@pytest.mark.parametrize("group", floors.APART_FIRST_BY_GROUP)
def test_needs_are_found_in_every_language(group: str, apart: tuple[Answer, ...]) -> None:
    chosen = [one for one in apart if floors.group_of(one) == group]
    assert_at_least(floors.APART_FIRST_BY_GROUP[group], needs.first_found(chosen))


def test_needs_are_met_with_the_right_action(apart: tuple[Answer, ...]) -> None:
    assert_at_least(floors.APART_RIGHT_ACTION, needs.right_action(apart))


def test_what_is_told_is_seldom_wrong(apart: tuple[Answer, ...]) -> None:
    assert_at_most(floors.APART_WRONG_WHEN_SURE_AT_MOST, needs.wrong_when_sure(apart))


def test_few_needs_are_refused(apart: tuple[Answer, ...]) -> None:
    assert_at_most(floors.APART_REFUSED_AT_MOST, needs.refused(apart))


def test_probabilities_are_honest(apart: tuple[Answer, ...]) -> None:
    assert calibration_error(points(apart)) <= floors.APART_CALIBRATION_ERROR_AT_MOST


@pytest.mark.parametrize(
    ("count", "floor"), [(1, floors.TYPED_FIRST), (OFFERED, floors.TYPED_THREE), (10, floors.TYPED_TEN)]
)
def test_typed_messages_find_their_service(count: int, floor: float, evaluation: Evaluation) -> None:
    assert_at_least(floor, needs.among(answers(evaluation.sets.typed, evaluation), count))


def test_what_no_service_answers_is_seldom_offered_one(evaluation: Evaluation) -> None:
    assert_at_least(
        floors.OUT_OF_SCOPE_WITHOUT_OFFER, out_of_scope.without_offer(evaluation.sets.out_of_scope, evaluation)
    )


def test_what_no_service_answers_is_hardly_ever_told_one(evaluation: Evaluation) -> None:
    assert_at_most(floors.OUT_OF_SCOPE_TOLD_AT_MOST, out_of_scope.told(evaluation.sets.out_of_scope, evaluation))


def test_people_in_danger_are_heard(evaluation: Evaluation) -> None:
    assert_at_least(floors.DANGER_HEARD, danger.taken_for_danger(danger.in_danger(evaluation), evaluation))


def test_few_messages_that_only_use_words_of_danger_are_taken_for_one(evaluation: Evaluation) -> None:
    found = danger.taken_for_danger(danger.near_misses(evaluation), evaluation)
    assert_at_most(floors.DANGER_NEAR_MISSES_AT_MOST, found)


def test_hardly_any_need_is_taken_for_danger(evaluation: Evaluation) -> None:
    assert_at_most(floors.DANGER_ORDINARY_AT_MOST, danger.taken_for_danger(danger.ordinary(evaluation), evaluation))


def test_the_aspect_that_is_asked_is_heard(evaluation: Evaluation) -> None:
    assert_at_least(floors.ASPECT_RIGHT, aspects.right(evaluation.sets.aspects, evaluation))


def test_messages_that_name_no_service_are_follow_ups(evaluation: Evaluation) -> None:
    found = aspects.taken_for_follow_up(aspects.following(evaluation), evaluation)
    assert_at_least(floors.FOLLOW_UP_HEARD, found)


def test_few_messages_that_name_a_service_are_taken_for_follow_ups(evaluation: Evaluation) -> None:
    found = aspects.taken_for_follow_up(aspects.following(evaluation, follows=False), evaluation)
    assert_at_most(floors.FOLLOW_UP_WRONGLY_AT_MOST, found)


def test_messages_that_tell_two_needs_are_split(evaluation: Evaluation) -> None:
    told = [case.message for case in double_needs.telling(evaluation, 2)]
    assert_at_least(floors.DOUBLE_SPLIT, double_needs.split(told, evaluation))


@pytest.mark.parametrize(("count", "floor"), [(1, floors.DOUBLE_BOTH_FIRST), (OFFERED, floors.DOUBLE_BOTH_IN_THREE)])
def test_both_needs_of_a_message_are_found(count: int, floor: float, evaluation: Evaluation) -> None:
    assert_at_least(floor, double_needs.both_found(double_needs.telling(evaluation, 2), evaluation, count))


def test_few_messages_that_only_join_words_are_split(evaluation: Evaluation) -> None:
    told = [case.message for case in double_needs.telling(evaluation, 1)]
    assert_at_most(floors.SINGLE_SPLIT_AT_MOST, double_needs.split(told, evaluation))


def test_few_needs_are_split(evaluation: Evaluation) -> None:
    told = [need.message for need in evaluation.sets.kept_apart]
    assert_at_most(floors.ORDINARY_SPLIT_AT_MOST, double_needs.split(told, evaluation))


def test_the_language_of_a_message_is_told(evaluation: Evaluation) -> None:
    assert_at_least(floors.LANGUAGE_RIGHT, languages.right(evaluation.sets.languages, evaluation))


def test_every_evaluation_service_is_in_the_catalogue(real_catalogue: Catalogue) -> None:
    assert not {name for pair in typed_pairs() for name in pair.services} - set(real_catalogue.services)
