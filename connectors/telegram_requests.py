"""HTTP to the Bot API, and the one place where its errors become our words.

Telegram has no idempotency key: a send is certainly not made (retry it), refused for good, or it may have been made.
No text of a foreign error leaves this module, only class names: the texts can hold the token or a citizen's words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from connectors.channel import SendResult, Sent

# Nothing of the request had been written. TLS faults are connect errors too; a proxy that refuses opened no tunnel.
_NEVER_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_LONGEST_WAIT_SECONDS = 24 * 3600
# What Telegram says instead of 403 of a chat that it does not, or no longer, let the bot write to.
_GONE = ("chat not found", "user not found", "peer_id_invalid", "input_user_deactivated", "group chat was deactivated")
_UNCHANGED = "message is not modified"


@dataclass(frozen=True)
class Limits:
    """Seconds for each step of a call and between the parts of a message; how many calls may be under way at once."""

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    write_seconds: float = 5.0
    pool_seconds: float = 5.0
    part_pause_seconds: float = 1.0
    connections: int = 32


class TelegramProblem(Exception):
    """A call that is no send failed. `name` is a class name; `conflict`: a webhook or another poller is in the way."""

    def __init__(self, name: str, *, conflict: bool = False, retry_after: float | None = None) -> None:
        super().__init__(name)
        self.name, self.conflict, self.retry_after = name, conflict, retry_after


class TooManyRequests(TelegramError):
    """429: nothing was done. `seconds` until the next call may be made, None when Telegram did not say."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class BotRequest(HTTPXRequest):
    """The library's own, except that 429 without a time is told apart, and that answers are never logged."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await super().do_request(*args, **kwargs)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooManyRequests(_retry_after(payload))
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """An answer that is no JSON object is an error without its text: the original logs it, messages included."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is no JSON object")
        return answer


def bot_request(limits: Limits, connections: int) -> BotRequest:
    return BotRequest(
        connection_pool_size=connections,
        connect_timeout=limits.connect_seconds,
        read_timeout=limits.read_seconds,
        write_timeout=limits.write_seconds,
        pool_timeout=limits.pool_seconds,
    )


def ended(error: Exception) -> Sent:
    """How a send ended that raised this; what is not known to have failed is UNKNOWN."""
    name = problem_name(error)
    match error:
        case TooManyRequests() | RetryAfter():
            return Sent(SendResult.NOT_SENT, retry_after=_seconds(error), problem=name)
        case Forbidden():  # blocked, deactivated, thrown out of the group
            return Sent(SendResult.GONE, problem=name)
        case BadRequest() if any(words in str(error).lower() for words in _GONE):
            return Sent(SendResult.GONE, problem=name)
        case BadRequest() | ChatMigrated():
            return Sent(SendResult.REFUSED, problem=name)
        case InvalidToken() | Conflict():  # ours to repair, nothing is wrong with the chat
            return Sent(SendResult.NOT_SENT, problem=name)
        case NetworkError() if isinstance(error.__cause__, _NEVER_WRITTEN):
            return Sent(SendResult.NOT_SENT, problem=name)
        case _:
            return Sent(SendResult.UNKNOWN, problem=name)


def is_unchanged(error: Exception) -> bool:
    """An amended message that had already been as wanted."""
    return isinstance(error, BadRequest) and _UNCHANGED in str(error).lower()


def problem_of(error: Exception) -> TelegramProblem:
    """The same for a call that is no send. Raise it outside the `except`, or it still carries the original."""
    return TelegramProblem(problem_name(error), conflict=isinstance(error, Conflict), retry_after=_seconds(error))


def problem_name(error: Exception) -> str:
    """The class name of the error, or of the HTTP client's error behind it."""
    cause = error.__cause__
    return type(cause if isinstance(cause, httpx.HTTPError) else error).__name__


def _seconds(error: Exception) -> float | None:
    if isinstance(error, TooManyRequests):
        return error.seconds
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return float(after) if isinstance(after, int) else after.total_seconds()
    return None


def _retry_after(payload: bytes) -> float | None:
    try:
        seconds = json.loads(payload)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return float(min(seconds, _LONGEST_WAIT_SECONDS)) if type(seconds) is int and seconds >= 0 else None
