"""HTTP to the Graph API, and the one place where its errors become our words.

The token goes into a header, never into an address. The Send API has no idempotency key: a send is certainly not made
(try it again), refused for good, or it may have been made. No text of a foreign error leaves this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from connectors.channel import SendResult, Sent

# Meta's list of common error codes (Messenger Platform, 18 March 2026).
RATE_CODES = frozenset({4, 17, 32, 613, 80006, 80007})
TOKEN_CODES = frozenset({102, 190})
RIGHTS_CODES = frozenset({3, 10, 200, 230})  # a permission of the app is missing: ours to repair
SHUT = frozenset({(10, 2018278), (10, 2018065), (10, 2534022)})  # outside the window
GONE = frozenset({(100, 2018001), (10, 2018108), (200, 2018108), (200, 1545041), (10, 1545041)})
NO_PAGE = (100, 33)  # the page of the address cannot be loaded: a permission or the page's id, ours to repair
THREAD_ELSEWHERE = (10, 2018300)  # another app has the conversation: what we would say now is stale by then
GONE_CODE = 551  # this person is not available, whatever the subcode
TEMPORARY_CODES = frozenset({1, 2, 1200})  # Meta itself tells of messages that went out all the same
_NEVER_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_LONGEST_WAIT_SECONDS = 24 * 3600.0
_USAGE_HEADER = "X-Business-Use-Case-Usage"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """Seconds for each step of one call, and how many calls may be under way at once."""

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    write_seconds: float = 5.0
    pool_seconds: float = 5.0
    connections: int = 16


class MessengerProblem(Exception):
    """A call that is no send failed; `name` says what kind of failure, nothing quotes the answer."""

    def __init__(self, name: str, retry_after: float | None = None) -> None:
        super().__init__(name)
        self.name, self.retry_after = name, retry_after


class GraphRefused(Exception):
    """The Graph API answered with an error. `code` 0: it was not the Graph API that answered."""

    def __init__(self, status: int, code: int = 0, subcode: int = 0, retry_after: float | None = None) -> None:
        super().__init__(f"status {status}, code {code}, subcode {subcode}")
        self.status, self.code, self.subcode, self.retry_after = status, code, subcode, retry_after


class UnreadableAnswer(Exception):
    """Success, as it seems, but no JSON object."""


class Graph:
    """The Graph API with one page's token. `base_url` ends in the version."""

    def __init__(self, base_url: str, token: str, limits: Limits) -> None:
        timeout = httpx.Timeout(
            connect=limits.connect_seconds,
            read=limits.read_seconds,
            write=limits.write_seconds,
            pool=limits.pool_seconds,
        )
        self._base_url = base_url.rstrip("/")
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            limits=httpx.Limits(max_connections=limits.connections),
            follow_redirects=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def call(self, verb: str, path: str, body: Json | None = None) -> Json:
        """The answer's object. Raises `GraphRefused`, `UnreadableAnswer` or the HTTP client's error."""
        response = await self._client.request(verb, f"{self._base_url}/{path}", json=body)
        answer = _object(response.content)
        if response.is_success and answer is not None and "error" not in answer:
            return answer
        if response.is_success and answer is None:
            raise UnreadableAnswer
        error = (answer or {}).get("error")
        told: Json = error if isinstance(error, Mapping) else {}
        code, subcode = _number(told.get("code")), _number(told.get("error_subcode"))
        raise GraphRefused(response.status_code, code, subcode, _retry_after(response.headers))


def ended(error: Exception) -> Sent:
    """How a send ended that raised this; what is not known to have failed is UNKNOWN."""
    if isinstance(error, GraphRefused):
        return _refused(error)
    result = SendResult.NOT_SENT if isinstance(error, _NEVER_WRITTEN) else SendResult.UNKNOWN
    return Sent(result, problem=type(error).__name__)


def problem_of(error: Exception) -> MessengerProblem:
    """The same for a call that is no send. Raise it outside the `except`, or it still carries the original."""
    sent = ended(error)
    return MessengerProblem(sent.problem, sent.retry_after)


def _refused(error: GraphRefused) -> Sent:
    told = (error.code, error.subcode)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or error.code in RATE_CODES:
        return Sent(SendResult.NOT_SENT, retry_after=error.retry_after, problem="TooManyRequests")
    if error.code == GONE_CODE or told in GONE:
        return Sent(SendResult.GONE, problem="PersonUnavailable")
    if told in SHUT:
        return Sent(SendResult.REFUSED, problem="WindowShut")
    if told == THREAD_ELSEWHERE:
        return Sent(SendResult.REFUSED, problem="ThreadElsewhere")
    if error.code in TOKEN_CODES or error.status == HTTPStatus.UNAUTHORIZED:
        return Sent(SendResult.NOT_SENT, problem="TokenInvalid")
    if error.code in TEMPORARY_CODES or not 400 <= error.status < 500:
        return Sent(SendResult.UNKNOWN, problem=_name(error))
    # Without a code it was a proxy that refused, and Meta never saw it.
    ours = error.code == 0 or error.code in RIGHTS_CODES or told == NO_PAGE
    return Sent(SendResult.NOT_SENT if ours else SendResult.REFUSED, problem=_name(error))


def _name(error: GraphRefused) -> str:
    return (
        f"Graph{error.code}" + (f"-{error.subcode}" if error.subcode else "") if error.code else f"Http{error.status}"
    )


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _number(value: object) -> int:
    return value if type(value) is int else 0


def _retry_after(headers: httpx.Headers) -> float | None:
    """The longest wait that the usage header estimates, in seconds; it counts minutes. None when it tells none."""
    usage = _object(headers.get(_USAGE_HEADER, "").encode()) or {}
    rows = [row for listed in usage.values() if isinstance(listed, list) for row in listed if isinstance(row, dict)]
    minutes = max((_number(row.get("estimated_time_to_regain_access")) for row in rows), default=0)
    return min(minutes * 60.0, _LONGEST_WAIT_SECONDS) if minutes > 0 else None
