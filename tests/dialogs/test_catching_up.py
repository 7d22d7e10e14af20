"""Several messages answered together: late ones are asked about, floods get one answer, danger is never late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.incoming import FileOffer, Said, Shared, SharedKind
from dialogs.messages import CaseTaken, CaughtUp, HideMessage, KeepFile, OpenCase, Pile, TurnFailed
from dialogs.outcomes import Outcome
from dialogs.sayings import Verb
from tests.dialogs.services import ID_CARD, PASSPORT_LOST
from tests.dialogs.states import NOW
from tests.dialogs.turns import ASKING_CODE, ASKING_NUMBER, EMPTY, after, button, keys
from tests.dialogs.understandings import understand


def pile(why: Pile, *words: str, others: int = 0) -> CaughtUp:
    said = tuple(Said(text, understand(text), f"m{place}") for place, text in enumerate(words))
    return CaughtUp(why, said, others, NOW - timedelta(hours=3), NOW - timedelta(hours=1))


def test_late_needs_are_offered_and_not_told() -> None:
    turn = after(EMPTY, pile(Pile.LATE, "паспортоо алдсан", "үнэмлэхний лавлагаа"))
    assert turn.outcome is Outcome.LATE
    pressed = after(turn.conversation, button(turn, Verb.SHOW_SERVICE))
    assert pressed.conversation.topic == ID_CARD.id  # the newest stands first


def test_each_late_need_is_offered_once() -> None:
    turn = after(EMPTY, pile(Pile.LATE, "паспортоо алдсан", "үнэмлэхний лавлагаа", "паспортоо алдсан"))
    offered = [choice.label_service for choice in turn.conversation.offers[-1].choices if choice.label_service]
    assert offered == [PASSPORT_LOST.id, ID_CARD.id]


def test_a_late_code_is_not_tried_and_leaves_the_chat() -> None:
    turn = after(ASKING_CODE, pile(Pile.LATE, "482913"))
    assert turn.conversation.task is None
    assert HideMessage("m0") in turn.decisions
    assert "late.write-again" in keys(turn)


def test_a_late_emergency_is_answered_as_one() -> None:
    turn = after(EMPTY, pile(Pile.LATE, "үнэмлэхний лавлагаа", "намайг баривчилсан"))
    assert turn.outcome is Outcome.EMERGENCY


def test_a_late_wish_for_a_person_is_carried_out() -> None:
    turn = after(EMPTY, pile(Pile.LATE, "хүн"))
    assert any(isinstance(decision, OpenCase) for decision in turn.decisions)


def test_an_agent_is_not_talked_over_by_a_pile() -> None:
    turn = after(EMPTY, CaseTaken("bat", "Бат"), pile(Pile.LATE, "үнэмлэхний лавлагаа"))
    assert (turn.outcome, keys(turn)) == (Outcome.LEFT_TO_AGENT, [])


def test_of_a_flood_the_last_is_answered_and_the_rest_named() -> None:
    turn = after(EMPTY, pile(Pile.FLOOD, "баярлалаа", "паспорт", "үнэмлэхний лавлагаа"))
    assert turn.conversation.topic == ID_CARD.id
    assert keys(turn)[-1] == "late.together"


def test_numbers_in_a_flood_leave_the_chat_too() -> None:
    turn = after(ASKING_NUMBER, pile(Pile.FLOOD, "УХ90010112", "УХ90010112"))
    hidden = {decision.ref for decision in turn.decisions if isinstance(decision, HideMessage)}
    assert hidden == {"m0", "m1"}


def test_a_flood_of_photos_is_told_to_be_kept() -> None:
    photos = tuple(Shared(SharedKind.PHOTO, f"m{place}", FileOffer(f"file-{place}")) for place in range(5))
    turn = after(EMPTY, replace(pile(Pile.FLOOD, others=5), shared=photos))
    assert "chat.kept" in keys(turn)
    assert [each.ref for each in turn.decisions if isinstance(each, KeepFile)].count("m4") == 1


def test_a_late_photo_is_told_to_be_kept() -> None:
    photo = Shared(SharedKind.PHOTO, "m9", FileOffer("file-1"))
    assert "chat.kept" in keys(after(EMPTY, replace(pile(Pile.LATE, others=1), shared=(photo,))))


def test_a_late_number_on_messenger_is_told_to_be_deleted() -> None:
    turn = after(replace(EMPTY, channel="messenger"), pile(Pile.LATE, "УХ90010112"))
    assert "repair.number-delete" in keys(turn)


def test_a_flood_of_stickers_gets_one_answer() -> None:
    assert keys(after(EMPTY, pile(Pile.FLOOD, others=40))).count("chat.unreadable") == 1


@pytest.mark.parametrize("why", list(Pile))
@pytest.mark.parametrize("words", [("намайг баривчилсан",), ("хүн", "паспорт"), ()])
def test_no_file_of_a_pile_is_lost(why: Pile, words: tuple[str, ...]) -> None:
    photo = Shared(SharedKind.PHOTO, "m9", FileOffer("file-1", 10))
    piled = replace(pile(why, *words, others=1), shared=(photo,))
    for before in (EMPTY, after(EMPTY, CaseTaken("bat", "Бат")).conversation):
        assert KeepFile(SharedKind.PHOTO, FileOffer("file-1", 10), "m9") in after(before, piled).decisions


def test_who_wrote_what_could_not_be_handled_is_told_so() -> None:
    turn = after(EMPTY, TurnFailed())
    assert keys(turn) == ["repair.failed"]
    assert button(turn, Verb.CALL_PERSON)


def test_nothing_is_said_about_a_failure_while_an_agent_has_the_conversation() -> None:
    assert keys(after(EMPTY, CaseTaken("bat", "Бат"), TurnFailed())) == []
