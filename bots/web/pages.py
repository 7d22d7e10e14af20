"""The page shell: templates of every staff page with escaping on, and what they say about times and people."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dialogs.masking import mask_text
from dialogs.rendering import ULAANBAATAR

BOTS = Path(__file__).parent.parent
NO_STORE = {"Cache-Control": "no-store"}
MAX_NAME = 60  # characters of a name that are shown
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs"})  # controls, bidi and zero-width signs, private use, lone surrogates
_SPACES = re.compile(r"\s+")


def render(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """A page, never kept by a browser or proxy. `template` is `room/name.html`."""
    filled = {"staff": None, "problem": "", "problem_en": "", "path": request.url.path, **context}
    text = _ENVIRONMENT.get_template(template).render(filled)
    return HTMLResponse(text, status_code=status, headers=NO_STORE)


def explain(request: Request, status: int, text: str, english: str, **context: object) -> Response:
    """A short page that says why something did not happen."""
    return render(request, "web/base.html", status, problem=text, problem_en=english, **context)


def local_time(at: datetime) -> str:
    """`2026-11-23 14:05` in Ulaanbaatar."""
    return at.astimezone(ULAANBAATAR).strftime("%Y-%m-%d %H:%M")


def waited(now: datetime, since: datetime) -> str:
    """`4 мин`, `1 ц 5 мин`, `2 өдөр`; under a minute `дөнгөж сая`."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    if minutes < 1:
        return "дөнгөж сая"
    if hours < 1:
        return f"{minutes} мин"
    return f"{hours} ц {rest} мин" if hours < 24 else f"{hours // 24} өдөр"


def visible(text: str) -> str:
    """Without the signs that cannot be seen but turn or hide what can."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _INVISIBLE)


def masked(text: str) -> str:
    """A citizen's or agent's words as staff may read them by default."""
    return mask_text(visible(text))


def masked_name(name: str) -> str:
    """A display name: one short line, decoration only."""
    return _SPACES.sub(" ", masked(name)).strip()[:MAX_NAME]


def english(text: str) -> Markup:
    """The small English label beside a Mongolian one."""
    return Markup('<span class="en" lang="en">{}</span>').format(text)


def _environment() -> Environment:
    rooms = {room: FileSystemLoader(BOTS / room / "templates") for room in ("web", "desk", "editor")}
    environment = Environment(
        loader=PrefixLoader(rooms), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(local_time=local_time, masked=masked, masked_name=masked_name)
    environment.globals["en"] = english
    return environment


_ENVIRONMENT = _environment()
