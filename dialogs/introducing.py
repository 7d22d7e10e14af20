"""What a channel shows of the assistant before anybody has written: what it is, its commands, its invitations."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.services import Language
from dialogs.wording import sentence


@dataclass(frozen=True)
class Introduction:
    """`commands`: (word, what it does); each word is one that is understood when it is typed."""

    description: str
    short: str
    commands: tuple[tuple[str, str], ...]


def introduction(language: Language) -> Introduction:
    """Says who this is and that it is automatic, as the greeting does."""
    who = " ".join(sentence(key, language) for key in ("greeting.hello", "greeting.automatic", "greeting.can"))
    commands = (
        ("start", sentence("introducing.start", language)),
        ("help", sentence("introducing.help", language)),
        ("person", sentence("introducing.person", language)),
        ("language", sentence("introducing.language", language)),
        ("cancel", sentence("introducing.cancel", language)),
        ("logout", sentence("introducing.logout", language)),
        ("mydata", sentence("introducing.mydata", language)),
        ("forget", sentence("introducing.forget", language)),
    )
    return Introduction(who, sentence("introducing.short", language), commands)


def invitation(language: Language) -> tuple[str, str]:
    """(over a list of services: ask the assistant, under one service: open it there)."""
    return sentence("introducing.ask", language), sentence("introducing.open", language)
