"""The desk's addresses. Every one is for agents only."""

from __future__ import annotations

from functools import partial

from starlette.routing import Mount, Route

from bots.desk import case_actions, case_page, meaning, queue
from bots.desk.events import events
from bots.parts import Parts
from bots.web.access import AGENT, action, fragment, page

_ACTIONS = {
    "take": case_actions.take,
    "answer": case_actions.answer,
    "note": case_actions.note,
    "give-back": case_actions.give_back,
    "close": case_actions.close,
}


def desk_routes(parts: Parts) -> list[Route | Mount]:
    case = "/desk/cases/{case_id}"
    meant = f"{case}/meant/{{entry_id:int}}"
    return [
        Route("/desk", page(parts, AGENT, partial(queue.show_queue, parts)), methods=["GET"]),
        Route("/desk/queue", fragment(parts, AGENT, partial(queue.show_queue_fragment, parts)), methods=["GET"]),
        Route("/desk/events", events(parts), methods=["GET"]),
        Route(case, page(parts, AGENT, partial(case_page.show_case, parts)), methods=["GET"]),
        Route(f"{case}/talk", fragment(parts, AGENT, partial(case_page.show_talk, parts)), methods=["GET"]),
        Route(meant, page(parts, AGENT, partial(meaning.show_meaning, parts)), methods=["GET"]),
        Route(meant, action(parts, AGENT, partial(meaning.mark, parts)), methods=["POST"]),
        *(
            Route(f"{case}/{name}", action(parts, AGENT, partial(work, parts)), methods=["POST"])
            for name, work in _ACTIONS.items()
        ),
    ]
