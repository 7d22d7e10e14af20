"""What holds for every conversation and every event, also for states that no walk reaches."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from dialogs.conversation import MAX_OFFERS, MAX_TRAIL, Conversation, Offer, Task
from dialogs.engine import step
from dialogs.flows.pressing import BUTTONS_LIVE_FOR
from dialogs.incoming import Pressed, SpokenElsewhere
from dialogs.linking import DropLink
from dialogs.messages import CaseTaken, Event, GivenBack, HideMessage, KeepFile
from dialogs.outcomes import Outcome
from dialogs.purposes import AGENT
from dialogs.rendering import render
from dialogs.sayings import Choice, Command, Verb
from dialogs.services import Catalogue, Language
from dialogs.tasks import purpose_of
from knowledge.codec import CONVERSATION, dumps
from tests.dialogs.services import AROUND, ID_CARD
from tests.dialogs.states import (
    AGENT_EVENTS,
    CATALOGUES,
    CITIZEN_EVENTS,
    NOW,
    REGISTRY_EVENTS,
    conversations,
    events,
    of_an_agent,
    of_the_bot,
    often,
    replies,
)
from tests.dialogs.states import tasks as any_task

# What a citizen who talks with an agent is answered all the same: they end what somebody may have taken from them.
ABOUT_PROOFS = frozenset({Outcome.SIGNED_OUT, Outcome.PROOF_UNDONE, Outcome.WAY_ASKED})
acting_once = st.sampled_from(
    (
        Choice(Command(Verb.PROVE, ID_CARD.id)),
        Choice(Command(Verb.USE_NUMBER, "0")),
        Choice(Command(Verb.RESEND)),
        Choice(Command(Verb.CALL_PERSON)),
    )
)


def with_button(conversation: Conversation, choice: Choice) -> tuple[Conversation, Pressed]:
    """With one more live message that has this one button, and a press of it."""
    number = conversation.offer_number + 1
    offers = (*conversation.offers, Offer(number, (choice,), NOW))
    return replace(conversation, offers=offers, offer_number=number), Pressed(number, 0)


@often
@given(conversations(), events, CATALOGUES)
def test_the_same_event_leads_to_the_same_turn(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    first = step(before, event, NOW, catalogue, AROUND)
    assert first == step(deepcopy(before), deepcopy(event), NOW, deepcopy(catalogue), AROUND)


@often
@given(conversations(), events, CATALOGUES)
def test_what_is_passed_in_stays_as_it_was(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    copies = deepcopy((before, event, catalogue))
    step(before, event, NOW, catalogue)
    assert (before, event, catalogue) == copies


@often
@given(conversations(), events, CATALOGUES)
def test_a_conversation_survives_being_kept(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    after = step(before, event, NOW, catalogue).conversation
    assert CONVERSATION.validate_json(dumps(CONVERSATION, after)) == after


@often
@given(st.lists(events, max_size=40), CATALOGUES)
def test_a_walk_goes_on_the_same_after_every_restart(walk: list[Event], catalogue: Catalogue) -> None:
    kept = straight = Conversation("1", "web")
    for event in walk:
        straight = step(straight, event, NOW, catalogue).conversation
        kept = CONVERSATION.validate_json(dumps(CONVERSATION, step(kept, event, NOW, catalogue).conversation))
    assert kept == straight


@often
@given(conversations(), events, CATALOGUES, st.sampled_from(list(Language)))
def test_every_decided_message_can_be_shown(
    before: Conversation, event: Event, catalogue: Catalogue, language: Language
) -> None:
    for reply in replies(step(before, event, NOW, catalogue).decisions):
        assert render(reply.message, language, catalogue, NOW).blocks


@often
@given(conversations(), CITIZEN_EVENTS, CATALOGUES)
def test_a_citizen_always_gets_an_answer_or_a_reason(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    turn = step(before, event, NOW, catalogue)
    assert turn.decisions or turn.outcome in (Outcome.IGNORED, Outcome.LEFT_TO_AGENT)


@often
@given(conversations(), st.one_of(CITIZEN_EVENTS, REGISTRY_EVENTS, AGENT_EVENTS), CATALOGUES)
def test_only_notices_are_said_while_an_agent_owns_the_conversation(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    turn = step(of_an_agent(before), event, NOW, catalogue)
    assert turn.conversation.owned_by_bot or all(reply.notice for reply in replies(turn.decisions))


@often
@given(conversations(), st.one_of(CITIZEN_EVENTS, REGISTRY_EVENTS), CATALOGUES)
def test_the_bot_says_nothing_to_a_citizen_who_talks_with_an_agent(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    before = replace(of_an_agent(before), proof=None)
    turn = step(before, event, NOW, catalogue)
    if purpose_of(before.task) != AGENT and turn.outcome not in ABOUT_PROOFS:
        assert all(isinstance(decision, HideMessage | KeepFile | DropLink) for decision in turn.decisions)


@often
@given(conversations(), events, CATALOGUES)
def test_the_owner_changes_only_when_a_case_is_taken_or_given_back(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    after = step(before, event, NOW, catalogue).conversation
    assert after.owner == before.owner or isinstance(event, CaseTaken | GivenBack | SpokenElsewhere)


@often
@given(conversations(), AGENT_EVENTS, CATALOGUES)
def test_the_owner_number_grows_by_one_at_every_change(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    after = step(before, event, NOW, catalogue).conversation
    changed = after.owner.agent_id != before.owner.agent_id
    assert after.owner.number == before.owner.number + changed


@often
@given(conversations(), events, CATALOGUES)
def test_offers_are_numbered_upwards_and_forgotten_in_time(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    after = step(before, event, NOW, catalogue).conversation
    numbers = [offer.number for offer in after.offers]
    assert numbers == sorted(set(numbers))
    assert numbers[-1:] in ([], [after.offer_number])
    assert len(numbers) <= MAX_OFFERS


@often
@given(st.lists(events, max_size=60), CATALOGUES)
def test_a_conversation_does_not_grow_without_end(walk: list[Event], catalogue: Catalogue) -> None:
    conversation = Conversation("1", "web")
    for event in walk:
        conversation = step(conversation, event, NOW, catalogue).conversation
    assert len(conversation.offers) <= MAX_OFFERS
    assert len(conversation.trail) <= MAX_TRAIL


@often
@given(conversations(), events, CATALOGUES)
def test_the_buttons_of_a_message_are_those_of_its_offer(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    turn = step(before, event, NOW, catalogue)
    offers = {offer.number: offer.choices for offer in turn.conversation.offers}
    for message in (reply.message for reply in replies(turn.decisions)):
        assert offers.get(message.offer, ()) == message.choices


@often
@given(conversations(), acting_once, CATALOGUES)
def test_a_button_that_must_not_act_twice_does_nothing_the_second_time(
    before: Conversation, choice: Choice, catalogue: Catalogue
) -> None:
    before, press = with_button(of_the_bot(before), choice)
    once = step(before, press, NOW, catalogue).conversation
    assert step(once, press, NOW, catalogue).decisions == ()


@often
@given(conversations(), st.sampled_from([(-1, 0), (0, 0), (9, 0), (1, -1), (1, 9)]), CATALOGUES)
def test_a_press_on_nothing_changes_no_step(before: Conversation, press: tuple[int, int], catalogue: Catalogue) -> None:
    turn = step(of_the_bot(before), Pressed(*press), NOW, catalogue)
    assert (turn.conversation.task, turn.outcome) == (before.task, Outcome.STALE_BUTTON)


@often
@given(conversations(), acting_once, CATALOGUES, st.integers(1, 10**6))
def test_a_button_of_yesterday_changes_nothing(
    before: Conversation, choice: Choice, catalogue: Catalogue, seconds: int
) -> None:
    before = replace(of_the_bot(before), shown=None, proof=None, asked_to_erase=False)
    before, press = with_button(before, choice)
    later = NOW + BUTTONS_LIVE_FOR + timedelta(seconds=seconds)
    assert step(before, press, later, catalogue).conversation == before


@often
@given(any_task)
def test_every_kind_of_step_is_drawn(task: Task) -> None:
    assert type(task) in get_args(Task)
