"""What was understood of one message: the words that `nlu` speaks and the engine decides on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Script(StrEnum):
    """The script most letters of a message are in."""

    CYRILLIC = "cyrillic"
    LATIN = "latin"
    OTHER = "other"  # hangul, kana, han, traditional Mongolian ...
    NONE = "none"  # no letters at all


class Action(StrEnum):
    """What a message asks the assistant to do, before the state of the conversation is looked at."""

    SURE = "sure"  # one service, likely enough to be told at once
    CHOICE = "choice"  # up to three candidates
    NOTHING = "nothing"  # understood as a need, but no service fits
    FOLLOW_UP = "follow-up"  # only an aspect ("hed ve"), no service named: the one on the table is meant
    GREETING = "greeting"
    THANKS = "thanks"
    SMALLTALK = "smalltalk"
    TRUST = "trust"  # "are you official?", "are you a robot?"
    COMPLAINT = "complaint"  # angry or swearing: offer a person
    HUMAN = "human"  # wants a person
    EMERGENCY = "emergency"  # danger abroad: nearest mission and a person first
    CANCEL = "cancel"
    BACK = "back"
    RESTART = "restart"
    HELP = "help"
    YES = "yes"
    NO = "no"
    LANGUAGE_MN = "language-mn"
    LANGUAGE_EN = "language-en"
    RESEND = "resend"  # "the code did not come"
    OTHER_WAY = "other-way"  # of proving who they are
    SIGN_OUT = "sign-out"
    MY_DATA = "my-data"  # what is held about them
    FORGET_ME = "forget-me"  # erase it
    EMPTY = "empty"  # nothing to read in it


class Aspect(StrEnum):
    """Which side of a service is asked about."""

    FEE = "fee"
    DOCUMENTS = "documents"
    DURATION = "duration"
    WHERE = "where"
    ELIGIBILITY = "eligibility"
    STATUS = "status"
    ABROAD = "abroad"
    PROOF = "proof"
    HOW = "how"
    LINK = "link"


@dataclass(frozen=True)
class Candidate:
    """A service with the probability (0..1) that it is the one meant."""

    service_id: str
    probability: float


@dataclass(frozen=True)
class Need:
    """One thing that is wanted; `text` is the part of the message that says it. Candidates: best first, at most ten.

    `action` is SURE, CHOICE or NOTHING for this need alone; None: as the whole message. Of several needs the most
    certain action is the message's.
    """

    text: str
    candidates: tuple[Candidate, ...]
    action: Action | None = None


class EntityKind(StrEnum):
    """What a piece of a message names. Register numbers, phones, documents, addresses and codes are personal."""

    REGISTER = "register"  # Mongolian register number
    PHONE = "phone"
    DATE = "date"
    COUNTRY = "country"
    CITY = "city"
    DOCUMENT = "document"  # number of a passport, a citizen, a residence card
    EMAIL = "email"
    CODE = "code"  # a lone number, as one-time codes are


@dataclass(frozen=True)
class Entity:
    """A piece of a message: `text` as written is what stands from `start` up to `end`; `value` is one form for all.

    Values: two Cyrillic capitals and eight digits of a register number; E.164 of a phone whose country is sure, else
    its digits; a date as 2026-05-12, 2026-05 or --05-12, as written where that is not sure (tomorrow, 05/12/2026);
    the ISO 3166 alpha-2 code of a country; the English name of a city.
    """

    kind: EntityKind
    start: int
    end: int
    value: str
    text: str


@dataclass(frozen=True)
class Understanding:
    """`language` is what was written: mn, en, ru, ko, ja, zh, de or und. `word_scripts` is one entry a word."""

    language: str
    script: Script
    action: Action
    aspect: Aspect | None = None
    needs: tuple[Need, ...] = ()
    word_scripts: tuple[Script, ...] = ()
    entities: tuple[Entity, ...] = ()
