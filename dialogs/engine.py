"""step(conversation, event, now, catalogue) -> Turn: what happens next. Pure and total: every event has an answer.

`catalogue` is the published release and `around` what stands beside it, passed in like the time: values, so that a
turn can be played again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from dialogs.around import NOTHING, Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import (
    answering,
    catching_up,
    greeting,
    handing_over,
    hearing,
    held,
    holding,
    learning,
    linking,
    nearby,
    pressing,
    proving_to_agent,
    repairing,
    sharing,
    showing,
    telling,
)
from dialogs.flows.speaking import PERSON, also, line, reply
from dialogs.incoming import (
    AddressedInGroup,
    Edited,
    Left,
    Pressed,
    Returned,
    Said,
    Shared,
    SharedKind,
    SpokenElsewhere,
    Started,
    Unsupported,
)
from dialogs.linking import AgentAskedProof
from dialogs.messages import (
    AgentSaid,
    CaseTaken,
    CaughtUp,
    Corrected,
    Event,
    FileRefused,
    GivenBack,
    Pile,
    TurnFailed,
)
from dialogs.outcomes import Outcome
from dialogs.services import Catalogue


def step(
    conversation: Conversation, event: Event, now: datetime, catalogue: Catalogue, around: Around = NOTHING
) -> Turn:
    """One event, decided. `now` is an aware UTC time."""
    before = conversation
    conversation, over = holding.in_time(showing.dropped_in_time(conversation, now), event, now, around.proofs)
    conversation = nearby.noticed(conversation, event, around)
    turn = nearby.with_surroundings(_decided(conversation, event, now, catalogue, around), now, catalogue, around)
    turn = held.asked_once(event, linking.given_up(before, event, holding.told_over(turn, over)))
    return learning.learned(conversation, event, turn, now, catalogue)


def _decided(conversation: Conversation, event: Event, now: datetime, catalogue: Catalogue, around: Around) -> Turn:
    match event:
        case CaseTaken():
            return handing_over.taken(conversation, now, event)
        case AgentSaid():
            return handing_over.agent_said(conversation, now, event)
        case GivenBack():
            return handing_over.given_back(conversation, now, event)
        case Corrected():
            return learning.corrected(conversation, event, catalogue)
        case FileRefused():
            return sharing.refused(conversation, now, event)
        case AgentAskedProof():
            return proving_to_agent.asked(conversation, now, event, around)
        case SpokenElsewhere():
            return handing_over.spoken_elsewhere(conversation, now, event)
        case Unsupported() | Left() | Returned():
            return Turn(conversation, (), Outcome.IGNORED)
        case _ if handing_over.left_alone_elsewhere(conversation, event, now):
            back = handing_over.back_from_elsewhere(conversation, now)
            return also(back, _decided(back.conversation, event, now, catalogue, around))
        case _ if not conversation.owned_by_bot:
            about_proof = proving_to_agent.taken(conversation, event, now, catalogue, around)
            return about_proof or handing_over.left_to_agent(conversation, now, event)
        case AddressedInGroup():
            return greeting.private_only(conversation, now)
        case CaughtUp(why=Pile.LATE):
            return greeting.introduced(catching_up.late(conversation, event, now, catalogue))
        case CaughtUp():
            return _flooded(conversation, event, now, catalogue, around)
        case TurnFailed():
            return reply(conversation, now, Outcome.IGNORED, line("repair.failed"), choices=(PERSON,))
        case Edited() | Started() | Said() | Shared() | Pressed():
            return _done(conversation, event, now, catalogue, around)
        case _:
            return answering.answered(conversation, event, now, around)


def _done(
    conversation: Conversation,
    event: Edited | Started | Said | Shared | Pressed,
    now: datetime,
    catalogue: Catalogue,
    around: Around,
) -> Turn:
    """What a citizen did, and the open step taken up again after it."""
    match event:
        case Edited():
            return repairing.taken_up(conversation.task, sharing.edited(conversation, now, event), now)
        case Pressed():
            pressed = pressing.press(conversation, event, now, catalogue, around)
            return repairing.taken_up(conversation.task, pressed, now)
        case _:
            written = _written(greeting.met(conversation, now), event, now, catalogue, around)
            return greeting.introduced(repairing.taken_up(conversation.task, written, now))


def _flooded(conversation: Conversation, event: CaughtUp, now: datetime, catalogue: Catalogue, around: Around) -> Turn:
    """The last of them is answered; presses and stickers alone are answered once, like a sticker."""
    last: Event = Shared(SharedKind.OTHER)
    if event.said or event.shared:
        last = event.said[-1] if event.said else event.shared[-1]
    return catching_up.flooded(_decided(conversation, last, now, catalogue, around), event, now)


def _written(
    conversation: Conversation, event: Started | Said | Shared, now: datetime, catalogue: Catalogue, around: Around
) -> Turn:
    """What a citizen wrote or sent."""
    match event:
        case Started():
            fresh = replace(conversation, task=None, waiting_needs=())
            if event.service_id in catalogue.services:
                return telling.tell(fresh, now, catalogue, event.service_id)
            return greeting.greet(fresh, now)
        case Said():
            there = nearby.where_answered(conversation, event, now, around)
            turn = there or hearing.hear(replace(conversation, asked_where=False), event, now, catalogue, around)
            if event.shared is None:
                return turn
            kept = sharing.keeping(event.shared)
            told = sharing.KEPT_LINE if kept else line("chat.file-wrong-kind")
            return also(turn, reply(turn.conversation, now, turn.outcome, told)).then(*kept)
        case Shared():
            return sharing.shared(conversation, now, event)
        case _:
            assert_never(event)
