"""What a citizen sends besides words, and messages they change: kept for a person, never guessed at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from dialogs.conversation import Conversation, Turn
from dialogs.flows import greeting
from dialogs.flows.speaking import PERSON, line, reply, secret_told
from dialogs.incoming import Edited, Said, Shared, SharedKind
from dialogs.masking import holds_secret
from dialogs.messages import FileProblem, FileRefused, HideMessage, KeepFile
from dialogs.outcomes import Outcome

ALBUM = timedelta(seconds=30)  # files that follow each other so closely are one thing that was sent
KEPT_DAYS = 30  # then a citizen's file is wiped; said to the citizen, so it is no setting
KEPT_LINE = line("chat.kept", days=str(KEPT_DAYS))
KEPT = frozenset({SharedKind.PHOTO, SharedKind.VOICE, SharedKind.FILE})


def shared(conversation: Conversation, now: datetime, event: Shared) -> Turn:
    """The bot reads no pictures and hears no voice: it says so, and keeps them for a person."""
    match event.what:
        case SharedKind.PHOTO | SharedKind.VOICE | SharedKind.FILE if event.file:
            return _kept(conversation, now, event)
        case SharedKind.LOCATION:
            conversation = replace(conversation, asked_where=True)
            return reply(conversation, now, Outcome.UNREADABLE, line("chat.location"))
        case SharedKind.CONTACT:
            key = "chat.own-contact" if event.own else "chat.other-contact"
            return reply(conversation, now, Outcome.UNREADABLE, line(key))
        case _:
            return greeting.unreadable(conversation, now)


def keeping(event: Shared | None) -> tuple[KeepFile, ...]:
    """What is to be fetched of it."""
    if event is None or event.file is None or event.what not in KEPT:
        return ()
    return (KeepFile(event.what, event.file, event.ref),)


def files_of(said: tuple[Said, ...], shared: tuple[Shared, ...]) -> tuple[KeepFile, ...]:
    """What is to be fetched of messages that are answered together."""
    offered = (*(each.shared for each in said), *shared)
    return tuple(kept for each in offered for kept in keeping(each))


def edited(conversation: Conversation, now: datetime, event: Edited) -> Turn:
    """What followed from the first wording stands; whoever wants another answer writes anew."""
    if not event.text:
        return Turn(conversation, (), Outcome.IGNORED)
    if holds_secret(event.text):
        removed = secret_told(conversation, event.text)
        return reply(conversation, now, Outcome.NUMBER_REMOVED, removed).then(HideMessage(event.ref))
    return reply(conversation, now, Outcome.CHATTED, line("chat.edited"))


def refused(conversation: Conversation, now: datetime, event: FileRefused) -> Turn:
    """Said whoever has the conversation: the citizen believes that it is there."""
    match event.problem:
        case FileProblem.TOO_LARGE:
            told = line("chat.file-too-large", mb=str(event.largest))
        case FileProblem.WRONG_KIND:
            told = line("chat.file-wrong-kind")
        case FileProblem.NOT_FETCHED:
            told = line("chat.file-not-fetched")
        case FileProblem.TOO_MANY:
            told = line("chat.file-too-many")
        case _:
            assert_never(event.problem)
    return reply(conversation, now, Outcome.FILE_REFUSED, told, notice=True)


def _kept(conversation: Conversation, now: datetime, event: Shared) -> Turn:
    """Of an album the first is answered."""
    lately = conversation.kept_at is not None and now - conversation.kept_at < ALBUM
    conversation = replace(conversation, kept_at=now)
    if lately:
        return Turn(conversation, keeping(event), Outcome.IGNORED)
    waiting = conversation.waiting_for_person
    told = line("chat.kept-for-person") if waiting else KEPT_LINE
    turn = reply(conversation, now, Outcome.FILE_KEPT, told, choices=() if waiting else (PERSON,))
    return turn.then(*keeping(event))
