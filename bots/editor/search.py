"""Finding a service among all of them, and how sure the catalogue is as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from bots.editor.words import CATEGORIES, SOURCES
from bots.parts import Parts
from bots.web.pages import render
from dialogs.services import Catalogue, Organisation, Service
from knowledge import releases
from knowledge.staff_rows import StaffSession

PAGE = 50
MAX_QUERY = 200


@dataclass(frozen=True)
class Search:
    """What was asked for; empty fields ask for everything."""

    words: str = ""
    category: str = ""
    source: str = ""
    drafts_only: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Search:
        page = query.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        words = query.get("q", "").strip()[:MAX_QUERY]
        return cls(words, query.get("category", ""), query.get("source", ""), "drafts" in query, max(1, number))

    def address(self, page: int) -> str:
        fields = {"q": self.words, "category": self.category, "source": self.source, "page": str(page)}
        return "/editor?" + urlencode(fields | ({"drafts": "1"} if self.drafts_only else {}))


def show_search(parts: Parts, request: Request, staff: StaffSession) -> Response:
    search = Search.of(request.query_params)
    with parts.database.read() as connection:
        catalogue = parts.catalogue.current(connection).catalogue
        drafts = releases.draft_ids(connection)
    found = list(matching(search, catalogue, drafts))
    start = (search.page - 1) * PAGE
    return render(
        request,
        "editor/search.html",
        staff=staff,
        search=search,
        catalogue=catalogue,
        services=found[start : start + PAGE],
        total=len(found),
        pages=max(1, -(-len(found) // PAGE)),
        drafts=drafts,
        counts=Counter(service.source.kind.value for service in catalogue.services.values()),
        categories=CATEGORIES,
        sources=SOURCES,
    )


def matching(search: Search, catalogue: Catalogue, drafts: set[str]) -> Iterator[Service]:
    """In the order of their titles."""
    words = search.words.casefold().split()
    for service in sorted(catalogue.services.values(), key=lambda each: (each.title.mn.casefold(), each.id)):
        if search.category and service.category != search.category:
            continue
        if search.source and service.source.kind != search.source:
            continue
        if search.drafts_only and service.id not in drafts:
            continue
        text = _text(service, catalogue.organisations.get(service.organisation)) if words else ""
        if all(word in text for word in words):
            yield service


def _text(service: Service, organisation: Organisation | None) -> str:
    names = service.names
    parts = [service.id, service.emongolia_id or "", service.title.mn, service.title.en, service.organisation]
    parts += [*names.mn, *names.latin, *names.en, *names.other]
    if organisation:
        parts += [organisation.title.mn, organisation.title.en, organisation.short or ""]
    return "\n".join(parts).casefold()
