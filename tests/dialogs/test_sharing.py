"""Pictures, files, contacts, places and changed messages: kept or turned away kindly, never acted upon twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.incoming import Edited, FileOffer, Said, Shared, SharedKind
from dialogs.messages import CaseTaken, FileProblem, FileRefused, HideMessage, KeepFile
from dialogs.outcomes import Outcome
from dialogs.sayings import Verb
from tests.dialogs.services import CATALOGUE
from tests.dialogs.states import NOW
from tests.dialogs.turns import ASKING_CODE, ASKING_NUMBER, EMPTY, after, button, keys
from tests.dialogs.understandings import understand

FILE = FileOffer("file-1", 12_000, "image/jpeg")
PHOTO = Shared(SharedKind.PHOTO, "m7", FILE)


@pytest.mark.parametrize("what", [SharedKind.PHOTO, SharedKind.VOICE, SharedKind.FILE])
def test_a_file_is_kept_and_the_way_to_a_person_offered(what: SharedKind) -> None:
    turn = after(EMPTY, Shared(what, "m7", FILE))
    assert KeepFile(what, FILE, "m7") in turn.decisions
    assert button(turn, Verb.CALL_PERSON)


def test_who_waits_for_a_person_is_told_that_the_person_will_see_it() -> None:
    assert "chat.kept-for-person" in keys(after(EMPTY, "хүн", PHOTO))


def test_an_agent_gets_the_file_and_the_bot_stays_silent() -> None:
    assert after(EMPTY, CaseTaken("bat", "Бат"), PHOTO).decisions == (KeepFile(SharedKind.PHOTO, FILE, "m7"),)


def test_what_is_written_under_a_photo_is_answered_and_the_photo_kept() -> None:
    words = "үнэмлэхний лавлагаа"
    turn = after(EMPTY, Said(words, understand(words), "m7", PHOTO))
    assert turn.outcome is Outcome.TOLD
    assert KeepFile(SharedKind.PHOTO, FILE, "m7") in turn.decisions


def test_a_sticker_is_not_kept() -> None:
    assert not [each for each in after(EMPTY, Shared(SharedKind.STICKER)).decisions if isinstance(each, KeepFile)]


def test_a_photo_does_not_end_the_step_that_waits_for_a_code() -> None:
    turn = after(ASKING_CODE, PHOTO)
    assert turn.conversation.task == ASKING_CODE.task
    assert "repair.still-code" in keys(turn)


@pytest.mark.parametrize("problem", list(FileProblem))
@pytest.mark.parametrize("before", [EMPTY, replace(EMPTY, waiting_for_person=True)])
def test_why_a_file_was_not_kept_is_said(problem: FileProblem, before: Conversation) -> None:
    assert keys(after(before, FileRefused(problem))) == [f"chat.file-{problem}"]


def test_why_a_file_was_not_kept_is_said_also_while_an_agent_has_the_conversation() -> None:
    turn = after(EMPTY, CaseTaken("bat", "Бат"), FileRefused(FileProblem.TOO_LARGE))
    assert keys(turn) == ["chat.file-too-large"]


@pytest.mark.parametrize(("own", "key"), [(True, "chat.own-contact"), (False, "chat.other-contact")])
def test_a_contact_card_proves_nothing(own: bool, key: str) -> None:
    turn = after(EMPTY, Shared(SharedKind.CONTACT, own=own))
    assert key in keys(turn)
    assert turn.conversation.proof is None


def test_after_a_location_the_city_is_asked_and_answers_with_the_mission() -> None:
    assert after(EMPTY, Shared(SharedKind.LOCATION)).conversation.asked_where


def test_an_edit_runs_nothing_again() -> None:
    before = after(EMPTY, "паспорт").conversation
    turn = after(before, Edited("үнэмлэхний лавлагаа", "m1"))
    assert keys(turn) == ["chat.edited"]
    assert turn.conversation.topic == before.topic


def test_a_code_that_is_edited_in_is_not_taken() -> None:
    turn = after(ASKING_CODE, Edited("482913", "m1"))
    assert turn.conversation.task == ASKING_CODE.task
    assert HideMessage("m1") in turn.decisions
    assert keys(turn) == ["repair.code-removed", "repair.still-code"]


def test_a_number_that_is_edited_in_on_messenger_is_told_to_be_deleted() -> None:
    turn = after(replace(ASKING_NUMBER, channel="messenger"), Edited("УХ90010112", "m1"))
    assert keys(turn) == ["repair.number-delete", "repair.still-number"]


def test_of_an_album_every_picture_is_kept_and_the_first_answered() -> None:
    first = after(replace(EMPTY, greeted=True), PHOTO)
    second = step(first.conversation, PHOTO, NOW + timedelta(seconds=2), CATALOGUE)
    later = step(second.conversation, PHOTO, NOW + timedelta(minutes=5), CATALOGUE)
    assert [keys(turn) for turn in (first, second, later)] == [["chat.kept"], [], ["chat.kept"]]
    assert all(KeepFile(SharedKind.PHOTO, FILE, "m7") in turn.decisions for turn in (first, second, later))


def test_what_is_written_under_a_video_is_answered_and_that_the_video_is_not_kept_is_said() -> None:
    words = "үнэмлэхний лавлагаа"
    turn = after(EMPTY, Said(words, understand(words), "m7", Shared(SharedKind.OTHER, "m7")))
    assert "chat.file-wrong-kind" in keys(turn)


def test_while_an_agent_has_the_conversation_an_edit_with_a_number_still_leaves_the_chat() -> None:
    turn = after(EMPTY, CaseTaken("bat", "Бат"), Edited("УХ90010112", "m1"))
    assert turn.decisions == (HideMessage("m1"),)
