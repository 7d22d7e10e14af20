"""Single turns that transcripts do not show well: what is owed to the citizen in one state, after one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import Conversation, Place
from dialogs.engine import step
from dialogs.incoming import Said, Shared, SharedKind
from dialogs.messages import CaseTaken, GivenBack, HideMessage, Reason, Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Verb
from dialogs.understanding import Action, Candidate, Need, Script, Understanding
from tests.dialogs.services import CRIMINAL_RECORD, PASSPORT_EXPIRED, PASSPORT_LOST, without
from tests.dialogs.states import NOW
from tests.dialogs.turns import (
    ASKING_CODE,
    ASKING_NUMBER,
    EMPTY,
    READING_CARD,
    SENDING_CODE,
    after,
    button,
    keys,
    reason,
)
from tests.dialogs.understandings import understand


@pytest.mark.parametrize("conversation", [EMPTY, ASKING_NUMBER, ASKING_CODE, SENDING_CODE, READING_CARD])
def test_a_person_can_be_called_at_every_step(conversation: Conversation) -> None:
    turn = after(conversation, "хүн")
    assert (turn.conversation.waiting_for_person, turn.conversation.task) == (True, conversation.task)


@pytest.mark.parametrize("conversation", [ASKING_NUMBER, ASKING_CODE, SENDING_CODE, READING_CARD])
@pytest.mark.parametrize("words", ["болих", "эхнээс", "үгүй"])
def test_a_step_can_be_left_wherever_it_stands(conversation: Conversation, words: str) -> None:
    assert after(conversation, words).conversation.task is None


def test_a_case_is_opened_once_however_often_a_person_is_called() -> None:
    assert reason(after(EMPTY, "хүн", "хүн")) is None


def test_an_emergency_of_somebody_who_waits_reaches_the_desk() -> None:
    assert reason(after(EMPTY, "хүн", "намайг баривчилсан")) is Reason.EMERGENCY


def test_nothing_else_is_asked_in_an_emergency() -> None:
    assert keys(after(ASKING_CODE, "намайг баривчилсан"))[-1] == "emergency.person"


def test_the_second_best_is_not_told_as_sure_when_the_best_is_gone() -> None:
    candidates = (Candidate("gone", 0.9), Candidate(CRIMINAL_RECORD.id, 0.02))
    understood = Understanding("mn", Script.CYRILLIC, Action.SURE, needs=(Need("", candidates),))
    assert after(EMPTY, Said("", understood)).outcome is not Outcome.TOLD


def test_going_back_to_candidates_offers_only_those_that_are_still_there() -> None:
    trail = (Place((PASSPORT_LOST.id, PASSPORT_EXPIRED.id), False), Place((PASSPORT_LOST.id,), True))
    catalogue = without(PASSPORT_EXPIRED.id)
    turn = step(replace(EMPTY, trail=trail), Said("буцах", understand("буцах")), NOW, catalogue)
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    offered = [choice.label_service for message in messages for choice in message.choices if choice.label_service]
    assert offered == [PASSPORT_LOST.id]


def test_another_button_of_a_used_message_still_gets_an_answer() -> None:
    told = after(EMPTY, "үнэмлэхний лавлагаа")
    proving = after(told.conversation, button(told, Verb.PROVE), "болих")
    assert after(proving.conversation, button(told, Verb.CALL_PERSON)).decisions


def test_the_step_is_taken_up_again_after_a_candidate_was_pressed() -> None:
    offered = after(ASKING_CODE, "паспорт")
    assert "repair.still-code" in keys(after(offered.conversation, button(offered, Verb.SHOW_SERVICE)))


def test_the_step_is_taken_up_again_after_a_picture() -> None:
    assert "repair.still-code" in keys(after(ASKING_CODE, Shared(SharedKind.PHOTO)))


@pytest.mark.parametrize("conversation", [ASKING_NUMBER, ASKING_CODE])
def test_a_question_with_a_year_in_it_is_answered(conversation: Conversation) -> None:
    assert after(conversation, "2027 онд паспорт авах").outcome is Outcome.OFFERED


@pytest.mark.parametrize(("words", "why"), [("ногоон морь", Reason.NOT_FOUND), ("муу бот", Reason.COMPLAINT)])
def test_the_desk_learns_why_a_person_is_wanted(words: str, why: Reason) -> None:
    turn = after(EMPTY, words)
    assert reason(after(turn.conversation, button(turn, Verb.CALL_PERSON))) is why


def test_a_first_need_is_answered_with_the_word_that_this_is_automatic() -> None:
    assert "greeting.automatic" in keys(after(EMPTY, "паспортоо алдсан"))


def test_that_this_is_automatic_is_said_once() -> None:
    assert "greeting.automatic" not in keys(after(EMPTY, "паспортоо алдсан", "хэд вэ"))


@pytest.mark.parametrize(("hours", "told"), [(23, False), (25, True)])
def test_after_a_long_while_it_is_said_again(hours: int, told: bool) -> None:
    first = after(EMPTY, "паспортоо алдсан").conversation
    assert ("greeting.automatic" in keys(after(first, "хэд вэ", now=NOW + timedelta(hours=hours)))) is told


def test_an_emergency_does_not_wait_for_who_is_talking() -> None:
    assert keys(after(EMPTY, "намайг баривчилсан"))[0] == "emergency.local"


def test_the_way_back_from_none_of_these_leads_to_the_candidates() -> None:
    offered = after(EMPTY, "паспорт")
    turn = after(offered.conversation, button(offered, Verb.NONE_OF_THESE), "буцах")
    assert "finding.choice" in keys(turn)


def test_a_person_can_be_called_again_from_the_same_button_once_the_case_is_closed() -> None:
    told = after(EMPTY, "үнэмлэхний лавлагаа")
    call = button(told, Verb.CALL_PERSON)
    turn = after(told.conversation, call, CaseTaken("bat", "Бат"), GivenBack("bat"), call)
    assert turn.outcome is Outcome.HANDED_OVER


@pytest.mark.parametrize("conversation", [EMPTY, ASKING_NUMBER, ASKING_CODE, SENDING_CODE])
@pytest.mark.parametrize(("action", "outcome"), [(Action.EMERGENCY, "emergency"), (Action.HUMAN, "handed-over")])
def test_help_is_given_though_a_mistyped_code_stands_beside_the_words(
    conversation: Conversation, action: Action, outcome: str
) -> None:
    understood = Understanding("mn", Script.CYRILLIC, action)
    assert after(conversation, Said("утас 99112233", understood, "m1")).outcome == outcome


def test_a_need_with_a_number_beside_it_is_answered_and_the_number_leaves_the_chat() -> None:
    understood = understand("паспортоо алдсан")
    turn = after(EMPTY, Said("паспортоо алдсан УХ90010112", understood, "m1"))
    assert (turn.outcome, keys(turn)[-1]) == (Outcome.TOLD, "repair.number-removed")
    assert HideMessage("m1") in turn.decisions


@pytest.mark.parametrize("found", ["паспорт", "паспортоо алдсан"])
def test_a_need_that_was_found_makes_the_next_miss_a_first_one(found: str) -> None:
    assert keys(after(EMPTY, "ногоон морь", found, "ногоон морь")) == ["finding.nothing"]
