"""Which ways of proving can be gone, best first for where the person is, and how they are offered.

A code that is sent into this same chat would prove nothing but that somebody reads the chat: it is no way.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from dialogs.around import Around
from dialogs.conversation import Conversation
from dialogs.flows.speaking import CANCEL, PERSON
from dialogs.proofs import CODE_WAYS, GIVES, LINK_WAYS, Way, is_live, reaches
from dialogs.purposes import Aim
from dialogs.sayings import Choice, Command, Verb
from dialogs.services import Level

ABROAD = (Way.APP, Way.EMAIL, Way.BANK, Way.SIGNATURE, Way.OWN_SMS, Way.SMS)  # an SMS may not arrive there
IN_MONGOLIA = (Way.SMS, Way.OWN_SMS, Way.APP, Way.EMAIL, Way.BANK, Way.SIGNATURE)
HOME = "MN"
KHUR_WAYS = frozenset({Way.SMS, Way.APP, Way.EMAIL})  # their codes open something at ХУР
SMS_WAYS = frozenset({Way.SMS, Way.OWN_SMS})
OTHER = Choice(Command(Verb.OTHER_WAY), "button.other-way")
_LABELS = {
    Way.SMS: "button.way-sms",
    Way.OWN_SMS: "button.way-sms",
    Way.APP: "button.way-app",
    Way.EMAIL: "button.way-email",
    Way.BANK: "button.way-bank",
    Way.SIGNATURE: "button.way-signature",
}


def possible(
    conversation: Conversation, now: datetime, level: Level, operation: str, around: Around
) -> tuple[Way, ...]:
    """The wired ways that lead to the level, best first.

    Who is proven well enough already needs no proof but ХУР's consent, which any of its codes gives. An own code opens
    nothing at ХУР: it is for when nothing is to be read, and then ХУР is not troubled for an SMS.
    """
    wired, consents = around.proofs.ways, bool(operation) and is_proven(conversation, now, level, around)
    unfit = {Way.OWN_SMS} if operation else ({Way.SMS} if Way.OWN_SMS in wired else set())
    return tuple(
        way
        for way in (ABROAD if is_abroad(conversation, around) else IN_MONGOLIA)
        if way in wired - unfit and (reaches(GIVES[way], level) or (consents and way in KHUR_WAYS))
    )


def is_proven(conversation: Conversation, now: datetime, level: Level, around: Around) -> bool:
    proof = conversation.proof
    return proof is not None and is_live(proof, around.proofs, now) and reaches(proof.level, level)


def is_abroad(conversation: Conversation, around: Around) -> bool:
    """Who has not said where they are is taken to be: this is an assistant for citizens abroad."""
    place = around.missions.names.by_id(conversation.place) if conversation.place else None
    return place is None or place.country != HOME


def choices(purpose: str, aim: Aim, left: Collection[Way]) -> tuple[Choice, ...]:
    """A button for each of these ways, in the order of the aim."""
    return tuple(
        Choice(Command(Verb.CHOOSE_WAY, f"{way} {purpose} {aim.level}"), _LABELS[way])
        for way in aim.ways
        if way in left
    )


def left_after(purpose: str, aim: Aim, dead: Collection[Way]) -> tuple[Choice, ...]:
    """The ways that are left when these lead nowhere now."""
    return choices(purpose, aim, [way for way in aim.ways if way not in dead])


def beside(aim: Aim) -> tuple[Choice, ...]:
    """ "Another way", when there is one."""
    return (OTHER,) if len(aim.ways) > 1 else ()


def usual(aim: Aim) -> tuple[Choice, ...]:
    """The way out of any step."""
    return (*beside(aim), CANCEL, PERSON)


def first_code(aim: Aim) -> Way | None:
    return next((way for way in aim.ways if way in CODE_WAYS), None)


def is_link(way: Way) -> bool:
    return way in LINK_WAYS
