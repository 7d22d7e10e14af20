"""Signing in and out. An unknown login and a wrong password are answered alike, after the same work."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bots.parts import Parts
from bots.web.access import HOMES, SIGN_IN, clear_cookie, safe_next, session_of, set_cookie, token_of
from bots.web.forms import Form, FormRefused, check_csrf, read_form
from bots.web.pages import explain, render
from knowledge import audit_rows, staff_rows
from knowledge.staff_rows import StaffMember

ADDRESS_WINDOW, LOGIN_WINDOW = timedelta(minutes=1), timedelta(hours=1)
MAX_REMEMBERED = 10_000  # keys of one kind at once; the one heard of longest ago is forgotten first
MAX_LOGIN = 60  # characters an account's login has at most
MAX_PASSWORD = 1000  # characters that are hashed
_HASHES_AT_ONCE = threading.BoundedSemaphore(4)  # each takes 64 MiB
_SIGNS_OUT = "/staff/sign-out"


class SignInTries:
    """Tries of each address (or login) within the last while, in this process's memory."""

    def __init__(self, most: int, window: timedelta = ADDRESS_WINDOW, max_remembered: int = MAX_REMEMBERED) -> None:
        self.window = window
        self._most, self._max_remembered = most, max_remembered
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, key: str, now: datetime) -> bool:
        """False when the key has used up its tries; a refused try is not counted."""
        with self._lock:
            tries = self._tries.setdefault(key, deque())
            self._tries.move_to_end(key)
            while tries and now - tries[0] >= self.window:
                tries.popleft()
            if len(self._tries) > self._max_remembered:
                self._tries.popitem(last=False)
            if len(tries) >= self._most:
                return False
            tries.append(now)
            return True

    def give_back(self, key: str, taken: datetime) -> None:
        """The try of that moment does not count after all."""
        with self._lock, suppress(KeyError, ValueError):
            self._tries[key].remove(taken)


class LoginTries:
    """Failed tries of each login in the last hour, from anywhere.

    Logins nobody has are counted alike, but apart: however many of them are made up, no account's tries are forgotten.
    """

    def __init__(self, most: int) -> None:
        self._accounts, self._others = SignInTries(most, LOGIN_WINDOW), SignInTries(most, LOGIN_WINDOW)

    def take(self, login: str, exists: bool, now: datetime) -> bool:
        """Taken before the password is compared, so that tries at the same moment count too."""
        return (self._accounts if exists else self._others).take(login[: MAX_LOGIN + 1], now)

    def give_back(self, login: str, taken: datetime) -> None:
        """The password was right."""
        self._accounts.give_back(login, taken)


def sign_in_routes(parts: Parts) -> list[Route]:
    tries = SignInTries(parts.settings.sign_in_tries_a_minute)
    logins = LoginTries(parts.settings.sign_in_tries_an_hour_a_login)

    async def show(request: Request) -> Response:
        session = await run_in_threadpool(session_of, request, parts, False)
        if session is not None:
            return RedirectResponse(HOMES[session.member.role], status_code=303)
        return render(request, "web/sign_in.html", next=request.query_params.get("next", ""), login="", wrong=False)

    async def sign_in(request: Request) -> Response:
        try:
            form = await read_form(request, parts.settings)
        except FormRefused as refused:
            return explain(request, refused.status, refused.text, refused.english)
        if not tries.take(_address(request), parts.clock()):
            return _too_many(request, "Хэт олон удаа оролдлоо. Нэг минут хүлээнэ үү.", tries.window)
        return await run_in_threadpool(_sign_in, parts, logins, request, form)

    async def sign_out(request: Request) -> Response:
        try:
            form = await read_form(request, parts.settings)
            return await run_in_threadpool(_sign_out, parts, request, form)
        except FormRefused as refused:
            return explain(request, refused.status, refused.text, refused.english)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(_SIGNS_OUT, sign_out, methods=["POST"]),
    ]


def _too_many(request: Request, text: str, wait: timedelta) -> Response:
    response = explain(request, 429, text, "Too many tries.")
    response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response


def _sign_in(parts: Parts, logins: LoginTries, request: Request, form: Form) -> Response:
    now = parts.clock()
    login, password = form.get("login", "").strip(), form.get("password", "")[:MAX_PASSWORD]
    with parts.database.read() as connection:
        found = staff_rows.find_login(connection, login)
    if not logins.take(login, found is not None, now):
        _record(parts, found[0].id if found else "unknown", "staff.sign-in-refused")
        return _too_many(
            request, "Энэ нэрээр хэт олон удаа буруу оролдлоо. Нэг цагийн дараа дахин оролдоно уу.", LOGIN_WINDOW
        )
    with _HASHES_AT_ONCE:
        right = staff_rows.password_is_right(found, password)
    if found is None or not right:
        _record(parts, found[0].id if found else "unknown", "staff.sign-in-refused")
        context = {"next": form.get("next", ""), "login": login[:60], "wrong": True}
        return render(request, "web/sign_in.html", 401, **context)
    logins.give_back(login, now)
    return _welcome(parts, request, found[0], form.get("next", ""))


def _welcome(parts: Parts, request: Request, member: StaffMember, target: str) -> Response:
    """A new session with a new token; the one the browser came with ends."""
    now = parts.clock()
    with parts.database.write() as connection:
        staff_rows.close_session(connection, token_of(request, parts.settings))
        token = staff_rows.open_session(connection, member.id, now)
        audit_rows.record(connection, member.id, "staff.signed-in", member.id, now)
    response = RedirectResponse(safe_next(target, member.role), status_code=303)
    set_cookie(response, parts.settings, token)
    return response


def _sign_out(parts: Parts, request: Request, form: Form) -> Response:
    session = session_of(request, parts, active=False)
    response = RedirectResponse(SIGN_IN, status_code=303)
    if session is not None:
        check_csrf(form, session.csrf)
        with parts.database.write() as connection:
            staff_rows.close_session(connection, token_of(request, parts.settings))
        _record(parts, session.member.id, "staff.signed-out")
    clear_cookie(response, parts.settings)
    return response


def _record(parts: Parts, subject: str, act: str) -> None:
    with parts.database.write() as connection:
        audit_rows.record(connection, subject, act, subject, parts.clock())


def _address(request: Request) -> str:
    """Of a sender; an IPv6 subscriber has a whole /64."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else host
