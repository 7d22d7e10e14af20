"""What is said to a citizen, before it has words: sentences by key, cards, facts, buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dialogs.services import Text
from dialogs.understanding import Aspect


class Verb(StrEnum):
    """What a button does."""

    SHOW_SERVICE = "show-service"
    ASK_ASPECT = "ask-aspect"  # argument: aspect and service id, `fee passport-lost`; without id the one on the table
    NONE_OF_THESE = "none-of-these"
    CALL_PERSON = "call-person"  # argument: the reason the desk is shown
    PROVE = "prove"  # argument: service id
    CANCEL = "cancel"
    BACK = "back"
    RESTART = "restart"
    SET_LANGUAGE = "set-language"
    RESEND = "resend"
    USE_NUMBER = "use-number"  # argument: the number of its offer and the place of the reading, `7.0`
    RETYPE_NUMBER = "retype-number"
    REVEAL = "reveal"
    HELP = "help"
    KEEP_WORDS = "keep-words"  # argument: yes or no
    CHOOSE_WAY = "choose-way"  # argument: way, purpose and level, `bank id-card-reference phone`
    OTHER_WAY = "other-way"
    CONFIRM_LINK = "confirm-link"  # argument: yes or no, and the page's id
    UNDO_PROOF = "undo-proof"  # argument: the proof's id
    EXPORT = "export"
    ERASE = "erase"  # argument: empty asks, yes or no answers


@dataclass(frozen=True)
class Command:
    verb: Verb
    argument: str = ""


@dataclass(frozen=True)
class Line:
    """One sentence by its key in `dialogs/texts`, with the values of its placeholders."""

    key: str
    values: tuple[tuple[str, str], ...] = ()
    kind: Literal["line"] = "line"


@dataclass(frozen=True)
class Moment:
    """A sentence about a time: `{time}` is filled with it, in minutes or hours from now and in Ulaanbaatar time."""

    key: str
    at: datetime
    kind: Literal["moment"] = "moment"


@dataclass(frozen=True)
class Card:
    """A service told from its catalogue fields; with an aspect, only that side of it."""

    service_id: str
    aspect: Aspect | None = None
    kind: Literal["card"] = "card"


@dataclass(frozen=True)
class Facts:
    """Rows of personal data; the labels are text keys, the values are shown as they are."""

    rows: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Verbatim:
    """Words of a person, shown as they are."""

    text: str
    alias: str = ""
    kind: Literal["verbatim"] = "verbatim"


@dataclass(frozen=True)
class Told:
    """A sentence that comes from data and not from `dialogs/texts`; with `url` it is a link.

    `page`: a page of our own that is to know its chat's user; it is opened so that the platform can vouch for them.
    """

    text: Text
    url: str = ""
    page: bool = False
    kind: Literal["told"] = "told"


Part = Line | Moment | Card | Facts | Verbatim | Told


@dataclass(frozen=True)
class Choice:
    """One button: its label is a text key, the title of a service, or both where several services are told."""

    command: Command
    label_key: str = ""
    label_service: str = ""
    label_text: str = ""


@dataclass(frozen=True)
class Message:
    """`private`: holds personal data, so it is shown to the citizen only and not kept readable.

    `slot` names it for a later `Amend`; `pinned`: kept in sight at the top of the chat where the channel can.
    """

    parts: tuple[Part, ...]
    choices: tuple[Choice, ...] = ()
    offer: int = 0  # the number of the offer its buttons belong to; 0 without buttons
    private: bool = False
    slot: str = ""
    pinned: bool = False
