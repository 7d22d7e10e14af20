"""A button was pressed: only its own conversation's live offers count, and one that acts once does nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.around import NOTHING, Around
from dialogs.conversation import Conversation, Offer, Turn
from dialogs.flows import (
    consenting,
    finding,
    greeting,
    handing_over,
    held,
    holding,
    linking,
    proving,
    proving_code,
    register_numbers,
    repairing,
    several,
    showing,
    telling,
)
from dialogs.incoming import Pressed
from dialogs.messages import Reason
from dialogs.outcomes import Outcome
from dialogs.sayings import Command, Verb
from dialogs.services import Catalogue, Language
from dialogs.tasks import AskingNumber
from dialogs.understanding import Aspect

BUTTONS_LIVE_FOR = timedelta(hours=24)
# Effects that must not happen twice from one button, however often it is tapped.
_ONCE = frozenset({
    Verb.PROVE, Verb.USE_NUMBER, Verb.RESEND, Verb.CALL_PERSON, Verb.CHOOSE_WAY, Verb.CONFIRM_LINK, Verb.UNDO_PROOF,
})  # fmt: skip


def press(
    conversation: Conversation, event: Pressed, now: datetime, catalogue: Catalogue, around: Around = NOTHING
) -> Turn:
    command = live_command(conversation, event, now)
    offer = next((offer for offer in conversation.offers if offer.number == event.offer), None)
    if command is None or offer is None:
        return repairing.stale_button(conversation, now)
    if event.choice in offer.used and _still_in_effect(conversation, command.verb):
        return Turn(conversation, (), Outcome.IGNORED)
    if command.verb in _ONCE:
        conversation = _use(conversation, offer, event.choice)
    return obey(conversation, command, now, catalogue, around)


def live_command(conversation: Conversation, event: Pressed, now: datetime) -> Command | None:
    """What the button does; None when it is not this conversation's or too old."""
    offer = next((offer for offer in conversation.offers if offer.number == event.offer), None)
    choice = conversation.choice(event.offer, event.choice)
    if offer is None or choice is None or now - offer.made_at > BUTTONS_LIVE_FOR:
        return None
    return choice.command


def obey(
    conversation: Conversation, command: Command, now: datetime, catalogue: Catalogue, around: Around = NOTHING
) -> Turn:
    argument = command.argument
    match command.verb:
        case Verb.SHOW_SERVICE:
            return several.settled(telling.tell(conversation, now, catalogue, argument), now, catalogue, argument)
        case Verb.ASK_ASPECT:
            return _aspect(conversation, argument, now, catalogue)
        case Verb.NONE_OF_THESE:
            return several.settled(finding.none_of_these(conversation, now), now, catalogue, None)
        case Verb.CALL_PERSON:
            return handing_over.call_person(conversation, now, Reason(argument or Reason.ASKED))
        case Verb.PROVE:
            return proving.begin(conversation, now, catalogue, argument, around)
        case Verb.CANCEL:
            return repairing.cancel(conversation, now)
        case Verb.BACK:
            return repairing.back(conversation, now, catalogue)
        case Verb.RESTART:
            return repairing.restart(conversation, now)
        case Verb.SET_LANGUAGE:
            return greeting.switch_language(conversation, now, Language(argument))
        case Verb.HELP:
            return greeting.help_(conversation, now)
        case Verb.RESEND:
            return proving_code.resend(conversation, now)
        case Verb.USE_NUMBER | Verb.RETYPE_NUMBER:
            return _number(conversation, command, now)
        case Verb.KEEP_WORDS:
            return consenting.answered(conversation, now, allowed=argument == consenting.YES)
        case Verb.REVEAL:
            return showing.reveal(conversation, now)
        case _:
            return _about_proofs(conversation, command, now, catalogue, around)


def _about_proofs(
    conversation: Conversation, command: Command, now: datetime, catalogue: Catalogue, around: Around
) -> Turn:
    argument, turn = command.argument, None
    match command.verb:
        case Verb.CHOOSE_WAY:
            turn = proving.choose_way(conversation, now, catalogue, argument, around)
        case Verb.OTHER_WAY:
            turn = proving.other_way(conversation, now)
        case Verb.CONFIRM_LINK:
            turn = linking.confirmed(conversation, now, argument)
        case Verb.UNDO_PROOF:
            turn = holding.undo(conversation, argument)
        case Verb.EXPORT:
            turn = held.export(conversation, now, around)
        case Verb.ERASE:
            turn = held.erase(conversation, now, argument)
        case _:
            pass
    return turn or repairing.stale_button(conversation, now)


def _aspect(conversation: Conversation, argument: str, now: datetime, catalogue: Catalogue) -> Turn:
    """Of the service that is named, or (buttons kept from before) of the one on the table."""
    aspect, _, service_id = argument.partition(" ")
    if not service_id:
        return telling.follow_up(conversation, now, catalogue, Aspect(aspect))
    told = telling.tell(conversation, now, catalogue, service_id, Aspect(aspect))
    return several.settled(told, now, catalogue, service_id)


def _number(conversation: Conversation, command: Command, now: datetime) -> Turn:
    task = conversation.task
    if not isinstance(task, AskingNumber):
        return repairing.stale_button(conversation, now)
    if command.verb is Verb.RETYPE_NUMBER:
        return register_numbers.ask_number_again(conversation, now, task)
    number = register_numbers.reading_chosen(task, command.argument)
    if number is None:
        return repairing.stale_button(conversation, now)
    return register_numbers.number_known(conversation, now, task, number)


def _still_in_effect(conversation: Conversation, verb: Verb) -> bool:
    """A proof or a wait for a person that is over can be begun again from the same button."""
    match verb:
        case Verb.PROVE | Verb.CHOOSE_WAY:
            return conversation.task is not None
        case Verb.CALL_PERSON:
            return conversation.waiting_for_person
        case _:
            return True


def _use(conversation: Conversation, used: Offer, place: int) -> Conversation:
    now_used = replace(used, used=tuple({*used.used, place}))
    offers = tuple(now_used if offer is used else offer for offer in conversation.offers)
    return replace(conversation, offers=offers)
