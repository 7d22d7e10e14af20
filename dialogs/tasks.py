"""What is being done in a conversation: one step of a proof. `service_id` is a service or a word of `purposes`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dialogs.purposes import Aim


@dataclass(frozen=True)
class SendingCode:
    service_id: str
    register_number: str
    challenge_id: str
    aim: Aim = Aim()  # noqa: RUF009 - frozen
    kind: Literal["sending-code"] = "sending-code"


@dataclass(frozen=True)
class AskingCode:
    service_id: str
    register_number: str
    challenge_id: str
    left: int | None = None  # tries before a lock, once one was used
    locked_until: datetime | None = None
    aim: Aim = Aim()  # noqa: RUF009 - frozen
    kind: Literal["asking-code"] = "asking-code"


@dataclass(frozen=True)
class AskingNumber:
    """Waiting for the register number; `readings` when one was typed that is asked about, by the buttons of `offer`.

    `before` is the code that still counts when the citizen went back from it.
    """

    service_id: str
    readings: tuple[str, ...] = ()
    offer: int = 0
    before: AskingCode | None = None
    aim: Aim = Aim()  # noqa: RUF009 - frozen
    kind: Literal["asking-number"] = "asking-number"


@dataclass(frozen=True)
class OpeningChallenge:
    """Between the number and the answer whether a code may be sent; ends within the turn."""

    service_id: str
    register_number: str
    before: AskingCode | None = None  # the code that still counts when no new one may be sent
    aim: Aim = Aim()  # noqa: RUF009 - frozen
    kind: Literal["opening-challenge"] = "opening-challenge"


@dataclass(frozen=True)
class TakingTry:
    """Between the code and the answer whether it may be tried; ends within the turn."""

    asking: AskingCode
    code: str
    kind: Literal["taking-try"] = "taking-try"


@dataclass(frozen=True)
class ReadingCard:
    """The code is tried: ХУР reads with it, or an own code is compared."""

    asking: AskingCode
    kind: Literal["reading-card"] = "reading-card"


@dataclass(frozen=True)
class ChoosingWay:
    """The ways are offered. `before` is the code that still counts when another way was asked for."""

    service_id: str
    aim: Aim
    before: AskingCode | None = None
    kind: Literal["choosing-way"] = "choosing-way"


@dataclass(frozen=True)
class OpeningLink:
    """Between the way and the answer whether a page may be opened; ends within the turn."""

    service_id: str
    aim: Aim
    kind: Literal["opening-link"] = "opening-link"


@dataclass(frozen=True)
class WaitingForLink:
    """The page is open, or not opened yet; its address is not kept."""

    service_id: str
    aim: Aim
    link_id: str
    kind: Literal["waiting-for-link"] = "waiting-for-link"


@dataclass(frozen=True)
class AskingLinkNumber:
    """The page shows a number that is to be typed here."""

    service_id: str
    aim: Aim
    link_id: str
    kind: Literal["asking-link-number"] = "asking-link-number"


@dataclass(frozen=True)
class ConfirmingLink:
    """The number was right. `name` and `number` are masked: is that you?"""

    service_id: str
    aim: Aim
    link_id: str
    name: str
    number: str
    kind: Literal["confirming-link"] = "confirming-link"


@dataclass(frozen=True)
class BindingLink:
    """Between the yes and the answer whether it still counts; ends within the turn."""

    service_id: str
    aim: Aim
    link_id: str
    kind: Literal["binding-link"] = "binding-link"


LinkTask = WaitingForLink | AskingLinkNumber | ConfirmingLink | BindingLink
Task = (
    AskingNumber
    | OpeningChallenge
    | SendingCode
    | AskingCode
    | TakingTry
    | ReadingCard
    | ChoosingWay
    | OpeningLink
    | LinkTask
)


def purpose_of(task: Task | None) -> str:
    """The service or word it is for; empty without a task."""
    match task:
        case None:
            return ""
        case TakingTry() | ReadingCard():
            return task.asking.service_id
        case _:
            return task.service_id


def aim_of(task: Task) -> Aim:
    return task.asking.aim if isinstance(task, TakingTry | ReadingCard) else task.aim


def link_of(task: Task | None) -> str:
    """The page that hangs on it; empty when none does."""
    return task.link_id if isinstance(task, LinkTask) else ""
