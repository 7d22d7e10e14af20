"""The agent asks who this is: what goes to the step, what goes to the agent, and what the agent never sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogs.conversation import Conversation, Owner
from dialogs.incoming import Pressed
from dialogs.linking import AgentAskedProof, CheckCode, CodeChecked, KeepProof, LinkBound, LinkEnd, LinkEnded
from dialogs.messages import (
    ChallengeOpened,
    CodeRequested,
    HideMessage,
    OpenChallenge,
    RecordRead,
    RegistryResult,
    TakeTry,
    TryTaken,
)
from dialogs.outcomes import Outcome
from dialogs.proofs import Proof, Way
from dialogs.purposes import AGENT, Aim
from dialogs.sayings import Facts, Verb
from dialogs.services import Level
from dialogs.tasks import AskingCode, AskingLinkNumber, AskingNumber, BindingLink, ChoosingWay, ReadingCard
from tests.dialogs.services import ID_CARD
from tests.dialogs.states import NOW, WIRED, replies
from tests.dialogs.test_ways import at, offered
from tests.dialogs.turns import EMPTY, NUMBER, button, keys

TAKEN = replace(EMPTY, owner=Owner(2, "bat", "Бат"))
ASKED = AgentAskedProof("bat", Level.PHONE)
OWN = Aim(operation="", way=Way.OWN_SMS, ways=(Way.OWN_SMS, Way.BANK))
ASKING_CODE = replace(TAKEN, task=AskingCode(AGENT, NUMBER, "c1", aim=OWN))


def test_the_citizen_is_told_who_asks_and_offered_the_ways_as_a_notice() -> None:
    turn = at(TAKEN, WIRED, ASKED)
    (reply,) = replies(turn.decisions)
    assert reply.notice
    assert keys(turn)[0] == "proving.why-agent"
    assert offered(turn) == ["app", "email", "bank", "signature", "own-sms"]


@pytest.mark.parametrize("owner", [Owner(), Owner(2, "dorj", "Дорж")], ids=["bot", "another"])
def test_only_the_agent_who_has_the_conversation_may_ask(owner: Owner) -> None:
    assert at(replace(EMPTY, owner=owner), WIRED, ASKED).outcome is Outcome.AGENT_REFUSED


def test_who_is_proven_already_is_not_asked_again() -> None:
    proven = replace(TAKEN, proof=Proof(Level.BANK, NOW, NOW, Way.BANK, "p1"))
    turn = at(proven, WIRED, ASKED)
    assert (turn.outcome, turn.decisions) == (Outcome.PROVEN, ())


@pytest.mark.parametrize("words", ["паспортоо алдсан", "баярлалаа", "сайн уу, би энд байна", "эхнээс"])
def test_everything_else_still_goes_to_the_agent_and_the_step_stays(words: str) -> None:
    turn = at(ASKING_CODE, WIRED, words)
    assert (turn.outcome, turn.decisions) == (Outcome.LEFT_TO_AGENT, ())
    assert turn.conversation.task == ASKING_CODE.task


def test_a_number_a_code_and_a_cancel_go_to_the_step() -> None:
    asking = replace(TAKEN, task=AskingNumber(AGENT, aim=OWN))
    assert OpenChallenge(NUMBER, AGENT, Way.OWN_SMS) in at(asking, WIRED, NUMBER).decisions
    assert at(ASKING_CODE, WIRED, "123456").decisions == (HideMessage("m1"), TakeTry("c1", AGENT))
    assert at(ASKING_CODE, WIRED, "болих").conversation.task is None


def test_row_o9_numbers_and_codes_leave_the_chat_before_the_agent_sees_them() -> None:
    for task in (ASKING_CODE.task, AskingNumber(AGENT, aim=OWN), AskingLinkNumber(AGENT, OWN, "l1"), None):
        for words in (NUMBER, "123456", "код 123 456"):
            assert HideMessage("m1") in at(replace(TAKEN, task=task), WIRED, words).decisions


def test_an_own_code_is_compared_and_never_asks_the_registry() -> None:
    turn = at(ASKING_CODE, WIRED, "123456", TryTaken(4))
    assert turn.decisions == (CheckCode("c1", "123456"),)


def test_after_success_the_agent_sees_that_it_is_proven_and_no_row() -> None:
    reading = replace(TAKEN, task=ReadingCard(AskingCode(AGENT, NUMBER, "c1", aim=OWN)))
    turn = at(reading, WIRED, CodeChecked("c1", right=True, name="С****"))
    assert turn.outcome is Outcome.PROVEN
    assert KeepProof("c1", Level.PHONE, Way.OWN_SMS, NUMBER) in turn.decisions
    assert all(reply.notice for reply in replies(turn.decisions))


def test_what_the_registry_read_to_check_a_code_is_shown_to_nobody() -> None:
    aim = Aim(operation="", way=Way.SMS, ways=(Way.SMS,))
    reading = replace(TAKEN, task=ReadingCard(AskingCode(AGENT, NUMBER, "c1", aim=aim)), channel="web")
    turn = at(reading, WIRED, RecordRead("c1", RegistryResult.DONE, (("field.given-name", "Сараа"),)))
    assert turn.conversation.shown is None
    assert not any(isinstance(part, Facts) for reply in replies(turn.decisions) for part in reply.message.parts)


def test_a_wrong_own_code_counts_as_wrong() -> None:
    reading = replace(TAKEN, task=ReadingCard(AskingCode(AGENT, NUMBER, "c1", left=4, aim=OWN)))
    turn = at(reading, WIRED, CodeChecked("c1", right=False))
    assert (turn.outcome, turn.conversation.proof) == (Outcome.CODE_WRONG, None)


def test_the_whole_page_works_while_the_agent_has_the_conversation() -> None:
    asked = at(TAKEN, WIRED, AgentAskedProof("bat", Level.BANK))
    opened = at(asked.conversation, WIRED, button(asked, Verb.CHOOSE_WAY))
    assert opened.outcome is Outcome.LINK_SENT
    binding = replace(TAKEN, task=BindingLink(AGENT, Aim(Level.BANK, "", Way.BANK), "l1"))
    turn = at(binding, WIRED, LinkBound("l1", Level.BANK, Way.BANK, "С****", NUMBER))
    assert keys(turn) == ["showing.proven-to-agent"]


def test_a_page_of_a_service_does_not_speak_while_an_agent_has_the_conversation() -> None:
    waiting = replace(TAKEN, task=AskingLinkNumber(ID_CARD.id, Aim(way=Way.BANK), "l1"))
    assert at(waiting, WIRED, LinkEnded("l1", LinkEnd.EXPIRED)).decisions == ()


def test_old_buttons_of_services_do_nothing_while_an_agent_has_the_conversation() -> None:
    told = at(EMPTY, WIRED, "үнэмлэхний лавлагаа")
    taken = replace(told.conversation, owner=Owner(2, "bat", "Бат"))
    turn = at(taken, WIRED, button(told, Verb.PROVE))
    assert (turn.outcome, turn.decisions) == (Outcome.LEFT_TO_AGENT, ())


def test_the_code_that_is_asked_for_while_an_agent_talks_is_a_notice() -> None:
    chosen = replace(TAKEN, task=AskingNumber(AGENT, aim=OWN))
    turn = at(chosen, WIRED, NUMBER, ChallengeOpened("c1"), CodeRequested("c1", RegistryResult.DONE))
    assert keys(turn)[0] == "proving.ask-code"
    assert all(reply.notice for reply in replies(turn.decisions))


def test_a_proof_that_cannot_be_given_is_told() -> None:
    turn = at(
        TAKEN,
        replace(WIRED, proofs=replace(WIRED.proofs, ways=frozenset({Way.SMS}))),
        AgentAskedProof("bat", Level.BANK),
    )
    assert turn.outcome is Outcome.NO_WAY


@pytest.mark.parametrize("level", [Level.NONE, Level.UNKNOWN])
def test_nothing_is_asked_for_no_level(level: Level) -> None:
    assert at(TAKEN, WIRED, AgentAskedProof("bat", level)).decisions == ()


def test_a_press_on_nothing_goes_to_the_agent() -> None:
    waiting: Conversation = replace(TAKEN, task=ChoosingWay(AGENT, OWN))
    assert at(waiting, WIRED, Pressed(9, 9)).outcome is Outcome.LEFT_TO_AGENT
