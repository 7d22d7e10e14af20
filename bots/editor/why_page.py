"""Why a message is understood as it is, step by step. What is typed here is neither kept nor logged."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bots.editor import why_words
from bots.parts import Parts
from bots.web.forms import Form
from bots.web.pages import render
from dialogs.services import Text
from knowledge.staff_rows import StaffSession
from nlu.why import why

MOST_WORDS = 60  # words of a long message that are listed
LEAST = 0.005  # what counts less is not listed
OPEN = 3  # candidates that are shown in full from the start
_EMPTY = Text("Мессежээ бичээд дахин дарна уу.", "Type a message first.")


def show_form(parts: Parts, request: Request, staff: StaffSession) -> Response:
    return _page(parts, request, staff)


def explain_message(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """Posted, so that the words stand in no address and no log; answered at once, since nothing changes."""
    message = form.get("message", "")[: parts.settings.max_message_characters]
    if not message.strip():
        return _page(parts, request, staff, 422, refusal=_EMPTY)
    with parts.database.read() as connection:
        live = parts.catalogue.current(connection)
    told = why(message, live.index)
    return _page(parts, request, staff, message=message, told=told, services=live.catalogue.services)


def _page(parts: Parts, request: Request, staff: StaffSession, status: int = 200, **context: object) -> Response:
    filled = {"message": "", "told": None, "refusal": None, "services": {}, **context}
    return render(
        request,
        "editor/why.html",
        status,
        staff=staff,
        most_characters=parts.settings.max_message_characters,
        most_words=MOST_WORDS,
        least=LEAST,
        open=OPEN,
        named=why_words,
        **filled,
    )
