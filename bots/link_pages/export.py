"""What is held about a chat, given out once: a page opened from the chat with a button, never by looking at it."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.held_data import EXPORT
from bots.link_pages import pages
from bots.parts import Parts
from bots.web.forms import FormRefused, read_form
from dialogs.services import Language
from knowledge import audit_rows, conversation_rows, held_rows, link_rows
from knowledge.link_rows import Link

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME = 'attachment; filename="tuslakh-data.json"'


def export_routes(parts: Parts) -> list[Route]:
    """`/mydata/{token}`: GET shows a button, POST gives the file, once, within the link's time."""
    shelf = _Shelf(parts)
    path = "/mydata/{token}"
    return [Route(path, shelf.look, methods=["GET"]), Route(path, shelf.load, methods=["POST"])]


class _Shelf:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def look(self, request: Request) -> Response:
        """Changes nothing, however often."""
        found = await run_in_threadpool(self._open, request.path_params["token"])
        if found is None:
            return pages.gone()
        language = _language(request, found[1])
        token = request.path_params["token"]
        action, path = f"/mydata/{token}", f"/mydata/{token}?lang={language}"
        return pages.show("export.html", language, path=path, action=action)

    async def load(self, request: Request) -> Response:
        try:
            await read_form(request, self._parts.settings)
        except FormRefused as refused:
            return pages.safe(Response(refused.english, refused.status))
        held = await run_in_threadpool(self._take, request.path_params["token"])
        if held is None:
            return pages.gone()
        body = json.dumps(held, ensure_ascii=False, indent=2)
        answer = Response(body, media_type="application/json", headers={"Content-Disposition": _NAME})
        return pages.safe(answer)

    def _open(self, token: str) -> tuple[Link, Language] | None:
        """The link that can still be used, and the language of its chat."""
        if not _TOKEN.fullmatch(token):
            return None
        parts = self._parts
        with parts.database.read() as connection:
            link = link_rows.find_by_token(connection, parts.vault, token)
            if link is None or link.way != EXPORT or link.status != "open" or parts.clock() >= link.expires_at:
                return None
            chat = conversation_rows.read(connection, parts.vault, link.conversation_id)
        return (link, chat.state.language) if chat else None

    def _take(self, token: str) -> dict[str, Any] | None:
        """Everything, for the first who asks; recorded before it is given out."""
        found, parts = self._open(token), self._parts
        if found is None:
            return None
        link, now = found[0], parts.clock()
        with parts.database.write() as connection:
            if not link_rows.begin(connection, parts.vault, link.id, "", "", False, now):
                return None
            audit_rows.record(connection, "citizen", "data.exported", link.conversation_id, now, link.id)
            return held_rows.export(connection, parts.vault, link.conversation_id)


def _language(request: Request, of_chat: Language) -> Language:
    asked = request.query_params.get("lang", "")
    return Language(asked) if asked in (Language.MN.value, Language.EN.value) else of_chat
