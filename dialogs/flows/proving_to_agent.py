"""The agent who has the conversation asks who this is: the citizen proves it while the agent goes on talking.

What is asked for goes to the open step and its answers are notices; everything else still goes to the agent, who never
sees a number, a code or a personal row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import answering, hearing, holding, pressing, proving, repairing, ways
from dialogs.incoming import Pressed, Said
from dialogs.linking import AgentAskedProof, DataErased, LinkEvent, ProofEnded, ProofUndone, ProvenElsewhere
from dialogs.messages import Answer, Event, Reply
from dialogs.outcomes import Outcome
from dialogs.purposes import AGENT
from dialogs.sayings import Command, Verb
from dialogs.services import Catalogue, Level
from dialogs.tasks import purpose_of
from dialogs.understanding import Action

_OF_A_STEP = frozenset({
    Verb.CANCEL, Verb.BACK, Verb.RESEND, Verb.USE_NUMBER, Verb.RETYPE_NUMBER, Verb.OTHER_WAY, Verb.CONFIRM_LINK,
})  # fmt: skip
_WHOEVER_OWNS = ProofEnded | ProofUndone | ProvenElsewhere | DataErased
_WORDS_OF_A_STEP = frozenset({Action.CANCEL, Action.RESEND, Action.OTHER_WAY})


def asked(conversation: Conversation, now: datetime, event: AgentAskedProof, around: Around) -> Turn:
    """Only by who has the conversation, and only when it is not proven yet."""
    if conversation.owned_by_bot or conversation.owner.agent_id != event.agent_id:
        return Turn(conversation, (), Outcome.AGENT_REFUSED)
    if event.level in (Level.NONE, Level.UNKNOWN):
        return Turn(conversation, (), Outcome.IGNORED)
    if ways.is_proven(conversation, now, event.level, around):
        return Turn(conversation, (), Outcome.PROVEN)
    return as_notices(proving.ask(conversation, now, AGENT, event.level, "", around))


def taken(conversation: Conversation, event: Event, now: datetime, catalogue: Catalogue, around: Around) -> Turn | None:
    """What belongs to the proof, though an agent has the conversation; None for everything else."""
    turn: Turn | None = None
    match event:
        case Said():
            turn = _heard(conversation, event, now)
            turn = hearing.without_secret(turn, event) if turn else None
        case Pressed():
            command = pressing.live_command(conversation, event, now)
            if command is not None and _is_allowed(conversation, command):
                turn = pressing.press(conversation, event, now, catalogue, around)
        case _ if isinstance(event, Answer | LinkEvent) and _is_for_agent(conversation):
            turn = answering.answered(conversation, event, now, around)
        case _ if isinstance(event, _WHOEVER_OWNS):
            turn = answering.answered(conversation, event, now, around)
        case _:
            pass
    return as_notices(turn) if turn is not None else None


def as_notices(turn: Turn) -> Turn:
    """Sent although an agent has the conversation."""
    said = tuple(replace(each, notice=True) if isinstance(each, Reply) else each for each in turn.decisions)
    return replace(turn, decisions=said)


def _heard(conversation: Conversation, event: Said, now: datetime) -> Turn | None:
    action = event.understanding.action
    if action is Action.SIGN_OUT:
        return holding.sign_out(conversation, now)
    if not _is_for_agent(conversation):
        return None
    taken_by_task = hearing.taken_by_task(conversation, event, now)
    if taken_by_task is not None or action not in _WORDS_OF_A_STEP:
        return taken_by_task
    if action is Action.CANCEL:
        return repairing.cancel(conversation, now)
    return hearing.about_ways(conversation, now, action)


def _is_allowed(conversation: Conversation, command: Command) -> bool:
    if command.verb is Verb.UNDO_PROOF:
        return True
    if command.verb is Verb.CHOOSE_WAY:
        return command.argument.split(" ")[1:2] == [AGENT]
    return command.verb in _OF_A_STEP and _is_for_agent(conversation)


def _is_for_agent(conversation: Conversation) -> bool:
    return purpose_of(conversation.task) == AGENT
