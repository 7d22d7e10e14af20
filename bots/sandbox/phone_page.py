"""The phones, apps and mailboxes of the sandbox's people on one page, and the switches for what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bots.sandbox.pages import NO_STORE, read_form, refused, render, shown_time
from bots.sandbox.people import BY_REGISTER_NUMBER, PEOPLE, Person
from bots.sandbox.switches import LABELS, Switch
from bots.sandbox.world import Box, Message, SandboxWorld, address_of
from bots.web.forms import FormRefused

PATH = "/sandbox"
POLL_MILLISECONDS = 2000  # how often the page asks for new messages
TITLES = {
    Box.SMS: ("Мессеж (SMS)", "Text messages"),
    Box.APP: ("И-Монгол апп", "E-Mongolia app"),
    Box.MAIL: ("И-мэйл", "E-mail"),
}


@dataclass(frozen=True)
class Shelf:
    """One box of a person; `address` names it for the page's script."""

    box: Box
    address: str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Phone:
    """`number`: the registered one now, eight digits."""

    owner: Person
    number: str
    shelves: tuple[Shelf, ...]


def phone_routes(world: SandboxWorld) -> list[Route]:
    """The page at `/sandbox`, its messages as JSON, its switches; `/static` is served by somebody else."""

    async def page(request: Request) -> Response:
        phones = await run_in_threadpool(_phones, world)
        switches = [(switch, LABELS[switch], world.switches.is_on(switch)) for switch in Switch]
        plugged_in = BY_REGISTER_NUMBER.get(world.switches.plugged_in)
        return render(
            "sandbox.html", phones=phones, poll=POLL_MILLISECONDS, shown=shown_time, titles=TITLES,
            switches=switches, plugged_in=plugged_in, saved="saved" in request.query_params,
        )  # fmt: skip

    async def messages(request: Request) -> Response:
        phones = await run_in_threadpool(_phones, world)
        return JSONResponse({"phones": [_as_json(phone) for phone in phones]}, headers=NO_STORE)

    async def switch(request: Request) -> Response:
        try:
            form = await read_form(request)
        except FormRefused as error:
            return refused(error)
        world.switches.set_all([switch for switch in Switch if switch in form])
        return RedirectResponse(f"{PATH}?saved=1#switches", 303)

    return [
        Route(PATH, page, methods=["GET"]),
        Route(f"{PATH}/messages.json", messages, methods=["GET"]),
        Route(f"{PATH}/switches", switch, methods=["POST"]),
    ]


def _phones(world: SandboxWorld) -> tuple[Phone, ...]:
    return tuple(
        Phone(
            person,
            world.phone_of(person),
            tuple(Shelf(box, address_of(person, box), world.box(person, box)) for box in Box),
        )
        for person in PEOPLE
    )


def _as_json(phone: Phone) -> dict[str, object]:
    """`number` is the first phone's eight digits, `messages` its SMS; times are ISO 8601 in UTC."""
    shelves = {
        shelf.box.value: [{"at": got.at.astimezone(UTC).isoformat(), "text": got.text} for got in shelf.messages]
        for shelf in phone.shelves
    }
    return {
        "number": phone.owner.phone,
        "messages": shelves.pop(Box.SMS),
        "addresses": {shelf.box.value: shelf.address for shelf in phone.shelves},
        **shelves,
    }
