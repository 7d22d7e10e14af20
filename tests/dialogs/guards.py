"""What must have happened before: the guards of every step of a proof, written once and held against any turn."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.conversation import Conversation, Turn
from dialogs.incoming import Edited, Pressed, Said
from dialogs.linking import (
    BindLink,
    CodeChecked,
    EraseData,
    HeldDataTold,
    KeepProof,
    LinkBound,
    LinkEnd,
    LinkEnded,
    LinkNumberTried,
    LinkOpened,
    TryLinkNumber,
    UndoProof,
)
from dialogs.messages import CaughtUp, Event, RecordRead, RegistryResult, Reply
from dialogs.proofs import Way, reaches
from dialogs.sayings import Facts, Verb
from dialogs.tasks import AskingLinkNumber, BindingLink, ConfirmingLink, ReadingCard, WaitingForLink
from dialogs.understanding import Action


def broken(before: Conversation, event: Event, turn: Turn) -> list[str]:
    """Every guard that this turn went past."""
    return [*_proof(before, event, turn), *_steps(before, event, turn), *_decisions(before, event, turn)]


def _proof(before: Conversation, event: Event, turn: Turn) -> Iterator[str]:
    after = turn.conversation
    now, was = (after.proof.id, after.proof.level) if after.proof else None, None
    was = (before.proof.id, before.proof.level) if before.proof else None
    if now is not None and now != was and not _proves(before, event):
        yield "a proof out of nothing"
    if any(isinstance(decision, KeepProof) for decision in turn.decisions) and not _proves(before, event):
        yield "a proof kept that was not given"
    if _shows(turn) and not _may_show(before, event, after):
        yield "data shown to somebody who is not proven"


def _proves(before: Conversation, event: Event) -> bool:
    task = before.task
    match event:
        case RecordRead(result=RegistryResult.DONE, challenge_id=challenge):
            code = isinstance(task, ReadingCard) and task.asking.challenge_id == challenge
            return code and task.asking.aim.way is not Way.OWN_SMS  # type: ignore[union-attr]
        case CodeChecked(right=True, challenge_id=challenge):
            return isinstance(task, ReadingCard) and task.asking.challenge_id == challenge
        case LinkBound(link_id=link_id):
            return isinstance(task, BindingLink) and task.link_id == link_id
        case _:
            return False


def _shows(turn: Turn) -> bool:
    parts = (part for each in turn.decisions if isinstance(each, Reply) for part in each.message.parts)
    return any(isinstance(part, Facts) for part in parts)


def _may_show(before: Conversation, event: Event, after: Conversation) -> bool:
    if isinstance(event, HeldDataTold):
        return True
    if isinstance(event, RecordRead | LinkBound) and isinstance(before.task, ReadingCard | BindingLink):
        aim = before.task.asking.aim if isinstance(before.task, ReadingCard) else before.task.aim
        return _proves(before, event) and after.proof is not None and reaches(after.proof.level, aim.level)
    return before.shown is not None and isinstance(event, Pressed | Said | CaughtUp)


def _steps(before: Conversation, event: Event, turn: Turn) -> Iterator[str]:
    was, now = before.task, turn.conversation.task
    if now == was or isinstance(event, Edited):
        if now != was:
            yield "an edit moved a step"
        return
    match now:
        case BindingLink():
            asked = isinstance(was, ConfirmingLink) and was.link_id == now.link_id
            if not (asked and isinstance(event, Pressed | Said | CaughtUp)):
                yield "bound without the question whether it is them"
        case ConfirmingLink():
            right = isinstance(event, LinkNumberTried) and event.right and event.link_id == now.link_id
            if not (right and isinstance(was, AskingLinkNumber)):
                yield "confirmed without the right number"
        case AskingLinkNumber():
            done = isinstance(event, LinkEnded) and event.end is LinkEnd.PROVEN
            if not (done and isinstance(was, WaitingForLink) and was.link_id == now.link_id):
                yield "the number asked before the page was done"
        case WaitingForLink():
            if not isinstance(event, LinkOpened):
                yield "waiting for a page that was not opened"
        case _:
            pass


def _decisions(before: Conversation, event: Event, turn: Turn) -> Iterator[str]:
    for decision in turn.decisions:
        match decision:
            case TryLinkNumber():
                if not isinstance(before.task, AskingLinkNumber) or before.task.link_id != decision.link_id:
                    yield "a number tried that nobody asked for"
            case BindLink():
                if not isinstance(turn.conversation.task, BindingLink):
                    yield "bound outside its step"
            case EraseData():
                if not (_pressed(before, event, Verb.ERASE) or (before.asked_to_erase and _said_yes(event))):
                    yield "erased without being told so twice"
            case UndoProof():
                if not _pressed(before, event, Verb.UNDO_PROOF) and not isinstance(event, Said | CaughtUp):
                    yield "undone without its button"
            case _:
                pass


def _pressed(before: Conversation, event: Event, verb: Verb) -> bool:
    choice = before.choice(event.offer, event.choice) if isinstance(event, Pressed) else None
    typed = isinstance(event, Said | CaughtUp) and bool(before.offers)
    named = any(each.command.verb is verb for each in before.offers[-1].choices) if typed else False
    return named or (choice is not None and choice.command.verb is verb)


def _said_yes(event: Event) -> bool:
    said = event.said[-1] if isinstance(event, CaughtUp) and event.said else event
    return isinstance(said, Said) and said.understanding.action is Action.YES
