"""The shell of the sandbox's pages, and what their forms post: from our own pages only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from bots.web.bodies import BodyTooLarge, read_body
from bots.web.forms import FormRefused, check_origin, parse

MAX_FORM_BYTES = 64 * 1024
ULAANBAATAR = timezone(timedelta(hours=8))  # no summer time since 2017
NO_STORE = {"Cache-Control": "no-store"}
_FORM_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, status: int = 200, **context: object) -> Response:
    """A page that no browser keeps."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(context), status_code=status, headers=NO_STORE)


def explain(status: int, text: str, english: str) -> Response:
    """A short page that says why something did not happen."""
    return render("sandbox_message.html", status, text=text, english=english)


async def read_form(request: Request) -> Mapping[str, str]:
    """Raises FormRefused (403 foreign page, 408, 413)."""
    check_origin(request, own_origin(request))
    try:
        body = await read_body(request, MAX_FORM_BYTES, _FORM_SECONDS)
    except BodyTooLarge as error:
        raise FormRefused(413, "Илгээсэн зүйл хэтэрхий том байна.", "The form is too large.") from error
    except (TimeoutError, ClientDisconnect) as error:
        raise FormRefused(408, "Хүсэлт хэтэрхий удаан ирлээ.", "The form took too long.") from error
    return parse(body)


def refused(error: FormRefused) -> Response:
    return explain(error.status, error.text, error.english)


def own_origin(request: Request) -> str:
    """Scheme and host under which the page is seen: `http://127.0.0.1:8080`."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def is_own(url: str, request: Request) -> bool:
    """Whether an address is on this server, and this server is on this machine: others are never asked or posted to."""
    try:
        found = urlsplit(url)
        ours = f"{found.scheme}://{found.netloc}" == own_origin(request) and not found.username
        return ours and found.hostname in _LOOPBACK and "\\" not in url
    except ValueError:
        return False


def shown_time(at: datetime) -> str:
    """Day and time in Ulaanbaatar, as the pages' script writes it too."""
    return at.astimezone(ULAANBAATAR).strftime("%Y-%m-%d %H:%M:%S")
