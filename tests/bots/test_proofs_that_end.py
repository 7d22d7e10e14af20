"""Proofs that end elsewhere, words that come late and claims that are old (rows L10, L15, D3 of the threat model)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bots.link_turn import Linking, LinkLimits
from bots.linking import bind
from dialogs.linking import BindLink, LinkEnd, LinkNotBound
from dialogs.proofs import ProofRules
from dialogs.rendering import Rendered
from dialogs.sayings import Verb
from knowledge import (
    claim_rows,
    conversation_rows,
    identity_rows,
    link_rows,
    mark_rows,
    proof_rows,
    transcript_rows,
)
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection
from knowledge.proof_tables import proofs
from tests.bots.scripted import Chat, ScriptedChannel, second
from tests.bots.wired import CODE, NUMBER, ROWS, Citizen, Wired, wire

SETTLE = timedelta(seconds=0.3)
LIFETIME = timedelta(minutes=10)  # of a code


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    return wire(tmp_path)


@pytest.fixture
def scripted(tmp_path: Path) -> Wired:
    return wire(tmp_path, channel=ScriptedChannel(), settle=SETTLE)


def asks_for_a_code(citizen: Citizen, wired: Wired) -> None:
    card = citizen.put({"text": "үнэмлэхний лавлагаа"})[-1]
    citizen.presses(card, "Өөрийн мэдээллийг харах")
    citizen.says(NUMBER)


def proves(citizen: Citizen, wired: Wired) -> Rendered:
    """By a code; the last thing that is said."""
    asks_for_a_code(citizen, wired)
    return citizen.put({"text": CODE})[-1]


def two_chats(wired: Wired) -> tuple[Citizen, Citizen, Rendered, Rendered]:
    """The person's own chat, somebody else's chat that was proven as them after it; what each of them was shown."""
    own, other = wired.citizen("own"), wired.citizen("other")
    proves(own, wired)
    wired.clock.move(minutes=2)
    shown = proves(other, wired)
    return own, other, own.new()[-1], shown


def plain(answers: list[Rendered]) -> str:
    return "\n".join(answer.plain for answer in answers)


def test_a_chat_whose_proof_was_undone_elsewhere_is_told(wired: Wired) -> None:
    """The record was looked at first, so that the notice found no proof any more and said nothing."""
    own, other, notice, _ = two_chats(wired)
    own.presses(notice, "би биш")
    assert "цуцаллаа" in plain(other.new())


def test_a_chat_that_is_signed_out_by_a_proof_elsewhere_is_told_so(wired: Wired) -> None:
    own, other = wired.citizen("own"), wired.citizen("other")
    proves(own, wired)
    wired.clock.move(minutes=2)
    proves(other, wired)
    told = plain(own.new())
    assert "баталгаажуулалт дууслаа" in told
    assert "24 цагийн дотор" in told


def test_what_an_undone_proof_had_shown_cannot_be_shown_in_full_any_more(wired: Wired) -> None:
    own, other, notice, shown = two_chats(wired)
    own.presses(notice, "би биш")
    assert NUMBER not in plain(other.presses(shown, "Бүтнээр"))


def test_what_a_replaced_proof_had_shown_cannot_be_shown_in_full_any_more(wired: Wired) -> None:
    """Signed out by a proof in another chat: the data of the old one could be revealed for five minutes more."""
    own, other = wired.citizen("own"), wired.citizen("other")
    shown = proves(own, wired)
    wired.clock.move(minutes=2)
    proves(other, wired)
    assert NUMBER not in plain(own.presses(shown, "Бүтнээр"))


def test_not_me_counts_also_when_the_other_chat_was_erased_meanwhile(wired: Wired) -> None:
    """Erasing took the proof away and with it the victim's day without codes and pages."""
    own, other, notice, _ = two_chats(wired)
    other.says("намайг март")
    other.says("тийм")
    own.presses(notice, "би биш")
    identity = wired.parts.vault.identity(NUMBER)
    with wired.parts.database.read() as connection:
        assert identity_rows.muted_until(connection, identity, wired.clock())
        assert identity_rows.links_blocked_until(connection, identity, wired.clock())


def test_a_code_that_was_sent_before_not_me_was_said_opens_nothing(wired: Wired) -> None:
    """Row L15 for codes: a third chat still had a code of the person."""
    own, _, notice, _ = two_chats(wired)
    third = wired.citizen("third")
    wired.clock.move(minutes=3)
    asks_for_a_code(third, wired)
    own.presses(notice, "би биш")
    assert "2031" not in third.says(CODE)
    assert ("read", NUMBER, CODE) not in wired.registry.asked[-1:]


