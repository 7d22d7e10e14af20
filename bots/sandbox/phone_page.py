"""The phones of the sandbox's people on one page, so that a code can be read where it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bots.sandbox.people import PEOPLE, Person
from bots.sandbox.world import SandboxWorld, Sms

PATH = "/sandbox"
POLL_MILLISECONDS = 2000  # how often the page asks for new messages
ULAANBAATAR = timezone(timedelta(hours=8))  # no summer time since 2017
_PRIVATE = {"Cache-Control": "no-store"}
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Phone:
    owner: Person
    messages: tuple[Sms, ...]


def phone_routes(world: SandboxWorld) -> list[Route]:
    """The page at `/sandbox` and its messages as JSON; `/static` is served by somebody else."""

    async def page(request: Request) -> Response:
        phones = await run_in_threadpool(_phones, world)
        template = _TEMPLATES.get_template("sandbox.html")
        return HTMLResponse(template.render(phones=phones, poll=POLL_MILLISECONDS, shown=shown_time), headers=_PRIVATE)

    async def messages(request: Request) -> Response:
        phones = await run_in_threadpool(_phones, world)
        return JSONResponse({"phones": [_as_json(phone) for phone in phones]}, headers=_PRIVATE)

    return [
        Route(PATH, page, methods=["GET"]),
        Route(f"{PATH}/messages.json", messages, methods=["GET"]),
    ]


def shown_time(at: datetime) -> str:
    """Day and time in Ulaanbaatar, as the page's script writes it too."""
    return at.astimezone(ULAANBAATAR).strftime("%Y-%m-%d %H:%M:%S")


def _phones(world: SandboxWorld) -> tuple[Phone, ...]:
    return tuple(Phone(person, world.messages(person.phone)) for person in PEOPLE)


def _as_json(phone: Phone) -> dict[str, object]:
    """`number` is the phone's eight digits; times are ISO 8601 in UTC."""
    messages = [{"at": sms.at.astimezone(UTC).isoformat(), "text": sms.text} for sms in phone.messages]
    return {"number": phone.owner.phone, "messages": messages}
