"""Links and proofs: what can happen around them (events) and what can be decided; parts of the unions in `messages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from dialogs.proofs import Way
from dialogs.services import Level

Rows = tuple[tuple[str, str], ...]  # (text key of the field, value)


class LinkEnd(StrEnum):
    """How a page that was opened from a chat ended."""

    PROVEN = "proven"  # the number on the page is to be typed in the chat
    DENIED = "denied"  # "this is not me" was pressed
    CANCELLED = "cancelled"  # the person said no at the bank or the signer
    FAILED = "failed"  # the other side did not answer or answered nonsense
    REFUSED = "refused"  # the signature, certificate or login does not count
    WRONG_PERSON = "wrong-person"  # somebody else than this chat is bound to
    WRONG_BROWSER = "wrong-browser"  # came back in another browser
    EXPIRED = "expired"
    USED_UP = "used-up"  # the number was typed wrong too often
    GONE = "gone"  # replaced, taken over, signed out or erased since


class LinkRefusal(StrEnum):
    """Why no page is opened."""

    TOO_MANY_OPEN = "too-many-open"
    TOO_MANY_TODAY = "too-many-today"
    BLOCKED = "blocked"  # the person said "this was not me" within the last day
    OFF = "off"  # this way is not wired here


# --- events --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LinkOpened:
    """`url` holds the one-time token: it goes into the message and is kept nowhere else readable."""

    link_id: str
    url: str
    expires_at: datetime
    kind: Literal["link-opened"] = "link-opened"


@dataclass(frozen=True)
class LinkRefused:
    reason: LinkRefusal
    until: datetime | None = None
    kind: Literal["link-refused"] = "link-refused"


@dataclass(frozen=True)
class LinkEnded:
    """The page is done: proven (then the number is asked for), or not. Comes in by the inbox."""

    link_id: str
    end: LinkEnd
    kind: Literal["link-ended"] = "link-ended"


@dataclass(frozen=True)
class LinkNumberTried:
    """`name` and `number` are masked: the citizen is asked whether that is them. `left`: tries when it was wrong."""

    link_id: str
    right: bool
    left: int = 0
    name: str = ""
    number: str = ""
    level: Level = Level.NONE
    kind: Literal["link-number-tried"] = "link-number-tried"


@dataclass(frozen=True)
class LinkBound:
    """The chat is proven now. `rows`: what was read with the same consent, empty when nothing was."""

    link_id: str
    level: Level
    way: Way
    name: str = ""  # masked
    register_number: str = ""
    rows: Rows = ()
    operation: str = ""
    kind: Literal["link-bound"] = "link-bound"


@dataclass(frozen=True)
class LinkNotBound:
    """The number or the binding came too late, or something changed since the page was opened."""

    link_id: str
    end: LinkEnd
    kind: Literal["link-not-bound"] = "link-not-bound"


class ProofEnd(StrEnum):
    SIGNED_OUT = "signed-out"
    UNDONE = "undone"  # the person said elsewhere that it was not them
    ELSEWHERE = "elsewhere"  # proven in another chat
    ERASED = "erased"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ProofEnded:
    """From outside the chat: the proof does not count any more."""

    proof_id: str
    why: ProofEnd
    kind: Literal["proof-ended"] = "proof-ended"


@dataclass(frozen=True)
class ProvenElsewhere:
    """Told to the person's other chats. `channel` as the platform is called, `proof_id` for "this was not me"."""

    proof_id: str
    channel: str
    way: Way
    at: datetime
    kind: Literal["proven-elsewhere"] = "proven-elsewhere"


@dataclass(frozen=True)
class ProofUndone:
    """`done` False: it was too late (24 hours) or had ended already."""

    done: bool
    kind: Literal["proof-undone"] = "proof-undone"


@dataclass(frozen=True)
class CodeChecked:
    """An own code was compared; the try was counted before."""

    challenge_id: str
    right: bool
    name: str = ""
    kind: Literal["code-checked"] = "code-checked"


@dataclass(frozen=True)
class AgentAskedProof:
    agent_id: str
    level: Level
    kind: Literal["agent-asked-proof"] = "agent-asked-proof"


@dataclass(frozen=True)
class HeldDataTold:
    """What is held about this chat: (text key, count or date); `url` when an export was prepared."""

    rows: Rows
    url: str = ""
    kind: Literal["held-data-told"] = "held-data-told"


@dataclass(frozen=True)
class DataErased:
    kind: Literal["data-erased"] = "data-erased"


# --- decisions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenLink:
    """Answered by `LinkOpened` or `LinkRefused`; earlier links of the conversation end.

    `purpose`: a service id, or a word of `dialogs.purposes`; `operation`: what ХУР is to be read, or empty.
    """

    way: Way
    purpose: str
    level: Level
    operation: str = ""
    kind: Literal["open-link"] = "open-link"


@dataclass(frozen=True)
class TryLinkNumber:
    """Counted before it is compared. Answered by `LinkNumberTried` or `LinkNotBound`."""

    link_id: str
    number: str
    kind: Literal["try-link-number"] = "try-link-number"


@dataclass(frozen=True)
class BindLink:
    """The citizen confirmed the name. Answered by `LinkBound` or `LinkNotBound`; other chats are told."""

    link_id: str
    kind: Literal["bind-link"] = "bind-link"


@dataclass(frozen=True)
class DropLink:
    """Given up in the chat; its page says so."""

    link_id: str
    kind: Literal["drop-link"] = "drop-link"


@dataclass(frozen=True)
class KeepProof:
    """A code was right: the chat is proven. The person's other chats are told. The proof's id is the challenge's."""

    challenge_id: str
    level: Level
    way: Way
    register_number: str
    kind: Literal["keep-proof"] = "keep-proof"


@dataclass(frozen=True)
class EndProof:
    proof_id: str
    why: ProofEnd
    kind: Literal["end-proof"] = "end-proof"


@dataclass(frozen=True)
class UndoProof:
    """ "This was not me": answered by `ProofUndone`; only from another chat of the same person, within a day."""

    proof_id: str
    kind: Literal["undo-proof"] = "undo-proof"


@dataclass(frozen=True)
class CheckCode:
    """An own code against its digest, once its try was taken. Answered by `CodeChecked`."""

    challenge_id: str
    code: str
    kind: Literal["check-code"] = "check-code"


@dataclass(frozen=True)
class TellHeldData:
    """Answered by `HeldDataTold`; with `export` a one-time page to load it from is made."""

    export: bool = False
    kind: Literal["tell-held-data"] = "tell-held-data"


@dataclass(frozen=True)
class EraseData:
    """Everything of this chat, everywhere. Answered by `DataErased`."""

    kind: Literal["erase-data"] = "erase-data"


LinkEvent = (
    LinkOpened
    | LinkRefused
    | LinkEnded
    | LinkNumberTried
    | LinkBound
    | LinkNotBound
    | ProofEnded
    | ProvenElsewhere
    | ProofUndone
    | CodeChecked
    | HeldDataTold
    | DataErased
)
LinkDecision = (
    OpenLink
    | TryLinkNumber
    | BindLink
    | DropLink
    | KeepProof
    | EndProof
    | UndoProof
    | CheckCode
    | TellHeldData
    | EraseData
)
