"""The second half of a proof by code: it is sent, typed, tried once and counted. Every dead end names what is left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Turn
from dialogs.flows import ways
from dialogs.flows.proving import open_challenge
from dialogs.flows.register_numbers import ask_number_again
from dialogs.flows.repairing import still_waiting
from dialogs.flows.speaking import BACK, CANCEL, PERSON, RESEND, also, hiding, line, person, reply
from dialogs.linking import CheckCode
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
from dialogs.proofs import CODE_WAYS, Way
from dialogs.purposes import Aim
from dialogs.records import ID_CARD
from dialogs.sayings import Choice, Moment, Part
from dialogs.tasks import (
    AskingCode,
    AskingNumber,
    ChoosingWay,
    OpeningChallenge,
    ReadingCard,
    SendingCode,
    TakingTry,
)
from dialogs.verification.codes import UNTIMED, Refusal

CODE_SLOT = "code"  # the question for a code, changed once it was accepted
_FAILED = person(Reason.PROOF_FAILED)
_WRONG_PERSON = person(Reason.WRONG_PERSON)
_ASK = {
    Way.SMS: "proving.ask-code",
    Way.OWN_SMS: "proving.ask-code",
    Way.APP: "proving.ask-code-app",
    Way.EMAIL: "proving.ask-code-email",
}
_OF_SMS = frozenset({Refusal.NUMBER_CHANGED, Refusal.BUDGET})  # these stop an SMS, not a code elsewhere


def challenge_opened(conversation: Conversation, now: datetime, event: ChallengeOpened) -> Turn:
    """ХУР is asked to send the code, or our own gateway."""
    task = conversation.task
    if not isinstance(task, OpeningChallenge):
        return Turn(conversation, (), Outcome.IGNORED)
    number = task.register_number
    conversation = replace(conversation, task=SendingCode(task.service_id, number, event.challenge_id, task.aim))
    key = "proving.sending-own" if task.aim.way is Way.OWN_SMS else "proving.sending"
    turn = reply(conversation, now, Outcome.WAITING_FOR_REGISTRY, line(key, number=mask_register_number(number)))
    return turn.then(RequestCode(event.challenge_id, number, task.aim.way, _opens(task.aim)))


def challenge_refused(conversation: Conversation, now: datetime, event: ChallengeRefused) -> Turn:
    """Too soon keeps the code that was already sent, or the question for the number; anything else ends the attempt."""
    task = conversation.task
    if not isinstance(task, OpeningChallenge):
        return Turn(conversation, (), Outcome.IGNORED)
    if event.reason is Refusal.TOO_SOON and task.before is None:
        asking = AskingNumber(task.service_id, aim=task.aim)
        return _number_too_soon(replace(conversation, task=asking), now, event.until, asking)
    waiting = task.before if event.reason in (Refusal.TOO_SOON, Refusal.TOO_MANY_CODES) else None
    return _refused(replace(conversation, task=waiting), now, task, event.reason, event.until)


def code_requested(conversation: Conversation, now: datetime, event: CodeRequested) -> Turn:
    """One wording whether the number is known or not: the chat must not tell who is registered."""
    task = conversation.task
    if not isinstance(task, SendingCode) or task.challenge_id != event.challenge_id:
        return Turn(conversation, (), Outcome.IGNORED)
    if event.refusal is not None:
        return _refused(replace(conversation, task=None), now, task, event.refusal, None)
    if event.result is RegistryResult.UNAVAILABLE:
        conversation = replace(conversation, task=AskingNumber(task.service_id, aim=task.aim))
        down, left = line("proving.registry-down"), _left(task, _with(task.aim.way))
        return reply(conversation, now, Outcome.REGISTRY_FAILED, down, *_named(left), choices=(*left, CANCEL, _FAILED))
    asking = AskingCode(task.service_id, task.register_number, task.challenge_id, aim=task.aim)
    conversation = replace(conversation, task=asking)
    parts = (line(_ASK[task.aim.way]), line("proving.code-rules"))
    choices = (RESEND, *ways.beside(task.aim), BACK, CANCEL, PERSON)
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
    conversation = replace(conversation, task=ReadingCard(asking))
    if asking.aim.way is Way.OWN_SMS:
        return Turn(conversation, (CheckCode(asking.challenge_id, task.code),), Outcome.WAITING_FOR_REGISTRY)
    wanted = ReadRecord(asking.challenge_id, asking.register_number, task.code, _opens(asking.aim))
    return Turn(conversation, (wanted,), Outcome.WAITING_FOR_REGISTRY)


def try_refused(conversation: Conversation, now: datetime, event: TryRefused) -> Turn:
    """An old code leads to a new one; a lock ends the attempt."""
    task = conversation.task
    if not isinstance(task, TakingTry):
        return Turn(conversation, (), Outcome.IGNORED)
    if event.reason is Refusal.EXPIRED:
        asking = AskingNumber(task.asking.service_id, aim=task.asking.aim)
        conversation = replace(conversation, task=asking)
        parts = (line("refused.expired"), hiding(conversation, "proving.ask-number", "proving.ask-number-yourself"))
        return reply(conversation, now, Outcome.CODE_REFUSED, *parts, choices=ways.usual(asking.aim))
    return _refused(replace(conversation, task=None), now, task.asking, event.reason, event.until)


def wrong(conversation: Conversation, now: datetime, asking: AskingCode) -> Turn:
    """How many tries are left, or until when there are none."""
    if asking.locked_until is not None:
        return _refused(replace(conversation, task=None), now, asking, Refusal.LOCKED, asking.locked_until)
    conversation = replace(conversation, task=asking)
    left = line("proving.wrong-code", left=str(asking.left or 0))
    choices = (RESEND, *ways.beside(asking.aim), CANCEL, _FAILED)
    return reply(conversation, now, Outcome.CODE_WRONG, left, choices=choices)


def failed(conversation: Conversation, now: datetime, asking: AskingCode, result: RegistryResult) -> Turn:
    """The registry did not answer, or nobody knows whether it did: the try stays used up, the citizen is told."""
    if asking.locked_until is not None:
        return _refused(replace(conversation, task=None), now, asking, Refusal.LOCKED, asking.locked_until)
    again = result is RegistryResult.UNAVAILABLE
    task = asking if again else AskingNumber(asking.service_id, aim=asking.aim)
    conversation, left = replace(conversation, task=task), _left(asking, _with(asking.aim.way))
    parts = (line("proving.code-again" if again else "proving.registry-unclear"), *_named(left))
    return reply(conversation, now, Outcome.REGISTRY_FAILED, *parts, choices=(RESEND, *left, CANCEL, _FAILED))


def code_not_read(conversation: Conversation, now: datetime, task: AskingCode) -> Turn:
    choices = (RESEND, *ways.beside(task.aim), BACK, CANCEL, PERSON)
    return reply(conversation, now, Outcome.CODE_UNREADABLE, line("proving.code-not-read"), choices=choices)


def resend(conversation: Conversation, now: datetime) -> Turn:
    """A new code for the same number, if the rules allow one now, and the ways beside it; the tries go on counting."""
    task = conversation.task
    before = task.before if isinstance(task, AskingNumber | ChoosingWay) else task
    if isinstance(before, AskingCode):
        return _sent_again(conversation, now, before)
    if isinstance(task, AskingNumber):
        return ask_number_again(conversation, now, task)
    if isinstance(task, SendingCode | ReadingCard):
        return still_waiting(conversation, now)
    return reply(conversation, now, Outcome.ASKED_WHICH, line("proving.no-code-open"), choices=(PERSON,))


def _sent_again(conversation: Conversation, now: datetime, before: AskingCode) -> Turn:
    number, aim = before.register_number, before.aim
    left = _left(before, {aim.way})
    if not left:
        return open_challenge(conversation, now, before.service_id, number, aim, before)
    said = reply(conversation, now, Outcome.WAITING_FOR_REGISTRY, line("proving.no-code"), choices=left)
    return also(said, open_challenge(said.conversation, now, before.service_id, number, aim, before))


def _opens(aim: Aim) -> str:
    """What a code is asked for. ХУР's code can only be checked by reading something; the least is one's own card."""
    return "" if aim.way is Way.OWN_SMS else aim.operation or ID_CARD


def _with(way: Way) -> Collection[Way]:
    """The ways that fail together with this one: ХУР's codes all come from ХУР."""
    return ways.KHUR_WAYS if way in ways.KHUR_WAYS else {way}


