"""ДАН (sso.gov.mn) on this machine: an OAuth 2.0 code flow with its own login session, and its ways to fail.

Paths, parameters and answers as public code shows the real one; PKCE is checked where it is sent.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.sandbox.dan_answers import LOGIN_TYPES, ORGANISATION, read_scope, service_answer
from bots.sandbox.dan_grants import Grant, Grants, Wanted
from bots.sandbox.keys import DAN_CLIENT_ID, SandboxKeys
from bots.sandbox.pages import NO_STORE, explain, read_form, refused, render
from bots.sandbox.people import BY_REGISTER_NUMBER, PEOPLE, Certificate
from bots.sandbox.switches import Switch
from bots.sandbox.world import SandboxWorld
from bots.web.bodies import BodyTooLarge, read_body
from bots.web.forms import FORM, FormRefused

PATH = "/sandbox/dan"  # what a client's base address ends with
COOKIE = "sandbox_dan"
_CODE_CHALLENGE_SIGNS = 43  # base64url of a SHA-256
_MAX_TOKEN_REQUEST = 8192
_SECONDS = 10.0
_ASKED = (
    "response_type", "client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method", "nonce",
    "prompt", "max_age", "login_type",
)  # fmt: skip


def dan_routes(world: SandboxWorld, keys: SandboxKeys, redirect_uris: frozenset[str]) -> list[Route]:
    """`redirect_uris`: the return addresses registered for our client, compared sign by sign."""
    dan = _Dan(world, keys, redirect_uris, Grants(world.now))
    service = f"{PATH}/oauth2/api/v1/service"
    return [
        Route(PATH, dan.session_page, methods=["GET"]),
        Route(f"{PATH}/logout", dan.log_out, methods=["POST"]),
        Route(f"{PATH}/login", dan.log_in, methods=["POST"]),
        Route(f"{PATH}/oauth2/authorize", dan.authorize, methods=["GET"]),
        Route(f"{PATH}/oauth2/token", dan.token, methods=["POST"]),
        Route(service, dan.service, methods=["GET", "POST"]),
    ]


@dataclass(frozen=True)
class _Login:
    """A session of the browser at the bank's side: who, by which way."""

    register_number: str
    login_type: int


@dataclass(frozen=True)
class _Asked:
    """An authorization request that may go on; `fields` is what it said, word for word."""

    fields: Mapping[str, str]
    wanted: tuple[Wanted, ...]

    def returned(self, **answer: str) -> Response:
        """Back to the client, with the state it gave."""
        if self.fields.get("state"):
            answer["state"] = self.fields["state"]
        return RedirectResponse(f"{self.fields['redirect_uri']}?{urlencode(answer)}", 303, NO_STORE)


