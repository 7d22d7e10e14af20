"""No state is reached without its guards: codes, tries and personal data, for every conversation and every event."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dialogs.conversation import AskingCode, AskingNumber, Conversation, ReadingCard
from dialogs.engine import step
from dialogs.incoming import Pressed, Said
from dialogs.messages import (
    ChallengeOpened,
    Event,
    HideMessage,
    ReadRecord,
    RecordRead,
    RegistryResult,
    RequestCode,
    TakeTry,
    TryTaken,
)
from dialogs.sayings import Facts, Message
from dialogs.services import Catalogue
from dialogs.understanding import Understanding
from tests.dialogs.states import (
    CATALOGUES,
    NOW,
    asking_codes,
    conversations,
    events,
    of_an_agent,
    of_the_bot,
    often,
    replies,
    understandings,
)


@often
@given(conversations(), events, CATALOGUES)
def test_a_code_is_asked_of_the_registry_only_when_the_record_allows_it(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    asked = any(isinstance(decision, RequestCode) for decision in step(before, event, NOW, catalogue).decisions)
    assert not asked or isinstance(event, ChallengeOpened)


@often
@given(conversations(), events, CATALOGUES)
def test_the_registry_is_given_a_code_only_after_the_try_is_counted(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    asked = any(isinstance(decision, ReadRecord) for decision in step(before, event, NOW, catalogue).decisions)
    assert not asked or isinstance(event, TryTaken)


@often
@given(conversations(), events, CATALOGUES)
def test_a_try_is_taken_only_of_the_open_code(before: Conversation, event: Event, catalogue: Catalogue) -> None:
    tries = [d for d in step(before, event, NOW, catalogue).decisions if isinstance(d, TakeTry)]
    for decision in tries:
        open_code = before.task.before if isinstance(before.task, AskingNumber) else before.task
        assert isinstance(open_code, AskingCode)
        assert decision.challenge_id == open_code.challenge_id


@often
@given(conversations(), events, CATALOGUES)
def test_personal_data_is_shown_only_when_the_registry_gave_it_or_it_is_still_held(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    turn = step(before, event, NOW, catalogue)
    if any(isinstance(part, Facts) for reply in replies(turn.decisions) for part in reply.message.parts):
        given = isinstance(event, RecordRead) and event.result is RegistryResult.DONE
        own = isinstance(before.task, ReadingCard) and isinstance(event, RecordRead)
        held = isinstance(event, Pressed) and before.shown is not None and before.shown.until > NOW
        assert (given and own) or held


@often
@given(conversations(), events, CATALOGUES)
def test_unmasked_data_is_private_and_stays_on_our_own_pages(
    before: Conversation, event: Event, catalogue: Catalogue
) -> None:
    for reply in replies(step(before, event, NOW, catalogue).decisions):
        if before.shown is not None and _rows(reply.message) == before.shown.rows != ():
            masked = isinstance(event, RecordRead)
            assert masked or (reply.message.private and before.channel != "telegram")


@often
@given(conversations(), st.sampled_from(("УБ90010112", "миний РД ub 90010112 шүү")), understandings, CATALOGUES)
def test_a_register_number_leaves_the_chat_whatever_is_being_done(
    before: Conversation, text: str, understood: Understanding, catalogue: Catalogue
) -> None:
    turn = step(before, Said(text, understood, "m1"), NOW, catalogue)
    assert HideMessage("m1") in turn.decisions


@often
@given(conversations(), asking_codes, understandings, CATALOGUES)
def test_a_code_leaves_the_chat_when_it_is_tried(
    before: Conversation, asking: AskingCode, understood: Understanding, catalogue: Catalogue
) -> None:
    before = replace(of_the_bot(before), task=asking, proof=None)
    turn = step(before, Said("код 123456", understood, "m1"), NOW, catalogue)
    assert turn.decisions == (HideMessage("m1"), TakeTry(asking.challenge_id, asking.service_id))


@often
@given(conversations(), understandings, CATALOGUES)
def test_a_code_leaves_the_chat_while_an_agent_owns_it(
    before: Conversation, understood: Understanding, catalogue: Catalogue
) -> None:
    turn = step(of_an_agent(before), Said("код 123456", understood, "m1"), NOW, catalogue)
    assert HideMessage("m1") in turn.decisions


def _rows(message: Message) -> tuple[tuple[str, str], ...]:
    return next((part.rows for part in message.parts if isinstance(part, Facts)), ())