def test_the_record_that_staff_read_holds_no_field_that_was_read(wired: Wired) -> None:
    """It held what the chat shows masked, and dates in full, though the citizen is told that staff do not see it."""
    citizen = wired.citizen()
    assert dict(ROWS)["field.valid-until"] in proves(citizen, wired).plain
    assert dict(ROWS)["field.valid-until"] not in recorded(wired, citizen)


def recorded(wired: Wired, citizen: Citizen) -> str:
    with wired.parts.database.read() as connection:
        entries = transcript_rows.entries(connection, wired.parts.vault, citizen.conversation_id)
    return "\n".join(str(entry.body) for entry in entries)


# --- pages ------------------------------------------------------------------------------------------------------


def opened(wired: Wired, connection: Connection, stored: StoredConversation) -> str:
    return link_rows.open_link(
        connection, wired.parts.vault, conversation_id=stored.state.id, channel="web", address=stored.address,
        way="bank", purpose="mydata", operation="", level="bank", provider="dan", now=wired.clock(),
        lives=timedelta(minutes=5),
    )[0]  # fmt: skip


def matched(wired: Wired, connection: Connection, address: str, number: str = NUMBER) -> tuple[Linking, str]:
    """A chat whose page's number was right."""
    parts = wired.parts
    stored = conversation_rows.lock(connection, parts.vault, "web", address)
    assert stored is not None
    now = wired.clock()
    linking = Linking(connection, parts.vault, ProofRules(), LinkLimits(), stored, now)
    link_id = opened(wired, connection, stored)
    link_rows.begin(connection, parts.vault, link_id, "browser", "web", False, now)
    link_rows.take_return(connection, link_id, now)
    link_rows.prove(
        connection, parts.vault, link_id, identity=parts.vault.identity(number), given_level="bank", login_type="",
        number="123456", result={"register_number": number, "name": "С****", "rows": []}, now=now,
    )  # fmt: skip
    link_rows.try_number(
        connection, parts.vault, link_id, stored.state.id, "123456", tries=3, lives=timedelta(minutes=2), now=now
    )
    return linking, link_id


def test_l15_a_page_is_not_bound_once_its_person_said_not_me_elsewhere(wired: Wired) -> None:
    """Only the pages of the chat that was undone ended; one that stood at "is this you?" in a third chat was bound."""
    own, _, notice, _ = two_chats(wired)
    wired.citizen("third").says("сайн уу")
    with wired.parts.database.write() as connection:
        _, link_id = matched(wired, connection, "third")
    own.presses(notice, "би биш")
    with wired.parts.database.write() as connection:
        stored = conversation_rows.lock(connection, wired.parts.vault, "web", "third")
        assert stored is not None
        linking = Linking(connection, wired.parts.vault, ProofRules(), LinkLimits(), stored, wired.clock())
        told = bind(linking, BindLink(link_id), stored.state)
        assert told == LinkNotBound(link_id, LinkEnd.REFUSED)
        assert proof_rows.bound_identity(connection, stored.state.id) is None


def test_l10_a_page_of_somebody_else_than_the_chat_is_bound_to_does_not_stand_as_bound(wired: Wired) -> None:
    """Its row, and so its page, said "bound" although nothing was."""
    citizen = wired.citizen()
    proves(citizen, wired)
    with wired.parts.database.write() as connection:
        linking, link_id = matched(wired, connection, "citizen", "УХ85051512")
        told = bind(linking, BindLink(link_id), linking.stored.state)
        link = link_rows.find(connection, wired.parts.vault, link_id, citizen.conversation_id)
    assert told == LinkNotBound(link_id, LinkEnd.WRONG_PERSON)
    assert link is not None
    assert link.status == LinkEnd.WRONG_PERSON


def test_l10_a_number_mistyped_long_ago_is_no_claim_any_more(wired: Wired) -> None:
    """Its challenge stands open for days; whoever then chose the bank was "somebody else" and had no way left."""
    citizen = wired.citizen()
    asks_for_a_code(citizen, wired)
    wired.clock.move(minutes=9)
    with wired.parts.database.read() as connection:
        assert claim_rows.claimed_identities(connection, citizen.conversation_id, wired.clock() - LIFETIME)
    wired.clock.move(minutes=2)
    with wired.parts.database.read() as connection:
        assert not claim_rows.claimed_identities(connection, citizen.conversation_id, wired.clock() - LIFETIME)


# --- late words -------------------------------------------------------------------------------------------------


def handled(chat: Chat, text: str, at: float) -> str:
    chat.puts("words", second(at), text=text)
    chat.wired.clock.move(seconds=0.4)
    chat.wired.run()
    return chat.new()


