"""An SMS gateway over HTTP, described by data: where, which body, which answer means yes, what a receipt looks like.

One request a message, no retries and no redirects. What was never written to the wire is NOT_SENT, a clear no of the
gateway is REFUSED, and everything in between (time-out, torn connection, 5xx, an answer nobody can read) is UNKNOWN.
No number, text or key is put in a log line or an exception.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Literal

import httpx

from connectors.sms import Prices, Receipt, SmsResult, SmsSent, parts_of

_log = logging.getLogger(__name__)
MAX_ANSWER_BYTES = 65_536
MAX_REF_CHARS = 128  # the ledger's column
_NEVER_WRITTEN = (
    httpx.ConnectError,  # DNS and TLS faults too
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
# Nothing was done, and it may be another time; other 4xx are a no. 408 says nothing about what was done.
_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True)
class Call:
    """The request. Templates know {from}, {to}, {text}, {reference}, {minutes}; `body` keys are the gateway's."""

    url: str
    method: Literal["GET", "POST"]
    sends: Literal["json", "query", "form"]
    body: Mapping[str, Any] = field(repr=False)  # may hold the key of the account
    headers: Mapping[str, str] = field(repr=False)
    sender: str = ""
    drop_country: str = ""  # a calling code the gateway does not want in front of its own numbers


@dataclass(frozen=True)
class Yes:
    """Which answer is a yes: one of `statuses`, and where `pointer` (JSON pointer) is set, one of `values` there.

    An answer with such a status but another value there is a no. `id_pointer`: where the message's id stands.
    """

    statuses: frozenset[int] = frozenset({200})
    pointer: str = ""
    values: tuple[str, ...] = ()
    id_pointer: str = ""


@dataclass(frozen=True)
class ReceiptRules:
    """A receipt is JSON, signed: `header` holds hex HMAC-SHA256 of the raw body."""

    header: str
    secret: bytes = field(repr=False)
    id_pointer: str = "/id"
    status_pointer: str = "/status"
    delivered: tuple[str, ...] = ("delivered",)
    failed: tuple[str, ...] = ("failed", "undelivered", "expired", "rejected")


class HttpSms:
    """Close it when done. `seconds`: for one call as a whole; a quarter of it for connecting."""

    def __init__(
        self,
        name: str,
        call: Call,
        yes: Yes,
        prices: Prices,
        seconds: float = 10.0,
        receipts: ReceiptRules | None = None,
    ) -> None:
        self._name, self._call, self._yes, self._prices, self.receipts = name, call, yes, prices, receipts
        timeout = httpx.Timeout(seconds, connect=seconds / 4, pool=seconds / 4)
        self._seconds = seconds
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False, trust_env=False)

    @property
    def name(self) -> str:
        return self._name

    @property
    def currency(self) -> str:
        return self._prices.currency

    def price(self, country: str, parts: int) -> int | None:
        return self._prices.of(country, parts)

    async def send(self, to: str, text: str, reference: str, lives: timedelta) -> SmsSent:
        parts = parts_of(text)
        try:
            async with asyncio.timeout(self._seconds):
                status, content = await self._ask(self._filled(to, text, reference, lives))
        except Exception as error:  # whatever is not known to have failed may have happened
            never = isinstance(error, _NEVER_WRITTEN)
            sent = SmsSent(SmsResult.NOT_SENT if never else SmsResult.UNKNOWN, "", parts, type(error).__name__)
        else:
            sent = self._judged(status, content, parts)
        if sent.result is not SmsResult.ACCEPTED:
            _log.warning("the SMS gateway %s ended a send as %s: %s", self._name, sent.result, sent.problem)
        return sent

    def is_signed(self, body: bytes, signature: bytes) -> bool:
        return self.receipts is not None and is_signed(body, signature, self.receipts.secret)

    def read_receipt(self, body: bytes) -> Receipt | None:
        """Of a body whose signature was checked. None: it is not about the end of a message."""
        if self.receipts is None:
            return None
        told = _json(body)
        ref, status = at(told, self.receipts.id_pointer), at(told, self.receipts.status_pointer).lower()
        known = status in self.receipts.delivered or status in self.receipts.failed
        return Receipt(ref[:MAX_REF_CHARS], status in self.receipts.delivered) if ref and known else None

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, fields: Mapping[str, Any]) -> tuple[int, bytes]:
        """Status and the answer's first bytes."""
        call = self._call
        sends: dict[str, Any] = {{"json": "json", "query": "params", "form": "data"}[call.sends]: fields}
        async with self._client.stream(call.method, call.url, headers=dict(call.headers), **sends) as response:
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_ANSWER_BYTES:
                    break
            return response.status_code, content

    def _filled(self, to: str, text: str, reference: str, lives: timedelta) -> Mapping[str, Any]:
        to = to.removeprefix(self._call.drop_country) if self._call.drop_country else to
        minutes = str(max(1, int(lives.total_seconds() // 60)))
        known = {"from": self._call.sender, "to": to, "text": text, "reference": reference, "minutes": minutes}
        filled = _fill(self._call.body, known)
        assert isinstance(filled, dict)
        return filled

    def _judged(self, status: int, content: bytes, parts: int) -> SmsSent:
        problem = f"Http{status}"
        if status in self._yes.statuses:
            told = _json(content)
            ref = at(told, self._yes.id_pointer)[:MAX_REF_CHARS]
            if not self._yes.pointer:
                return SmsSent(SmsResult.ACCEPTED, ref, parts)
            if told is None:
                return SmsSent(SmsResult.UNKNOWN, "", parts, "Unreadable")
            yes = at(told, self._yes.pointer) in self._yes.values
            return SmsSent(SmsResult.ACCEPTED if yes else SmsResult.REFUSED, ref, parts, "" if yes else "SaidNo")
        if status in _LATER:
            return SmsSent(SmsResult.NOT_SENT, "", parts, problem)
        if 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT:
            return SmsSent(SmsResult.REFUSED, "", parts, problem)
        return SmsSent(SmsResult.UNKNOWN, "", parts, problem)


def is_signed(body: bytes, signature: bytes, secret: bytes) -> bool:
    """Compared as bytes, in constant time; an optional `sha256=` in front."""
    right = hmac.new(secret, body, sha256).hexdigest().encode()
    return hmac.compare_digest(right, signature.strip().lower().removeprefix(b"sha256="))


def at(told: object, pointer: str) -> str:
    """The text, number or truth value at a JSON pointer; empty when there is none."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(told, Mapping):
            told = told.get(step)
        elif isinstance(told, Sequence) and not isinstance(told, str) and step.isascii() and step.isdigit():
            told = told[int(step)] if int(step) < len(told) else None
        else:
            return ""
    if isinstance(told, bool):
        return "true" if told else "false"
    return str(told) if pointer and isinstance(told, str | int | float) else ""


def _fill(template: object, known: Mapping[str, str]) -> object:
    """Each {name} replaced once: a text that holds `{to}` stays as it is."""
    if isinstance(template, Mapping):
        return {key: _fill(value, known) for key, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, known) for value in template]
    if not isinstance(template, str):
        return template
    pieces = template.split("{")
    filled = pieces[0]
    for piece in pieces[1:]:
        name, closed, rest = piece.partition("}")
        filled += known[name] + rest if closed and name in known else "{" + piece
    return filled


def _json(content: bytes) -> object:
    """None for what is no JSON."""
    try:
        told: object = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return told
