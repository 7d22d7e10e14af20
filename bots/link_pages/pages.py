"""The shell of these pages: templates, headers that let nothing in or out, and the pages that say how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from bots.link_pages.texts import says
from bots.link_pages.visits import Visit
from dialogs.linking import LinkEnd
from dialogs.services import Language

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATUS = {"wrong-browser": 403, "other-chat": 403, "not-vouched": 403, "gone": 404, "too-large": 413, "too-fast": 429}


def show(
    template: str,
    language: Language,
    code: int = 200,
    *,
    connect: str = "",
    leads_to: str = "",
    **context: object,
) -> HTMLResponse:
    """`code`: of HTTP; `connect`: an address its script may talk to; `leads_to`: an origin its forms may end at.

    `path` in the context: its own address, so that it can be had in the other language.
    """
    return _page(template, language, code, _policy(connect, leads_to), context)


def message(kind: str, language: Language, code: int = 0, **context: object) -> HTMLResponse:
    """A page that only says something; `kind` is a key of the texts that has a title."""
    filled = {"values": {}, "again": "", "said": "", "kind": kind, **context}
    return _page("message.html", language, code or STATUS.get(kind, 200), _policy("", ""), filled)


def gone() -> HTMLResponse:
    """The same for every token that opens nothing."""
    return message("gone", Language.MN)


def over(visit: Visit) -> HTMLResponse:
    """How the link ended."""
    ended = visit.link.status if visit.link.status in set(LinkEnd) | {"bound", "matched"} else LinkEnd.GONE.value
    kind = LinkEnd.EXPIRED.value if visit.is_late else ended
    return message(kind, visit.language, 200 if kind in ("bound", "matched", "denied") else 410)


def refuse(visit: Visit, kind: str) -> HTMLResponse:
    """Nothing was changed; whoever looks at it can say that it was not them."""
    return message(kind, visit.language, denies=visit.path("/deny"), again=visit.path())


def qr(text: str) -> Markup:
    """An SVG of our own making."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=True))


def safe(response: Response) -> Response:
    """The same headers for what is no page."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response


def _page(template: str, language: Language, code: int, policy: str, context: Mapping[str, object]) -> HTMLResponse:
    blank = {"path": "", "refresh": 0, "denies": ""}
    other = Language.EN if language is Language.MN else Language.MN
    filled = {**blank, "t": partial(_said, language), "language": language, "other": other, **context}
    html = _TEMPLATES.get_template(template).render(filled)
    return HTMLResponse(html, code, _HEADERS | {"Content-Security-Policy": policy})


def _said(language: Language, key: str, values: Mapping[str, object] | None = None) -> str:
    return says(key, language, **(values or {}))


def _policy(connect: str, leads_to: str) -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{' ' if connect else ''}{connect}; form-action 'self'{' ' if leads_to else ''}{leads_to}; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
    )


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