def test_d3_an_old_yes_that_comes_late_erases_nothing(scripted: Wired) -> None:
    """It was said before the question whether everything is to be erased."""
    chat = Chat(scripted)
    handled(chat, "сайн уу", 1)
    handled(chat, "намайг март", 5)
    assert "устгалаа" not in handled(chat, "тийм", 3)
    assert len(chat.stored.state.offers) > 0


def proven(chat: Chat) -> Chat:
    handled(chat, "үнэмлэхний лавлагаа", 1)
    offer = chat.stored.state.offers[-1]
    place = next(place for place, choice in enumerate(offer.choices) if choice.command.verb is Verb.PROVE)
    chat.puts("pressed", second(2), offer=offer.number, choice=place)
    chat.wired.clock.move(seconds=0.4)
    chat.wired.run()
    handled(chat, NUMBER, 3)
    handled(chat, CODE, 4)
    assert chat.stored.state.shown is not None
    return chat


def test_a_sign_out_that_comes_late_takes_the_data_with_it(scripted: Wired) -> None:
    """What was on the table was put back, the data with it."""
    chat = proven(Chat(scripted))
    handled(chat, "баярлалаа", 9)
    handled(chat, "гарах", 8)
    assert chat.stored.state.proof is None
    assert chat.stored.state.shown is None


def test_a_sign_out_among_many_messages_counts(scripted: Wired) -> None:
    """Only the last of them was heeded: the next one at the phone was still signed in."""
    chat = proven(Chat(scripted))
    chat.floods("гарах", *(f"за {n}" for n in range(30)))
    scripted.clock.move(seconds=1)
    scripted.run()
    assert chat.stored.state.proof is None


def test_a_sign_out_that_was_read_long_after_counts(scripted: Wired) -> None:
    chat = proven(Chat(scripted))
    chat.puts("words", second(10), text="гарах")
    scripted.clock.move(minutes=25)
    scripted.run()
    assert chat.stored.state.proof is None


# --- what is held -----------------------------------------------------------------------------------------------


def test_a_page_of_a_proof_outlives_an_export_that_is_offered_meanwhile(wired: Wired) -> None:
    """Its chat went on waiting for a page that had silently ended."""
    citizen = wired.citizen()
    citizen.says("сайн уу")
    with wired.parts.database.write() as connection:
        stored = conversation_rows.lock(connection, wired.parts.vault, "web", "citizen")
        assert stored is not None
        link_id = opened(wired, connection, stored)
    told = citizen.put({"text": "миний мэдээлэл танай дээр"})[-1]
    assert "татах" in plain(citizen.presses(told, "Татаж авах"))
    with wired.parts.database.read() as connection:
        link = link_rows.find(connection, wired.parts.vault, link_id, stored.state.id)
    assert link is not None
    assert link.status == "open"


@pytest.mark.parametrize("ends", ["гарах", "elsewhere"])
def test_an_export_that_was_offered_ends_with_the_proof(wired: Wired, ends: str) -> None:
    """Its address stands in the chat: whoever had the phone next could load it."""
    citizen = wired.citizen()
    proves(citizen, wired)
    told = citizen.put({"text": "миний мэдээлэл танай дээр"})[-1]
    assert "/mydata/" in plain(citizen.presses(told, "Татаж авах"))
    wired.clock.move(minutes=2)
    if ends == "elsewhere":
        proves(wired.citizen("other"), wired)
    else:
        citizen.says(ends)
    with wired.parts.database.read() as connection:
        assert link_rows.counts(connection, citizen.conversation_id, wired.clock())[0] == 0


def test_o3_a_code_that_was_sent_before_the_breaker_fell_is_not_tried_after_it(wired: Wired) -> None:
    """Else everything that was open when it fell could still be guessed."""
    citizen = wired.citizen()
    asks_for_a_code(citizen, wired)
    with wired.parts.database.write() as connection:
        mark_rows.set_mark(connection, identity_rows.BREAKER, wired.clock())
    assert "түр зогсоосон" in citizen.put({"text": CODE})[-1].plain
    assert ("read", NUMBER, CODE) not in wired.registry.asked


def test_what_counts_is_the_record_also_before_the_chat_hears_that_its_proof_is_over(wired: Wired) -> None:
    citizen = wired.citizen()
    shown = proves(citizen, wired)
    with wired.parts.database.write() as connection:
        connection.execute(update(proofs).values(ended_at=wired.clock(), end="undone"))
    assert NUMBER not in plain(citizen.presses(shown, "Бүтнээр"))
