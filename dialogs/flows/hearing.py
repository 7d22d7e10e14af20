"""Words a citizen said: taken by the open step when they are what it waits for, otherwise by what they mean.

Whatever they mean, a register number or a code in them leaves the chat.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from dialogs.around import NOTHING, Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import (
    choosing,
    consenting,
    greeting,
    handing_over,
    held,
    holding,
    linking,
    pressing,
    proving,
    proving_code,
    register_numbers,
    repairing,
    several,
    telling,
    ways,
)
from dialogs.flows.speaking import also, line, reply, secret_told
from dialogs.incoming import Said
from dialogs.masking import holds_secret
from dialogs.messages import HideMessage
from dialogs.outcomes import Outcome
from dialogs.services import Catalogue, Language
from dialogs.tasks import (
    AskingCode,
    AskingLinkNumber,
    AskingNumber,
    ChoosingWay,
    ConfirmingLink,
    ReadingCard,
    SendingCode,
    WaitingForLink,
)
from dialogs.understanding import Action, Script
from dialogs.verification.codes import read_code
from dialogs.verification.register_number import holds_register_number, read_register_number

_ADDRESS = re.compile(r"://|\bwww\.|\w\.(?:com|org|net|gov|mn|io|de|kr|ru)\b", re.IGNORECASE)
_DIGITS_OF_A_TRY = 4  # that many digits in a message while a code or number is asked: somebody tried to give it
# What is wanted for sure: answered, also when there are digits in the message.
_MEANT = frozenset({
    Action.SURE, Action.CHOICE, Action.FOLLOW_UP, Action.HUMAN, Action.EMERGENCY,
    Action.CANCEL, Action.BACK, Action.RESTART, Action.LANGUAGE_MN, Action.LANGUAGE_EN,
    Action.OTHER_WAY, Action.SIGN_OUT, Action.MY_DATA, Action.FORGET_ME,
})  # fmt: skip


def hear(
    conversation: Conversation, event: Said, now: datetime, catalogue: Catalogue, around: Around = NOTHING
) -> Turn:
    return without_secret(_heard(_in_their_language(conversation, event), event, now, catalogue, around), event)


def without_secret(turn: Turn, event: Said) -> Turn:
    """Whatever was answered, a number or a code leaves the chat."""
    hidden = HideMessage(event.ref)
    return turn.then(hidden) if holds_secret(event.text) and hidden not in turn.decisions else turn


def _heard(conversation: Conversation, event: Said, now: datetime, catalogue: Catalogue, around: Around) -> Turn:
    taken = held.answered(conversation, event, now) or taken_by_task(conversation, event, now)
    if taken is not None:
        return taken
    chosen = choosing.typed_choice(conversation, event.text, now, catalogue)
    if chosen is not None:
        return pressing.obey(conversation, chosen.command, now, catalogue, around)
    about_consent = consenting.heard(conversation, event, now)
    if about_consent is not None:
        return about_consent
    if holds_secret(event.text):
        return _answer_and_hide(conversation, event, now, catalogue)
    return _answer(conversation, event, now, catalogue)


def taken_by_task(conversation: Conversation, event: Said, now: datetime) -> Turn | None:
    """What the open step waits for, or a try at it; None when the words mean something else."""
    match conversation.task:
        case AskingNumber() as task:
            return _taken_as_number(conversation, event, now, task)
        case AskingCode() as task:
            return _taken_as_code(conversation, event, now, task)
        case ChoosingWay() as task:
            return _taken_as_way(conversation, event, now, task)
        case WaitingForLink() | AskingLinkNumber() as task:
            return _taken_as_link_number(conversation, event, now, task)
        case ConfirmingLink() as task if event.understanding.action in (Action.YES, Action.NO):
            return linking.answered(conversation, now, task, yes=event.understanding.action is Action.YES)
        case SendingCode() | ReadingCard() if read_code(event.text) is not None:
            return repairing.still_waiting(conversation, now).then(HideMessage(event.ref))
        case _:
            return None


def _taken_as_way(conversation: Conversation, event: Said, now: datetime, task: ChoosingWay) -> Turn | None:
    """Who gives the number or the code at once has chosen a code."""
    code, number, way = read_code(event.text), read_register_number(event.text), ways.first_code(task.aim)
    if task.before is not None and code is not None:
        return proving_code.code_typed(conversation, now, task.before, code, event.ref)
    if number is None or way is None or event.understanding.action is Action.EMERGENCY:
        return None
    asking = AskingNumber(task.service_id, before=task.before, aim=replace(task.aim, way=way))
    return register_numbers.number_typed(conversation, now, asking, number, event.ref)


def _taken_as_link_number(
    conversation: Conversation, event: Said, now: datetime, task: WaitingForLink | AskingLinkNumber
) -> Turn | None:
    number = read_code(event.text)
    if number is not None:
        return linking.number_typed(conversation, now, task, number, event.ref)
    if isinstance(task, WaitingForLink) or event.understanding.action is Action.EMERGENCY:
        return None
    tried = _tried(event) and not holds_register_number(event.text)
    return linking.number_not_read(conversation, now, task, event.ref) if tried else None


def _taken_as_number(conversation: Conversation, event: Said, now: datetime, task: AskingNumber) -> Turn | None:
    action, number = event.understanding.action, read_register_number(event.text)
    if action is Action.EMERGENCY:
        return None
    if number is not None:
        return register_numbers.number_typed(conversation, now, task, number, event.ref)
    code = read_code(event.text)
    if task.before is not None and code is not None:
        return proving_code.code_typed(conversation, now, task.before, code, event.ref)
    if action in (Action.YES, Action.NO):
        return register_numbers.doubt_answered(conversation, now, task, right=action is Action.YES)
    return (
        register_numbers.number_not_read(conversation, now, task).then(HideMessage(event.ref))
        if _tried(event)
        else None
    )


def _taken_as_code(conversation: Conversation, event: Said, now: datetime, task: AskingCode) -> Turn | None:
    code, number = read_code(event.text), read_register_number(event.text)
    if code is not None:
        return proving_code.code_typed(conversation, now, task, code, event.ref)
    if event.understanding.action is Action.EMERGENCY:
        return None
    if number is not None:
        return register_numbers.number_typed(conversation, now, task, number, event.ref)
    return proving_code.code_not_read(conversation, now, task).then(HideMessage(event.ref)) if _tried(event) else None


def _tried(event: Said) -> bool:
    """Somebody tried to give what is asked, and it cannot be read."""
    if holds_register_number(event.text):
        return True
    digits = sum(char.isdecimal() for char in event.text)
    return digits >= _DIGITS_OF_A_TRY and event.understanding.action not in _MEANT


def _answer_and_hide(conversation: Conversation, event: Said, now: datetime, catalogue: Catalogue) -> Turn:
    """A number or a code that nobody asked for: out of the chat, and why; what else was meant is answered first."""
    number = holds_register_number(event.text)
    why = secret_told(conversation, event.text)
    if event.understanding.action not in _MEANT:
        parts = (why,) if number or conversation.task else (why, line("proving.no-code-open"))
        return reply(conversation, now, Outcome.NUMBER_REMOVED, *parts).then(HideMessage(event.ref))
    turn = _answer(conversation, event, now, catalogue)
    if turn.outcome is not Outcome.EMERGENCY:
        turn = also(turn, reply(turn.conversation, now, Outcome.NUMBER_REMOVED, why))
    return turn.then(HideMessage(event.ref))


def _answer(conversation: Conversation, event: Said, now: datetime, catalogue: Catalogue) -> Turn:
    understood = event.understanding
    match understood.action:
        case Action.SURE | Action.CHOICE | Action.NOTHING:
            return several.answer(conversation, now, catalogue, understood)
        case Action.FOLLOW_UP:
            return telling.follow_up(conversation, now, catalogue, understood.aspect)
        case Action.GREETING | Action.HELP | Action.THANKS | Action.SMALLTALK | Action.TRUST | Action.COMPLAINT:
            return _talked(conversation, now, understood.action)
        case Action.HUMAN:
            return handing_over.call_person(conversation, now)
        case Action.EMERGENCY:
            return handing_over.emergency(conversation, now)
        case Action.CANCEL | Action.NO:
            return repairing.cancel(conversation, now)
        case Action.BACK:
            return repairing.back(conversation, now, catalogue)
        case Action.RESTART:
            return repairing.restart(conversation, now)
        case Action.YES:
            return reply(conversation, now, Outcome.CHATTED, line("chat.yes"))
        case Action.LANGUAGE_MN:
            return greeting.switch_language(conversation, now, Language.MN)
        case Action.LANGUAGE_EN:
            return greeting.switch_language(conversation, now, Language.EN)
        case Action.RESEND | Action.OTHER_WAY:
            return about_ways(conversation, now, understood.action)
        case Action.SIGN_OUT | Action.MY_DATA | Action.FORGET_ME:
            return _about_their_data(conversation, now, understood.action)
        case Action.EMPTY:
            return greeting.unreadable(conversation, now)
        case _:
            assert_never(understood.action)


def _talked(conversation: Conversation, now: datetime, action: Action) -> Turn:
    """What is no need yet."""
    match action:
        case Action.GREETING:
            return greeting.greet(conversation, now)
        case Action.HELP:
            return greeting.help_(conversation, now)
        case Action.THANKS:
            return greeting.thanked(conversation, now)
        case Action.TRUST:
            return greeting.trust(conversation, now)
        case Action.COMPLAINT:
            return greeting.complaint(conversation, now)
        case _:
            return greeting.small_talk(conversation, now)


def about_ways(conversation: Conversation, now: datetime, action: Action) -> Turn:
    """The code did not come, or another way is wanted."""
    other = proving.other_way(conversation, now)
    if action is Action.RESEND or other is None:
        return proving_code.resend(conversation, now)
    return other


def _about_their_data(conversation: Conversation, now: datetime, action: Action) -> Turn:
    if action is Action.SIGN_OUT:
        return holding.sign_out(conversation, now)
    return held.tell(conversation) if action is Action.MY_DATA else held.erase(conversation, now, "")


def _in_their_language(conversation: Conversation, event: Said) -> Conversation:
    """Answers follow the language that is written, until a person chooses one; one word or an address is too little."""
    understood = event.understanding
    if conversation.language_chosen or understood.action in (Action.LANGUAGE_EN, Action.LANGUAGE_MN):
        return conversation
    if understood.language == "en":
        enough = understood.word_scripts.count(Script.LATIN) > 1 and not _ADDRESS.search(event.text)
        return replace(conversation, language=Language.EN) if enough else conversation
    cyrillic = understood.language != "ru" and Script.CYRILLIC in understood.word_scripts
    if understood.language == "mn" or cyrillic:
        return replace(conversation, language=Language.MN)
    return conversation
