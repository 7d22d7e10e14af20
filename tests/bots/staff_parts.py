"""A ministry of two agents and an editor over a real database in a temporary folder, behind the staff pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from argon2 import PasswordHasher
from cryptography.fernet import Fernet
from lxml import html
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from bots.assistant import Assistant
from bots.desk.routes import desk_routes
from bots.editor.routes import editor_routes
from bots.inbox import Inbox
from bots.live_catalogue import LiveCatalogue
from bots.outbox import Outbox, SendRules
from bots.parts import Parts
from bots.signals import LocalSignals
from bots.web.headers import SecurityHeaders
from bots.web.sign_in import sign_in_routes
from config.settings import Settings
from connectors.web_chat import WebChat, arrival
from dialogs.verification.codes import CodeRules
from knowledge import conversation_rows, releases, staff_rows
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.bots.silent_registry import SilentRegistry
from tests.dialogs import services

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Ulaanbaatar
SERVICES = {key: replace(each, says=(each.title.mn,)) for key, each in services.CATALOGUE.services.items()}
CATALOGUE = replace(services.CATALOGUE, services=SERVICES)
PASSWORD = "a long enough pass phrase"
STAFF = (("bolor", "Болор", "agent"), ("temuujin", "Тэмүүжин", "agent"), ("sarnai", "Сарнай", "editor"))
ORIGIN = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
# Looking is recorded, and keeps a session alive.
NOT_CONTENT = {"audit", "audit_heads", "staff_sessions", "alembic_version"}


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class House:
    """The parts, the pages over them, and what a test does and looks at."""

    parts: Parts
    clock: Clock
    app: Starlette
    _events: int = field(default=0)

    def browser(self, login: str = "") -> Browser:
        """A new browser, signed in when a login is given."""
        browser = Browser(TestClient(self.app, follow_redirects=False))
        if login:
            assert browser.sign_in(login).status_code == 303
        return browser

    def citizen(self, words: str, chat: str = "chat-1") -> str:
        """A citizen writes and the assistant handles it; the conversation's id."""
        self._events += 1
        self.parts.inbox.accept([arrival("web", chat, f"e{self._events}", {"text": words})])
        while self.parts.assistant.run_next():
            pass
        with self.parts.database.read() as connection:
            return conversation_rows.find(connection, "web", chat) or ""

    def waiting_case(self, chat: str = "chat-1", words: str = "хүнтэй ярья") -> str:
        """The case of a citizen who asked for a person."""
        conversation = self.citizen(words, chat)
        (row,) = self.rows("SELECT id FROM cases WHERE conversation_id = :c AND status = 'waiting'", c=conversation)
        return str(row[0])

    def rename(self, chat: str, name: str) -> None:
        """What the platform calls the citizen."""
        with self.parts.database.write() as connection:
            stored = conversation_rows.lock(connection, self.parts.vault, "web", chat)
            assert stored is not None
            stored = conversation_rows.renamed(stored, name)
            conversation_rows.save(connection, self.parts.vault, stored, stored.state, self.clock())

    def rows(self, query: str, **values: object) -> list[tuple[object, ...]]:
        with self.parts.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row that is not a record of looking."""
        names = [str(row[0]) for row in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: self.rows(f"SELECT * FROM {name}") for name in names if name not in NOT_CONTENT}

    def fee(self, service_id: str) -> float | None:
        """What citizens are told now."""
        with self.parts.database.read() as connection:
            base = self.parts.catalogue.current(connection).catalogue.services[service_id].fee.base
        return base.amount if base else None

    def delivered(self) -> list[str]:
        """What citizens have on their screens, their own words left out."""
        while self.parts.outbox.deliver_to_feeds():
            pass
        query = "SELECT body_sealed FROM feed WHERE author != 'citizen' ORDER BY position"
        bodies = [json.loads(self.parts.vault.open(bytes(row[0]))) for row in self.rows(query)]  # type: ignore[call-overload]
        return [block["text"] for body in bodies for block in body["blocks"]]

    def close(self) -> None:
        self.parts.database.close()


class Browser:
    """Fills in forms as they stand on the page."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.page = html.fromstring("<html></html>")
        self.status, self.text, self.location = 0, "", ""
        self.headers = httpx.Headers()

    def get(self, path: str) -> Browser:
        return self._keep(self.client.get(path))

    def post(self, path: str, data: dict[str, str], headers: dict[str, str] | None = None) -> Browser:
        return self._keep(self.client.post(path, data=data, headers=ORIGIN if headers is None else headers))

    def sign_in(self, login: str, password: str = PASSWORD, headers: dict[str, str] | None = None) -> httpx.Response:
        data = {"login": login, "password": password, "next": ""}
        headers = ORIGIN if headers is None else headers
        response: httpx.Response = self.client.post("/staff/sign-in", data=data, headers=headers)
        return response

    def form(self, action: str) -> dict[str, str]:
        """The fields of the page's form with that end of its address, those outside it by `form=` included."""
        (form,) = [each for each in self.page.forms if (each.get("action") or "").endswith(action)]
        fields = {name: value or "" for name, value in form.form_values()}
        if form.get("id"):
            outside = self.page.xpath(f"//input[@form='{form.get('id')}']")
            fields |= {each.get("name"): each.get("value") or "" for each in outside}
        return fields

    def submit(self, action: str, to: str = "", **values: str) -> Browser:
        """Posts it; `to` is another address a button of the form has."""
        (form,) = [each for each in self.page.forms if (each.get("action") or "").endswith(action)]
        address = str(form.get("action"))
        return self.post(address.removesuffix(action) + to if to else address, self.form(action) | values)

    def follow(self) -> Browser:
        """Where the last answer sent the browser."""
        return self.get(self.location.partition("#")[0])

    def words(self, path: str) -> list[str]:
        """The text of what an XPath finds."""
        return [" ".join(each.text_content().split()) for each in self.page.xpath(path)]

    def _keep(self, response: httpx.Response) -> Browser:
        self.status, self.text = response.status_code, response.text
        self.location = response.headers.get("location", "")
        self.headers = response.headers
        self.page = html.fromstring(response.text or "<html></html>")
        return self


