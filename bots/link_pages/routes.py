"""The routes of the pages a chat opens: GET shows, POST does, and every token that opens nothing looks alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.link_pages import bank, beginning, number_page, pages, signing
from bots.link_pages.posts import own_form, signature_form
from bots.link_pages.providers import Providers
from bots.link_pages.visits import Desk, Visit, visit_of
from bots.parts import Parts
from bots.web.forms import Form, FormRefused
from bots.web_chat.rate import MessageRate
from dialogs.services import Language

CHECKS_A_MINUTE = 10  # signatures of one link: each is a process of its own
Show = Callable[[Visit], Awaitable[Response]]
Act = Callable[[Visit, Form], Awaitable[Response]]
Read = Callable[[Request], Awaitable[Form]]


def link_routes(parts: Parts, providers: Providers) -> list[Route]:
    """`/link/*`: the token stands in the path, which no log of ours holds."""
    rooms = _Rooms(Desk(parts, providers))
    return [
        Route(bank.RETURN, rooms.bank_is_back, methods=["GET"]),
        Route(bank.RETURN, rooms.bank_returned, methods=["POST"]),
        Route("/link/{token}", rooms.shown(beginning.look), methods=["GET"]),
        Route("/link/{token}/begin", rooms.acted(beginning.begin), methods=["POST"]),
        Route("/link/{token}/deny", rooms.acted(_without_form(beginning.deny)), methods=["POST"]),
        Route("/link/{token}/move", rooms.acted(beginning.move), methods=["POST"]),
        Route("/link/{token}/cancel", rooms.acted(_without_form(beginning.cancel)), methods=["POST"]),
        Route("/link/{token}/number", rooms.shown(_threaded(number_page.number_page)), methods=["GET"]),
        Route("/link/{token}/status", rooms.shown(_threaded(number_page.status_of)), methods=["GET"]),
        Route("/link/{token}/sign", rooms.shown(_threaded(signing.sign_page)), methods=["GET"]),
        Route("/link/{token}/challenge", rooms.shown(_threaded(signing.challenge)), methods=["GET"]),
        Route("/link/{token}/approval", rooms.checked(signing.approval, own=True), methods=["POST"]),
        Route("/link/{token}/signed", rooms.checked(signing.signed, own=False), methods=["POST"]),
    ]


class _Rooms:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._checks = MessageRate(CHECKS_A_MINUTE, desk.parts.clock)

    def shown(self, show: Show) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            visit = await self._visit(request, "")
            return await show(visit) if visit else pages.gone()

        return endpoint

    def acted(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """A form of our own page."""

        async def endpoint(request: Request) -> Response:
            return await self._posted(request, self._own, act)

        return endpoint

    def checked(self, act: Act, own: bool) -> Callable[[Request], Awaitable[Response]]:
        """The same with a signature in it; `own`: from our own page only."""

        async def endpoint(request: Request) -> Response:
            return await self._posted(request, self._own if own else self._signature, self._slowly(act))

        return endpoint

    async def bank_is_back(self, request: Request) -> Response:
        return await run_in_threadpool(bank.returned_page, request, self._desk)

    async def bank_returned(self, request: Request) -> Response:
        try:
            form = await self._own(request)
        except FormRefused as refused:
            return _refused(request, refused)
        return await bank.returned(request, self._desk, form)

    async def _posted(self, request: Request, read: Read, act: Act) -> Response:
        try:
            form = await read(request)
        except FormRefused as refused:
            return _refused(request, refused)
        visit = await self._visit(request, form.get("lang", ""))
        return await act(visit, form) if visit else pages.gone()

    async def _visit(self, request: Request, lang: str) -> Visit | None:
        return await run_in_threadpool(visit_of, request, self._desk, request.path_params["token"], lang)

    async def _own(self, request: Request) -> Form:
        return await own_form(request, self._desk.parts.settings)

    async def _signature(self, request: Request) -> Form:
        return await signature_form(request, self._desk.parts.settings)

    def _slowly(self, act: Act) -> Act:
        async def limited(visit: Visit, form: Form) -> Response:
            if self._checks.take(visit.link.id):
                return pages.message("too-fast", visit.language, again=visit.path())
            return await act(visit, form)

        return limited


def _without_form(show: Show) -> Act:
    async def act(visit: Visit, _form: Form) -> Response:
        return await show(visit)

    return act


def _threaded(show: Callable[[Visit], Response]) -> Show:
    async def shown(visit: Visit) -> Response:
        return await run_in_threadpool(show, visit)

    return shown


def _refused(request: Request, refused: FormRefused) -> Response:
    language = Language.EN if request.query_params.get("lang") == Language.EN.value else Language.MN
    said = refused.english if language is Language.EN else refused.text
    return pages.message("refused-post", language, refused.status, said=said)
