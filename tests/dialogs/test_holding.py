"""How long a proof counts and what ends it. Row L11: exact to the second."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dialogs.conversation import Conversation, ShownData, Turn
from dialogs.engine import step
from dialogs.flows.pressing import BUTTONS_LIVE_FOR
from dialogs.forgetting import forget, secrets_until
from dialogs.incoming import Edited, Pressed, Said, Shared, SharedKind
from dialogs.linking import (
    DropLink,
    EndProof,
    ProofEnd,
    ProofEnded,
    ProofUndone,
    ProvenElsewhere,
    UndoProof,
)
from dialogs.messages import CaseTaken, Event, GivenBack, Reason
from dialogs.outcomes import Outcome
from dialogs.proofs import Proof, Way
from dialogs.purposes import Aim
from dialogs.sayings import Told, Verb
from dialogs.services import Level
from dialogs.tasks import WaitingForLink
from knowledge.codec import CONVERSATION, dumps
from tests.dialogs.services import CATALOGUE, ID_CARD
from tests.dialogs.states import NOW, WIRED, replies
from tests.dialogs.turns import EMPTY, NUMBER, after, button, keys, reason
from tests.dialogs.understandings import understand

MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
PROOF = Proof(Level.BANK, NOW, NOW, Way.BANK, "p1", "С****", NUMBER)
PROVEN = replace(EMPTY, proof=PROOF, proven_once=True)
THANKS = Said("баярлалаа", understand("баярлалаа"), "m1")


def at(conversation: Conversation, event: Event, now: datetime) -> Turn:
    return step(conversation, event, now, CATALOGUE, WIRED)


def idle_since(last: timedelta) -> Conversation:
    return replace(PROVEN, proof=replace(PROOF, used_at=NOW + last))


@pytest.mark.parametrize(
    ("conversation", "event", "passed", "live"),
    [
        (PROVEN, THANKS, timedelta(0), True),
        (PROVEN, THANKS, -SECOND, False),
        (PROVEN, THANKS, 30 * MINUTE - SECOND, True),
        (PROVEN, THANKS, 30 * MINUTE, False),
        (PROVEN, Shared(SharedKind.STICKER), 30 * MINUTE - SECOND, True),
        (PROVEN, Pressed(0, 0), 30 * MINUTE, False),
        (idle_since(29 * MINUTE), THANKS, 59 * MINUTE - SECOND, True),
        (idle_since(29 * MINUTE), THANKS, 59 * MINUTE, False),
        (idle_since(11 * HOUR + 59 * MINUTE), THANKS, 12 * HOUR - SECOND, True),
        (idle_since(11 * HOUR + 59 * MINUTE), THANKS, 12 * HOUR, False),
        (PROVEN, CaseTaken("bat", "Бат"), 29 * MINUTE, True),
        (PROVEN, CaseTaken("bat", "Бат"), 30 * MINUTE, False),
    ],
)
def test_row_l11_a_proof_ends_to_the_second(
    conversation: Conversation, event: Event, passed: timedelta, live: bool
) -> None:
    turn = at(conversation, event, NOW + passed)
    assert (turn.conversation.proof is not None) is live
    assert (EndProof("p1", ProofEnd.EXPIRED) in turn.decisions) is not live


@pytest.mark.parametrize("event", [THANKS, Pressed(0, 0), Shared(SharedKind.STICKER)])
def test_what_the_citizen_does_makes_the_idle_time_begin_anew(event: Event) -> None:
    later = NOW + 20 * MINUTE
    proof = at(PROVEN, event, later).conversation.proof
    assert proof is not None
    assert proof.used_at == later


@pytest.mark.parametrize("event", [CaseTaken("bat", "Бат"), GivenBack("bat"), Edited("x", "m1")])
def test_what_others_do_does_not_prolong_a_proof(event: Event) -> None:
    assert at(PROVEN, event, NOW + 20 * MINUTE).conversation.proof == PROOF


def test_an_agent_who_takes_over_does_not_end_a_proof() -> None:
    assert at(PROVEN, CaseTaken("bat", "Бат"), NOW).conversation.proof == PROOF


def test_the_end_of_a_proof_is_told_where_it_was_needed() -> None:
    told = at(PROVEN, Said("үнэмлэхний лавлагаа", understand("үнэмлэхний лавлагаа"), "m1"), NOW)
    turn = at(told.conversation, button(told, Verb.PROVE), NOW + HOUR)
    assert keys(turn)[0] == "holding.expired"


def test_the_end_of_a_proof_is_not_told_where_nothing_needs_it() -> None:
    assert "holding.expired" not in keys(at(PROVEN, THANKS, NOW + HOUR))


def test_signing_out_ends_the_proof_the_data_and_the_open_page() -> None:
    waiting = WaitingForLink(ID_CARD.id, Aim(), "l1")
    shown = ShownData((("field.given-name", "Сараа"),), NOW + MINUTE)
    turn = after(replace(PROVEN, task=waiting, shown=shown), "гарах")
    left = turn.conversation
    assert (left.proof, left.task, left.shown) == (None, None, None)
    assert EndProof("p1", ProofEnd.SIGNED_OUT) in turn.decisions
    assert DropLink("l1") in turn.decisions


def test_signing_out_of_nothing_says_so() -> None:
    assert keys(after(EMPTY, "гарах"))[-1] == "holding.not-signed-in"


def test_a_citizen_can_sign_out_while_an_agent_talks() -> None:
    turn = after(PROVEN, CaseTaken("bat", "Бат"), "гарах")
    assert turn.conversation.proof is None
    assert [reply.notice for reply in replies(turn.decisions)] == [True]


@pytest.mark.parametrize("why", list(ProofEnd))
def test_a_proof_that_ended_outside_is_gone_and_the_citizen_learns_why(why: ProofEnd) -> None:
    turn = after(PROVEN, ProofEnded("p1", why))
    assert turn.conversation.proof is None
    assert keys(turn) == [f"holding.{why}"]


def test_the_end_of_another_proof_changes_nothing() -> None:
    assert after(PROVEN, ProofEnded("p0", ProofEnd.UNDONE)) == Turn(PROVEN, (), Outcome.IGNORED)


ELSEWHERE = ProvenElsewhere("p7", "telegram", Way.BANK, NOW)


def test_other_chats_are_told_when_where_and_how_whoever_has_the_conversation() -> None:
    for before in (EMPTY, after(EMPTY, CaseTaken("bat", "Бат")).conversation):
        (reply,) = replies(after(before, ELSEWHERE).decisions)
        told = next(part for part in reply.message.parts if isinstance(part, Told))
        assert reply.notice
        assert "2026-11-02 20:00" in told.text.en
        assert "bank sign-in on Telegram" in told.text.en


def test_not_me_undoes_the_proof_once_also_while_an_agent_talks() -> None:
    told = after(EMPTY, CaseTaken("bat", "Бат"), ELSEWHERE)
    press = button(told, Verb.UNDO_PROOF)
    turn = after(told.conversation, press)
    assert turn.decisions == (UndoProof("p7"),)
    assert after(turn.conversation, press).decisions == ()


@pytest.mark.parametrize("done", [True, False])
def test_not_me_brings_a_person_either_way(done: bool) -> None:
    assert reason(after(EMPTY, ProofUndone(done))) is Reason.NOT_ME


@pytest.mark.parametrize(("waited", "live"), [(BUTTONS_LIVE_FOR, True), (BUTTONS_LIVE_FOR + SECOND, False)])
def test_not_me_lives_for_a_day_however_much_is_said_in_between(waited: timedelta, live: bool) -> None:
    told = after(EMPTY, ELSEWHERE)
    chat = after(told.conversation, *["сайн уу, би энд байна"] * 30).conversation
    turn = after(chat, button(told, Verb.UNDO_PROOF), now=NOW + waited)
    assert (UndoProof("p7") in turn.decisions) is live


def test_the_register_number_goes_when_the_proof_ends_though_nothing_happens() -> None:
    ends = NOW + 30 * MINUTE
    assert secrets_until(PROVEN, NOW) == ends
    assert forget(PROVEN, NOW, ends - SECOND) == PROVEN
    left = forget(PROVEN, NOW, ends)
    assert NUMBER not in dumps(CONVERSATION, left)
    assert secrets_until(left, ends) is None


def test_the_end_that_came_in_silence_reaches_the_record_with_the_next_event() -> None:
    left = forget(PROVEN, NOW, NOW + HOUR)
    assert EndProof("p1", ProofEnd.EXPIRED) in at(left, THANKS, NOW + 2 * HOUR).decisions


def test_states_of_older_versions_still_load() -> None:
    asking = {"kind": "asking-code", "service_id": "s", "register_number": NUMBER, "challenge_id": "c1"}
    old = {"id": "1", "channel": "web", "task": asking, "proof": {"level": "phone", "proven_at": NOW.isoformat()}}
    loaded = CONVERSATION.validate_python(old)
    assert loaded.task is not None
    assert loaded.proof == Proof(Level.PHONE, NOW)