def build(folder: Path, **settings: object) -> House:
    """Everything wired as the composition root does it, the clock standing still."""
    clock, signals, live = Clock(), LocalSignals(), LiveCatalogue()
    (folder / "staff.db").write_bytes(_filled())
    database, vault = Database(f"sqlite:///{folder / 'staff.db'}"), Vault([Fernet.generate_key().decode()])
    assistant = Assistant(database, vault, {"web": WebChat()}, live, signals, clock, CodeRules(), 4000)
    outbox = Outbox(database, vault, {}, SilentRegistry(), signals, clock, SendRules(tries=3, back_off=1.0, at_once=1))
    parts = Parts(
        settings=Settings(_env_file=None, **settings),  # type: ignore[arg-type]
        database=database,
        vault=vault,
        signals=signals,
        catalogue=live,
        inbox=Inbox(database, vault, signals, clock),
        assistant=assistant,
        outbox=outbox,
        clock=clock,
    )
    return House(parts, clock, application(parts))


def application(parts: Parts) -> Starlette:
    static = StaticFiles(directory=Path(__file__).parents[2] / "bots" / "web" / "static")
    return Starlette(
        routes=[*sign_in_routes(parts), *desk_routes(parts), *editor_routes(parts), Mount("/static", static)],
        middleware=[Middleware(SecurityHeaders, https=parts.settings.secure_cookies)],
    )


@cache
def _filled() -> bytes:
    """The file of a migrated database with the catalogue and the staff, whose passwords are hashed cheaply."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/staff.db")
        migrate(database)
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        with database.write() as connection:
            releases.publish_files(connection, CATALOGUE, "0" * 64, "files", "first loading", START)
            for login, alias, role in STAFF:
                staff_rows.add(connection, login, alias, role, PASSWORD)
            connection.execute(text("UPDATE staff SET password_hash = :hash"), {"hash": cheap})
        database.close()
        return (Path(folder) / "staff.db").read_bytes()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = build(tmp_path)
    yield built
    built.close()
