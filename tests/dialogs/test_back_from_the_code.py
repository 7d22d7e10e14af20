"""Going back from the code keeps it: it can still be typed, and the same number leads back to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import AskingCode, AskingNumber
from dialogs.messages import CaseTaken, ChallengeRefused, GivenBack, HideMessage, OpenChallenge, TakeTry
from dialogs.sayings import Verb
from dialogs.verification.codes import Refusal
from tests.dialogs.services import ID_CARD
from tests.dialogs.states import NOW
from tests.dialogs.turns import ASKING_CODE, ASKING_NUMBER, EMPTY, NUMBER, after, button, keys

CODE = AskingCode(ID_CARD.id, NUMBER, "c1", left=3)
WENT_BACK = after(replace(EMPTY, task=CODE, topic=ID_CARD.id), "буцах")
TOO_SOON = ChallengeRefused(Refusal.TOO_SOON, NOW + timedelta(seconds=30))


def test_the_way_back_from_the_code_says_that_it_still_counts() -> None:
    assert keys(WENT_BACK)[-2:] == ["proving.ask-number", "proving.code-counts"]
    assert WENT_BACK.conversation.task == AskingNumber(ID_CARD.id, before=CODE)


def test_the_code_can_be_typed_after_going_back() -> None:
    turn = after(WENT_BACK.conversation, "123456")
    assert turn.decisions == (HideMessage("m1"), TakeTry("c1", ID_CARD.id))


def test_the_same_number_too_soon_leads_back_to_the_code() -> None:
    assert after(WENT_BACK.conversation, NUMBER, TOO_SOON).conversation.task == CODE


def test_another_number_does_not_lead_back_to_the_code() -> None:
    assert after(WENT_BACK.conversation, "УХ85050511", TOO_SOON).conversation.task == AskingNumber(ID_CARD.id)


def test_the_code_that_did_not_come_is_asked_for_again_after_going_back() -> None:
    assert OpenChallenge(NUMBER, ID_CARD.id) in after(WENT_BACK.conversation, "код ирсэнгүй").decisions


@pytest.mark.parametrize("words", [("УХ90990112",), ("УХ90990112", "үгүй")])
def test_a_doubt_about_a_number_keeps_the_code(words: tuple[str, ...]) -> None:
    task = after(WENT_BACK.conversation, *words).conversation.task
    assert isinstance(task, AskingNumber)
    assert task.before == CODE


def test_a_code_without_one_before_is_not_tried() -> None:
    assert not any(isinstance(decision, TakeTry) for decision in after(ASKING_NUMBER, "123456").decisions)


def test_a_code_lost_to_an_agent_after_going_back_is_told() -> None:
    turn = after(WENT_BACK.conversation, CaseTaken("bat", "Бат"), "Би Берлинд байна", GivenBack("bat"))
    assert "person.proof-lost" in keys(turn)


def test_a_question_in_the_middle_shows_the_readings_again() -> None:
    asked = after(ASKING_NUMBER, "ub90010112")
    turn = after(asked.conversation, "хэд вэ")
    assert keys(turn)[-1] == "proving.which-letters"
    for pressed in (button(turn, Verb.USE_NUMBER), button(asked, Verb.USE_NUMBER)):
        decisions = after(turn.conversation, pressed).decisions
        assert any(isinstance(decision, OpenChallenge) for decision in decisions)


@pytest.mark.parametrize(
    ("typed", "question"), [("УХ90990112", "proving.check-date"), ("ӨҮ05210112", "proving.check-letters")]
)
def test_a_doubt_is_asked_again_as_it_was(typed: str, question: str) -> None:
    assert keys(after(ASKING_NUMBER, typed, "хэд вэ"))[-1] == question


@pytest.mark.parametrize("typed", ["1234567", "12345"])
def test_nearly_a_code_leaves_the_chat(typed: str) -> None:
    assert HideMessage("m1") in after(ASKING_CODE, typed).decisions
