"""What can happen (events, in the past tense) and what can be decided (decisions, imperative): two closed unions.

Every class carries its `kind`, so that a stored event or decision can be read back without guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dialogs.learning import How
from dialogs.sayings import Message
from dialogs.understanding import Understanding
from dialogs.verification.codes import Refusal

# --- events --------------------------------------------------------------------------------------------------------


class SharedKind(StrEnum):
    """What a citizen can send besides words."""

    PHOTO = "photo"
    STICKER = "sticker"
    VOICE = "voice"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True)
class Started:
    payload: str = ""
    kind: Literal["started"] = "started"


@dataclass(frozen=True)
class Words:
    """What was written, before anybody understood it; the assistant makes it `Said`."""

    text: str
    ref: str = ""
    kind: Literal["words"] = "words"


@dataclass(frozen=True)
class Said:
    """`ref` is the channel's id of the message, so that it can be hidden later."""

    text: str
    understanding: Understanding
    ref: str = ""
    kind: Literal["said"] = "said"


@dataclass(frozen=True)
class Pressed:
    """A button: the number of its offer and its place there, counted from 0."""

    offer: int
    choice: int
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True)
class Shared:
    what: SharedKind
    kind: Literal["shared"] = "shared"


@dataclass(frozen=True)
class Edited:
    """An earlier message was changed: effects are never run again."""

    kind: Literal["edited"] = "edited"


@dataclass(frozen=True)
class Unsupported:
    """The platform sent something this version has no word for."""

    kind: Literal["unsupported"] = "unsupported"


Incoming = Started | Words | Pressed | Shared | Edited | Unsupported  # what a channel can hand over


@dataclass(frozen=True)
class ChallengeOpened:
    challenge_id: str
    kind: Literal["challenge-opened"] = "challenge-opened"


@dataclass(frozen=True)
class ChallengeRefused:
    reason: Refusal
    until: datetime | None = None
    kind: Literal["challenge-refused"] = "challenge-refused"


@dataclass(frozen=True)
class TryTaken:
    """One try is used up, whatever the comparison says; `left` more remain before a lock."""

    left: int
    locked_until: datetime | None = None
    kind: Literal["try-taken"] = "try-taken"


@dataclass(frozen=True)
class TryRefused:
    reason: Refusal
    until: datetime | None = None
    kind: Literal["try-refused"] = "try-refused"


class RegistryResult(StrEnum):
    DONE = "done"
    WRONG_CODE = "wrong-code"
    NOT_FOUND = "not-found"
    UNAVAILABLE = "unavailable"  # it did not happen
    UNKNOWN = "unknown"  # it may have happened
    USED_ALREADY = "used-already"  # the code had already opened something


@dataclass(frozen=True)
class CodeRequested:
    """ХУР answered the request to send a code."""

    challenge_id: str
    result: RegistryResult
    kind: Literal["code-requested"] = "code-requested"


@dataclass(frozen=True)
class IdCardRead:
    """ХУР answered with the person's own data: (text key of the field, value), or why not."""

    challenge_id: str
    result: RegistryResult
    rows: tuple[tuple[str, str], ...] = ()
    kind: Literal["id-card-read"] = "id-card-read"


@dataclass(frozen=True)
class CaseTaken:
    agent_id: str
    alias: str
    kind: Literal["case-taken"] = "case-taken"


@dataclass(frozen=True)
class AgentSaid:
    agent_id: str
    text: str
    kind: Literal["agent-said"] = "agent-said"


@dataclass(frozen=True)
class GivenBack:
    agent_id: str
    close: bool = False
    kind: Literal["given-back"] = "given-back"


@dataclass(frozen=True)
class Corrected:
    """The agent says which service a citizen's message meant."""

    agent_id: str
    text: str
    service_id: str
    kind: Literal["corrected"] = "corrected"


# From the record of codes and from ХУР.
Answer = ChallengeOpened | ChallengeRefused | TryTaken | TryRefused | CodeRequested | IdCardRead
Event = (
    Started | Said | Pressed | Shared | Edited | Unsupported | Answer | CaseTaken | AgentSaid | GivenBack | Corrected
)


# --- decisions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """Say it. A notice is sent whoever owns the conversation by then; anything else only while its owner still does."""

    message: Message
    notice: bool = False
    kind: Literal["reply"] = "reply"


class Reason(StrEnum):
    """Why a person is wanted; the desk shows it."""

    ASKED = "asked"
    NOT_FOUND = "not-found"
    EMERGENCY = "emergency"
    COMPLAINT = "complaint"
    PROOF_FAILED = "proof-failed"


@dataclass(frozen=True)
class OpenCase:
    reason: Reason
    kind: Literal["open-case"] = "open-case"


@dataclass(frozen=True)
class CloseCase:
    kind: Literal["close-case"] = "close-case"


@dataclass(frozen=True)
class HideMessage:
    """Take the citizen's message out of the channel where that is possible, and mask it in the record."""

    ref: str
    kind: Literal["hide-message"] = "hide-message"


@dataclass(frozen=True)
class OpenChallenge:
    """Answered by `ChallengeOpened` or `ChallengeRefused`; an earlier challenge of the conversation ends."""

    register_number: str
    purpose: str
    kind: Literal["open-challenge"] = "open-challenge"


@dataclass(frozen=True)
class TakeTry:
    """Answered by `TryTaken` or `TryRefused`; a code that was asked for another purpose is refused."""

    challenge_id: str
    purpose: str
    kind: Literal["take-try"] = "take-try"


@dataclass(frozen=True)
class RequestCode:
    """Owed to ХУР; its answer comes back as `CodeRequested`."""

    challenge_id: str
    register_number: str
    kind: Literal["request-code"] = "request-code"


@dataclass(frozen=True)
class ReadIdCard:
    """Owed to ХУР; its answer comes back as `IdCardRead`."""

    challenge_id: str
    register_number: str
    code: str
    kind: Literal["read-id-card"] = "read-id-card"


@dataclass(frozen=True)
class KeepExample:
    """Masked and kept for editors: these words, the service they meant (None: none of `shown`), and who told so."""

    text: str
    service_id: str | None
    how: How
    shown: tuple[str, ...] = ()
    kind: Literal["keep-example"] = "keep-example"


Decision = Reply | OpenCase | CloseCase | HideMessage | OpenChallenge | TakeTry | RequestCode | ReadIdCard | KeepExample
