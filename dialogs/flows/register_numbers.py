"""The register number of a proof: as people type it, asked about when it can be read in more than one way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Turn
from dialogs.flows import ways
from dialogs.flows.proving import open_challenge
from dialogs.flows.speaking import CANCEL, hiding, line, reply
from dialogs.masking import mask_register_number
from dialogs.messages import HideMessage
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Verb
from dialogs.tasks import AskingCode, AskingNumber
from dialogs.verification.register_number import TypedNumber, read_register_number

_RETYPE = Choice(Command(Verb.RETYPE_NUMBER), "button.retype")


def number_typed(
    conversation: Conversation, now: datetime, task: AskingNumber | AskingCode, typed: TypedNumber, ref: str
) -> Turn:
    """The message with the number goes; an unclear one is asked about."""
    if len(typed.readings) > 1 or typed.doubtful:
        offer = conversation.offer_number + 1
        asking = AskingNumber(task.service_id, typed.readings, offer, _code_of(task), task.aim)
        return ask_about(replace(conversation, task=asking), now, asking).then(HideMessage(ref))
    return number_known(conversation, now, task, typed.readings[0]).then(HideMessage(ref))


def number_known(conversation: Conversation, now: datetime, task: AskingNumber | AskingCode, number: str) -> Turn:
    """A code for it is wanted; the one that was sent for the same number before still counts."""
    before = _code_of(task)
    same = before is not None and before.register_number == number
    return open_challenge(conversation, now, task.service_id, number, task.aim, before if same else None)


def ask_about(conversation: Conversation, now: datetime, task: AskingNumber) -> Turn:
    """Which reading, or whether the only one is right; the buttons count for this question alone."""
    choices = tuple(
        Choice(Command(Verb.USE_NUMBER, f"{task.offer}.{place}"), label_text=mask_register_number(number))
        for place, number in enumerate(task.readings)
    )
    part = line(_question(task.readings))
    return reply(conversation, now, Outcome.NUMBER_UNCLEAR, part, choices=(*choices, _RETYPE, CANCEL))


def reading_chosen(task: AskingNumber, argument: str) -> str | None:
    """The number that the pressed button stands for; None when its question is not the one that is open."""
    places = {f"{task.offer}.{place}": number for place, number in enumerate(task.readings)}
    return places.get(argument)


def doubt_answered(conversation: Conversation, now: datetime, task: AskingNumber, right: bool) -> Turn | None:
    """Yes or no to "is this number right?"; None when that was not asked, or yes does not tell which."""
    if not task.readings:
        return None
    if not right:
        return ask_number_again(conversation, now, task)
    if len(task.readings) > 1:
        return None
    return number_known(conversation, now, task, task.readings[0])


def ask_number_again(conversation: Conversation, now: datetime, task: AskingNumber | AskingCode) -> Turn:
    """A code that was sent already can still be typed instead."""
    before = _code_of(task)
    conversation = replace(conversation, task=AskingNumber(task.service_id, before=before, aim=task.aim))
    counts = (line("proving.code-counts"),) if before is not None else ()
    parts = (hiding(conversation, "proving.ask-number", "proving.ask-number-yourself"), *counts)
    return reply(conversation, now, Outcome.PROOF_ASKED, *parts, choices=ways.usual(task.aim))


def number_not_read(conversation: Conversation, now: datetime, task: AskingNumber | AskingCode) -> Turn:
    parts = (line("proving.number-not-read"),)
    return reply(conversation, now, Outcome.NUMBER_UNCLEAR, *parts, choices=ways.usual(task.aim))


def _question(readings: tuple[str, ...]) -> str:
    if len(readings) > 1:
        return "proving.which-letters"
    typed = read_register_number(readings[0])
    return "proving.check-letters" if typed is not None and typed.plausible else "proving.check-date"


def _code_of(task: AskingNumber | AskingCode) -> AskingCode | None:
    return task if isinstance(task, AskingCode) else task.before
