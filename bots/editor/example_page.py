"""What citizens typed and what it meant: grouped by service, to be taken into a draft or declined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from starlette.requests import Request
from starlette.responses import Response

from bots.editor.search import Search, matching
from bots.parts import Parts
from bots.web.pages import explain, render
from dialogs.learning import How
from dialogs.services import Catalogue, Service, Text
from knowledge import example_rows
from knowledge.example_rows import Example
from knowledge.staff_rows import StaffSession

FOUND = 20  # services of a search
HOWS = {
    How.CHOICE: Text("Иргэн сонгосон", "picked by the citizen"),
    How.NONE: Text("Аль нь ч биш гэсэн", "none of those shown"),
    How.AGENT: Text("Ажилтан тэмдэглэсэн", "told by an agent"),
}
DONE = {
    "accepted": Text("Ноорогт нэмлээ. Нийтлэх хүртэл юу ч өөрчлөгдөхгүй.",
                     "Added to the draft; nothing changes before it is published."),
    "known": Text("Энэ мөр тэр үйлчилгээнд аль хэдийн байсан.", "The service had this line already."),
    "declined": Text("Татгалзлаа, үг нь устсан.", "Declined; the words are deleted."),
}  # fmt: skip


@dataclass(frozen=True)
class ExampleLine:
    """An example as a row: `shown` are the titles of the candidates."""

    example: Example
    how: Text
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """`service` None: no service was meant, or it is no longer in the catalogue (then `gone` is its id)."""

    service: Service | None
    gone: str
    lines: tuple[ExampleLine, ...]


def show_examples(
    parts: Parts, request: Request, staff: StaffSession, status: int = 200, refusal: Text | None = None
) -> Response:
    with parts.database.read() as connection:
        catalogue = parts.catalogue.current(connection).catalogue
        found = example_rows.waiting(connection, parts.vault)
        total = example_rows.waiting_count(connection)
    context = {
        "groups": list(groups(found, catalogue)),
        "total": total,
        "kept_days": parts.settings.examples_kept_days,
        "done": DONE.get(request.query_params.get("done", "")),
        "draft": catalogue.services.get(request.query_params.get("draft", "")),
    }
    return render(request, "editor/examples.html", status, staff=staff, refusal=refusal, **context)


def show_example(
    parts: Parts, request: Request, staff: StaffSession, status: int = 200, refusal: Text | None = None
) -> Response:
    """One example, with the services it may mean: those that were shown, and those a search finds."""
    with parts.database.read() as connection:
        catalogue = parts.catalogue.current(connection).catalogue
        example = example_rows.find_waiting(connection, parts.vault, request.path_params["example_id"])
    if example is None:
        return gone(request, staff)
    search = Search.of(request.query_params)
    found = list(islice(matching(search, catalogue, set()), FOUND)) if search.words else []
    shown = [catalogue.services[key] for key in example.shown if key in catalogue.services]
    context = {"line": _line(example, catalogue), "search": search, "found": found, "shown": shown}
    return render(request, "editor/example.html", status, staff=staff, refusal=refusal, catalogue=catalogue, **context)


def gone(request: Request, staff: StaffSession) -> Response:
    """Decided by somebody else, too old, or never there."""
    return explain(request, 404, "Энэ жишээг аль хэдийн шийдсэн эсвэл хугацаа нь дууссан.",
                   "Somebody decided it already, or its time was over.", staff=staff)  # fmt: skip


def groups(found: list[Example], catalogue: Catalogue) -> Iterator[Group]:
    """By service in the order of titles; those of no service last, since somebody has to think about them."""

    def place(example: Example) -> tuple[bool, str, str]:
        service = catalogue.services.get(example.service_id or "")
        return service is None, service.title.mn.casefold() if service else "", example.service_id or ""

    for key, examples in groupby(sorted(found, key=place), key=place):
        service = catalogue.services.get(key[2])
        lines = tuple(_line(example, catalogue) for example in examples)
        yield Group(service, "" if service else key[2], lines)


def _line(example: Example, catalogue: Catalogue) -> ExampleLine:
    services = [catalogue.services.get(key) for key in example.shown]
    titles = tuple(service.title.mn if service else key for service, key in zip(services, example.shown, strict=True))
    return ExampleLine(example, HOWS[example.how], titles)
