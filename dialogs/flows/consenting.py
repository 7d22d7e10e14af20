"""May typed words be kept? Asked once, answered by a button or a plain yes or no, changed at any time by a word."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Turn
from dialogs.flows.speaking import line, reply
from dialogs.incoming import Said
from dialogs.learning import Consent
from dialogs.messages import KeepExample
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Verb
from dialogs.understanding import Action

YES, NO = "yes", "no"
_CHOICES = (
    Choice(Command(Verb.KEEP_WORDS, YES), "button.keep-words"),
    Choice(Command(Verb.KEEP_WORDS, NO), "button.keep-nothing"),
)
_WORD = re.compile(r"[^\W_]+")
_MOST_CHARACTERS = 60
# Whole messages that ask for the question; Telegram's `/privacy` arrives as its word.
_PRIVACY = frozenset((
    "нууцлал", "нууцлалын тохиргоо", "миний үгийг бүү хадгал", "үгийг минь бүү хадгал", "миний үгийг хадгалж болно",
    "nuutslal", "nuuclal", "nuutslaliin tohirgoo", "nuuclaliin tohirgoo", "minii ugiig buu hadgal",
    "ugiig mini buu hadgal", "minii ugiig hadgalj bolno", "privacy", "privacy settings", "do not keep my words",
    "don t keep my words", "you may keep my words",
))  # fmt: skip


def ask(conversation: Conversation, now: datetime) -> Turn:
    """The one question, after what was wanted is answered."""
    conversation = replace(conversation, consent=Consent.ASKED)
    return reply(conversation, now, Outcome.CHATTED, line("consent.question"), choices=_CHOICES)


def heard(conversation: Conversation, event: Said, now: datetime) -> Turn | None:
    """A word about privacy, or a plain answer to the question that was just asked; None for everything else."""
    if _asks_about_it(event.text):
        return _explained(conversation, now)
    plain = event.understanding.action in (Action.YES, Action.NO)
    if plain and _is_open(conversation):
        return answered(conversation, now, allowed=event.understanding.action is Action.YES)
    return None


def answered(conversation: Conversation, now: datetime, allowed: bool) -> Turn:
    """Kept from now on or not; the words that waited for the answer are handed over or dropped with it."""
    wording = conversation.wording
    if not allowed:
        conversation = replace(conversation, consent=Consent.REFUSED, wording=None)
        return reply(conversation, now, Outcome.CONSENT_ANSWERED, line("consent.refused"))
    waiting = wording is not None and wording.settled
    conversation = replace(conversation, consent=Consent.GIVEN, wording=None if waiting else wording)
    turn = reply(conversation, now, Outcome.CONSENT_ANSWERED, line("consent.given"))
    if wording is None or not waiting or wording.is_over(now):
        return turn
    return turn.then(KeepExample(wording.text, wording.service_id, wording.how, wording.shown))


def _explained(conversation: Conversation, now: datetime) -> Turn:
    """How it stands, with both buttons."""
    state = "consent.now-kept" if conversation.consent is Consent.GIVEN else "consent.now-not-kept"
    if conversation.consent in (Consent.NOT_ASKED, Consent.UNANSWERED):
        conversation = replace(conversation, consent=Consent.ASKED)
    parts = (line(state), line("consent.question"))
    return reply(conversation, now, Outcome.CHATTED, *parts, choices=_CHOICES)


def _asks_about_it(text: str) -> bool:
    folded = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).casefold()
    return len(text) <= _MOST_CHARACTERS and " ".join(_WORD.findall(folded)) in _PRIVACY


def _is_open(conversation: Conversation) -> bool:
    newest = conversation.offers[-1].choices if conversation.offers else ()
    return conversation.consent is Consent.ASKED and newest == _CHOICES
