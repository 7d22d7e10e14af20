"""The releases of the catalogue, and going back to one after seeing what that changes."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bots.editor.publishing import put_in_force
from bots.editor.words import signature
from bots.parts import Parts
from bots.web.forms import Form
from bots.web.pages import explain, render
from dialogs.services import Catalogue, Service
from knowledge import audit_rows, releases
from knowledge.releases import NoSuchRelease
from knowledge.staff_rows import StaffSession

SHOWN = 50  # releases of a list, services of a comparison


@dataclass(frozen=True)
class Difference:
    """What going back does: services that change, come back and disappear."""

    changed: tuple[Service, ...]
    back: tuple[Service, ...]
    gone: tuple[Service, ...]


def show_releases(parts: Parts, request: Request, staff: StaffSession) -> Response:
    with parts.database.read() as connection:
        rows = releases.history(connection, SHOWN)
        current = releases.current_number(connection)
    done = request.query_params.get("done", "")
    number = done if done.isascii() and done.isdigit() else ""
    return render(request, "editor/releases.html", staff=staff, rows=rows, current=current, done=number)


def show_roll_back(parts: Parts, request: Request, staff: StaffSession) -> Response:
    """The question before it; nothing happens yet."""
    return _question(parts, request, staff)


def roll_back(parts: Parts, request: Request, staff: StaffSession, form: Form) -> Response:
    """A new release equal to the old one, if the release in force is still the one that was compared."""
    number = request.path_params["number"]
    with parts.database.write() as connection:
        current = releases.current_number(connection)
        still = form.get("current") == str(current) and number != current
        if still:
            try:
                new = releases.roll_back(connection, number, signature(staff.member), parts.clock())
            except NoSuchRelease:
                return _no_such(request, staff)
            detail = f"release {new} = release {number}"
            audit_rows.record(connection, staff.member.id, "release.rolled-back", str(number), parts.clock(), detail)
    if not still:
        return _question(parts, request, staff, status=409)
    put_in_force(parts)
    return RedirectResponse(f"/editor/releases?done={new}", status_code=303)


def _question(parts: Parts, request: Request, staff: StaffSession, status: int = 200) -> Response:
    number = request.path_params["number"]
    with parts.database.read() as connection:
        current = parts.catalogue.current(connection).catalogue
        try:
            wanted = releases.load(connection, number)
        except NoSuchRelease:
            return _no_such(request, staff)
    context = {"number": number, "current": current.release, "difference": _compare(current, wanted), "shown": SHOWN}
    return render(request, "editor/roll_back.html", status, staff=staff, moved=status == 409, **context)


def _compare(now: Catalogue, then: Catalogue) -> Difference:
    both = now.services.keys() & then.services.keys()
    return Difference(
        changed=tuple(then.services[key] for key in sorted(both) if now.services[key] != then.services[key]),
        back=tuple(then.services[key] for key in sorted(then.services.keys() - both)),
        gone=tuple(now.services[key] for key in sorted(now.services.keys() - both)),
    )


def _no_such(request: Request, staff: StaffSession) -> Response:
    return explain(request, 404, "Ийм хувилбар алга.", "There is no such release.", staff=staff)
