"""Several needs in one message, turn by turn: what is told, what is asked, what waits and what ends the waiting."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from dialogs.conversation import Conversation, Offer, Turn, WaitingNeed
from dialogs.engine import step
from dialogs.forgetting import forget, secrets_until
from dialogs.incoming import Pressed, Said, Started
from dialogs.messages import CaseTaken, CaughtUp, Event, HideMessage, Reason, Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Card, Choice, Command, Line, Verb
from dialogs.services import Catalogue
from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from knowledge.codec import CONVERSATION, dumps
from tests.dialogs.services import CATALOGUE, CRIMINAL_RECORD, ID_CARD, PASSPORT_EXPIRED, PASSPORT_LOST, VOTE_ABROAD
from tests.dialogs.services import without as release_without
from tests.dialogs.states import CATALOGUES, NOW, conversations, events, often
from tests.dialogs.turns import ASKING_CODE, EMPTY, after, button, keys
from tests.dialogs.understandings import understand

TWO_SURE = "паспортоо алдсан, бас үнэмлэхний лавлагаа"
SURE_AND_CHOICE = "паспорт, бас ял шийтгэлгүй тодорхойлолт"
TWO_CHOICES = "паспорт, сонгууль хоёр"
THREE_CHOICES = "паспорт, сонгууль, лавлагаа"
MOST_WAITING = 2


def cards(turn: Turn) -> list[tuple[str, Aspect | None]]:
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    return [(part.service_id, part.aspect) for message in messages for part in message.parts if isinstance(part, Card)]


def offered(turn: Turn) -> list[str]:
    """The candidates of the turn."""
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    asked = [m.choices for m in messages if any(each.command.verb is Verb.NONE_OF_THESE for each in m.choices)]
    return [choice.label_service for choices in asked for choice in choices if choice.label_service]


def parts(turn: Turn, key: str) -> list[str]:
    """What is quoted in the sentences of that key."""
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    lines = [part for message in messages for part in message.parts if isinstance(part, Line)]
    return [dict(each.values)["part"] for each in lines if each.key == key]


def said(*needs: Need, action: Action = Action.CHOICE, aspect: Aspect | None = None) -> Said:
    return Said("", Understanding("mn", Script.CYRILLIC, action, aspect, needs), "m1")


def sure(service_id: str, text: str = "") -> Need:
    return Need(text, (Candidate(service_id, 0.9),), Action.SURE)


def choice(*service_ids: str, text: str = "") -> Need:
    return Need(text, tuple(Candidate(service_id, 0.4) for service_id in service_ids), Action.CHOICE)


def test_two_clear_needs_are_both_told_in_the_order_they_were_said() -> None:
    assert cards(after(EMPTY, TWO_SURE)) == [(PASSPORT_LOST.id, None), (ID_CARD.id, None)]


def test_the_last_one_told_is_on_the_table() -> None:
    assert cards(after(EMPTY, TWO_SURE, "хэд вэ")) == [(ID_CARD.id, Aspect.FEE)]


def test_that_there_are_two_is_said_once_and_first() -> None:
    assert keys(after(EMPTY, "Сайн байна уу", TWO_SURE)) == ["several.two"]


def test_every_button_of_two_cards_says_which_service_it_is_for() -> None:
    turn = after(EMPTY, TWO_SURE)
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    acting = [each for message in messages for each in message.choices if each.command.verb is not Verb.CALL_PERSON]
    assert [each.label_service for each in acting] == [PASSPORT_LOST.id, ID_CARD.id]


def test_a_button_of_the_first_card_is_about_the_first_service() -> None:
    turn = after(EMPTY, TWO_SURE)
    assert cards(after(turn.conversation, button(turn, Verb.ASK_ASPECT))) == [(PASSPORT_LOST.id, Aspect.DOCUMENTS)]


def test_a_button_kept_from_before_it_named_a_service_is_about_the_one_on_the_table() -> None:
    kept = Offer(1, (Choice(Command(Verb.ASK_ASPECT, "fee"), "button.aspect-documents"),), NOW)
    before = replace(EMPTY, topic=ID_CARD.id, offers=(kept,), offer_number=1)
    assert cards(after(before, Pressed(1, 0))) == [(ID_CARD.id, Aspect.FEE)]


def test_the_way_back_from_the_second_card_leads_to_the_first() -> None:
    assert cards(after(EMPTY, TWO_SURE, "буцах")) == [(PASSPORT_LOST.id, None)]


@pytest.mark.parametrize("aspect", [Aspect.FEE, Aspect.DURATION, Aspect.WHERE])
def test_what_is_asked_about_both_is_told_of_each(aspect: Aspect) -> None:
    turn = after(EMPTY, said(sure(ID_CARD.id), sure(PASSPORT_LOST.id), aspect=aspect))
    assert cards(turn) == [(ID_CARD.id, aspect), (PASSPORT_LOST.id, aspect)]


def test_what_is_asked_about_both_is_told_of_the_one_that_is_picked() -> None:
    turn = after(EMPTY, said(choice(PASSPORT_LOST.id, PASSPORT_EXPIRED.id), sure(ID_CARD.id), aspect=Aspect.FEE))
    assert cards(after(turn.conversation, Said("2", understand("2")))) == [(PASSPORT_EXPIRED.id, Aspect.FEE)]


def test_the_clear_need_is_told_before_the_unclear_one_is_asked_about() -> None:
    turn = after(EMPTY, SURE_AND_CHOICE)
    assert (turn.outcome, cards(turn)) == (Outcome.TOLD, [(CRIMINAL_RECORD.id, None)])
    assert offered(turn) == [PASSPORT_LOST.id, PASSPORT_EXPIRED.id]
    assert parts(turn, "several.choice") == ["паспорт"]


def test_nothing_waits_when_only_one_need_is_asked_about() -> None:
    assert after(EMPTY, SURE_AND_CHOICE).conversation.waiting_needs == ()


def test_of_two_unclear_needs_the_first_is_asked_about_and_the_second_announced() -> None:
    turn = after(EMPTY, TWO_CHOICES)
    assert (turn.outcome, offered(turn)) == (Outcome.OFFERED, [PASSPORT_LOST.id, PASSPORT_EXPIRED.id])
    assert keys(turn)[-2:] == ["several.choice", "several.rest-follows"]


@pytest.mark.parametrize("verb", [Verb.SHOW_SERVICE, Verb.NONE_OF_THESE])
def test_the_second_is_asked_about_by_itself_once_the_first_is_settled(verb: Verb) -> None:
    first = after(EMPTY, TWO_CHOICES)
    second = after(first.conversation, button(first, verb))
    assert (parts(second, "several.next"), second.conversation.waiting_needs) == (["сонгууль"], ())


@pytest.mark.parametrize("words", ["1", "паспортоо алдсан", "аль нь ч биш"])
def test_the_first_can_be_settled_in_words(words: str) -> None:
    understood = understand(words) if words == "паспортоо алдсан" else understand("ногоон морь")
    first = after(EMPTY, TWO_CHOICES).conversation
    assert parts(after(first, Said(words, understood)), "several.next") == ["сонгууль"]


def test_a_third_waits_for_the_second() -> None:
    first = after(EMPTY, THREE_CHOICES)
    second = after(first.conversation, button(first, Verb.NONE_OF_THESE))
    assert "several.rest-follows" in keys(second)
    third = after(second.conversation, button(second, Verb.SHOW_SERVICE))
    assert (parts(third, "several.next"), keys(third)) == (["лавлагаа"], ["several.next"])


def test_what_waited_and_was_withdrawn_is_said_not_to_be_found() -> None:
    first = after(EMPTY, said(choice(ID_CARD.id, PASSPORT_LOST.id), choice(VOTE_ABROAD.id, text="санал")))
    turn = step(first.conversation, button(first, Verb.SHOW_SERVICE), NOW, release_without(VOTE_ABROAD.id))
    assert (parts(turn, "several.nothing"), turn.conversation.waiting_needs) == (["санал"], ())


@pytest.mark.parametrize("event", ["болих", "эхнээс", "намайг баривчилсан", "үнэмлэхний лавлагаа", "ногоон морь"])
def test_what_waits_is_forgotten_with_these_words(event: str) -> None:
    assert after(EMPTY, TWO_CHOICES, event).conversation.waiting_needs == ()


@pytest.mark.parametrize("event", [Started(), CaseTaken("bat", "Бат")])
def test_what_waits_is_forgotten_at_a_new_start_or_when_an_agent_comes(event: Event) -> None:
    assert after(EMPTY, TWO_CHOICES, event).conversation.waiting_needs == ()


def test_what_waits_is_forgotten_overnight() -> None:
    first = after(EMPTY, TWO_CHOICES).conversation
    assert after(first, "баярлалаа", now=NOW + timedelta(hours=25)).conversation.waiting_needs == ()


@pytest.mark.parametrize("event", ["баярлалаа", "хэд вэ", "хүн", "буцах", "English"])
def test_what_waits_is_kept_through_these_words(event: str) -> None:
    assert after(EMPTY, TWO_CHOICES, event).conversation.waiting_needs != ()


def test_another_services_button_does_not_settle_what_is_asked_about() -> None:
    told = after(EMPTY, "паспорт алдсан, хэд вэ")
    asked = after(told.conversation, said(choice(ID_CARD.id, CRIMINAL_RECORD.id), choice(VOTE_ABROAD.id)))
    turn = after(asked.conversation, button(told, Verb.SHOW_SERVICE))
    assert (offered(turn), len(turn.conversation.waiting_needs)) == ([], 1)


def test_for_which_part_nothing_was_found_is_said_and_a_person_offered() -> None:
    turn = after(EMPTY, "I lost my passport and want a green horse")
    assert (turn.outcome, parts(turn, "several.nothing")) == (Outcome.TOLD, ["want a green horse"])
    last = [decision.message for decision in turn.decisions if isinstance(decision, Reply)][-1]
    assert [each.command for each in last.choices] == [Command(Verb.CALL_PERSON, Reason.NOT_FOUND)]


def test_the_candidates_come_last_so_that_a_number_can_be_typed() -> None:
    found = after(EMPTY, "ногоон морь, бас паспорт").conversation
    assert cards(after(found, Said("2", understand("2")))) == [(PASSPORT_EXPIRED.id, None)]


def test_when_nothing_at_all_is_found_it_is_one_miss() -> None:
    turn = after(EMPTY, "ногоон морь, цагаан тэмээ")
    assert (keys(turn)[-1], turn.conversation.misses) == ("finding.nothing", 1)


@pytest.mark.parametrize(
    ("needs", "told"),
    [
        ((sure(ID_CARD.id), sure(ID_CARD.id)), [ID_CARD.id]),
        ((choice(ID_CARD.id), sure(ID_CARD.id)), [ID_CARD.id]),
        ((choice(ID_CARD.id, VOTE_ABROAD.id), choice(VOTE_ABROAD.id, ID_CARD.id)), []),
    ],
)
def test_the_same_need_said_twice_is_one(needs: tuple[Need, ...], told: list[str]) -> None:
    turn = after(EMPTY, said(*needs))
    assert ([service for service, _ in cards(turn)], "several.two" in keys(turn)) == (told, False)


def test_a_need_without_a_verdict_of_its_own_has_the_messages() -> None:
    needs = (Need("", (Candidate(ID_CARD.id, 0.9),)), Need("", (Candidate(VOTE_ABROAD.id, 0.9),)))
    assert cards(after(EMPTY, said(*needs, action=Action.SURE))) == [(ID_CARD.id, None), (VOTE_ABROAD.id, None)]


def test_a_question_about_one_side_in_two_unlikely_parts_is_about_the_service_on_the_table() -> None:
    needs = (Need("", (Candidate(ID_CARD.id, 0.2),)), Need("", (Candidate(VOTE_ABROAD.id, 0.2),)))
    turn = after(replace(EMPTY, topic=PASSPORT_LOST.id), said(*needs, aspect=Aspect.FEE))
    assert cards(turn) == [(PASSPORT_LOST.id, Aspect.FEE)]


def test_the_open_step_is_taken_up_again_after_two_answers() -> None:
    assert keys(after(ASKING_CODE, TWO_SURE))[-1] == "repair.still-code"


def test_two_needs_do_not_delay_an_emergency() -> None:
    turn = after(EMPTY, said(sure(ID_CARD.id), sure(PASSPORT_LOST.id), action=Action.EMERGENCY))
    assert (turn.outcome, cards(turn)) == (Outcome.EMERGENCY, [])


def test_nothing_is_answered_while_an_agent_has_the_conversation() -> None:
    assert after(EMPTY, CaseTaken("bat", "Бат"), TWO_SURE).decisions == ()


def test_a_register_number_in_a_part_is_not_said_back() -> None:
    needs = (choice(ID_CARD.id, text="лавлагаа УБ90010112"), sure(PASSPORT_LOST.id))
    understood = Understanding("mn", Script.CYRILLIC, Action.SURE, needs=needs)
    turn = after(EMPTY, Said("паспорт, лавлагаа УБ90010112", understood, "m1"))
    assert parts(turn, "several.choice") == ["лавлагаа УБ******12"]
    assert HideMessage("m1") in turn.decisions


def test_a_conversation_kept_before_needs_could_wait_is_still_read() -> None:
    kept = json.loads(dumps(CONVERSATION, EMPTY))
    del kept["waiting_needs"]
    assert CONVERSATION.validate_json(json.dumps(kept)) == EMPTY


def test_what_waits_survives_being_kept() -> None:
    after_it = after(EMPTY, "паспорт, сонгууль хоёр хэд вэ").conversation
    kept = CONVERSATION.validate_json(dumps(CONVERSATION, after_it))
    assert kept.waiting_needs == after_it.waiting_needs
    assert [need.aspect for need in kept.waiting_needs] == [Aspect.FEE]


@pytest.mark.parametrize(("hours", "left"), [(23, 1), (24, 0)])
def test_what_waits_is_dropped_with_the_buttons_when_nobody_comes_back(hours: int, left: int) -> None:
    first = after(EMPTY, TWO_CHOICES).conversation
    assert len(forget(first, NOW, NOW + timedelta(hours=hours)).waiting_needs) == left


def test_when_what_waits_is_dropped_is_known_beforehand() -> None:
    first = replace(after(EMPTY, TWO_CHOICES).conversation, wording=None)
    assert secrets_until(first, NOW) == NOW + timedelta(hours=24)


@often
@given(conversations(), events, CATALOGUES)
def test_no_more_needs_wait_than_a_message_may_hold(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    assert len(step(before, event, NOW, catalogue).conversation.waiting_needs) <= MOST_WAITING


@often
@given(conversations(), events)
def test_no_need_begins_to_wait_but_by_words(before: Conversation, event: Event) -> None:
    waiting: tuple[WaitingNeed, ...] = step(before, event, NOW, CATALOGUE).conversation.waiting_needs
    assert isinstance(event, Said | CaughtUp) or set(waiting) <= set(before.waiting_needs)
