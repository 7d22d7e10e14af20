"""What is held is told to anybody in the chat, exported to who proves it is theirs, erased when it is said twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import Conversation
from dialogs.linking import DataErased, EraseData, HeldDataTold, LinkBound, TellHeldData
from dialogs.outcomes import Outcome
from dialogs.proofs import Proof, Way
from dialogs.purposes import MY_DATA, Aim
from dialogs.rendering import render
from dialogs.sayings import Verb
from dialogs.services import Language, Level
from dialogs.tasks import AskingNumber, BindingLink, ChoosingWay
from tests.dialogs.services import CATALOGUE
from tests.dialogs.states import NOW, WIRED, replies
from tests.dialogs.test_ways import at, offered, wired
from tests.dialogs.turns import EMPTY, NUMBER, button, keys

TOLD = HeldDataTold((("held.messages", "12"), ("held.since", "2026-11-02"), ("something.new", "3")))
EXPORT = TellHeldData(export=True)
PROOF = Proof(Level.BANK, NOW, NOW, Way.BANK, "p1", "С****", NUMBER)


def test_asking_what_is_held_counts_it() -> None:
    assert at(EMPTY, WIRED, "миний мэдээлэл танай дээр").decisions == (TellHeldData(),)


@pytest.mark.parametrize("language", list(Language))
def test_the_rows_are_told_also_those_nobody_named(language: Language) -> None:
    (reply,) = replies(at(EMPTY, WIRED, TOLD).decisions)
    shown = render(reply.message, language, CATALOGUE, NOW)
    assert "12" in shown.plain
    assert len([block for block in shown.blocks if block.label]) == 3


def test_a_chat_that_was_never_anybodys_is_exported_at_once() -> None:
    told = at(EMPTY, WIRED, TOLD)
    assert at(told.conversation, WIRED, button(told, Verb.EXPORT)).decisions == (EXPORT,)


def test_a_fresh_bank_proof_exports_at_once() -> None:
    told = at(replace(EMPTY, proof=PROOF), WIRED, TOLD)
    assert at(told.conversation, WIRED, button(told, Verb.EXPORT)).decisions == (EXPORT,)


@pytest.mark.parametrize(
    "conversation",
    [
        replace(EMPTY, proven_once=True),
        replace(EMPTY, proof=replace(PROOF, level=Level.PHONE, way=Way.SMS)),
        replace(EMPTY, proof=replace(PROOF, proven_at=NOW - timedelta(minutes=5, seconds=1))),
    ],
    ids=["was bound", "by a code", "not fresh"],
)
def test_who_was_bound_proves_anew_with_a_page(conversation: Conversation) -> None:
    told = at(conversation, WIRED, TOLD)
    turn = at(told.conversation, WIRED, button(told, Verb.EXPORT))
    assert EXPORT not in turn.decisions
    assert isinstance(turn.conversation.task, ChoosingWay)
    assert set(offered(turn)) == {"bank", "signature"}


def test_where_no_page_is_wired_a_code_is_enough() -> None:
    around = wired(Way.SMS)
    told = at(replace(EMPTY, proven_once=True), around, TOLD)
    turn = at(told.conversation, around, button(told, Verb.EXPORT))
    assert turn.conversation.task == AskingNumber(MY_DATA, aim=Aim(operation="", ways=(Way.SMS,)))


def test_where_nothing_is_wired_it_is_said_honestly_with_a_person() -> None:
    around = wired()
    told = at(replace(EMPTY, proven_once=True), around, TOLD)
    turn = at(told.conversation, around, button(told, Verb.EXPORT))
    assert turn.outcome is Outcome.NO_WAY
    assert button(turn, Verb.CALL_PERSON)


def test_the_proof_for_an_export_leads_to_the_export() -> None:
    binding = replace(EMPTY, task=BindingLink(MY_DATA, Aim(Level.BANK, "", Way.BANK), "l1"))
    assert EXPORT in at(binding, WIRED, LinkBound("l1", Level.BANK, Way.BANK, "С****", NUMBER)).decisions


def test_the_address_of_an_export_is_private() -> None:
    (reply,) = replies(at(EMPTY, WIRED, HeldDataTold((), "https://tuslakh.example/held/once")).decisions)
    assert reply.message.private


def test_nothing_is_erased_before_the_second_word() -> None:
    turn = at(EMPTY, WIRED, "намайг март")
    assert turn.outcome is Outcome.ERASE_ASKED
    assert EraseData() not in turn.decisions


def test_the_button_and_a_plain_yes_erase() -> None:
    asked = at(EMPTY, WIRED, "намайг март")
    assert EraseData() in at(asked.conversation, WIRED, button(asked, Verb.ERASE)).decisions
    assert EraseData() in at(asked.conversation, WIRED, "тийм").decisions


@pytest.mark.parametrize("between", ["баярлалаа", "паспорт", "үгүй"])
def test_a_yes_after_anything_else_erases_nothing(between: str) -> None:
    asked = at(EMPTY, WIRED, "намайг март")
    assert EraseData() not in at(asked.conversation, WIRED, between, "тийм").decisions


def test_a_no_erases_nothing() -> None:
    asked = at(EMPTY, WIRED, "намайг март")
    assert keys(at(asked.conversation, WIRED, "үгүй"))[-1] == "held.erase-not"


def test_nothing_but_the_chat_itself_is_left_of_an_erased_conversation() -> None:
    full = replace(EMPTY, proof=PROOF, proven_once=True, topic="passport-lost", place="berlin", offer_number=7)
    left = at(full, WIRED, DataErased()).conversation
    assert left == Conversation(EMPTY.id, EMPTY.channel, offer_number=7, owner=full.owner)
