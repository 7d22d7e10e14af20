"""What is held about this chat: told, exported to who can prove that it is theirs, erased when they say so twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import proving
from dialogs.flows.speaking import PERSON, line, reply, told
from dialogs.incoming import Pressed, Said, Shared, Started
from dialogs.linking import EraseData, HeldDataTold, TellHeldData
from dialogs.masking import holds_secret
from dialogs.messages import CaughtUp, Event
from dialogs.outcomes import Outcome
from dialogs.proofs import LINK_WAYS, is_live, reaches
from dialogs.purposes import MY_DATA
from dialogs.sayings import Choice, Command, Facts, Verb
from dialogs.services import Level
from dialogs.understanding import Action
from dialogs.wording import texts

FRESH = timedelta(minutes=5)  # an export is worth more than a look: the proof for it must be new
YES, NO = "yes", "no"
_EXPORT = Choice(Command(Verb.EXPORT), "button.export")
_ERASE = Choice(Command(Verb.ERASE), "button.erase")
_SURE = (Choice(Command(Verb.ERASE, YES), "button.erase-yes"), Choice(Command(Verb.ERASE, NO), "button.erase-no"))
ROWS = (
    "held.messages",
    "held.files",
    "held.cases",
    "held.codes",
    "held.pages",
    "held.proofs",
    "held.person",
    "held.messages-owed",
    "held.since",
    "held.last",
)
"""The rows that can be told; what is counted besides them is told under one name."""
_REST = "held.rest"


def tell(conversation: Conversation) -> Turn:
    return Turn(conversation, (TellHeldData(),), Outcome.DATA_TOLD)


def told_rows(conversation: Conversation, now: datetime, event: HeldDataTold) -> Turn:
    """The counts, or the page an export can be loaded from once."""
    if event.url:
        page = (told("held.export", event.url), line("held.export-once"))
        return reply(conversation, now, Outcome.DATA_TOLD, *page, private=True)
    rows = tuple((key if key in texts() else _REST, value) for key, value in event.rows)
    parts = (line("held.what"), Facts(rows), line("held.kept-how"))
    return reply(conversation, now, Outcome.DATA_TOLD, *parts, choices=(_EXPORT, _ERASE, PERSON))


def export(conversation: Conversation, now: datetime, around: Around) -> Turn:
    """A chat that was never anybody's is its own; else somebody could export what another told on the same phone."""
    level = Level.BANK if around.proofs.ways & LINK_WAYS else Level.PHONE
    proof = conversation.proof
    if proof is None and not conversation.proven_once:
        return Turn(conversation, (TellHeldData(export=True),), Outcome.DATA_TOLD)
    fresh = proof is not None and is_live(proof, around.proofs, now) and now - proof.proven_at <= FRESH
    if proof is not None and fresh and reaches(proof.level, level):
        return Turn(conversation, (TellHeldData(export=True),), Outcome.DATA_TOLD)
    return proving.ask(conversation, now, MY_DATA, level, "", around)


def erase(conversation: Conversation, now: datetime, argument: str) -> Turn:
    """Asked first, then done."""
    if argument == YES:
        return Turn(conversation, (EraseData(),), Outcome.ERASED)
    if argument == NO:
        return reply(conversation, now, Outcome.CANCELLED, line("held.erase-not"))
    return reply(conversation, now, Outcome.ERASE_ASKED, line("held.erase-sure"), choices=_SURE)


def answered(conversation: Conversation, event: Said, now: datetime) -> Turn | None:
    """A plain yes or no right after that question; None for everything else."""
    action = event.understanding.action
    if not conversation.asked_to_erase or action not in (Action.YES, Action.NO) or holds_secret(event.text):
        return None
    return erase(conversation, now, YES if action is Action.YES else NO)


def asked_once(event: Event, turn: Turn) -> Turn:
    """A yes to anything else, or later, erases nothing."""
    asked = turn.outcome is Outcome.ERASE_ASKED
    if not asked and not isinstance(event, Said | Pressed | Shared | Started | CaughtUp):
        return turn
    return replace(turn, conversation=replace(turn.conversation, asked_to_erase=asked))


def erased(conversation: Conversation, now: datetime) -> Turn:
    """Nothing is left but the chat itself; buttons of before belong to nobody."""
    fresh = Conversation(
        conversation.id,
        conversation.channel,
        language=conversation.language,
        owner=conversation.owner,
        offer_number=conversation.offer_number,
    )
    return reply(fresh, now, Outcome.ERASED, line("held.erased"), notice=True)
