"""The desk's addresses. Every one is for agents only, but the status, which editors may see too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from starlette.routing import Mount, Route

from bots.desk import aside, case_actions, case_page, files, meaning, queue
from bots.desk.events import events
from bots.desk.status import status_fragment, status_page
from bots.parts import Parts
from bots.watch import Watch
from bots.web.access import AGENT, action, fragment, page
from connectors.channel import Channel
from connectors.web_chat import WebChat

_ACTIONS = {
    "take": case_actions.take,
    "answer": case_actions.answer,
    "note": case_actions.note,
    "ask-proof": case_actions.ask_proof,
    "give-back": case_actions.give_back,
    "close": case_actions.close,
}


def desk_routes(
    parts: Parts, watch: Watch | None = None, channels: Sequence[Channel] = (WebChat(),)
) -> list[Route | Mount]:
    """`watch`: whose findings the status shows; `channels`: those whose set-aside events can be read."""
    watch = watch or Watch(parts.database, parts.clock)
    by_name = {channel.name: channel for channel in channels}
    case = "/desk/cases/{case_id}"
    meant = f"{case}/meant/{{entry_id:int}}"
    return [
        Route("/desk", page(parts, AGENT, partial(queue.show_queue, parts)), methods=["GET"]),
        Route("/desk/queue", fragment(parts, AGENT, partial(queue.show_queue_fragment, parts)), methods=["GET"]),
        Route("/desk/events", events(parts), methods=["GET"]),
        Route(case, page(parts, AGENT, partial(case_page.show_case, parts)), methods=["GET"]),
        Route(f"{case}/talk", fragment(parts, AGENT, partial(case_page.show_talk, parts)), methods=["GET"]),
        Route("/desk/files/{file_id}", page(parts, AGENT, partial(files.download, parts)), methods=["GET"]),
        Route(
            "/desk/files/{file_id}/preview", fragment(parts, AGENT, partial(files.show_preview, parts)), methods=["GET"]
        ),
        Route(meant, page(parts, AGENT, partial(meaning.show_meaning, parts)), methods=["GET"]),
        Route(meant, action(parts, AGENT, partial(meaning.mark, parts)), methods=["POST"]),
        *(
            Route(f"{case}/{name}", action(parts, AGENT, partial(work, parts)), methods=["POST"])
            for name, work in _ACTIONS.items()
        ),
        Route(aside.PLACE, page(parts, AGENT, partial(aside.show_aside, parts, by_name)), methods=["GET"]),
        Route(
            f"{aside.PLACE}/{{number:int}}/again",
            action(parts, AGENT, partial(aside.try_again, parts)),
            methods=["POST"],
        ),
        Route(f"{aside.PLACE}/{{number:int}}/drop", action(parts, AGENT, partial(aside.drop, parts)), methods=["POST"]),
        Route("/desk/status", status_page(parts, watch), methods=["GET"]),
        Route("/desk/status/now", status_fragment(parts, watch), methods=["GET"]),
    ]
