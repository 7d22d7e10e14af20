"""What the record of codes, the registry, a page or another chat answered."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from dialogs.around import Around
from dialogs.conversation import Conversation, Turn
from dialogs.flows import held, holding, linking, proving_code, showing
from dialogs.linking import (
    CodeChecked,
    DataErased,
    HeldDataTold,
    LinkBound,
    LinkEnded,
    LinkEvent,
    LinkNotBound,
    LinkNumberTried,
    LinkOpened,
    LinkRefused,
    ProofEnded,
    ProofUndone,
    ProvenElsewhere,
)
from dialogs.messages import (
    Answer,
    ChallengeOpened,
    ChallengeRefused,
    CodeRequested,
    RecordRead,
    TryRefused,
    TryTaken,
)


def answered(conversation: Conversation, event: Answer | LinkEvent, now: datetime, around: Around) -> Turn:
    match event:
        case ChallengeOpened():
            return proving_code.challenge_opened(conversation, now, event)
        case ChallengeRefused():
            return proving_code.challenge_refused(conversation, now, event)
        case CodeRequested():
            return proving_code.code_requested(conversation, now, event)
        case TryTaken():
            return proving_code.try_taken(conversation, now, event)
        case TryRefused():
            return proving_code.try_refused(conversation, now, event)
        case RecordRead():
            return showing.record_read(conversation, now, event)
        case CodeChecked():
            return showing.code_checked(conversation, now, event)
        case HeldDataTold():
            return held.told_rows(conversation, now, event)
        case DataErased():
            return held.erased(conversation, now)
        case _:
            return _about_links(conversation, event, now, around)


def _about_links(
    conversation: Conversation,
    event: LinkOpened
    | LinkRefused
    | LinkEnded
    | LinkNumberTried
    | LinkBound
    | LinkNotBound
    | ProofEnded
    | ProvenElsewhere
    | ProofUndone,
    now: datetime,
    around: Around,
) -> Turn:
    match event:
        case LinkOpened():
            return linking.opened(conversation, now, event)
        case LinkRefused():
            return linking.refused(conversation, now, event)
        case LinkEnded():
            return linking.ended(conversation, now, event, around.proofs)
        case LinkNumberTried():
            return linking.number_tried(conversation, now, event)
        case LinkBound():
            return linking.bound(conversation, now, event, around)
        case LinkNotBound():
            return linking.not_bound(conversation, now, event)
        case ProofEnded():
            return holding.ended(conversation, now, event)
        case ProvenElsewhere():
            return holding.proven_elsewhere(conversation, now, event)
        case ProofUndone():
            return holding.undone(conversation, now, event)
        case _:
            assert_never(event)
