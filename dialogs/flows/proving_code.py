"""The second half of a proof: the code is sent, typed, tried once and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import AskingCode, AskingNumber, Conversation, OpeningChallenge, SendingCode, TakingTry, Turn
from dialogs.conversation import ReadingCard as ReadingCardTask
from dialogs.flows.proving import ask_number_again, open_challenge
from dialogs.flows.repairing import still_waiting
from dialogs.flows.speaking import BACK, CANCEL, PERSON, RESEND, hiding, line, person, reply
from dialogs.masking import mask_register_number
from dialogs.messages import (
    ChallengeOpened,
    ChallengeRefused,
    CodeRequested,
    HideMessage,
    ReadRecord,
    Reason,
    RegistryResult,
    RequestCode,
    TakeTry,
    TryRefused,
    TryTaken,
)
from dialogs.outcomes import Outcome
from dialogs.sayings import Moment, Part
from dialogs.verification.codes import UNTIMED, Refusal

CODE_SLOT = "code"  # the question for a code, changed once it was accepted
_FAILED = person(Reason.PROOF_FAILED)


def challenge_opened(conversation: Conversation, now: datetime, event: ChallengeOpened) -> Turn:
    """ХУР is asked to send the code."""
    task = conversation.task
    if not isinstance(task, OpeningChallenge):
        return Turn(conversation, (), Outcome.IGNORED)
    number = task.register_number
    conversation = replace(conversation, task=SendingCode(task.service_id, number, event.challenge_id))
    asked = line("proving.sending", number=mask_register_number(number))
    turn = reply(conversation, now, Outcome.WAITING_FOR_REGISTRY, asked)
    return turn.then(RequestCode(event.challenge_id, number))


def challenge_refused(conversation: Conversation, now: datetime, event: ChallengeRefused) -> Turn:
    """Too soon keeps the code that was already sent, or the question for the number; anything else ends the attempt."""
    task = conversation.task
    if not isinstance(task, OpeningChallenge):
        return Turn(conversation, (), Outcome.IGNORED)
    if event.reason is Refusal.TOO_SOON and task.before is None:
        return _number_too_soon(replace(conversation, task=AskingNumber(task.service_id)), now, event.until)
    waiting = task.before if event.reason in (Refusal.TOO_SOON, Refusal.TOO_MANY_CODES) else None
    return _refused(replace(conversation, task=waiting), now, event.reason, event.until)


def code_requested(conversation: Conversation, now: datetime, event: CodeRequested) -> Turn:
    """One wording whether the number is known or not: the chat must not tell who is registered."""
    task = conversation.task
    if not isinstance(task, SendingCode) or task.challenge_id != event.challenge_id:
        return Turn(conversation, (), Outcome.IGNORED)
    if event.result is RegistryResult.UNAVAILABLE:
        conversation = replace(conversation, task=AskingNumber(task.service_id))
        down = line("proving.registry-down")
        return reply(conversation, now, Outcome.REGISTRY_FAILED, down, choices=(CANCEL, _FAILED))
    asking = AskingCode(task.service_id, task.register_number, task.challenge_id)
    conversation = replace(conversation, task=asking)
    parts = (line("proving.ask-code"), line("proving.code-rules"))
    choices = (RESEND, BACK, CANCEL, PERSON)
    return reply(conversation, now, Outcome.CODE_ASKED, *parts, choices=choices, slot=CODE_SLOT)


def code_typed(conversation: Conversation, now: datetime, task: AskingCode, code: str, ref: str) -> Turn:
    """The try is counted first; the comparison comes after it."""
    conversation = replace(conversation, task=TakingTry(task, code))
    decisions = (HideMessage(ref), TakeTry(task.challenge_id, task.service_id))
    return Turn(conversation, decisions, Outcome.WAITING_FOR_REGISTRY)


def try_taken(conversation: Conversation, now: datetime, event: TryTaken) -> Turn:
    task = conversation.task
    if not isinstance(task, TakingTry):
        return Turn(conversation, (), Outcome.IGNORED)
    asking = replace(task.asking, left=event.left, locked_until=event.locked_until)
    conversation = replace(conversation, task=ReadingCardTask(asking))
    wanted = ReadRecord(asking.challenge_id, asking.register_number, task.code)
    return Turn(conversation, (wanted,), Outcome.WAITING_FOR_REGISTRY)


def try_refused(conversation: Conversation, now: datetime, event: TryRefused) -> Turn:
    """An old code leads to a new one; a lock ends the attempt."""
    task = conversation.task
    if not isinstance(task, TakingTry):
        return Turn(conversation, (), Outcome.IGNORED)
    if event.reason is Refusal.EXPIRED:
        conversation = replace(conversation, task=AskingNumber(task.asking.service_id))
        parts = (line("refused.expired"), hiding(conversation, "proving.ask-number", "proving.ask-number-yourself"))
        return reply(conversation, now, Outcome.CODE_REFUSED, *parts, choices=(CANCEL, PERSON))
    return _refused(replace(conversation, task=None), now, event.reason, event.until)


def wrong(conversation: Conversation, now: datetime, asking: AskingCode) -> Turn:
    """How many tries are left, or until when there are none."""
    if asking.locked_until is not None:
        return _refused(replace(conversation, task=None), now, Refusal.LOCKED, asking.locked_until)
    conversation = replace(conversation, task=asking)
    left = line("proving.wrong-code", left=str(asking.left or 0))
    return reply(conversation, now, Outcome.CODE_WRONG, left, choices=(RESEND, CANCEL, _FAILED))


def failed(conversation: Conversation, now: datetime, asking: AskingCode, result: RegistryResult) -> Turn:
    """The registry did not answer, or nobody knows whether it did: the try stays used up, the citizen is told."""
    if asking.locked_until is not None:
        return _refused(replace(conversation, task=None), now, Refusal.LOCKED, asking.locked_until)
    again = result is RegistryResult.UNAVAILABLE
    conversation = replace(conversation, task=asking if again else AskingNumber(asking.service_id))
    key = "proving.code-again" if again else "proving.registry-unclear"
    return reply(conversation, now, Outcome.REGISTRY_FAILED, line(key), choices=(RESEND, CANCEL, _FAILED))


def code_not_read(conversation: Conversation, now: datetime) -> Turn:
    choices = (RESEND, BACK, CANCEL, PERSON)
    return reply(conversation, now, Outcome.CODE_UNREADABLE, line("proving.code-not-read"), choices=choices)


def resend(conversation: Conversation, now: datetime) -> Turn:
    """A new code for the same number, if the rules allow one now; the tries go on counting."""
    task = conversation.task
    before = task.before if isinstance(task, AskingNumber) else task
    if isinstance(before, AskingCode):
        return open_challenge(conversation, now, before.service_id, before.register_number, before)
    if isinstance(task, AskingNumber):
        return ask_number_again(conversation, now, task)
    if isinstance(task, SendingCode | ReadingCardTask):
        return still_waiting(conversation, now)
    return reply(conversation, now, Outcome.ASKED_WHICH, line("proving.no-code-open"), choices=(PERSON,))


def _refused(conversation: Conversation, now: datetime, reason: Refusal, until: datetime | None) -> Turn:
    choices = (RESEND, CANCEL, _FAILED) if conversation.task else (_FAILED,)
    parts = (_why(reason, until), line("refused.other-ways"))
    return reply(conversation, now, Outcome.CODE_REFUSED, *parts, choices=choices)


def _why(reason: Refusal, until: datetime | None) -> Part:
    """Why not now, with the time when there is one to tell."""
    key = f"refused.{reason}"
    if reason in UNTIMED:
        return line(key)
    return line("refused.later") if until is None else Moment(key, until)


def _number_too_soon(conversation: Conversation, now: datetime, until: datetime | None) -> Turn:
    """A code was asked for in an attempt that is over: no code is open here, the number can be typed again later."""
    part: Part = Moment("proving.number-too-soon", until) if until is not None else line("refused.later")
    return reply(conversation, now, Outcome.CODE_REFUSED, part, choices=(CANCEL, _FAILED))
