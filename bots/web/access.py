"""Who may see a page: the session of a cookie, one role a page, everything else refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.parts import Parts
from bots.web.forms import Form, FormRefused, check_csrf, read_form
from bots.web.headers import is_staff
from bots.web.pages import explain
from config.settings import Settings
from knowledge import audit_rows, staff_rows
from knowledge.staff_rows import StaffSession

AGENT = "agent"
EDITOR = "editor"
HOMES = {AGENT: "/desk", EDITOR: "/editor"}
SIGN_IN = "/staff/sign-in"
ACTIVE = "x-staff-active"  # a page in the background says with it that a person is typing

Endpoint = Callable[[Request], Awaitable[Response]]
Show = Callable[[Request, StaffSession], Response]
Carry = Callable[[Request, StaffSession, Form], Response]


class AccessRefused(Exception):
    """Nobody is signed in, or somebody whose role may not; `response` is the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def cookie_name(settings: Settings) -> str:
    """With https the browser itself refuses such a cookie from anywhere but this host."""
    return "__Host-tuslakh_staff" if settings.secure_cookies else "tuslakh_staff"


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Ends with the browser; the server ends it earlier."""
    name = cookie_name(settings)
    response.set_cookie(name, token, path="/", httponly=True, samesite="lax", secure=settings.secure_cookies)


def clear_cookie(response: Response, settings: Settings) -> None:
    name = cookie_name(settings)
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=settings.secure_cookies)


def token_of(request: Request, settings: Settings) -> str:
    return request.cookies.get(cookie_name(settings), "")


def session_of(request: Request, parts: Parts, active: bool = True) -> StaffSession | None:
    """None when there is none or it is over. `active`: a person did this, so the idle time starts anew."""
    token, now = token_of(request, parts.settings), parts.clock()
    if not token:
        return None
    with parts.database.read() as connection:
        found = staff_rows.find_session(connection, token, now)
    if found and found[1] and active:
        with parts.database.write() as connection:
            staff_rows.touch_session(connection, token, now)
    return found[0] if found else None


def require(request: Request, parts: Parts, role: str, active: bool = True) -> StaffSession:
    """The session of somebody with that role. Raises `AccessRefused`; a refusal is recorded."""
    session = session_of(request, parts, active)
    if session is None:
        raise AccessRefused(_to_sign_in(request, role))
    if session.member.role != role:
        with parts.database.write() as connection:
            audit_rows.record(connection, session.member.id, "access.refused", request.url.path, parts.clock())
        text, english = "Танд энэ хуудсыг үзэх эрх алга.", "Your role does not open this page."
        raise AccessRefused(explain(request, 403, text, english, staff=session))
    return session


def page(parts: Parts, role: str, show: Show) -> Endpoint:
    """A page that a person opens."""

    def work(request: Request) -> Response:
        try:
            return show(request, require(request, parts, role))
        except AccessRefused as refused:
            return refused.response

    return _threaded(work)


def fragment(parts: Parts, role: str, show: Show) -> Endpoint:
    """A piece that a page fetches by itself: it does not keep a session alive unless somebody types there."""

    def work(request: Request) -> Response:
        try:
            return show(request, require(request, parts, role, active=ACTIVE in request.headers))
        except AccessRefused as refused:
            return Response(status_code=401) if refused.response.status_code == 303 else refused.response

    return _threaded(work)


def action(parts: Parts, role: str, carry: Carry) -> Endpoint:
    """A form that changes something: our own page, a session of that role, its token."""

    def work(request: Request, form: Form) -> Response:
        session = require(request, parts, role)
        check_csrf(form, session.csrf)
        return carry(request, session, form)

    async def endpoint(request: Request) -> Response:
        try:
            form = await read_form(request, parts.settings)
            return await run_in_threadpool(work, request, form)
        except FormRefused as refused:
            return explain(request, refused.status, refused.text, refused.english)
        except AccessRefused as refused:
            return refused.response

    return endpoint


def safe_next(target: str, role: str) -> str:
    """Where to go after the sign-in: a page of our own that the role may open, otherwise its home."""
    home = HOMES[role]
    plain = target.isascii() and target.isprintable() and "\\" not in target
    return target if plain and is_staff(target) and (target + "/").startswith(f"{home}/") else home


def _threaded(work: Callable[[Request], Response]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(work, request)

    return endpoint


def _to_sign_in(request: Request, role: str) -> Response:
    target = request.url.path if request.method == "GET" else HOMES[role]
    return RedirectResponse(f"{SIGN_IN}?next={quote(target)}", status_code=303)
