"""Small words every flow uses: a line of text, the usual buttons, a turn with one reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dialogs.conversation import Conversation, Turn, say
from dialogs.messages import Reason
from dialogs.outcomes import Outcome
from dialogs.sayings import Choice, Command, Line, Part, Told, Verb
from dialogs.services import Language, Text
from dialogs.verification.register_number import holds_register_number
from dialogs.wording import sentence

CANCEL = Choice(Command(Verb.CANCEL), "button.cancel")
BACK = Choice(Command(Verb.BACK), "button.back")
CANNOT_HIDE = frozenset({"messenger"})  # a page cannot delete what a person wrote
RESEND = Choice(Command(Verb.RESEND), "button.resend")


def person(reason: Reason) -> Choice:
    """The way to a person; the desk sees the reason."""
    return Choice(Command(Verb.CALL_PERSON, reason), "button.person")


PERSON = person(Reason.ASKED)


def line(key: str, **values: str) -> Line:
    return Line(key, tuple(sorted(values.items())))


def told(key: str, url: str = "", /, **values: Text) -> Told:
    """A sentence whose values are themselves in both languages; with `url` a link."""
    return Told(both(key, **values), url)


def both(key: str, **values: Text) -> Text:
    mn, en = (
        sentence(key, language, {name: value.in_language(language) for name, value in values.items()})
        for language in (Language.MN, Language.EN)
    )
    return Text(mn, en)


def hiding(conversation: Conversation, hidden: str, kept: str) -> Line:
    """`hidden` where a citizen's message can be taken out of the chat, else `kept`: nobody is told a lie."""
    return line(kept if conversation.channel in CANNOT_HIDE else hidden)


def secret_told(conversation: Conversation, text: str) -> Line:
    """That a number or a code was taken out of the chat, or that it cannot be."""
    if holds_register_number(text):
        return hiding(conversation, "repair.number-removed", "repair.number-delete")
    return hiding(conversation, "repair.code-removed", "repair.code-delete")


def reply(
    conversation: Conversation,
    now: datetime,
    outcome: Outcome,
    *parts: Part,
    choices: tuple[Choice, ...] = (),
    private: bool = False,
    notice: bool = False,
    slot: str = "",
    pinned: bool = False,
) -> Turn:
    """A turn that says one thing."""
    conversation, answer = say(
        conversation, now, *parts, choices=choices, private=private, notice=notice, slot=slot, pinned=pinned
    )
    return Turn(conversation, (answer,), outcome)


def also(first: Turn, second: Turn) -> Turn:
    """Two turns as one: the decisions in order, the first one's outcome."""
    return replace(first, conversation=second.conversation, decisions=(*first.decisions, *second.decisions))
