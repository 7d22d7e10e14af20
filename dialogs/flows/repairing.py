"""Getting back on the way at any step: cancel, back, start over, old buttons, the step taken up again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import AskingCode, AskingNumber, Conversation, Place, ReadingCard, SendingCode, Task, Turn
from dialogs.flows import finding, greeting, proving, telling
from dialogs.flows.speaking import CANCEL, PERSON, RESEND, also, line, reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice
from dialogs.services import Catalogue

# After these the citizen was answered about something else: the open step is taken up again.
_ASIDE = frozenset({
    Outcome.TOLD, Outcome.OFFERED, Outcome.NOT_FOUND, Outcome.ASKED_WHICH, Outcome.CHATTED, Outcome.GREETED,
    Outcome.HANDED_OVER, Outcome.LANGUAGE_SWITCHED, Outcome.UNREADABLE, Outcome.NUMBER_REMOVED,
    Outcome.MISSION_TOLD, Outcome.CONSENT_ANSWERED, Outcome.FILE_KEPT,
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
    """One step: the code to the number, the number to the service, a service to the candidates before it."""
    task = conversation.task
    if isinstance(task, AskingCode):
        return _went_back(proving.ask_number_again(conversation, now, task))
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
            return replace(proving.ask_about(conversation, now, task), outcome=Outcome.IGNORED)
        case AskingNumber():
            return _remind(conversation, now, "repair.still-number", (CANCEL, PERSON))
        case AskingCode():
            return _remind(conversation, now, "repair.still-code", (RESEND, CANCEL, PERSON))
        case SendingCode() | ReadingCard():
            return _remind(conversation, now, "repair.still-waiting", (CANCEL,))
        case _:
            return Turn(conversation, (), Outcome.IGNORED)


def still_waiting(conversation: Conversation, now: datetime) -> Turn:
    """Nothing can be taken before ХУР has answered."""
    return replace(remind(conversation, now), outcome=Outcome.WAITING_FOR_REGISTRY)


def _remind(conversation: Conversation, now: datetime, key: str, choices: tuple[Choice, ...]) -> Turn:
    return reply(conversation, now, Outcome.IGNORED, line(key), choices=choices)


def _went_back(turn: Turn) -> Turn:
    return replace(turn, outcome=Outcome.WENT_BACK)
