"""Which ways are offered, in which order, and that none gives less than what is needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.engine import step
from dialogs.flows import proving, ways
from dialogs.incoming import Said
from dialogs.messages import (
    ChallengeOpened,
    ChallengeRefused,
    CodeRequested,
    Event,
    OpenChallenge,
    ReadRecord,
    RegistryResult,
    RequestCode,
    TryTaken,
)
from dialogs.missions import Missions
from dialogs.outcomes import Outcome
from dialogs.places import NamedPlace
from dialogs.proofs import CODE_WAYS, GIVES, LINK_WAYS, Proof, ProofRules, Way, reaches
from dialogs.purposes import AGENT, Aim
from dialogs.sayings import Verb
from dialogs.services import Level, Names
from dialogs.tasks import AskingCode, AskingNumber, ChoosingWay, SendingCode
from dialogs.verification.codes import Refusal
from tests.dialogs.services import AROUND, CATALOGUE, ID_CARD, PROPERTY_LIST
from tests.dialogs.states import NOW, WIRED, often, replies
from tests.dialogs.turns import EMPTY, NUMBER, button, keys
from tests.dialogs.understandings import understand

HOME = NamedPlace("MN", "MN", None, Names(("Монгол",), ("mongol",), ("Mongolia",)))
AT_HOME = replace(WIRED, missions=Missions((), (HOME,)))
PROVEN = Proof(Level.BANK, NOW, NOW, Way.BANK, "p1", "С****", NUMBER)


def wired(*some: Way) -> Around:
    return replace(AROUND, proofs=ProofRules(ways=frozenset(some)))


def at(conversation: Conversation, around: Around, *what: str | Event) -> Turn:
    turn = Turn(conversation, (), Outcome.IGNORED)
    for each in what:
        event = Said(each, understand(each), "m1") if isinstance(each, str) else each
        turn = step(turn.conversation, event, NOW, CATALOGUE, around)
    return turn


def offered(turn: Turn) -> list[str]:
    """The ways with a button, in order."""
    choices = (choice for reply in replies(turn.decisions) for choice in reply.message.choices)
    return [each.command.argument.split()[0] for each in choices if each.command.verb is Verb.CHOOSE_WAY]


def begun(around: Around, service_id: str = ID_CARD.id, conversation: Conversation = EMPTY) -> Turn:
    return proving.begin(conversation, NOW, CATALOGUE, service_id, around)


def test_abroad_the_sms_is_offered_last_and_said_to_be_unsure() -> None:
    turn = begun(WIRED)
    assert offered(turn) == ["app", "email", "bank", "signature", "sms"]
    assert "proving.sms-abroad" in keys(turn)


def test_who_is_abroad_by_their_own_word_gets_the_same() -> None:
    assert offered(begun(WIRED, conversation=replace(EMPTY, place="berlin")))[-1] == "sms"


def test_in_mongolia_the_sms_is_offered_first() -> None:
    turn = begun(AT_HOME, conversation=replace(EMPTY, place="MN"))
    assert offered(turn)[0] == "sms"
    assert "proving.sms-abroad" not in keys(turn)


def test_one_message_says_why_what_for_how_long_and_asks_the_way() -> None:
    turn = begun(WIRED)
    assert len(replies(turn.decisions)) == 1
    assert {"proving.why", "proving.lasts", "proving.ways"} <= set(keys(turn))


@pytest.mark.parametrize("service", [ID_CARD, PROPERTY_LIST], ids=lambda each: each.id)
@given(st.sets(st.sampled_from(Way)))
def test_no_way_is_offered_that_gives_less_than_is_needed(service: object, some: set[Way]) -> None:
    level = Level.BANK if service is PROPERTY_LIST else Level.PHONE
    found = ways.possible(EMPTY, NOW, level, "anything", wired(*some))
    assert all(reaches(GIVES[way], level) for way in found)


def test_our_own_sms_is_no_way_where_something_is_to_be_read() -> None:
    assert begun(wired(Way.OWN_SMS)).outcome is Outcome.NO_WAY


def test_our_own_sms_takes_the_place_of_the_registrys_where_nothing_is_read() -> None:
    assert ways.possible(EMPTY, NOW, Level.PHONE, "", wired(Way.SMS, Way.OWN_SMS)) == (Way.OWN_SMS,)


def test_without_any_way_it_is_said_honestly_with_a_person() -> None:
    turn = begun(wired(Way.SMS), PROPERTY_LIST.id)
    assert keys(turn) == ["proving.no-way", "refused.other-ways"]
    assert button(turn, Verb.CALL_PERSON)


@pytest.mark.parametrize(("way", "asked"), [(Way.APP, "proving.ask-code-app"), (Way.EMAIL, "proving.ask-code-email")])
def test_a_code_way_that_is_the_only_one_goes_straight_to_the_number(way: Way, asked: str) -> None:
    around = wired(way)
    turn = at(begun(around).conversation, around, NUMBER)
    assert OpenChallenge(NUMBER, ID_CARD.id, way) in turn.decisions
    sent = at(turn.conversation, around, ChallengeOpened("c1"))
    assert RequestCode("c1", NUMBER, way, ID_CARD.operation or "") in sent.decisions
    assert asked in keys(at(sent.conversation, around, CodeRequested("c1", RegistryResult.DONE)))


def test_what_is_read_with_a_code_is_what_the_service_is_about() -> None:
    asking = AskingCode(PROPERTY_LIST.id, NUMBER, "c1", aim=Aim(Level.BANK, PROPERTY_LIST.operation or ""))
    turn = at(replace(EMPTY, task=asking), WIRED, "123456", TryTaken(4))
    assert ReadRecord("c1", NUMBER, "123456", PROPERTY_LIST.operation or "") in turn.decisions


def test_another_way_is_offered_at_every_step_and_the_code_before_it_still_counts() -> None:
    asking = AskingCode(ID_CARD.id, NUMBER, "c1", aim=Aim(ways=(Way.APP, Way.SMS, Way.BANK)))
    turn = at(replace(EMPTY, task=asking), WIRED, "өөр арга")
    assert turn.conversation.task == ChoosingWay(ID_CARD.id, asking.aim, asking)
    assert at(turn.conversation, WIRED, "123456").outcome is Outcome.WAITING_FOR_REGISTRY


def test_a_number_that_is_known_is_not_asked_again_for_another_code() -> None:
    asking = AskingCode(ID_CARD.id, NUMBER, "c1", aim=Aim(ways=(Way.APP, Way.SMS)))
    turn = at(replace(EMPTY, task=asking), WIRED, "өөр арга")
    chosen = at(turn.conversation, WIRED, button(turn, Verb.CHOOSE_WAY))
    assert OpenChallenge(NUMBER, ID_CARD.id, Way.APP) in chosen.decisions


DEAD_ENDS = [
    (ChallengeRefused(Refusal.LOCKED, NOW), {"bank", "signature"}),
    (ChallengeRefused(Refusal.TOO_MANY_CODES, NOW), {"bank", "signature"}),
    (ChallengeRefused(Refusal.TOO_MANY_PEOPLE, NOW), {"bank", "signature"}),
    (ChallengeRefused(Refusal.MUTED, NOW), {"bank", "signature"}),
    (ChallengeRefused(Refusal.BREAKER), {"bank", "signature"}),
    (ChallengeRefused(Refusal.DISABLED), {"bank", "signature"}),
    (ChallengeRefused(Refusal.NUMBER_CHANGED), {"app", "email", "bank", "signature"}),
    (ChallengeRefused(Refusal.BUDGET), {"app", "email", "bank", "signature"}),
]


@pytest.mark.parametrize(("refused", "left"), DEAD_ENDS, ids=lambda each: getattr(each, "reason", ""))
def test_every_refused_code_names_the_ways_that_are_left(refused: ChallengeRefused, left: set[str]) -> None:
    """Row O10 for a number that changed: the other ways are offered."""
    chosen = at(begun(WIRED).conversation, WIRED, NUMBER)
    assert set(offered(at(chosen.conversation, WIRED, refused))) == left


@pytest.mark.parametrize("refusal", [Refusal.NUMBER_CHANGED, Refusal.BUDGET])
def test_row_o10_an_sms_that_is_refused_on_its_way_leaves_the_other_ways(refusal: Refusal) -> None:
    aim = Aim(operation="", way=Way.OWN_SMS, ways=(Way.APP, Way.BANK, Way.OWN_SMS))
    sending = replace(EMPTY, task=SendingCode(AGENT, NUMBER, "c1", aim))
    turn = at(sending, WIRED, CodeRequested("c1", RegistryResult.DONE, refusal))
    assert (turn.conversation.task, offered(turn)) == (None, ["app", "bank"])


def test_who_asks_for_another_persons_code_is_sent_to_a_person_only() -> None:
    chosen = at(begun(WIRED).conversation, WIRED, NUMBER)
    turn = at(chosen.conversation, WIRED, ChallengeRefused(Refusal.ANOTHER_PERSON))
    assert (offered(turn), turn.conversation.task) == ([], None)


def test_a_registry_that_is_down_leaves_the_pages() -> None:
    sent = at(begun(WIRED).conversation, WIRED, NUMBER, ChallengeOpened("c1"))
    turn = at(sent.conversation, WIRED, CodeRequested("c1", RegistryResult.UNAVAILABLE))
    assert set(offered(turn)) == {"bank", "signature"}


def test_a_code_that_did_not_come_offers_the_other_ways_beside_a_new_one() -> None:
    asking = AskingCode(ID_CARD.id, NUMBER, "c1", aim=Aim(ways=(Way.APP, Way.SMS, Way.BANK)))
    turn = at(replace(EMPTY, task=asking), WIRED, "код ирсэнгүй")
    assert offered(turn) == ["app", "bank"]
    assert OpenChallenge(NUMBER, ID_CARD.id, Way.SMS) in turn.decisions


def test_who_is_proven_well_enough_is_asked_for_consent_only() -> None:
    turn = begun(WIRED, PROPERTY_LIST.id, replace(EMPTY, proof=PROVEN))
    assert keys(turn) == ["proving.known", "proving.consent"]
    assert OpenChallenge(NUMBER, PROPERTY_LIST.id, Way.APP) in turn.decisions


def test_who_is_proven_by_a_code_steps_up_for_what_needs_more() -> None:
    by_code = replace(PROVEN, level=Level.PHONE)
    turn = begun(WIRED, PROPERTY_LIST.id, replace(EMPTY, proof=by_code))
    assert "proving.step-up" in keys(turn)
    assert set(offered(turn)) == {"bank", "signature"}


@pytest.mark.parametrize(
    "argument",
    ["sms property-list phone", "carrier id-card-reference phone", "bank gone phone",
     "bank agent none-of-this", "own-sms id-card-reference phone", "", "bank"],
)  # fmt: skip
def test_a_button_for_a_way_that_cannot_be_gone_is_old(argument: str) -> None:
    assert proving.choose_way(EMPTY, NOW, CATALOGUE, argument, WIRED) is None


@often
@given(st.sampled_from(Way), st.sampled_from(list(Level)), st.sets(st.sampled_from(Way)))
def test_a_button_goes_no_way_that_is_not_wired_or_too_weak(way: Way, level: Level, some: set[Way]) -> None:
    turn = proving.choose_way(EMPTY, NOW, CATALOGUE, f"{way} {AGENT} {level}", wired(*some))
    assert turn is None or (way in some and reaches(GIVES[way], level))


def test_a_number_typed_while_the_ways_are_offered_chooses_the_first_code() -> None:
    turn = at(begun(WIRED).conversation, WIRED, NUMBER)
    assert OpenChallenge(NUMBER, ID_CARD.id, Way.APP) in turn.decisions


def test_every_way_has_an_order_everywhere() -> None:
    assert set(ways.ABROAD) == set(ways.IN_MONGOLIA) == CODE_WAYS | LINK_WAYS == set(Way)


def test_going_back_from_the_number_leads_to_the_ways() -> None:
    asking = AskingNumber(ID_CARD.id, aim=Aim(ways=(Way.SMS, Way.BANK)))
    turn = at(replace(EMPTY, task=asking, topic=ID_CARD.id), WIRED, "буцах")
    assert isinstance(turn.conversation.task, ChoosingWay)
