"""The chat page as HTML: whole without JavaScript, live with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bots.file_content import EXTENSIONS
from bots.web_chat.feed import Item
from bots.web_chat.refusals import Refused, file_refusal
from dialogs.messages import FileProblem
from dialogs.rendering import ULAANBAATAR

SHOWN = 200  # newest items on the page
SHOWN_ON_REQUEST = 5000
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # `no-referrer` would make a form's Origin `null`
    # Only this page may stand in a frame of another site; everything else of it is as strict as can be.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors *"
    ),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # HTML has no way to write these


@dataclass(frozen=True)
class ChatPage:
    """`earlier`: there are items before the ones shown. `draft` is what a refused form held.

    `entry` is what an entry link carried; `largest` what a file may have, in bytes.
    """

    items: Sequence[Item]
    embed: bool
    earlier: bool = False
    draft: str = ""
    refused: Refused | None = None
    entry: str = ""
    largest: int = 10_485_760

    def response(self) -> HTMLResponse:
        status = self.refused.refusal.status if self.refused else 200
        headers = HEADERS | (self.refused.headers if self.refused else {})
        return HTMLResponse(self._html(), status, headers)

    def _html(self) -> str:
        return _TEMPLATES.get_template("chat.html").render(
            items=[item for item in self.items if item["author"] != "hide"],
            position=self.items[-1]["position"] if self.items else 0,
            says=self.refused.refusal.says if self.refused else None,
            embed=self.embed,
            earlier=self.earlier,
            draft=self.draft if self.draft.strip() else "",
            entry=self.entry,
            largest=self.largest,
            too_large=file_refusal(FileProblem.TOO_LARGE, self.largest).says,
            kinds=",".join(EXTENSIONS),
            new_id=lambda: uuid4().hex,
        )


def visible(text: str) -> str:
    """Control characters become a replacement mark."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def is_safe_link(url: str) -> bool:
    """https, or this very machine, where everything is tried out without it."""
    return re.match(r"https://[^\s/]|http://(?:127\.0\.0\.1|localhost)(?::\d+)?/", url) is not None


def clock(at: str) -> str:
    """Hours and minutes in Ulaanbaatar, for pages without JavaScript."""
    return datetime.fromisoformat(at).astimezone(ULAANBAATAR).strftime("%H:%M УБ")


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"visible": visible, "clock": clock}
    made.tests["safe_link"] = is_safe_link
    return made


_TEMPLATES = _environment()
