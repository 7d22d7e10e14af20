"""ДАН for tests: strict where the real one is strict, with its known weaknesses and failures as switches.

Paths, fields and answers: domain.md §2.1. A test plays browser and person with `log_in`, `refuse` and `open_login`,
which go through the real pages over HTTP and stop before our own return address.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.sandbox.people import BY_REGISTER_NUMBER, Person
from connectors.bounded_http import public_trust
from dialogs.records import ID_CARD, PROPERTY_LIST
from tests.fakes.loopback import Loopback

BANK, PHONE, ORGANISATION, UNHEARD_OF = 7, 0, 1, 4711  # citizen_loginType; 0, 1 and 7 were seen, meanings are ours
CLIENT_ID, CLIENT_SECRET = "client-of-the-tests", "secret-of-the-tests-only"
_COOKIE = "dan_session"


@dataclass
class Style:
    """How this ДАН behaves; tests change it as they go.

    pkce: whether it checks a verifier (the real one was never seen to). honours_prompt: whether `prompt=login` ends
    a living session's silence. issuer: sent as `iss`. slow_seconds: before the token and the data. token_answer,
    service_answer: given instead of the true one. lead_to: where an evil ДАН sends the browser instead of its login.
    """

    pkce: bool = True
    honours_prompt: bool = True
    issuer: str = ""
    slow_seconds: float = 0.0
    code_seconds: float = 60.0
    token_answer: Response | None = None
    service_answer: Response | None = None
    lead_to: str = ""
    result_codes: dict[str, int] = field(default_factory=dict)  # by operation, 0 unless named
    card_number: str = ""  # another person's number in the card
    properties: tuple[dict[str, str], ...] = (
        {"propertyNationRegisterNumber": "Ү-0000000001", "codeName": "Орон сууц"},
    )


@dataclass(frozen=True)
class Seen:
    """One request as it came, body and query in the clear."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str

    @property
    def text(self) -> str:
        return f"{self.method} {self.path}?{self.query}\n{dict(self.headers)}\n{self.body}"


@dataclass(frozen=True)
class _Grant:
    register_number: str
    login_type: int
    operations: tuple[str, ...]
    redirect_uri: str
    challenge: str
    given_at: float


class DanServer:
    """`url` is what `Dan` gets as `base_url`. `redirect_uris`: what the client has registered, exactly."""

    def __init__(self, redirect_uris: frozenset[str], style: Style | None = None) -> None:
        self.style = style or Style()
        self.seen: list[Seen] = []
        self._redirect_uris = redirect_uris
        self._codes: dict[str, _Grant] = {}
        self._tokens: dict[str, _Grant] = {}
        self._sessions: dict[str, tuple[str, int]] = {}
        routes = [
            Route("/oauth2/authorize", self._authorize, methods=["GET"]),
            Route("/oauth2/login", self._login, methods=["POST"]),
            Route("/oauth2/token", self._token, methods=["POST"]),
            Route("/oauth2/api/v1/service", self._service, methods=["GET", "POST"]),
            Route("/{path:path}", self._nothing, methods=["GET", "POST"]),
        ]
        self._loopback = Loopback(Starlette(routes=routes))

    @property
    def url(self) -> str:
        return self._loopback.url

    def start(self) -> None:
        self._loopback.start()

    def stop(self) -> None:
        self._loopback.stop()

    async def _keep(self, request: Request) -> dict[str, str]:
        body = (await request.body()).decode()
        self.seen.append(Seen(request.method, request.url.path, request.url.query, dict(request.headers), body))
        return {key: str(value) for key, value in (await request.form()).items()}

    async def _nothing(self, request: Request) -> Response:
        await self._keep(request)
        return Response(status_code=404)

    async def _authorize(self, request: Request) -> Response:
        await self._keep(request)
        if self.style.lead_to:
            return RedirectResponse(self.style.lead_to, 302)
        asked = dict(request.query_params)
        # A client or address that is not registered is told on a page, never by a redirect.
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") not in self._redirect_uris:
            return HTMLResponse("<h1>client</h1>", 400)
        if asked.get("response_type") != "code" or _operations(asked.get("scope", "")) is None:
            return self._back(asked, {"error": "invalid_scope"})
        if self.style.pkce and (asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge")):
            return self._back(asked, {"error": "invalid_request"})
        session = self._sessions.get(request.cookies.get(_COOKIE, ""))
        if session and not (self.style.honours_prompt and "login" in asked.get("prompt", "").split()):
            return self._back(asked, {"code": self._give_code(asked, *session)})
        return HTMLResponse(_page(asked))

    async def _login(self, request: Request) -> Response:
        form = await self._keep(request)
        asked = json.loads(form["asked"])
        if form.get("refuse"):
            return self._back(asked, {"error": "access_denied"})
        number, login_type = form["number"], int(form["login_type"])
        if number not in BY_REGISTER_NUMBER:
            return HTMLResponse("<h1>nobody</h1>", 403)
        cookie = secrets.token_urlsafe(16)
        self._sessions[cookie] = (number, login_type)
        response = self._back(asked, {"code": self._give_code(asked, number, login_type)})
        response.set_cookie(_COOKIE, cookie, httponly=True)
        return response

    async def _token(self, request: Request) -> Response:
        form = await self._keep(request)
        await self._wait()
        if self.style.token_answer is not None:
            return self.style.token_answer
        if form.get("client_id") != CLIENT_ID or form.get("client_secret") != CLIENT_SECRET:
            return _error("invalid_client", 401)
        if request.headers.get("content-type", "").split(";")[0] != "application/x-www-form-urlencoded":
            return _error("invalid_request")
        grant = self._codes.pop(form.get("code", ""), None)  # used up by a wrong try as well
        if form.get("grant_type") != "authorization_code" or grant is None or not self._fits(grant, form):
            return _error("invalid_grant")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = grant
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 300})

    async def _service(self, request: Request) -> Response:
        await self._keep(request)
        await self._wait()
        if self.style.service_answer is not None:
            return self.style.service_answer
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self._tokens.get(token)
        if kind != "Bearer" or grant is None:
            return _error("invalid_token", 401)
        return JSONResponse(self._answer(grant))

    async def _wait(self) -> None:
        if self.style.slow_seconds:
            await run_in_threadpool(time.sleep, self.style.slow_seconds)

    def _fits(self, grant: _Grant, form: Mapping[str, str]) -> bool:
        if form.get("redirect_uri") != grant.redirect_uri:
            return False
        if time.monotonic() - grant.given_at > self.style.code_seconds:
            return False
        return not self.style.pkce or _challenge(form.get("code_verifier", "")) == grant.challenge

    def _give_code(self, asked: Mapping[str, str], number: str, login_type: int) -> str:
        code = secrets.token_urlsafe(24)
        operations = _operations(asked["scope"]) or ()
        challenge = asked.get("code_challenge", "")
        self._codes[code] = _Grant(number, login_type, operations, asked["redirect_uri"], challenge, time.monotonic())
        return code

    def _back(self, asked: Mapping[str, str], params: Mapping[str, str]) -> Response:
        known = {**params, "state": asked.get("state", "")} | ({"iss": self.style.issuer} if self.style.issuer else {})
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(known)}", 302)

    def _answer(self, grant: _Grant) -> list[Any]:
        person = BY_REGISTER_NUMBER[grant.register_number]
        services = [
            {"services": {operation: self._operation(operation, person)}, "wsdl": "https://xyp.gov.mn/"}
            for operation in grant.operations
        ]
        return [{"citizen_loginType": grant.login_type}, *services]

    def _operation(self, operation: str, person: Person) -> dict[str, Any]:
        code = self.style.result_codes.get(operation, 0)
        asked = {"auth": None, "civilId": None, "regnum": person.register_number}
        answer = {"request": asked, "requestId": secrets.token_hex(8), "resultCode": code, "resultMessage": "амжилттай"}
        if code:
            return answer
        if operation == PROPERTY_LIST:
            return {**answer, "response": {"listData": list(self.style.properties)}}
        return {**answer, "response": {**card_of(person), "regnum": self.style.card_number or person.register_number}}


