"""What can happen (events, in the past tense) and what can be decided (decisions, imperative): two closed unions.

Every class carries its `kind`, so that a stored event or decision can be read back without guessing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dialogs.incoming import FileOffer, FromCitizen, Said, Shared, SharedKind
from dialogs.learning import How
from dialogs.linking import AgentAskedProof, LinkDecision, LinkEvent
from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.sayings import Message
from dialogs.verification.codes import Refusal


class Pile(StrEnum):
    """Why several events of one chat are answered together."""

    LATE = "late"  # they waited so long that carrying them out now may not be wanted any more
    FLOOD = "flood"  # they come faster than they are read


@dataclass(frozen=True)
class CaughtUp:
    """Events of one chat that are answered together; `said` in order, `others` counts presses and the like.

    `shared` are those of the others that bring something: their files are kept all the same.
    `since` and `until`: when the first and the last of them were sent.
    """

    why: Pile
    said: tuple[Said, ...]
    others: int
    since: datetime
    until: datetime
    shared: tuple[Shared, ...] = ()
    kind: Literal["caught-up"] = "caught-up"


@dataclass(frozen=True)
class TurnFailed:
    """An event of this chat could not be handled, however often it was tried, and was set aside for staff."""

    kind: Literal["turn-failed"] = "turn-failed"


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
    """ХУР or the gateway answered the request to send a code; `refusal`: why there is none although they answered."""

    challenge_id: str
    result: RegistryResult
    refusal: Refusal | None = None
    kind: Literal["code-requested"] = "code-requested"


@dataclass(frozen=True)
class RecordRead:
    """ХУР answered with the person's own data: (text key of the field, value), or why not."""

    challenge_id: str
    result: RegistryResult
    rows: tuple[tuple[str, str], ...] = ()
    operation: str = ID_CARD
    kind: Literal["record-read"] = "record-read"


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


class FileProblem(StrEnum):
    """Why a file that was sent is not kept."""

    TOO_LARGE = "too-large"
    WRONG_KIND = "wrong-kind"
    NOT_FETCHED = "not-fetched"
    TOO_MANY = "too-many"


@dataclass(frozen=True)
class FileRefused:
    """A file could not be kept; `largest` is what may be sent, in megabytes."""

    problem: FileProblem
    largest: int = 10
    kind: Literal["file-refused"] = "file-refused"


# From the record of codes and from ХУР.
Answer = ChallengeOpened | ChallengeRefused | TryTaken | TryRefused | CodeRequested | RecordRead
FromStaff = CaseTaken | AgentSaid | GivenBack | Corrected | AgentAskedProof
Event = FromCitizen | CaughtUp | TurnFailed | FileRefused | Answer | LinkEvent | FromStaff


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
    WRONG_PERSON = "wrong-person"  # proven to be somebody else than this chat is bound to
    NOT_ME = "not-me"  # the person says that a proof was not theirs
    ELSEWHERE = "elsewhere"  # a person answers from another inbox of the page


@dataclass(frozen=True)
class OpenCase:
    """`with_agent`: somebody has it already, outside our desk."""

    reason: Reason
    with_agent: str = ""
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
class Amend:
    """Change the last message that was said under `slot`, where the channel can: nothing depends on it."""

    slot: str
    message: Message
    kind: Literal["amend"] = "amend"


@dataclass(frozen=True)
class KeepFile:
    """Fetch it and keep it, sealed, for the agent who has or will have the conversation."""

    what: SharedKind
    file: FileOffer
    ref: str = ""
    kind: Literal["keep-file"] = "keep-file"


@dataclass(frozen=True)
class OpenChallenge:
    """Answered by `ChallengeOpened` or `ChallengeRefused`; an earlier challenge of the conversation ends."""

    register_number: str
    purpose: str
    way: Way = Way.SMS
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
    way: Way = Way.SMS
    operation: str = ID_CARD  # what the code is to open; an own code opens nothing
    kind: Literal["request-code"] = "request-code"


@dataclass(frozen=True)
class ReadRecord:
    """Owed to ХУР; its answer comes back as `RecordRead`."""

    challenge_id: str
    register_number: str
    code: str
    operation: str = ID_CARD
    kind: Literal["read-record"] = "read-record"


@dataclass(frozen=True)
class KeepExample:
    """Masked and kept for editors: these words, the service they meant (None: none of `shown`), and who told so."""

    text: str
    service_id: str | None
    how: How
    shown: tuple[str, ...] = ()
    kind: Literal["keep-example"] = "keep-example"


Decision = (
    Reply
    | Amend
    | OpenCase
    | CloseCase
    | HideMessage
    | KeepFile
    | OpenChallenge
    | TakeTry
    | RequestCode
    | ReadRecord
    | KeepExample
    | LinkDecision
)
