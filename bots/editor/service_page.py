"""One service: its form, the card exactly as a citizen will see it, and what differs from the published one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bots.editor.differences import Change, differences, second_looks
from bots.editor.field_values import form_values, stated_source
from bots.editor.words import FIELDS, OPTIONS
from bots.parts import Parts
from bots.web.pages import explain, render
from dialogs.cards import Row, card_rows
from dialogs.services import Language, Organisation, Service, Text
from knowledge import releases
from knowledge.database import Connection
from knowledge.releases import Draft
from knowledge.staff_rows import StaffSession

DONE = {
    "saved": Text("Ноорог хадгалагдлаа. Картыг шалгаад нийтэлнэ үү.", "Draft saved. Check the card, then publish."),
    "unchanged": Text("Нийтлэгдсэнээс ялгаа алга, ноорог үлдээгээгүй.", "Nothing differs from what is published."),
    "discarded": Text("Ноорог устгагдлаа.", "Draft discarded."),
}


@dataclass(frozen=True)
class ServiceView:
    """`version` is the published one, `base` what the draft was begun from; `stale_author` published since then."""

    published: Service
    version: int
    organisation: Organisation | None
    draft: Draft | None
    base: Service
    stale_author: str

    @property
    def shown(self) -> Service:
        return self.draft.service if self.draft else self.published

    @property
    def draft_seen(self) -> str:
        """Names the draft this page shows; an action on it is refused when there is another one by then."""
        return self.draft.at.isoformat() if self.draft else ""

    @property
    def changes(self) -> tuple[Change, ...]:
        return differences(self.published, self.shown)

    def card(self, language: str) -> list[Row]:
        return list(card_rows(self.shown, self.organisation, Language(language)))


@dataclass(frozen=True)
class Typed:
    """A form that could not be carried out, with what is wrong in it."""

    values: Mapping[str, str]
    problems: Mapping[str, Text]


def read_view(connection: Connection, parts: Parts, service_id: str) -> ServiceView | None:
    catalogue = parts.catalogue.current(connection).catalogue
    published = catalogue.services.get(service_id)
    version = releases.version_id(connection, service_id)
    if published is None or version is None:
        return None
    organisation = catalogue.organisations.get(published.organisation)
    draft = releases.find_draft(connection, service_id)
    if draft is None or draft.base_version_id == version:
        return ServiceView(published, version, organisation, draft, published, "")
    rows = releases.versions_of(connection, service_id)
    base = next(row.service for row in rows if row.id == draft.base_version_id)
    author = next(row.author for row in rows if row.id == version)
    return ServiceView(published, version, organisation, draft, base, author)


def show_service(parts: Parts, request: Request, staff: StaffSession) -> Response:
    return service_page(parts, request, staff, done=_done(request))


def service_page(
    parts: Parts,
    request: Request,
    staff: StaffSession,
    status: int = 200,
    refusal: Text | None = None,
    done: Text | None = None,
    typed: Typed | None = None,
) -> Response:
    """The page as it is now, with what was typed when that could not be carried out."""
    with parts.database.read() as connection:
        view = read_view(connection, parts, request.path_params["service_id"])
    if view is None:
        return not_found(request, staff)
    values = form_values(view.shown) | stated_source(view.shown, view.base)
    base = view.draft.base_version_id if view.draft else view.version
    context = {
        "view": view,
        "values": values | {"base_version_id": str(base), "note": ""} | dict(typed.values if typed else {}),
        "problems": typed.problems if typed else {},
        "looks": list(second_looks(view.changes)),
        "fields": FIELDS,
        "options": OPTIONS,
    }
    return render(request, "editor/service.html", status, staff=staff, refusal=refusal, done=done, **context)


def not_found(request: Request, staff: StaffSession) -> Response:
    return explain(request, 404, "Ийм үйлчилгээ алга.", "There is no such service.", staff=staff)


def _done(request: Request) -> Text | None:
    release = request.query_params.get("release", "")
    if release.isascii() and release.isdigit():
        return Text(f"Хувилбар {release} нийтлэгдлээ, хариултууд шууд өөрчлөгдсөн.",
                    f"Release {release}: answers changed at once.")  # fmt: skip
    return DONE.get(request.query_params.get("done", ""))