@contextmanager
def running(server: DanServer) -> Iterator[DanServer]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def open_login(browser: httpx.Client, address: str) -> httpx.Response:
    """The browser follows the address it was sent to; the answer is the login page, or a redirect back to us."""
    return browser.get(address)


def log_in(address: str, number: str, login_type: int = BANK, browser: httpx.Client | None = None) -> str:
    """A person logs in as `number`; the address that the browser is then sent to, with code and state."""
    return _submit(browser, address, {"number": number, "login_type": str(login_type)})


def refuse(address: str, browser: httpx.Client | None = None) -> str:
    """A person presses "cancel" at ДАН."""
    return _submit(browser, address, {"refuse": "1"})


def card_of(person: Person) -> dict[str, str]:
    """The card as ДАН hands it on, with much that nobody needs."""
    return {
        "regnum": person.register_number, "civilId": person.civil_id, "firstname": person.given_name,
        "lastname": person.patronymic, "surname": person.family_name, "gender": person.sex,
        "birthDate": f"{person.birth_date.isoformat()}T00:00:00+08:00", "birthDateAsText": str(person.birth_date),
        "birthPlace": person.birth_place, "nationality": "Халх", "image": base64.b64encode(b"a picture").decode(),
        "passportAddress": person.address, "passportIssueDate": str(person.issued),
        "passportExpireDate": str(person.valid_until), "personId": "personal-id-nobody-asked-for",
        "aimagCityCode": "01", "addressDetail": "detail-nobody-asked-for",
    }  # fmt: skip


def _submit(browser: httpx.Client | None, address: str, fields: Mapping[str, str]) -> str:
    if browser is None:
        with httpx.Client(trust_env=False, verify=public_trust()) as fresh:
            return _submit(fresh, address, fields)
    page = open_login(browser, address)
    asked = re.search(r'name="asked" value="([^"]*)"', page.text)
    if asked is None:
        raise AssertionError(f"no login page: {page.status_code}")
    login = str(page.url.copy_with(path="/oauth2/login", query=None))
    return browser.post(login, data={"asked": html.unescape(asked[1]), **fields}).headers["location"]


def _page(asked: Mapping[str, str]) -> str:
    value = html.escape(json.dumps(dict(asked)))
    return f'<form method="post" action="/oauth2/login"><input type="hidden" name="asked" value="{value}"></form>'


def _operations(scope: str) -> tuple[str, ...] | None:
    """The operations of a scope, or None when it is not what ДАН reads; the card is always one of them."""
    try:
        entries = json.loads(base64.b64decode(scope, validate=True))
        found = tuple(name for entry in entries for name in entry["services"] if entry["wsdl"].endswith("/ws?WSDL"))
    except (ValueError, TypeError, KeyError):
        return None
    return found if ID_CARD in found else None


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _error(name: str, status: int = 400) -> Response:
    return JSONResponse({"error": name}, status)
