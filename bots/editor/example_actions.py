"""An example is accepted into the draft of a service, or declined. Citizens notice nothing before it is published."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.editor.example_page import gone, show_example
from bots.editor.field_reading import MAX_LINES
from bots.editor.service_page import ServiceView, read_view
from bots.editor.words import signature
from bots.parts import Parts
from bots.web.forms import Form
from dialogs.services import Text
from knowledge import audit_rows, example_rows, releases
from knowledge.database import Connection
from knowledge.example_rows import ACCEPTED, DECLINED
from knowledge.staff_rows import StaffSession

_NO_SERVICE = Text("Аль үйлчилгээнийх болохыг сонгоно уу.", "Choose the service it belongs to.")
_FULL = Text(f"Тэр үйлчилгээнд {MAX_LINES} мөр байна: эхлээд нэгийг нь хасна уу.",
             f"That service has {MAX_LINES} lines: take one out first.")  # fmt: skip


def accept(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """Into the draft of the service that the form names; who has a draft open finds the line in it."""
    now, editor, service_id = parts.clock(), signature(staff.member), form.get("service_id", "")
    with parts.database.write() as connection:
        example = example_rows.find_waiting(connection, parts.vault, request.path_params["example_id"])
        if example is None:
            return gone(request, staff)
        view = read_view(connection, parts, service_id)
        problem = _problem(view, example.text)
        if view is not None and problem is None:
            if not example_rows.decide(connection, example.id, ACCEPTED, editor, now):
                return gone(request, staff)
            known = _is_known(view, example.text)
            if not known:
                _add(connection, parts, view, example.text, editor)
            audit_rows.record(connection, staff.member.id, "example.accepted", example.id, now, service_id)
            return _back("known" if known else "accepted", service_id)
    return show_example(parts, request, staff, 422, problem or _NO_SERVICE)


def decline(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    now, example_id = parts.clock(), request.path_params["example_id"]
    with parts.database.write() as connection:
        if not example_rows.decide(connection, example_id, DECLINED, signature(staff.member), now):
            return gone(request, staff)
        audit_rows.record(connection, staff.member.id, "example.declined", example_id, now)
    return _back("declined")


def _problem(view: ServiceView | None, text: str) -> Text | None:
    if view is None:
        return _NO_SERVICE
    return _FULL if len(view.shown.says) >= MAX_LINES and not _is_known(view, text) else None


def _is_known(view: ServiceView, text: str) -> bool:
    return _folded(text) in map(_folded, view.shown.says)


def _add(connection: Connection, parts: Parts, view: ServiceView, text: str, editor: str) -> None:
    service = replace(view.shown, says=(*view.shown.says, text))
    base = view.draft.base_version_id if view.draft else view.version
    releases.save_draft(connection, service, base, editor, parts.clock())


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _back(done: str, service_id: str = "") -> Response:
    query = urlencode({"done": done} | ({"draft": service_id} if service_id else {}))
    return RedirectResponse(f"/editor/examples?{query}", status_code=303)
