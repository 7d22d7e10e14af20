"""Conversations at each step of a proof, and what one more event leads to there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.conversation import (
    AskingCode,
    AskingNumber,
    Conversation,
    ReadingCard,
    SendingCode,
    ShownData,
    Turn,
)
from dialogs.engine import step
from dialogs.incoming import Pressed, Said
from dialogs.messages import Event, OpenCase, Reason, Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Line, Verb
from tests.dialogs.services import CATALOGUE, ID_CARD
from tests.dialogs.states import NOW
from tests.dialogs.understandings import understand

NUMBER = "УХ90010112"
EMPTY = Conversation("1", "telegram")
ASKING_NUMBER = replace(EMPTY, task=AskingNumber(ID_CARD.id), topic=ID_CARD.id)
ASKING_CODE = replace(EMPTY, task=AskingCode(ID_CARD.id, NUMBER, "c1"), topic=ID_CARD.id)
SENDING_CODE = replace(EMPTY, task=SendingCode(ID_CARD.id, NUMBER, "c1"), topic=ID_CARD.id)
READING_CARD = replace(EMPTY, task=ReadingCard(AskingCode(ID_CARD.id, NUMBER, "c1")), topic=ID_CARD.id)
AFTER_A_CARD = replace(EMPTY, shown=ShownData((("field.given-name", "Сараа"),), NOW + timedelta(minutes=5)))


def after(conversation: Conversation, *what: str | Event, now: datetime = NOW) -> Turn:
    """The last of the turns that these words and events lead to."""
    turn = Turn(conversation, (), Outcome.IGNORED)
    for event in what:
        event = Said(event, understand(event), "m1") if isinstance(event, str) else event
        turn = step(turn.conversation, event, now, CATALOGUE)
    return turn


def keys(turn: Turn) -> list[str]:
    """The sentences of a turn."""
    messages = [decision.message for decision in turn.decisions if isinstance(decision, Reply)]
    return [part.key for message in messages for part in message.parts if isinstance(part, Line)]


def button(turn: Turn, verb: Verb) -> Pressed:
    """A press of the first button of the turn that does this."""
    for message in (decision.message for decision in turn.decisions if isinstance(decision, Reply)):
        for place, choice in enumerate(message.choices):
            if choice.command.verb is verb:
                return Pressed(message.offer, place)
    raise AssertionError(f"no button does {verb}")


def reason(turn: Turn) -> Reason | None:
    return next((decision.reason for decision in turn.decisions if isinstance(decision, OpenCase)), None)
