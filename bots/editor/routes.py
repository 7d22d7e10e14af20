"""The editor's addresses. Every one is for editors only."""

from __future__ import annotations

from functools import partial

from starlette.routing import Route

from bots.editor import (
    example_actions,
    example_page,
    history,
    release_pages,
    search,
    service_actions,
    service_page,
    why_page,
)
from bots.parts import Parts
from bots.web.access import EDITOR, Carry, Show, action, page

WHY = "/editor/why"


def editor_routes(parts: Parts) -> list[Route]:
    service = "/editor/services/{service_id}"
    example = "/editor/examples/{example_id}"
    back = "/editor/releases/{number:int}/roll-back"
    return [
        _page(parts, "/editor", partial(search.show_search, parts)),
        _page(parts, service, partial(service_page.show_service, parts)),
        _page(parts, f"{service}/history", partial(history.show_history, parts)),
        _action(parts, f"{service}/save", partial(service_actions.save, parts)),
        _action(parts, f"{service}/discard", partial(service_actions.discard, parts)),
        _action(parts, f"{service}/publish", partial(service_actions.publish, parts)),
        _page(parts, "/editor/examples", partial(example_page.show_examples, parts)),
        _page(parts, example, partial(example_page.show_example, parts)),
        _action(parts, f"{example}/accept", partial(example_actions.accept, parts)),
        _action(parts, f"{example}/decline", partial(example_actions.decline, parts)),
        _page(parts, WHY, partial(why_page.show_form, parts)),
        _action(parts, WHY, partial(why_page.explain_message, parts)),
        _page(parts, "/editor/releases", partial(release_pages.show_releases, parts)),
        _page(parts, back, partial(release_pages.show_roll_back, parts)),
        _action(parts, back, partial(release_pages.roll_back, parts)),
    ]


def _page(parts: Parts, path: str, show: Show) -> Route:
    return Route(path, page(parts, EDITOR, show), methods=["GET"])


def _action(parts: Parts, path: str, carry: Carry) -> Route:
    return Route(path, action(parts, EDITOR, carry), methods=["POST"])