@dataclass(frozen=True)
class _Dan:
    world: SandboxWorld
    keys: SandboxKeys
    redirect_uris: frozenset[str]
    grants: Grants
    sessions: dict[str, _Login] = field(default_factory=dict)

    async def authorize(self, request: Request) -> Response:
        """The login page; or, when this browser is logged in and no fresh login is asked for, straight back."""
        pairs = request.query_params.multi_items()
        asked = self._read(dict(pairs))
        if isinstance(asked, Response):
            return asked
        if len(pairs) != len(dict(pairs)):
            return asked.returned(error="invalid_request")
        login = self.sessions.get(request.cookies.get(COOKIE, ""))
        if login and not self._must_log_in(asked.fields):
            return self._with_code(asked, login)
        if asked.fields.get("prompt") == "none":
            return asked.returned(error="login_required")
        way = "phone" if asked.fields.get("login_type") == "OTP" else "bank"
        return render("sandbox_dan.html", people=PEOPLE, asked=asked.fields, wanted=asked.wanted, way=way)

    async def log_in(self, request: Request) -> Response:
        """What the login page posts: `action` is log-in, organisation or cancel."""
        try:
            form = await read_form(request)
        except FormRefused as error:
            return refused(error)
        asked = self._read({name: form[name] for name in _ASKED if name in form})
        if isinstance(asked, Response):
            return asked
        if form.get("action") == "cancel":
            return asked.returned(error="access_denied")
        person, login_type = BY_REGISTER_NUMBER.get(form.get("person", "")), LOGIN_TYPES.get(form.get("way", ""))
        if person is None or login_type is None:
            return explain(400, "Хүн ба нэвтрэх аргаа сонгоно уу.", "Choose a person and a way to log in.")
        if form.get("action") == "organisation":
            login_type = ORGANISATION
        elif form["way"] == "signature" and person.certificate is not Certificate.GOOD:
            return explain(
                403, "Энэ хүний гарын үсгийн гэрчилгээ хүчингүй.", "This person’s certificate does not count."
            )
        login = _Login(person.register_number, login_type)
        response = self._with_code(asked, login)
        self._remember(request, response, login)
        return response

    async def token(self, request: Request) -> Response:
        await self._pause()
        if self.world.switches.is_on(Switch.BANK_DOWN):
            return Response("<html><body>502 Bad Gateway</body></html>", 502, media_type="text/html")
        form = await _token_form(request)
        if form is None:
            return _error("invalid_request")
        secret = form.get("client_secret", "").encode()
        known = form.get("client_id") == DAN_CLIENT_ID
        if not (hmac.compare_digest(secret, self.keys.dan_client_secret.encode()) and known):
            return _error("invalid_client", 401)
        if form.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type")
        code, back, verifier = (form.get(name, "") for name in ("code", "redirect_uri", "code_verifier"))
        token = self.grants.redeem(code, DAN_CLIENT_ID, back, verifier)
        if not token:
            return _error("invalid_grant")
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 300}, headers=NO_STORE)

    async def service(self, request: Request) -> Response:
        await self._pause()
        switches = self.world.switches
        if switches.is_on(Switch.BANK_DOWN):
            return Response("<html><body>502 Bad Gateway</body></html>", 502, media_type="text/html")
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self.grants.of_token(token) if kind.lower() == "bearer" else None
        if grant is None:
            return _error("invalid_token", 401)
        mixed_up, down = switches.is_on(Switch.BANK_WRONG_PERSON), switches.is_on(Switch.REGISTRY_DOWN)
        return JSONResponse(service_answer(grant, mixed_up, down), headers=NO_STORE)

    async def session_page(self, request: Request) -> Response:
        login = self.sessions.get(request.cookies.get(COOKIE, ""))
        return render("sandbox_dan_session.html", person=login and BY_REGISTER_NUMBER[login.register_number])

    async def log_out(self, request: Request) -> Response:
        try:
            await read_form(request)
        except FormRefused as error:
            return refused(error)
        self.sessions.pop(request.cookies.get(COOKIE, ""), None)
        response = RedirectResponse(PATH, 303)
        response.delete_cookie(COOKIE, path=PATH)
        return response

    def _read(self, fields: dict[str, str]) -> _Asked | Response:
        """A request to answer, or the page or redirect that refuses it; an unknown address is never redirected to."""
        if fields.get("client_id") != DAN_CLIENT_ID or fields.get("redirect_uri") not in self.redirect_uris:
            return explain(400, "Бүртгэлгүй үйлчилгээ эсвэл буцах хаяг.", "Unknown client or return address.")
        asked = _Asked(fields, read_scope(fields.get("scope", "")))
        challenge = fields.get("code_challenge", "")
        if fields.get("response_type") != "code":
            return asked.returned(error="unsupported_response_type")
        if not asked.wanted:
            return asked.returned(error="invalid_scope")
        plain = fields.get("code_challenge_method", "plain") != "S256" or len(challenge) != _CODE_CHALLENGE_SIGNS
        return asked.returned(error="invalid_request") if challenge and plain else asked

    def _must_log_in(self, asked: Mapping[str, str]) -> bool:
        fresh = asked.get("prompt") == "login" or asked.get("max_age") == "0"
        return fresh and not self.world.switches.is_on(Switch.BANK_IGNORES_PROMPT)

    def _with_code(self, asked: _Asked, login: _Login) -> Response:
        challenge = asked.fields.get("code_challenge", "")
        back = asked.fields["redirect_uri"]
        grant = Grant(login.register_number, login.login_type, asked.wanted, DAN_CLIENT_ID, back, challenge)
        return asked.returned(code=self.grants.new_code(grant))

    def _remember(self, request: Request, response: Response, login: _Login) -> None:
        """A new session for this browser in place of its older one."""
        self.sessions.pop(request.cookies.get(COOKIE, ""), None)
        name = secrets.token_urlsafe(32)
        self.sessions[name] = login
        response.set_cookie(COOKIE, name, path=PATH, httponly=True, samesite="lax")

    async def _pause(self) -> None:
        if self.world.switches.is_on(Switch.BANK_SLOW):
            await asyncio.sleep(self.world.pauses.slow)


async def _token_form(request: Request) -> dict[str, str] | None:
    """The fields, each at most once; None when it is no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    try:
        body = await read_body(request, _MAX_TOKEN_REQUEST, _SECONDS)
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True)
    except (BodyTooLarge, TimeoutError, ClientDisconnect, ValueError):
        return None
    return dict(pairs) if len(dict(pairs)) == len(pairs) else None


def _error(name: str, status: int = 400) -> Response:
    return JSONResponse({"error": name}, status_code=status, headers=NO_STORE)
