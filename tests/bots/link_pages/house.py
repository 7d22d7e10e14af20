"""The link pages on a real loopback server: real rows, a ДАН double, browsers that keep their own cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from lxml import html
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from bots.answers_in import read_answer
from bots.link_pages.providers import Providers
from bots.link_pages.routes import link_routes
from bots.parts import Parts
from bots.sandbox.people import PEOPLE, Person
from bots.web.headers import SecurityHeaders
from bots.web_chat.routes import web_chat_routes
from connectors.dan import Dan
from connectors.telegram_init_data import TelegramInitData
from dialogs.linking import LinkEnded
from dialogs.proofs import Way
from dialogs.services import Language, Level
from knowledge import conversation_rows, link_rows
from knowledge.link_rows import Link
from knowledge.tables import inbox
from tests.bots.link_pages.dan_double import CLIENT_SECRET, DanDouble
from tests.bots.link_pages.signer_double import SignerDouble
from tests.bots.silent_registry import SilentRegistry
from tests.bots.web_chat.whole_chat import OWN_PAGE, Clock, whole_chat
from tests.fakes.loopback import Loopback

BOT_TOKEN = "123456:invented-bot-token"
SERVICE = "passport-expired"
LIVES = timedelta(minutes=5)
PERSON, OTHER_PERSON = PEOPLE[0], PEOPLE[1]
STATIC = Path(__file__).parents[3] / "bots" / "web" / "static"


@dataclass(frozen=True)
class Asked:
    """A link as its chat got it."""

    id: str
    token: str
    conversation_id: str

    @property
    def path(self) -> str:
        return f"/link/{self.token}"


@dataclass
class House:
    parts: Parts
    clock: Clock
    dan: DanDouble
    signer: SignerDouble
    url: str
    opened: list[httpx.Client] = field(default_factory=list)
    chats: int = 0

    def chat(self, name: str = "Бат", channel: str = "telegram", address: str = "", language: str = "mn") -> str:
        """A conversation of that platform; its id."""
        self.chats += 1
        place, now = address or str(5_000_000 + self.chats), self.clock()
        with self.parts.database.write() as connection:
            made = conversation_rows.create(connection, self.parts.vault, channel, place, Language(language), name, now)
        return made.state.id

    def asks(self, conversation_id: str, way: Way = Way.BANK, level: Level = Level.BANK, operation: str = "") -> Asked:
        """The chat decides to open a page."""
        with self.parts.database.write() as connection:
            stored = conversation_rows.read(connection, self.parts.vault, conversation_id)
            assert stored is not None
            link_id, token = link_rows.open_link(
                connection,
                self.parts.vault,
                conversation_id=conversation_id,
                channel=stored.state.channel,
                address=stored.address,
                way=way.value,
                purpose=SERVICE,
                operation=operation,
                level=level.value,
                provider="dan",
                now=self.clock(),
                lives=LIVES,
            )
        return Asked(link_id, token, conversation_id)

    def link(self, asked: Asked) -> Link:
        with self.parts.database.read() as connection:
            found = link_rows.find(connection, self.parts.vault, asked.id, asked.conversation_id)
        assert found is not None
        return found

    def told(self, asked: Asked) -> list[str]:
        """How the chat was told the link ended, in order."""
        with self.parts.database.read() as connection:
            query = select(inbox.c.body_sealed).where(inbox.c.address == asked.conversation_id).order_by(inbox.c.id)
            rows = [self.parts.vault.open(sealed) for sealed in connection.execute(query).scalars() if sealed]
        events = [read_answer(body) for body in rows]
        return [event.end.value for event in events if isinstance(event, LinkEnded) and event.link_id == asked.id]

    def browser(self, cookies: Mapping[str, str] | None = None, own: bool = True) -> Browser:
        headers = dict(OWN_PAGE) if own else {}
        client = httpx.Client(base_url=self.url, headers=headers, cookies=dict(cookies or {}), timeout=20)
        self.opened.append(client)
        return Browser(client, self)


@dataclass
class Browser:
    """One person's browser; a page that leads on is followed, but never to another server."""

    client: httpx.Client
    house: House
    referers: list[str] = field(default_factory=list)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._followed(self.client.get(path, **more))

    def post(self, path: str, data: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        return self._followed(self.client.post(path, data=dict(data or {}), **more))

    def press(self, page: httpx.Response, ends: str, **fields: str) -> httpx.Response:
        """The form of that page whose address ends so, with its hidden fields and these."""
        form = next(f for f in html.fromstring(page.content).forms if urlsplit(str(f.action)).path.endswith(ends))
        return self.post(str(form.action), {**dict(form.form_values()), **fields})

    def begins(self, asked: Asked, **fields: str) -> str:
        """Presses "yes" and is led to ДАН; its address."""
        answer = self.press(self.get(asked.path), "/begin", **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def logs_in(self, asked: Asked, person: Person = PERSON) -> httpx.Response:
        """The whole bank way; the page it ends on."""
        query = self.house.dan.login(self.begins(asked), person)
        return self.press(self.get(f"/link/return/dan?{query}"), "/return/dan")

    def _followed(self, response: httpx.Response) -> httpx.Response:
        for _ in range(5):
            place = response.headers.get("location", "")
            if response.status_code != 303 or not place.startswith("/"):
                break
            response = self.client.get(place)
        return response


def number_on(page: httpx.Response) -> str:
    """The number that a page shows; empty when it shows none."""
    found = re.search(r'class="number"><span aria-hidden="true">(\d{3}) (\d{3})<', page.text)
    return found[1] + found[2] if found else ""


def state_of(authorize_url: str) -> str:
    return dict(parse_qsl(urlsplit(authorize_url).query))["state"]


@contextmanager
def a_house(folder: Path, limits: Mapping[str, Any], **providers: Any) -> Iterator[House]:
    dan_double, signer = DanDouble(), SignerDouble()
    provider = Loopback(dan_double.application())
    provider.start()
    with whole_chat(folder, limits) as chat:
        parts = chat.parts
        dan = Dan(
            base_url=provider.url,
            client_id="tuslakh",
            client_secret=CLIENT_SECRET,
            redirect_uri=f"{parts.settings.base_url}/link/return/dan",
            login_levels={"901": Level.BANK},
            timeout_seconds=5,
        )
        wired: dict[str, Any] = {
            "registry": SilentRegistry(), "dan": dan, "signatures": signer, "telegram": TelegramInitData(BOT_TOKEN),
        }  # fmt: skip
        wired |= providers
        server = Loopback(_application(parts, Providers(**wired)))
        server.start()
        house = House(parts, chat.clock, dan_double, signer, server.url)
        yield house
        for client in house.opened:
            client.close()
        server.stop()
    provider.stop()


def _application(parts: Parts, providers: Providers) -> Starlette:
    return Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=STATIC)),
            *web_chat_routes(parts),
            *link_routes(parts, providers),
        ],
        middleware=[Middleware(SecurityHeaders, https=False)],
    )
