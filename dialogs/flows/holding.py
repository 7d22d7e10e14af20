"""A proof while it is held: how long it counts, signing out, and what other chats of the same person do to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Turn
from dialogs.flows.speaking import line, reply, told
from dialogs.incoming import Pressed, Said, Shared
from dialogs.linking import EndProof, ProofEnd, ProofEnded, ProofUndone, ProvenElsewhere, UndoProof
from dialogs.messages import Event, OpenCase, Reason, Reply
from dialogs.outcomes import Outcome
from dialogs.proofs import ProofRules, Way, is_live, used
from dialogs.rendering import ULAANBAATAR
from dialogs.sayings import Choice, Command, Line, Verb
from dialogs.services import Text

_PLATFORMS = {
    "telegram": Text("Telegram", "Telegram"),
    "messenger": Text("Messenger", "Messenger"),
    "web": Text("вэб чат", "the web chat"),
    "terminal": Text("терминал", "the terminal"),
}
_BY = {
    Way.SMS: "holding.proven-code",
    Way.APP: "holding.proven-code",
    Way.EMAIL: "holding.proven-code",
    Way.OWN_SMS: "holding.proven-code",
    Way.BANK: "holding.proven-bank",
    Way.SIGNATURE: "holding.proven-signature",
}
_WHY = {
    ProofEnd.SIGNED_OUT: "holding.signed-out",
    ProofEnd.UNDONE: "holding.undone",
    ProofEnd.ELSEWHERE: "holding.elsewhere",
    ProofEnd.ERASED: "holding.erased",
    ProofEnd.EXPIRED: "holding.expired",
}
_NEEDED = frozenset({Outcome.PROOF_ASKED, Outcome.WAY_ASKED, Outcome.NO_WAY})


def in_time(
    conversation: Conversation, event: Event, now: datetime, rules: ProofRules
) -> tuple[Conversation, EndProof | None]:
    """Without a proof whose time is over; what the citizen does makes the idle time begin anew."""
    proof = conversation.proof
    if proof is None:
        return conversation, None
    if not is_live(proof, rules, now):
        over = EndProof(proof.id, ProofEnd.EXPIRED) if proof.id else None
        return replace(conversation, proof=None, proven_once=True), over
    if isinstance(event, Said | Pressed | Shared):
        conversation = replace(conversation, proof=used(proof, now))
    return conversation, None


def told_over(turn: Turn, over: EndProof | None) -> Turn:
    """The end goes to the record once, and is told where the proof was needed."""
    if over is None:
        return turn
    first = next((decision for decision in turn.decisions if isinstance(decision, Reply)), None)
    if first is None or turn.outcome not in _NEEDED:
        return turn.then(over)
    message = replace(first.message, parts=(Line(_WHY[ProofEnd.EXPIRED]), *first.message.parts))
    longer = replace(first, message=message)
    decisions = tuple(longer if decision is first else decision for decision in turn.decisions)
    return replace(turn, decisions=(*decisions, over))


def sign_out(conversation: Conversation, now: datetime) -> Turn:
    """The proof, the data and every open step go; a case and the language stay."""
    proof = conversation.proof
    open_step = conversation.task is not None or conversation.shown is not None
    conversation = replace(conversation, proof=None, task=None, shown=None, lost_proof=None)
    if proof is None:
        key = "holding.step-over" if open_step else "holding.not-signed-in"
        return reply(conversation, now, Outcome.SIGNED_OUT, line(key))
    conversation = replace(conversation, proven_once=True)
    turn = reply(conversation, now, Outcome.SIGNED_OUT, line("holding.signed-out"))
    return turn.then(EndProof(proof.id, ProofEnd.SIGNED_OUT)) if proof.id else turn


def ended(conversation: Conversation, now: datetime, event: ProofEnded) -> Turn:
    """From outside. What was begun with an undone proof ends with it."""
    if conversation.proof is None or not event.proof_id or conversation.proof.id != event.proof_id:
        return Turn(conversation, (), Outcome.IGNORED)
    task = None if event.why is ProofEnd.UNDONE else conversation.task
    conversation = replace(conversation, proof=None, proven_once=True, shown=None, task=task)
    return reply(conversation, now, Outcome.PROOF_OVER, line(_WHY[event.why]), notice=True)


def proven_elsewhere(conversation: Conversation, now: datetime, event: ProvenElsewhere) -> Turn:
    """When, where and how; the button lives as long as it can be undone."""
    there = event.at.astimezone(ULAANBAATAR).strftime("%Y-%m-%d %H:%M")
    channel = _PLATFORMS.get(event.channel, Text(event.channel, event.channel))
    values = {"time": Text(there, there), "channel": channel}
    parts = (told(_BY[event.way], **values), line("holding.if-not-you"))
    undo = Choice(Command(Verb.UNDO_PROOF, event.proof_id), "button.not-me")
    return reply(conversation, now, Outcome.TOLD_ELSEWHERE, *parts, choices=(undo,), notice=True)


def undo(conversation: Conversation, proof_id: str) -> Turn:
    """ "This was not me": whoever owns the conversation."""
    return Turn(conversation, (UndoProof(proof_id),), Outcome.PROOF_UNDONE)


def undone(conversation: Conversation, now: datetime, event: ProofUndone) -> Turn:
    """Somebody looks at it either way."""
    waiting = conversation.waiting_for_person or conversation.owned_by_bot
    conversation = replace(conversation, waiting_for_person=waiting)
    key = "holding.undo-done" if event.done else "holding.undo-too-late"
    turn = reply(conversation, now, Outcome.PROOF_UNDONE, line(key), line("person.called"), notice=True)
    return turn.then(OpenCase(Reason.NOT_ME))
