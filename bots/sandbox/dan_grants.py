"""The codes and tokens of the sandbox's ДАН: short-lived, single use, bound to client, address and PKCE challenge."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

CODE_LIFETIME = timedelta(seconds=60)
TOKEN_LIFETIME = timedelta(minutes=5)
MAX_KEPT = 1000  # of each kind; the oldest go first
_BYTES = 32


@dataclass(frozen=True)
class Wanted:
    """One entry of the scope: operations of one endpoint."""

    services: tuple[str, ...]
    wsdl: str


@dataclass(frozen=True)
class Grant:
    """Who logged in how, and for what. `challenge`: PKCE S256, empty when none was sent."""

    register_number: str
    login_type: int
    wanted: tuple[Wanted, ...]
    client_id: str
    redirect_uri: str
    challenge: str = field(default="", repr=False)


@dataclass(frozen=True)
class _Kept:
    grant: Grant
    ends: datetime


class Grants:
    """In memory; thread-safe. A code that is offered twice also ends the token it gave (RFC 6749 §4.1.2)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._codes: dict[str, _Kept] = {}
        self._tokens: dict[str, _Kept] = {}
        self._given: dict[str, str] = {}  # used code -> its token

    def new_code(self, grant: Grant) -> str:
        with self._lock:
            return self._keep(self._codes, grant, CODE_LIFETIME)

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> str:
        """The access token, or empty: `invalid_grant`. Whatever comes of it, the code is used up."""
        with self._lock:
            if code in self._given:
                self._tokens.pop(self._given[code], None)
            kept = self._codes.pop(code, None)
            if kept is None or self._clock() >= kept.ends:
                return ""
            grant = kept.grant
            if (grant.client_id, grant.redirect_uri) != (client_id, redirect_uri) or not _proves(grant, verifier):
                return ""
            token = self._keep(self._tokens, grant, TOKEN_LIFETIME)
            self._given[code] = token
            _drop_oldest(self._given)
            return token

    def of_token(self, token: str) -> Grant | None:
        with self._lock:
            kept = self._tokens.get(token)
            return kept.grant if kept and self._clock() < kept.ends else None

    def _keep(self, place: dict[str, _Kept], grant: Grant, lifetime: timedelta) -> str:
        name = secrets.token_urlsafe(_BYTES)
        place[name] = _Kept(grant, self._clock() + lifetime)
        _drop_oldest(place)
        return name


def _proves(grant: Grant, verifier: str) -> bool:
    """PKCE S256 where a challenge was sent; a verifier without a challenge is a downgrade (RFC 9700 §4.8.2)."""
    if not grant.challenge:
        return not verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, grant.challenge.encode())


def _drop_oldest(place: dict[str, Any]) -> None:
    while len(place) > MAX_KEPT:
        place.pop(next(iter(place)))
