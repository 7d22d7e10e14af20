"""ДАН, the state's login (`sso.gov.mn`): OAuth 2.0 code flow for one login, never for a session.

ДАН's scope is a list of ХУР operations, and its "user info" is their answers: a login gives both who somebody is and
their consent to exactly these operations. It is treated as the weakest provider there is (security.md §1.3): `state`
and PKCE are always sent, `prompt=login`, `max_age` and `nonce` too though it may ignore them; it has no ID token, so
what binds a code to the browser that started is the state with its cookie and the verifier. A code and the client's
secret go to the one address that was set, and nothing of them is put in an address, an exception or a log line.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from connectors.bounded_http import Bounds, bounded_client, public_trust
from connectors.breaker import Breaker
from connectors.dan_answer import (
    NONSENSE,
    UNAVAILABLE,
    DanAnswer,
    DanResult,
    read_error,
    read_services,
    read_token,
)
from connectors.registry_records import ENDPOINTS
from connectors.server_address import check_address
from dialogs.records import ID_CARD
from dialogs.services import Level

_log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 8.0
_AUTHORIZE, _TOKEN, _SERVICE = "/oauth2/authorize", "/oauth2/token", "/oauth2/api/v1/service"
_WSDL = "https://xyp.gov.mn/{endpoint}/ws?WSDL"  # a name ДАН knows, never an address we call
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of a SHA-256
_VERIFIER = re.compile(r"[A-Za-z0-9_.~-]{43,128}")  # RFC 7636 §4.1
_RANDOM = re.compile(r"[A-Za-z0-9_-]{22,128}")  # a state or nonce of 128 bits at least
_CODE = re.compile(r"[!-~]{1,2048}")
_STATE = re.compile(r"[A-Za-z0-9_-]{1,128}")
_ERROR = re.compile(r"[a-z_]{1,40}")
_READ_ONCE = ("code", "error", "iss", "state")
_MOST_PARAMS = 16
_LEVELS = frozenset({Level.PHONE, Level.BANK, Level.SIGNATURE})


@dataclass(frozen=True)
class Returned:
    """What the browser brought back: a code, or else why not. `state` belongs to either; empty when unreadable.

    `error`: ДАН's own word ("access_denied": the person said no), or ours: "malformed", "wrong-issuer".
    """

    code: str = field(default="", repr=False)
    error: str = ""
    state: str = field(default="", repr=False)


class Dan:
    """One provider for logins. Close it when done.

    base_url: where we call it; authorize_url: where the browser is sent, if that is another address. redirect_uri:
    exactly as registered, one per provider (`/link/return/dan`). issuer: what it calls itself in `iss`; empty: it
    sends none. login_levels: citizen_loginType (as text) to level; every other is PHONE. timeout_seconds: for one
    exchange as a whole. Raises ValueError for settings that cannot work or would send secrets in the clear.
    """

    name = "dan"

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        issuer: str = "",
        login_levels: Mapping[str, Level] | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        authorize_url: str = "",
        breaker: Breaker | None = None,
    ) -> None:
        base_url = base_url.rstrip("/")
        self._authorize = authorize_url or base_url + _AUTHORIZE
        check_address(base_url, "ДАН's address")
        check_address(self._authorize, "ДАН's login address")
        check_address(redirect_uri, "the address to return to")
        if not (client_id and client_secret and timeout_seconds > 0):
            raise ValueError("ДАН needs a client id, a secret and a time limit of more than 0 seconds")
        self._base_url = base_url
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._issuer = issuer
        self._login_levels = {number: Level(level) for number, level in (login_levels or {}).items()}
        if not set(self._login_levels.values()) <= _LEVELS:
            raise ValueError("a login at ДАН gives the level phone, bank or signature")
        self._timeout_seconds = timeout_seconds
        self._breaker = breaker or Breaker("ДАН")
        self._http = bounded_client(timeout_seconds, public_trust(), Bounds())

    def authorize_url(self, *, state: str, challenge: str, nonce: str, operations: Sequence[str] = ()) -> str:
        """Where the browser is sent. `challenge` is `challenge_of` a verifier that stays here.

        The identity card is always asked for, first: it tells who it is. Raises ValueError for values that are too
        short to be random or an operation that ДАН is not asked for.
        """
        if not _CHALLENGE.fullmatch(challenge) or not (_RANDOM.fullmatch(state) and _RANDOM.fullmatch(nonce)):
            raise ValueError("state, nonce and challenge must be random and of the right form")
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": _scope(operations),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "nonce": nonce,
            "prompt": "login",
            "max_age": "0",
        }
        return f"{self._authorize}?{urlencode(query)}"

    def returned(self, params: Sequence[tuple[str, str]]) -> Returned:
        """Read the query the browser came back with; a second code, state or issuer makes it unreadable."""
        values = {name: [value for key, value in params if key == name] for name in _READ_ONCE}
        if len(params) > _MOST_PARAMS or any(len(found) > 1 for found in values.values()):
            return Returned(error="malformed")
        code, error, issuer, state = ("".join(values[name]) for name in _READ_ONCE)
        if bool(code) is bool(error) or not _STATE.fullmatch(state):
            return Returned(error="malformed")
        if self._issuer and issuer != self._issuer:  # RFC 9207: of an error too
            return Returned(error="wrong-issuer", state=state)
        if error:
            return Returned(error=error if _ERROR.fullmatch(error) else "malformed", state=state)
        return Returned(code=code, state=state) if _CODE.fullmatch(code) else Returned(error="malformed", state=state)

    async def exchange(self, *, code: str, verifier: str, operation: str = "") -> DanAnswer:
        """Turn the code into who logged in and, of `operation`, what may be shown. A code can be used once.

        Never raises: whatever goes wrong is told as a result. While the breaker is open it is UNAVAILABLE at once.
        """
        if not (_CODE.fullmatch(code) and _VERIFIER.fullmatch(verifier)):
            return NONSENSE
        if not self._breaker.may_call():
            return UNAVAILABLE
        try:
            async with asyncio.timeout(self._timeout_seconds):
                answer, answered = await self._exchange(code, verifier, operation)
        except Exception as error:
            _log.info("ДАН could not be asked: %s", type(error).__name__)  # never the error's own text
            answer, answered = UNAVAILABLE, False
        except BaseException:
            self._breaker.left()
            raise
        self._breaker.succeeded() if answered else self._breaker.failed()
        _log.info("the login at ДАН ended as %s", answer.result)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _exchange(self, code: str, verifier: str, operation: str) -> tuple[DanAnswer, bool]:
        """The answer, and whether ДАН is there and makes sense."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "redirect_uri": self._redirect_uri,
        }
        response = await self._http.post(self._base_url + _TOKEN, data=form)
        token = read_token(response.status_code, response.content)
        if isinstance(token, DanAnswer):
            _log.info("ДАН gave no token: %d %s", response.status_code, read_error(response.content))
            return token, 400 <= response.status_code < 500 or bool(read_error(response.content))
        response = await self._http.get(self._base_url + _SERVICE, headers={"Authorization": f"Bearer {token}"})
        answer = read_services(response.status_code, response.content, operation, self._login_levels)
        return answer, response.status_code < 500 and answer.result is not DanResult.NONSENSE


def new_verifier() -> str:
    """A PKCE verifier of 256 random bits, for one login."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636 §4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _scope(operations: Sequence[str]) -> str:
    """One entry an endpoint. Raises ValueError for an operation that is not in `ENDPOINTS`."""
    by_endpoint: dict[str, list[str]] = {}
    for operation in dict.fromkeys((ID_CARD, *operations)):
        if operation not in ENDPOINTS:
            raise ValueError("ДАН is not asked for this operation")
        by_endpoint.setdefault(ENDPOINTS[operation], []).append(operation)
    entries = [{"services": names, "wsdl": _WSDL.format(endpoint=name)} for name, names in by_endpoint.items()]
    return base64.b64encode(json.dumps(entries, separators=(",", ":")).encode()).decode()
