"""Getting back on the way at any step: cancel, back, start over, old buttons, the step taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Place, Turn
from dialogs.flows import finding, greeting, link_questions, proving, register_numbers, telling, ways
from dialogs.flows.speaking import CANCEL, PERSON, RESEND, also, line, reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice
from dialogs.services import Catalogue
from dialogs.tasks import (
    AskingCode,
    AskingLinkNumber,
    AskingNumber,
    ChoosingWay,
    ConfirmingLink,
    ReadingCard,
    SendingCode,
    Task,
    WaitingForLink,
)

# After these the citizen was answered about something else: the open step is taken up again.
_ASIDE = frozenset({
    Outcome.TOLD, Outcome.OFFERED, Outcome.NOT_FOUND, Outcome.ASKED_WHICH, Outcome.CHATTED, Outcome.GREETED,
    Outcome.HANDED_OVER, Outcome.LANGUAGE_SWITCHED, Outcome.UNREADABLE, Outcome.NUMBER_REMOVED,
    Outcome.MISSION_TOLD, Outcome.CONSENT_ANSWERED, Outcome.FILE_KEPT, Outcome.DATA_TOLD,
})  # fmt: skip


def cancel(conversation: Conversation, now: datetime) -> Turn:
    doing = conversation.task is not None or bool(conversation.waiting_needs)
    key = "repair.cancelled" if doing else "repair.nothing-to-cancel"
    conversation = replace(conversation, task=None, shown=None, waiting_needs=())
    return reply(conversation, now, Outcome.CANCELLED, line(key), choices=(PERSON,))


def restart(conversation: Conversation, now: datetime) -> Turn:
    """Everything that is on the table goes; language, owner and a waiting case stay."""
    conversation = replace(
        conversation, task=None, shown=None, topic=None, trail=(), misses=0, wording=None, waiting_needs=()
    )
    return replace(greeting.greet(conversation, now), outcome=Outcome.RESTARTED)


def back(conversation: Conversation, now: datetime, catalogue: Catalogue) -> Turn:
    """One step: the code to the number, the number or page to the ways or the service, a service to its candidates."""
    task = conversation.task
    if isinstance(task, AskingCode):
        return _went_back(register_numbers.ask_number_again(conversation, now, task))
    ways_again = None if isinstance(task, ChoosingWay) else proving.other_way(conversation, now)
    if ways_again is not None:
        return _went_back(ways_again)
    if task is not None and conversation.topic is not None:
        conversation = replace(conversation, task=None)
        return _went_back(telling.tell(conversation, now, catalogue, conversation.topic or ""))
    trail = _places_before(conversation)
    if not trail:
        return _went_back(greeting.greet(conversation, now))
    place, conversation = trail[-1], replace(conversation, trail=trail[:-1], topic=None)
    left = tuple(service_id for service_id in place.service_ids if service_id in catalogue.services)
    if not left:
        return _went_back(telling.withdrawn(conversation, now))
    if place.told:
        return _went_back(telling.tell(conversation, now, catalogue, left[0]))
    return _went_back(finding.offer(conversation, now, left))


def _places_before(conversation: Conversation) -> tuple[Place, ...]:
    """The way here without its last step, up to something that can be shown again."""
    trail = conversation.trail[:-1]
    while trail and not trail[-1].service_ids:
        trail = trail[:-1]
    return trail


def stale_button(conversation: Conversation, now: datetime) -> Turn:
    return reply(conversation, now, Outcome.STALE_BUTTON, line("repair.old-button"))


def taken_up(task: Task | None, turn: Turn, now: datetime) -> Turn:
    """The turn, and what the step that was open before it still needs."""
    same = task is not None and turn.conversation.task == task
    return also(turn, remind(turn.conversation, now)) if same and turn.outcome in _ASIDE else turn


def remind(conversation: Conversation, now: datetime) -> Turn:
    """What the open step still needs; nothing when none is open."""
    match conversation.task:
        case AskingNumber(readings=readings) as task if readings:
            return _quiet(register_numbers.ask_about(conversation, now, task))
        case AskingNumber() as task:
            return _remind(conversation, now, "repair.still-number", ways.usual(task.aim))
        case AskingCode() as task:
            return _remind(conversation, now, "repair.still-code", (RESEND, *ways.usual(task.aim)))
        case SendingCode() | ReadingCard():
            return _remind(conversation, now, "repair.still-waiting", (CANCEL,))
        case ChoosingWay():
            return _quiet(proving.ways_again(conversation, now))
        case WaitingForLink() as task:
            return _quiet(link_questions.still_on_the_page(conversation, now, task))
        case AskingLinkNumber() as task:
            return _quiet(link_questions.ask_number(conversation, now, task, line("linking.still-number")))
        case ConfirmingLink() as task:
            return _quiet(link_questions.ask_whether_it_is_them(conversation, now, task))
        case _:
            return Turn(conversation, (), Outcome.IGNORED)


def still_waiting(conversation: Conversation, now: datetime) -> Turn:
    """Nothing can be taken before ХУР has answered."""
    return replace(remind(conversation, now), outcome=Outcome.WAITING_FOR_REGISTRY)


def _remind(conversation: Conversation, now: datetime, key: str, choices: tuple[Choice, ...]) -> Turn:
    return reply(conversation, now, Outcome.IGNORED, line(key), choices=choices)


def _quiet(turn: Turn) -> Turn:
    return replace(turn, outcome=Outcome.IGNORED)


def _went_back(turn: Turn) -> Turn:
    return replace(turn, outcome=Outcome.WENT_BACK)
