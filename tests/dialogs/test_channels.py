"""What differs between channels: groups, entry links, other inboxes, windows, what can be hidden or changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dialogs.flows.handing_over import ELSEWHERE, ELSEWHERE_QUIET
from dialogs.flows.proving_code import CODE_SLOT
from dialogs.incoming import AddressedInGroup, Left, Returned, SpokenElsewhere, Started
from dialogs.messages import (
    Amend,
    CaseTaken,
    CaughtUp,
    GivenBack,
    OpenCase,
    Pile,
    Reason,
    RecordRead,
    RegistryResult,
    Reply,
)
from dialogs.outcomes import Outcome
from dialogs.sayings import Line
from dialogs.window import Open, Window, window
from tests.dialogs.services import ID_CARD
from tests.dialogs.states import NOW
from tests.dialogs.turns import EMPTY, READING_CARD, after, keys, reason

MESSENGER = replace(EMPTY, channel="messenger")
HOUR = timedelta(hours=1)


def test_an_entry_link_tells_its_service_after_saying_that_this_is_automatic() -> None:
    turn = after(EMPTY, Started(service_id=ID_CARD.id))
    assert (turn.outcome, turn.conversation.topic) == (Outcome.TOLD, ID_CARD.id)
    assert keys(turn)[0] == "greeting.automatic"


def test_an_entry_link_of_a_service_that_is_gone_greets() -> None:
    assert after(EMPTY, Started(service_id="gone")).outcome is Outcome.GREETED


def test_a_group_is_told_once_a_day_that_answers_are_private() -> None:
    first = after(EMPTY, AddressedInGroup())
    again = after(first.conversation, AddressedInGroup())
    next_day = after(first.conversation, AddressedInGroup(), now=NOW + timedelta(hours=25))
    assert [keys(turn) for turn in (first, again, next_day)] == [
        ["greeting.private-only"],
        [],
        ["greeting.private-only"],
    ]


@pytest.mark.parametrize("event", [Left(), Returned()])
def test_blocking_and_unblocking_is_answered_by_nothing(event: Left | Returned) -> None:
    assert after(EMPTY, event).decisions == ()


def test_a_person_in_another_inbox_takes_over_and_a_case_says_so() -> None:
    turn = after(MESSENGER, "паспорт", SpokenElsewhere("Сайн байна уу, би тусалъя"))
    assert turn.conversation.owner.agent_id == ELSEWHERE
    assert turn.decisions == (OpenCase(Reason.ELSEWHERE, ELSEWHERE),)


def test_the_bot_does_not_talk_over_the_other_inbox() -> None:
    assert keys(after(MESSENGER, SpokenElsewhere("Тийм ээ"), "үнэмлэхний лавлагаа")) == []


def test_after_a_long_silence_of_the_other_inbox_the_bot_says_that_it_is_back_and_answers() -> None:
    there = after(MESSENGER, SpokenElsewhere("Тийм ээ")).conversation
    turn = after(there, "үнэмлэхний лавлагаа", now=NOW + ELSEWHERE_QUIET + HOUR)
    assert turn.conversation.owned_by_bot
    assert "person.bot-is-back" in keys(turn)
    assert turn.conversation.topic == ID_CARD.id


def test_an_old_echo_silences_the_bot_only_from_when_it_was_said() -> None:
    said_at = NOW - ELSEWHERE_QUIET - HOUR
    there = after(MESSENGER, SpokenElsewhere("Тийм ээ", at=said_at)).conversation
    assert after(there, "үнэмлэхний лавлагаа").conversation.owned_by_bot


def test_a_pile_after_a_long_silence_of_the_other_inbox_is_answered_by_the_bot() -> None:
    there = after(MESSENGER, SpokenElsewhere("Тийм ээ")).conversation
    much_later = NOW + ELSEWHERE_QUIET + HOUR
    pile = CaughtUp(Pile.LATE, (), 3, NOW + HOUR, NOW + 2 * HOUR)
    assert after(there, pile, now=much_later).outcome is not Outcome.LEFT_TO_AGENT


def test_an_agent_of_the_desk_can_take_over_from_the_other_inbox() -> None:
    there = after(MESSENGER, SpokenElsewhere("Тийм ээ")).conversation
    turn = after(there, CaseTaken("bat", "Бат"))
    assert (turn.outcome, turn.conversation.owner.agent_id) == (Outcome.TAKEN, "bat")


def test_the_other_inbox_does_not_take_a_conversation_from_an_agent_of_the_desk() -> None:
    turn = after(MESSENGER, CaseTaken("bat", "Бат"), SpokenElsewhere("Тийм ээ"))
    assert turn.conversation.owner.agent_id == "bat"


def test_on_messenger_nobody_is_told_that_a_number_was_hidden() -> None:
    assert "repair.number-delete" in keys(after(MESSENGER, "миний регистр УХ90010112"))
    assert "repair.number-removed" in keys(after(EMPTY, "миний регистр УХ90010112"))


def test_the_question_for_a_code_becomes_that_it_was_right() -> None:
    done = RecordRead("c1", RegistryResult.DONE, (("field.given-name", "Сараа"),))
    amended = [decision for decision in after(READING_CARD, done).decisions if isinstance(decision, Amend)]
    assert [(each.slot, each.message.parts) for each in amended] == [(CODE_SLOT, (Line("proving.code-accepted"),))]


def test_the_message_about_the_case_is_pinned_until_it_is_over() -> None:
    called = after(EMPTY, "хүн")
    pinned = [each.message.pinned for each in called.decisions if isinstance(each, Reply)]
    taken = after(called.conversation, CaseTaken("bat", "Бат"))
    back = after(taken.conversation, GivenBack("bat"))
    cards = [each.message.pinned for turn in (taken, back) for each in turn.decisions if isinstance(each, Amend)]
    assert (pinned, cards, reason(called)) == ([True], [True, False], Reason.ASKED)


@pytest.mark.parametrize(
    ("hours", "who"),
    [(0, Open.ALL), (23.9, Open.ALL), (24, Open.PEOPLE), (167.9, Open.PEOPLE), (168, Open.NOBODY)],
)
def test_messenger_lets_the_bot_speak_for_a_day_and_people_for_a_week(hours: float, who: Open) -> None:
    assert window("messenger", NOW - hours * HOUR, NOW).open_for is who


def test_the_window_says_when_it_gets_narrower() -> None:
    assert window("messenger", NOW - HOUR, NOW).until == NOW + 23 * HOUR


def test_who_never_wrote_on_messenger_is_not_written_to() -> None:
    assert window("messenger", None, NOW) == Window(Open.NOBODY)


def test_telegram_and_the_web_have_no_window() -> None:
    assert [window(channel, None, NOW) for channel in ("telegram", "web")] == [Window(Open.ALL)] * 2
