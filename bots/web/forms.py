"""What a form posts: read under a cap, from our own pages only, with the session's token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request

from bots.web.bodies import BodyTooLarge, read_body
from config.settings import Settings

MAX_FIELDS = 200
FORM = "application/x-www-form-urlencoded"
Form = Mapping[str, str]


class FormRefused(Exception):
    """The post is not carried out; `text` and `english` say why, `status` is the answer's."""

    def __init__(self, status: int, text: str, english: str) -> None:
        super().__init__(english)
        self.status, self.text, self.english = status, text, english


async def read_form(request: Request, settings: Settings) -> Form:
    """The fields of an urlencoded body; an empty one needs no type. Raises `FormRefused` (403, 408, 413, 415)."""
    check_origin(request, settings.base_url)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in ("", FORM):
        raise FormRefused(415, "Энэ маягтыг унших боломжгүй.", "Only urlencoded forms are read.")
    try:
        body = await read_body(request, settings.max_body_bytes, settings.body_timeout_seconds)
    except BodyTooLarge as error:
        raise FormRefused(413, "Илгээсэн зүйл хэтэрхий том байна.", "The form is too large.") from error
    except (TimeoutError, ClientDisconnect) as error:
        raise FormRefused(408, "Хүсэлт хэтэрхий удаан ирлээ. Дахин илгээнэ үү.", "The form took too long.") from error
    return parse(body)


def parse(body: bytes) -> dict[str, str]:
    """Raises `FormRefused` with 413 when there are too many fields."""
    try:
        pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise FormRefused(413, "Маягт хэтэрхий том байна.", "Too many fields.") from error
    return {name: value.replace("\r\n", "\n").replace("\0", "") for name, value in pairs}


def check_origin(request: Request, base_url: str) -> None:
    """Our own page posted it. Browsers say so in `Sec-Fetch-Site`; older ones only in `Origin`.

    `Origin: null` is what a form of a page without referrer carries, so it counts only beside `Sec-Fetch-Site`.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    named = origin is not None and origin != "null"
    ours = _same_host(origin or "", request, base_url) if named else site is not None
    if not ours or site not in (None, "same-origin"):
        raise FormRefused(403, "Хүсэлт өөр хуудаснаас ирсэн байна.", "The request came from another site.")


def check_csrf(form: Form, expected: str) -> None:
    """Compared as bytes in constant time."""
    if not hmac.compare_digest(form.get("csrf", "").encode("utf-8", "replace"), expected.encode()):
        raise FormRefused(
            403, "Хуудас хуучирсан байна. Дахин ачаалаад үргэлжлүүлнэ үү.", "The form's token is missing or old."
        )


def _same_host(origin: str, request: Request, base_url: str) -> bool:
    if origin == base_url:
        return True
    found = urlsplit(origin)
    return found.scheme == request.url.scheme and found.netloc == request.headers.get("host", "")
