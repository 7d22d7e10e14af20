"""Words are kept with consent only, for a short while only, and never change an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from dialogs.conversation import Conversation, Owner, Turn
from dialogs.engine import step
from dialogs.flows.greeting import AWAY_FOR
from dialogs.forgetting import forget, secrets_until
from dialogs.incoming import Pressed, Said
from dialogs.learning import MOST_CHARACTERS, WORDS_KEPT_FOR, Consent, How, Wording, worth_keeping
from dialogs.messages import CaseTaken, Corrected, Event, KeepExample, Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Verb
from dialogs.services import Catalogue
from dialogs.understanding import Action, Candidate, Need, Script, Understanding
from knowledge.codec import CONVERSATION, dumps
from tests.dialogs.services import CATALOGUE, ID_CARD, PASSPORT_EXPIRED, PASSPORT_LOST
from tests.dialogs.states import CATALOGUES, NOW, conversations, events, often
from tests.dialogs.turns import ASKING_NUMBER, EMPTY, after, button, keys

PASSPORTS = (PASSPORT_LOST.id, PASSPORT_EXPIRED.id)
ALLOWED = replace(EMPTY, consent=Consent.GIVEN)
HELD = replace(ALLOWED, owner=Owner(2, "bat", "Бат"))


def kept(turn: Turn) -> list[KeepExample]:
    return [decision for decision in turn.decisions if isinstance(decision, KeepExample)]


def asked(turn: Turn) -> bool:
    return "consent.question" in keys(turn)


def picked(conversation: Conversation, verb: Verb = Verb.SHOW_SERVICE, **moved: float) -> Turn:
    """A need that is offered candidates, and the press of one of its buttons."""
    offered = after(conversation, "паспорт")
    return after(offered.conversation, button(offered, verb), now=NOW + timedelta(**moved))


def choosing(text: str) -> Said:
    needs = (Need(text, tuple(Candidate(service_id, 0.4) for service_id in PASSPORTS)),)
    return Said(text, Understanding("mn", Script.CYRILLIC, Action.CHOICE, None, needs), "m1")


def test_after_a_pick_the_question_comes_behind_the_card() -> None:
    turn = picked(EMPTY)
    assert turn.outcome is Outcome.TOLD
    assert keys(turn)[-1] == "consent.question"
    assert kept(turn) == []


@pytest.mark.parametrize(
    ("verb", "service_id", "how"),
    [(Verb.SHOW_SERVICE, PASSPORT_LOST.id, How.CHOICE), (Verb.NONE_OF_THESE, None, How.NONE)],
)
def test_with_consent_a_press_is_kept_with_what_was_shown(verb: Verb, service_id: str | None, how: How) -> None:
    assert kept(picked(ALLOWED, verb)) == [KeepExample("паспорт", service_id, how, PASSPORTS)]


def test_with_consent_a_typed_choice_is_kept_as_well() -> None:
    assert kept(after(ALLOWED, "паспорт", "2"))[0].service_id == PASSPORT_EXPIRED.id


def test_the_question_is_asked_once() -> None:
    turn = picked(picked(EMPTY).conversation)
    assert not asked(turn)
    assert kept(turn) == []


def test_yes_keeps_the_words_that_waited_and_holds_them_no_longer() -> None:
    turn = picked(EMPTY)
    answered = after(turn.conversation, button(turn, Verb.KEEP_WORDS))
    assert [example.text for example in kept(answered)] == ["паспорт"]
    assert answered.conversation.wording is None
    assert kept(after(answered.conversation, button(turn, Verb.KEEP_WORDS))) == []


def test_no_drops_the_words_at_once() -> None:
    answered = after(picked(EMPTY).conversation, "үгүй")
    assert answered.outcome is Outcome.CONSENT_ANSWERED
    assert (answered.conversation.consent, answered.conversation.wording) == (Consent.REFUSED, None)


def test_after_a_no_nothing_is_remembered() -> None:
    assert after(replace(EMPTY, consent=Consent.REFUSED), "паспорт").conversation.wording is None


def test_a_yes_after_something_else_is_no_consent() -> None:
    turn = after(picked(EMPTY).conversation, "баярлалаа", "тийм")
    assert turn.conversation.consent is Consent.UNANSWERED
    assert kept(turn) == []


def test_who_did_not_answer_may_be_asked_in_the_next_session_of_talk() -> None:
    before = after(picked(EMPTY).conversation, "баярлалаа").conversation
    later = step(before, choosing("паспорт"), NOW + AWAY_FOR + timedelta(seconds=1), CATALOGUE)
    assert later.conversation.consent is Consent.NOT_ASKED


@pytest.mark.parametrize("consent", [Consent.GIVEN, Consent.REFUSED])
def test_an_answer_stays_however_long_somebody_is_away(consent: Consent) -> None:
    before = replace(EMPTY, consent=consent, last_at=NOW)
    assert step(before, choosing("паспорт"), NOW + 2 * AWAY_FOR, CATALOGUE).conversation.consent is consent


@pytest.mark.parametrize("before", [ASKING_NUMBER, replace(EMPTY, waiting_for_person=True)])
def test_nothing_is_asked_while_something_else_is_open(before: Conversation) -> None:
    offered = step(before, choosing("паспорт"), NOW, CATALOGUE)
    turn = after(offered.conversation, button(offered, Verb.SHOW_SERVICE))
    assert not asked(turn)
    assert turn.conversation.wording is None


@pytest.mark.parametrize(
    "text", ["УБ90010112 паспорт", "код 123456 паспорт", "я" * (MOST_CHARACTERS + 1), "?!", "УБ******12"]
)
def test_words_with_a_number_or_a_story_are_not_remembered(text: str) -> None:
    assert not worth_keeping(text)
    assert step(ALLOWED, choosing(text), NOW, CATALOGUE).conversation.wording is None


def test_of_several_needs_only_the_part_that_was_asked_about_is_remembered() -> None:
    sure = Need("үнэмлэх авах", (Candidate(ID_CARD.id, 0.9),), Action.SURE)
    unclear = Need("паспорт", tuple(Candidate(service_id, 0.4) for service_id in PASSPORTS), Action.CHOICE)
    understood = Understanding("mn", Script.CYRILLIC, Action.CHOICE, None, (sure, unclear))
    turn = step(ALLOWED, Said("үнэмлэх авах, паспорт", understood), NOW, CATALOGUE)
    assert turn.conversation.wording == Wording("паспорт", PASSPORTS, NOW)


def test_the_choice_that_waited_for_another_is_remembered_when_it_is_offered() -> None:
    first = Need("паспорт", tuple(Candidate(service_id, 0.4) for service_id in PASSPORTS), Action.CHOICE)
    others = (ID_CARD.id, PASSPORT_EXPIRED.id)
    second = Need("цаас", tuple(Candidate(service_id, 0.4) for service_id in others), Action.CHOICE)
    understood = Understanding("mn", Script.CYRILLIC, Action.CHOICE, None, (first, second))
    offered = step(ALLOWED, Said("паспорт бас цаас", understood), NOW, CATALOGUE)
    turn = after(offered.conversation, button(offered, Verb.SHOW_SERVICE))
    assert [example.text for example in kept(turn)] == ["паспорт"]
    assert turn.conversation.wording == Wording("цаас", others, NOW)


def test_a_new_need_takes_the_place_of_the_old_words() -> None:
    assert after(ALLOWED, "паспорт", "ногоон морь").conversation.wording is None


@pytest.mark.parametrize("event", ["намайг баривчилсан", CaseTaken("bat", "Бат"), "эхнээс"])
def test_an_emergency_an_agent_and_a_new_start_drop_the_words(event: str | Event) -> None:
    assert after(ALLOWED, "паспорт", event).conversation.wording is None


def test_a_press_after_their_time_keeps_nothing() -> None:
    assert kept(picked(ALLOWED, minutes=14)) != []
    assert kept(picked(ALLOWED, minutes=15)) == []


def test_the_words_leave_the_state_when_their_time_is_over() -> None:
    state = after(ALLOWED, "паспорт").conversation
    assert secrets_until(state, NOW) == NOW + WORDS_KEPT_FOR
    assert forget(state, NOW, NOW + WORDS_KEPT_FOR - timedelta(seconds=1)).wording is not None
    assert forget(state, NOW, NOW + WORDS_KEPT_FOR).wording is None


def test_a_button_of_another_message_tells_nothing_about_the_words() -> None:
    card = after(ALLOWED, "паспорт алдсан, хэд вэ")
    turn = after(after(card.conversation, "паспорт").conversation, button(card, Verb.SHOW_SERVICE))
    assert kept(turn) == []


def test_a_conversation_kept_before_there_was_consent_is_read() -> None:
    stored = json.loads(dumps(CONVERSATION, EMPTY))
    old = {name: value for name, value in stored.items() if name not in ("consent", "wording")}
    assert len(old) == len(stored) - 2
    assert CONVERSATION.validate_json(json.dumps(old)) == EMPTY


@pytest.mark.parametrize("words", ["нууцлал", "/privacy", "Nuutslal!", "Don't keep my words.", "үгийг минь бүү хадгал"])
def test_a_word_about_privacy_shows_how_it_stands(words: str) -> None:
    said = Said(words, Understanding("mn", Script.CYRILLIC, Action.NOTHING))
    for before, key in ((EMPTY, "consent.now-not-kept"), (ALLOWED, "consent.now-kept")):
        turn = step(before, said, NOW, CATALOGUE)
        assert keys(turn)[-2:] == [key, "consent.question"]
        assert button(turn, Verb.KEEP_WORDS)


def test_the_agent_who_has_it_tells_what_was_meant() -> None:
    turn = step(HELD, Corrected("bat", "улаан дэвтэр", PASSPORT_LOST.id), NOW, CATALOGUE)
    assert turn.decisions == (KeepExample("улаан дэвтэр", PASSPORT_LOST.id, How.AGENT),)
    assert (turn.outcome, turn.conversation) == (Outcome.CORRECTED, HELD)


@pytest.mark.parametrize(
    ("before", "event", "outcome"),
    [
        (HELD, Corrected("dorj", "улаан дэвтэр", PASSPORT_LOST.id), Outcome.AGENT_REFUSED),
        (ALLOWED, Corrected("bat", "улаан дэвтэр", PASSPORT_LOST.id), Outcome.AGENT_REFUSED),
        (HELD, Corrected("bat", "улаан дэвтэр", "gone"), Outcome.CORRECTION_REFUSED),
        (HELD, Corrected("bat", "УБ90010112", PASSPORT_LOST.id), Outcome.CORRECTION_REFUSED),
        *(
            (replace(HELD, consent=consent), Corrected("bat", "дэвтэр", PASSPORT_LOST.id), Outcome.CORRECTION_REFUSED)
            for consent in Consent
            if consent is not Consent.GIVEN
        ),
    ],
)
def test_any_other_correction_is_refused(before: Conversation, event: Corrected, outcome: Outcome) -> None:
    turn = step(before, event, NOW, CATALOGUE)
    assert (turn.decisions, turn.outcome, turn.conversation) == ((), outcome, before)


@often
@given(conversations(), events, CATALOGUES)
def test_nothing_is_ever_kept_without_consent(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    turn = step(before, event, NOW, catalogue)
    assert not kept(turn) or turn.conversation.consent is Consent.GIVEN


@often
@given(conversations(), events, CATALOGUES)
def test_consent_comes_only_from_the_citizen(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    turn = step(before, event, NOW, catalogue)
    given_now = turn.conversation.consent is Consent.GIVEN and before.consent is not Consent.GIVEN
    assert not given_now or isinstance(event, Pressed | Said)


@often
@given(conversations(), events, CATALOGUES)
def test_what_is_remembered_changes_no_other_answer(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    """But for the question itself, the same is said to somebody who refused and to somebody who allowed it."""
    said = []
    for consent in (Consent.GIVEN, Consent.REFUSED):
        turn = step(replace(before, consent=consent), event, NOW, catalogue)
        said.append([each.message for each in turn.decisions if isinstance(each, Reply)])
    told = [[part for message in messages for part in message.parts if "now-" not in str(part)] for messages in said]
    assert told[0] == told[1]