def _left(task: SendingCode | AskingCode | OpeningChallenge, dead: Collection[Way]) -> tuple[Choice, ...]:
    return ways.left_after(task.service_id, task.aim, dead)


def _named(left: tuple[Choice, ...]) -> tuple[Part, ...]:
    return (line("proving.ways-left"),) if left else ()


def _refused(
    conversation: Conversation,
    now: datetime,
    asked: SendingCode | AskingCode | OpeningChallenge,
    reason: Refusal,
    until: datetime | None,
) -> Turn:
    """Why not now, and what is left: other codes where only the SMS is stopped, pages where every code is."""
    if reason is Refusal.ANOTHER_PERSON:
        return reply(conversation, now, Outcome.CODE_REFUSED, _why(reason, until), choices=(_WRONG_PERSON,))
    soon = reason is Refusal.TOO_SOON
    left = _left(asked, ways.SMS_WAYS if reason in _OF_SMS else CODE_WAYS)
    beside = ways.beside(asked.aim) if soon else left
    again = (RESEND, *beside, CANCEL) if conversation.task else beside
    named = () if soon and beside else _named(left)
    elsewhere = named if beside else (line("refused.other-ways"),)
    choices = (*again, _FAILED)
    return reply(conversation, now, Outcome.CODE_REFUSED, _why(reason, until), *elsewhere, choices=choices)


def _why(reason: Refusal, until: datetime | None) -> Part:
    """Why not now, with the time when there is one to tell."""
    key = f"refused.{reason}"
    if reason in UNTIMED:
        return line(key)
    return line("refused.later") if until is None else Moment(key, until)


def _number_too_soon(conversation: Conversation, now: datetime, until: datetime | None, asking: AskingNumber) -> Turn:
    """A code was asked for in an attempt that is over: no code is open here, the number can be typed again later."""
    part: Part = Moment("proving.number-too-soon", until) if until is not None else line("refused.later")
    choices = (*ways.beside(asking.aim), CANCEL, _FAILED)
    return reply(conversation, now, Outcome.CODE_REFUSED, part, choices=choices)
