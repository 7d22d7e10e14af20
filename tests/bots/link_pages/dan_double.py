"""ДАН as the pages meet it, on a loopback port: codes that work once, PKCE, one secret, the asked person's data."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.people import BY_REGISTER_NUMBER, Person
from dialogs.records import ID_CARD

CLIENT_SECRET = "invented-client-secret"


@dataclass
class DanDouble:
    """`down`: the token endpoint answers 503. `tokens_given`: how many codes were exchanged."""

    login_type: int = 901
    down: bool = False
    tokens_given: int = 0
    seen: list[str] = field(default_factory=list)  # every request: path, query, Referer
    _codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/oauth2/token", self._token, methods=["POST"]),
                Route("/oauth2/api/v1/service", self._service, methods=["GET"]),
            ]
        )

    def login(self, authorize_url: str, person: Person) -> str:
        """The person logs in at that address; the query with which the browser is led back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
        code = secrets.token_urlsafe(24)
        self._codes[code] = (query["code_challenge"], person.register_number)
        return urlencode({"code": code, "state": query["state"]})

    async def _token(self, request: Request) -> Response:
        self._note(request)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        challenge, number = self._codes.pop(form["code"], ("", ""))
        if self.down:
            return Response("<h1>503</h1>", 503)
        made = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if not challenge or made != challenge or form["client_secret"] != CLIENT_SECRET:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.tokens_given += 1
        token = secrets.token_urlsafe(24)
        self._tokens[token] = number
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 60})

    async def _service(self, request: Request) -> Response:
        self._note(request)
        number = self._tokens.pop(request.headers["authorization"].removeprefix("Bearer "))
        person = BY_REGISTER_NUMBER[number]
        card = {
            "request": {"regnum": number},
            "requestId": "1",
            "resultCode": 0,
            "resultMessage": "",
            "response": {"regnum": number, "firstname": person.given_name, "lastname": person.patronymic},
        }
        services = {"services": {ID_CARD: card}, "wsdl": "https://xyp.gov.mn/citizen-1.5.0/ws?WSDL"}
        return JSONResponse([{"citizen_loginType": self.login_type}, services])

    def _note(self, request: Request) -> None:
        self.seen.append(f"{request.url.path}?{request.url.query} {request.headers.get('referer', '')}")
