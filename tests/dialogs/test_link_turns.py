"""Single turns around a page that was opened from the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import Conversation, Turn
from dialogs.flows.showing import REVEAL_FOR
from dialogs.incoming import Pressed
from dialogs.linking import (
    BindLink,
    DropLink,
    LinkBound,
    LinkEnd,
    LinkEnded,
    LinkNotBound,
    LinkNumberTried,
    LinkOpened,
    LinkRefusal,
    LinkRefused,
    OpenLink,
    TryLinkNumber,
)
from dialogs.messages import CaseTaken, Event, GivenBack, HideMessage, OpenChallenge, Reason
from dialogs.outcomes import Outcome
from dialogs.proofs import Proof, Way
from dialogs.purposes import Aim
from dialogs.records import PROPERTY_LIST as PROPERTY
from dialogs.sayings import Told, Verb
from dialogs.services import Level
from dialogs.tasks import AskingLinkNumber, BindingLink, ConfirmingLink, OpeningLink, WaitingForLink
from tests.dialogs.services import ID_CARD, PROPERTY_LIST
from tests.dialogs.states import NOW, WIRED, replies
from tests.dialogs.test_ways import at, begun, offered
from tests.dialogs.turns import EMPTY, NUMBER, button, keys, reason

ALL = (Way.APP, Way.EMAIL, Way.BANK, Way.SIGNATURE, Way.SMS)
AIM = Aim(way=Way.BANK, ways=ALL)
URL = "https://tuslakh.example/link/onetimetoken"
ROWS = (("field.given-name", "Сараа"),)


def doing(task: OpeningLink | WaitingForLink | AskingLinkNumber | ConfirmingLink | BindingLink) -> Conversation:
    return replace(EMPTY, task=task, topic=ID_CARD.id)


OPENING = doing(OpeningLink(ID_CARD.id, AIM))
WAITING = doing(WaitingForLink(ID_CARD.id, AIM, "l1"))
ASKING = doing(AskingLinkNumber(ID_CARD.id, AIM, "l1"))
CONFIRMING = doing(ConfirmingLink(ID_CARD.id, AIM, "l1", "С****", "УХ******12"))
BINDING = doing(BindingLink(ID_CARD.id, AIM, "l1"))
BOUND = LinkBound("l1", Level.BANK, Way.BANK, "С****", NUMBER, ROWS, ID_CARD.operation or "")
OPEN = [WAITING, ASKING, CONFIRMING]


def go(conversation: Conversation, *what: str | Event) -> Turn:
    return at(conversation, WIRED, *what)


def test_a_page_is_opened_for_the_service_its_level_and_what_is_to_be_read() -> None:
    turn = begun(WIRED, PROPERTY_LIST.id)
    assert (
        OpenLink(Way.BANK, PROPERTY_LIST.id, Level.BANK, PROPERTY)
        in go(turn.conversation, button(turn, Verb.CHOOSE_WAY)).decisions
    )


def test_the_address_is_in_one_private_message_and_nowhere_in_the_state() -> None:
    turn = go(OPENING, LinkOpened("l1", URL, NOW + timedelta(minutes=5)))
    (reply,) = replies(turn.decisions)
    assert [part.url for part in reply.message.parts if isinstance(part, Told)] == [URL]
    assert reply.message.private
    assert "onetimetoken" not in repr(turn.conversation)


def test_the_message_says_that_nobody_else_may_open_it() -> None:
    assert "linking.only-you" in keys(go(OPENING, LinkOpened("l1", URL, NOW + timedelta(minutes=5))))


def test_a_page_that_nobody_waits_for_is_dropped() -> None:
    assert go(EMPTY, LinkOpened("l9", URL, NOW)).decisions == (DropLink("l9"),)


@pytest.mark.parametrize("refusal", list(LinkRefusal))
def test_every_page_that_is_not_opened_names_the_ways_left(refusal: LinkRefusal) -> None:
    turn = go(OPENING, LinkRefused(refusal, NOW + timedelta(hours=1)))
    assert {"app", "email", "sms"} <= set(offered(turn))
    assert ("signature" in offered(turn)) is (refusal is LinkRefusal.OFF)


@pytest.mark.parametrize("end", [end for end in LinkEnd if end not in (LinkEnd.PROVEN, LinkEnd.WRONG_PERSON)])
@pytest.mark.parametrize("conversation", OPEN)
def test_every_end_of_a_page_ends_the_step_and_names_the_ways_left(conversation: Conversation, end: LinkEnd) -> None:
    turn = go(conversation, LinkEnded("l1", end))
    assert turn.conversation.task is None
    assert "sms" in offered(turn)


@pytest.mark.parametrize("end", [LinkEnd.WRONG_BROWSER, LinkEnd.EXPIRED, LinkEnd.USED_UP, LinkEnd.CANCELLED])
def test_row_l4_a_new_page_is_one_tap_away(end: LinkEnd) -> None:
    turn = go(WAITING, LinkEnded("l1", end))
    (press,) = [Pressed(button(turn, Verb.CHOOSE_WAY).offer, offered(turn).index("bank"))]
    assert isinstance(go(turn.conversation, press).decisions[0], OpenLink)


def test_row_l10_another_person_is_refused_and_becomes_a_case() -> None:
    turn = go(WAITING, LinkEnded("l1", LinkEnd.WRONG_PERSON))
    assert (turn.conversation.task, turn.conversation.proof) == (None, None)
    assert reason(turn) is Reason.WRONG_PERSON


@pytest.mark.parametrize("end", list(LinkEnd))
def test_the_end_of_another_page_changes_nothing(end: LinkEnd) -> None:
    for conversation in OPEN:
        assert go(conversation, LinkEnded("l0", end)) == Turn(conversation, (), Outcome.IGNORED)


def test_a_number_before_the_page_is_done_is_hidden_and_not_tried() -> None:
    turn = go(WAITING, "482913")
    assert HideMessage("m1") in turn.decisions
    assert keys(turn)[-1] == "linking.still-waiting"
    assert not any(isinstance(decision, TryLinkNumber) for decision in turn.decisions)


@pytest.mark.parametrize("typed", ["482913", "482 913", "４８２９１３", "the number is 482913"])
def test_the_number_is_hidden_and_tried_as_it_is_typed(typed: str) -> None:
    assert go(ASKING, typed).decisions == (HideMessage("m1"), TryLinkNumber("l1", "482913"))


def test_row_l2_the_right_number_binds_nothing_before_the_name_is_confirmed() -> None:
    turn = go(ASKING, LinkNumberTried("l1", right=True, name="С****", number="УХ******12"))
    assert turn.conversation.proof is None
    assert keys(turn)[-1] == "linking.is-it-you"
    assert not any(isinstance(decision, BindLink) for decision in turn.decisions)


@pytest.mark.parametrize("event", ["паспорт", "баярлалаа", "482913", Pressed(0, 0), "код ирсэнгүй", "хүн"])
def test_row_l2_only_a_yes_to_that_question_binds(event: str | Event) -> None:
    assert not any(isinstance(decision, BindLink) for decision in go(CONFIRMING, event).decisions)


def test_a_typed_yes_binds() -> None:
    assert BindLink("l1") in go(CONFIRMING, "тийм").decisions


def test_a_no_binds_nothing_and_drops_the_page() -> None:
    turn = go(CONFIRMING, "үгүй")
    assert (turn.conversation.task, turn.outcome) == (None, Outcome.LINK_DECLINED)
    assert DropLink("l1") in turn.decisions


def test_a_yes_for_an_earlier_page_binds_nothing() -> None:
    asked = go(ASKING, LinkNumberTried("l1", right=True))
    later = replace(asked.conversation, task=ConfirmingLink(ID_CARD.id, AIM, "l2", "", ""))
    assert go(later, button(asked, Verb.CONFIRM_LINK)).outcome is Outcome.STALE_BUTTON


def test_a_binding_nobody_asked_for_proves_nothing() -> None:
    for conversation in (EMPTY, *OPEN):
        assert go(conversation, BOUND).conversation.proof is None


def test_bound_means_proven_with_the_masked_name_and_the_data_shown() -> None:
    turn = go(BINDING, BOUND)
    assert turn.conversation.proof == Proof(Level.BANK, NOW, NOW, Way.BANK, "l1", "С****", NUMBER)
    assert turn.outcome is Outcome.PROVEN


def test_bound_on_our_own_page_can_be_revealed_for_five_minutes() -> None:
    shown = go(replace(BINDING, channel="web"), BOUND).conversation.shown
    assert shown is not None
    assert shown.until == NOW + REVEAL_FOR


def test_bound_without_rows_asks_the_registry_for_its_code_of_the_known_number() -> None:
    turn = go(BINDING, replace(BOUND, rows=()))
    assert OpenChallenge(NUMBER, ID_CARD.id, Way.APP) in turn.decisions


def test_a_login_that_was_weaker_than_asked_shows_nothing_and_says_so() -> None:
    task = BindingLink(PROPERTY_LIST.id, Aim(Level.BANK, PROPERTY, Way.BANK, (Way.BANK, Way.SIGNATURE)), "l1")
    turn = go(doing(task), replace(BOUND, level=Level.PHONE))
    assert keys(turn)[0] == "proving.too-low"
    assert offered(turn) == ["signature"]


@pytest.mark.parametrize("end", list(LinkEnd))
def test_row_l15_what_came_too_late_binds_nothing(end: LinkEnd) -> None:
    turn = go(BINDING, LinkNotBound("l1", end))
    assert (turn.conversation.proof, turn.conversation.task) == (None, None)


@pytest.mark.parametrize("words", ["болих", "эхнээс", "гарах"])
@pytest.mark.parametrize("conversation", OPEN)
def test_giving_up_in_the_chat_ends_the_page(conversation: Conversation, words: str) -> None:
    turn = go(conversation, words)
    assert DropLink("l1") in turn.decisions
    assert turn.conversation.task is None


@pytest.mark.parametrize("conversation", OPEN)
def test_another_question_is_answered_and_the_page_still_waits(conversation: Conversation) -> None:
    turn = go(conversation, "паспортоо алдсан")
    assert turn.outcome is Outcome.TOLD
    assert turn.conversation.task == conversation.task
    assert len(replies(turn.decisions)) == 2


def test_a_page_that_is_done_while_an_agent_talks_is_taken_up_afterwards() -> None:
    turn = go(WAITING, CaseTaken("bat", "Бат"), LinkEnded("l1", LinkEnd.PROVEN), GivenBack("bat"))
    assert keys(turn)[-1] == "linking.still-number"
