"""Single turns of a proof that transcripts do not show well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import (
    AskingCode,
    AskingNumber,
    Conversation,
    OpeningChallenge,
    Owner,
    ReadingCard,
    Task,
    Turn,
)
from dialogs.messages import (
    CaseTaken,
    ChallengeOpened,
    ChallengeRefused,
    CodeRequested,
    Event,
    GivenBack,
    HideMessage,
    OpenChallenge,
    Reason,
    RecordRead,
    RegistryResult,
    Reply,
    TakeTry,
    TryRefused,
    TryTaken,
)
from dialogs.outcomes import Outcome
from dialogs.rendering import render
from dialogs.sayings import Moment, Verb
from dialogs.services import Language
from dialogs.verification.codes import Refusal
from tests.dialogs.services import CATALOGUE, ID_CARD
from tests.dialogs.states import NOW, replies
from tests.dialogs.turns import (
    AFTER_A_CARD,
    ASKING_CODE,
    ASKING_NUMBER,
    EMPTY,
    NUMBER,
    READING_CARD,
    SENDING_CODE,
    after,
    button,
    keys,
    reason,
)

TAKEN, BACK = CaseTaken("bat", "Бат"), GivenBack("bat")


@pytest.mark.parametrize(
    "event",
    [
        ChallengeOpened("c9"),
        TryTaken(3),
        CodeRequested("c9", RegistryResult.DONE),
        RecordRead("c9", RegistryResult.DONE, (("field.given-name", "Сараа"),)),
        ChallengeRefused(Refusal.LOCKED, NOW),
        TryRefused(Refusal.LOCKED, NOW),
    ],
    ids=lambda event: event.kind,
)
@pytest.mark.parametrize("conversation", [ASKING_NUMBER, ASKING_CODE])
def test_an_answer_nobody_waits_for_changes_nothing(conversation: Conversation, event: Event) -> None:
    assert after(conversation, event) == Turn(conversation, (), Outcome.IGNORED)


def test_the_tries_go_on_counting_after_a_new_code_was_refused() -> None:
    asking = AskingCode(ID_CARD.id, NUMBER, "c1", left=2)
    too_soon = ChallengeRefused(Refusal.TOO_SOON, NOW + timedelta(seconds=30))
    turn = after(replace(EMPTY, task=asking), "код ирсэнгүй", too_soon)
    assert turn.conversation.task == asking


def test_a_missing_answer_to_the_last_try_tells_the_lock() -> None:
    until = NOW + timedelta(hours=2)
    last = replace(EMPTY, task=ReadingCard(AskingCode(ID_CARD.id, NUMBER, "c1", 5, until)))
    turn = after(last, RecordRead("c1", RegistryResult.UNAVAILABLE))
    assert (turn.outcome, turn.conversation.task) == (Outcome.CODE_REFUSED, None)


@pytest.mark.parametrize("result", [RegistryResult.WRONG_CODE, RegistryResult.NOT_FOUND])
def test_a_code_for_an_unknown_number_is_answered_like_a_wrong_one(result: RegistryResult) -> None:
    assert after(READING_CARD, RecordRead("c1", result)) == after(
        READING_CARD, RecordRead("c1", RegistryResult.WRONG_CODE)
    )


@pytest.mark.parametrize("result", [RegistryResult.NOT_FOUND, RegistryResult.UNKNOWN, RegistryResult.DONE])
def test_asking_for_a_code_does_not_tell_who_is_registered(result: RegistryResult) -> None:
    assert after(SENDING_CODE, CodeRequested("c1", result)) == after(
        SENDING_CODE, CodeRequested("c1", RegistryResult.DONE)
    )


@pytest.mark.parametrize("conversation", [EMPTY, ASKING_NUMBER, SENDING_CODE, READING_CARD])
def test_a_code_that_comes_early_or_late_leaves_the_chat(conversation: Conversation) -> None:
    assert HideMessage("m1") in after(conversation, "123456").decisions


@pytest.mark.parametrize("owner", [Owner(), Owner(2, "bat")], ids=["bot", "agent"])
def test_two_register_numbers_in_one_message_leave_the_chat(owner: Owner) -> None:
    turn = after(replace(EMPTY, owner=owner), "эхнэр УХ90010112, би УХ85050511")
    assert HideMessage("m1") in turn.decisions


@pytest.mark.parametrize("conversation", [ASKING_NUMBER, ASKING_CODE])
def test_a_mistyped_number_leaves_the_chat_too(conversation: Conversation) -> None:
    assert HideMessage("m1") in after(conversation, "УХ9001011").decisions


def test_the_open_code_still_counts_when_its_number_is_typed_again_too_soon() -> None:
    turn = after(ASKING_CODE, NUMBER, ChallengeRefused(Refusal.TOO_SOON, NOW + timedelta(seconds=30)))
    assert turn.conversation.task == ASKING_CODE.task


def test_a_new_attempt_that_comes_too_soon_keeps_the_step_open() -> None:
    opening = replace(EMPTY, task=OpeningChallenge(ID_CARD.id, NUMBER))
    turn = after(opening, ChallengeRefused(Refusal.TOO_SOON, NOW + timedelta(seconds=30)))
    assert turn.conversation.task is not None


def test_a_reading_offered_for_another_number_is_not_used() -> None:
    first = after(ASKING_NUMBER, "ub90010112")
    turn = after(first.conversation, "ho85050511", button(first, Verb.USE_NUMBER))
    assert not any(isinstance(decision, OpenChallenge) for decision in turn.decisions)


def test_a_cancelled_proof_can_be_begun_again_from_its_card() -> None:
    told = after(EMPTY, "үнэмлэхний лавлагаа")
    prove = button(told, Verb.PROVE)
    assert after(told.conversation, prove, "болих", prove).outcome is Outcome.PROOF_ASKED


def test_personal_data_is_dropped_with_the_first_event_after_its_time() -> None:
    assert after(AFTER_A_CARD, "баярлалаа", now=NOW + timedelta(minutes=6)).conversation.shown is None


def test_yes_takes_the_number_that_was_doubted() -> None:
    turn = after(ASKING_NUMBER, "УХ90990112", "тийм")
    assert OpenChallenge("УХ90990112", ID_CARD.id) in turn.decisions


def test_no_asks_for_the_number_that_was_doubted_again() -> None:
    turn = after(ASKING_NUMBER, "УХ90990112", "үгүй")
    assert turn.conversation.task == AskingNumber(ID_CARD.id)


@pytest.mark.parametrize("refusal", [Refusal.LOCKED, Refusal.TOO_MANY_PEOPLE])
def test_a_refusal_without_a_time_can_be_shown(refusal: Refusal) -> None:
    opening: Task = OpeningChallenge(ID_CARD.id, NUMBER)
    for decision in after(replace(EMPTY, task=opening), ChallengeRefused(refusal)).decisions:
        assert isinstance(decision, Reply)
        assert render(decision.message, Language.MN, CATALOGUE, NOW).blocks


def test_the_desk_learns_that_a_proof_failed() -> None:
    opening = replace(EMPTY, task=OpeningChallenge(ID_CARD.id, NUMBER))
    turn = after(opening, ChallengeRefused(Refusal.LOCKED, NOW + timedelta(hours=2)))
    assert reason(after(turn.conversation, button(turn, Verb.CALL_PERSON))) is Reason.PROOF_FAILED


def test_a_try_is_of_the_code_that_is_open() -> None:
    assert after(ASKING_CODE, "123456").decisions == (HideMessage("m1"), TakeTry("c1", ID_CARD.id))


@pytest.mark.parametrize(
    ("conversation", "event"),
    [
        (SENDING_CODE, CodeRequested("c0", RegistryResult.DONE)),
        (READING_CARD, RecordRead("c0", RegistryResult.DONE, (("field.given-name", "Сараа"),))),
    ],
    ids=["code", "card"],
)
def test_a_late_answer_about_an_earlier_code_changes_nothing(conversation: Conversation, event: Event) -> None:
    assert after(conversation, event) == Turn(conversation, (), Outcome.IGNORED)


def test_a_code_that_was_sent_while_an_agent_talked_is_asked_for_afterwards() -> None:
    turn = after(SENDING_CODE, TAKEN, CodeRequested("c1", RegistryResult.DONE), BACK)
    assert isinstance(turn.conversation.task, AskingCode)
    assert keys(turn) == ["person.bot-is-back", "repair.still-code"]


@pytest.mark.parametrize(
    ("conversation", "event"),
    [
        (READING_CARD, RecordRead("c1", RegistryResult.DONE, (("field.given-name", "Сараа"),))),
        (ASKING_CODE, "123456"),
        (SENDING_CODE, "Би Берлинд байна"),
    ],
    ids=["card", "code", "words"],
)
def test_a_proof_that_ended_while_an_agent_talked_is_told_and_can_be_begun_again(
    conversation: Conversation, event: Event | str
) -> None:
    turn = after(conversation, TAKEN, event, BACK)
    assert keys(turn) == ["person.bot-is-back", "person.proof-lost"]
    assert after(turn.conversation, button(turn, Verb.PROVE)).outcome is Outcome.PROOF_ASKED


def test_a_lost_proof_is_told_once() -> None:
    turn = after(READING_CARD, TAKEN, "123456", BACK, TAKEN, BACK)
    assert keys(turn) == ["person.bot-is-back"]


def test_a_number_typed_again_after_a_cancel_is_answered_truly_when_it_comes_too_soon() -> None:
    too_soon = ChallengeRefused(Refusal.TOO_SOON, NOW + timedelta(seconds=30))
    turn = after(ASKING_NUMBER, NUMBER, too_soon)
    told = [part for reply in replies(turn.decisions) for part in reply.message.parts]
    assert [part.key for part in told if isinstance(part, Moment)] == ["proving.number-too-soon"]
    assert turn.conversation.task == AskingNumber(ID_CARD.id)


def test_a_first_letter_nobody_has_is_doubted_not_refused() -> None:
    turn = after(ASKING_NUMBER, "ӨҮ05210112")
    assert keys(turn) == ["greeting.automatic", "proving.check-letters"]
    assert OpenChallenge("ӨҮ05210112", ID_CARD.id) in after(turn.conversation, "тийм").decisions


def test_a_code_before_the_registry_has_answered_is_told_to_wait() -> None:
    assert keys(after(SENDING_CODE, "123456"))[-1] == "repair.still-waiting"


def test_data_that_was_shown_in_full_is_told_to_be_gone_the_second_time() -> None:
    read = RecordRead("c1", RegistryResult.DONE, (("field.given-name", "Сараа"),))
    shown = after(replace(READING_CARD, channel="web"), read)
    press = button(shown, Verb.REVEAL)
    assert after(shown.conversation, press).outcome is Outcome.REVEALED
    assert keys(after(shown.conversation, press, press)) == ["showing.gone"]


def test_the_desk_learns_of_wrong_codes() -> None:
    turn = after(READING_CARD, RecordRead("c1", RegistryResult.WRONG_CODE))
    assert reason(after(turn.conversation, button(turn, Verb.CALL_PERSON))) is Reason.PROOF_FAILED
