"""Faults on order for a server on loopback: what goes wrong before something is done, and what after it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import JSONResponse

from tests.fakes.telegram_rules import Json


class FaultKind(StrEnum):
    FLOOD = "flood"  # 429, nothing is done
    BLOCKED = "blocked"  # 403, nothing is done
    ERROR = "error"  # 500, nothing is done; the sender cannot know that
    HANG = "hang"  # done, never answered
    RESET = "reset"  # done, then the connection is torn down
    GARBAGE = "garbage"  # done, answered with JSON that breaks off


@dataclass(frozen=True)
class Fault:
    kind: FaultKind
    retry_after: int | None = None


class Refusal(Exception):
    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def raise_before_doing(fault: Fault | None) -> None:
    match fault:
        case Fault(FaultKind.FLOOD, retry_after):
            wait = None if retry_after is None else {"retry_after": retry_after}
            raise Refusal(429, f"Too Many Requests: retry after {retry_after}", wait)
        case Fault(FaultKind.BLOCKED):
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        case Fault(FaultKind.ERROR):
            raise Refusal(500, "Internal Server Error")
        case _:
            return


def refused(refusal: Refusal) -> JSONResponse:
    body: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return JSONResponse(body, refusal.status)
