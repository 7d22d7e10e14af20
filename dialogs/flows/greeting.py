"""Hello, who this is, small talk, languages: everything that is not yet a need."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.conversation import Conversation, Turn
from dialogs.flows.speaking import PERSON, line, person, reply
from dialogs.learning import Consent
from dialogs.messages import Reason, Reply
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Verb
from dialogs.services import Language

AWAY_FOR = timedelta(hours=24)  # who writes again after that is told once more that this is automatic
_EXAMPLES = Choice(Command(Verb.HELP), "button.examples")
_TO_EN = Choice(Command(Verb.SET_LANGUAGE, Language.EN), "button.language-en")
_TO_MN = Choice(Command(Verb.SET_LANGUAGE, Language.MN), "button.language-mn")


def met(conversation: Conversation, now: datetime) -> Conversation:
    """Somebody writes; after a long while it is as if for the first time."""
    away = conversation.last_at is not None and now - conversation.last_at > AWAY_FOR
    open_question = conversation.consent in (Consent.ASKED, Consent.UNANSWERED)
    consent = Consent.NOT_ASKED if away and open_question else conversation.consent
    conversation = replace(conversation, waiting_needs=() if away else conversation.waiting_needs)
    return replace(conversation, last_at=now, greeted=conversation.greeted and not away, consent=consent)


def introduced(turn: Turn) -> Turn:
    """Whoever was not told yet reads first that this is automatic; only an emergency does not wait for it."""
    first = next((decision for decision in turn.decisions if isinstance(decision, Reply)), None)
    if turn.conversation.greeted or first is None or turn.outcome is Outcome.EMERGENCY:
        return turn
    message = replace(first.message, parts=(line("greeting.automatic"), *first.message.parts))
    said = replace(first, message=message)
    decisions = tuple(said if decision is first else decision for decision in turn.decisions)
    return replace(turn, conversation=replace(turn.conversation, greeted=True), decisions=decisions)


def greet(conversation: Conversation, now: datetime) -> Turn:
    """Who this is, that it is automatic, what it can do."""
    other = _TO_MN if conversation.language is Language.EN else _TO_EN
    conversation = replace(conversation, greeted=True)
    parts = (line("greeting.hello"), line("greeting.automatic"), line("greeting.can"))
    return reply(conversation, now, Outcome.GREETED, *parts, choices=(_EXAMPLES, PERSON, other))


def help_(conversation: Conversation, now: datetime) -> Turn:
    return reply(conversation, now, Outcome.GREETED, line("greeting.examples"), line("greeting.words"))


def thanked(conversation: Conversation, now: datetime) -> Turn:
    return reply(conversation, now, Outcome.CHATTED, line("chat.thanks"))


def small_talk(conversation: Conversation, now: datetime) -> Turn:
    return reply(conversation, now, Outcome.CHATTED, line("chat.small-talk"), choices=(_EXAMPLES, PERSON))


def trust(conversation: Conversation, now: datetime) -> Turn:
    conversation = replace(conversation, greeted=True)
    return reply(conversation, now, Outcome.CHATTED, line("chat.trust"), line("chat.trust-rules"), choices=(PERSON,))


def complaint(conversation: Conversation, now: datetime) -> Turn:
    return reply(conversation, now, Outcome.CHATTED, line("chat.complaint"), choices=(person(Reason.COMPLAINT),))


def unreadable(conversation: Conversation, now: datetime) -> Turn:
    """A sticker, a photo, only emoji: said kindly, nothing lost."""
    return reply(conversation, now, Outcome.UNREADABLE, line("chat.unreadable"), choices=(_EXAMPLES, PERSON))


def private_only(conversation: Conversation, now: datetime) -> Turn:
    """In a group: said once a day, and nothing else ever."""
    said_lately = conversation.last_at is not None and now - conversation.last_at < AWAY_FOR
    if said_lately:
        return Turn(conversation, (), Outcome.IGNORED)
    conversation = replace(conversation, last_at=now, greeted=True)
    return reply(conversation, now, Outcome.GREETED, line("greeting.private-only"))


def switch_language(conversation: Conversation, now: datetime, language: Language) -> Turn:
    conversation = replace(conversation, language=language, language_chosen=True)
    return reply(conversation, now, Outcome.LANGUAGE_SWITCHED, line("greeting.language"))
