"""A whole chat on a database of its own: real parts, a clock that can be moved, browsers without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bots.assistant import Assistant
from bots.inbox import Inbox
from bots.live_catalogue import LiveCatalogue
from bots.outbox import Outbox, SendRules
from bots.parts import Parts
from bots.signals import LocalSignals
from bots.web_chat.routes import web_chat_routes
from config.settings import Settings
from connectors.web_chat import WebChat, address_of
from dialogs.services import (
    Abroad,
    Audience,
    Catalogue,
    Category,
    Delivery,
    Fee,
    Level,
    Money,
    Names,
    Organisation,
    Provenance,
    Service,
    Source,
    Text,
    Usable,
)
from dialogs.verification.codes import CodeRules
from knowledge import conversation_rows, inbox_rows, releases
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.bots.silent_registry import SilentRegistry

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
SEEN = Source(Provenance.E_MONGOLIA, "https://e-mongolia.mn/service/1", "2026-01-01")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Chat:
    parts: Parts
    clock: Clock
    app: Starlette
    opened: list[TestClient] = field(default_factory=list)

    def browser(self, headers: Mapping[str, str] = OWN_PAGE) -> TestClient:
        """A new one, without a cookie."""
        made = TestClient(self.app, headers=dict(headers), follow_redirects=True)
        self.opened.append(made)
        return made

    def visitor(self) -> TestClient:
        """A browser that has opened the page."""
        browser = self.browser()
        assert browser.get("/").status_code == 200
        return browser

    def work(self) -> None:
        """Every turn that is due, and everything said into the feeds."""
        while self.parts.assistant.run_next() or self.parts.outbox.deliver_to_feeds():
            pass

    @contextmanager
    def working(self) -> Iterator[None]:
        """The same all the time, in a thread."""
        over = threading.Event()

        def run() -> None:
            while not over.wait(0.01):
                self.work()

        worker = threading.Thread(target=run)
        worker.start()
        try:
            yield
        finally:
            over.set()
            worker.join()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """A real server on loopback; its address."""
        config = uvicorn.Config(self.app, port=0, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                thread.join(0.01)
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()

    def conversation_of(self, browser: TestClient) -> str:
        with self.parts.database.read() as connection:
            found = conversation_rows.find(connection, "web", address_of(token_of(browser)))
        assert found is not None
        return found

    def stored(self) -> int:
        """How many events were ever accepted."""
        with self.parts.database.read() as connection:
            return sum(inbox_rows.counts(connection).values())


def token_of(browser: TestClient | httpx.Client) -> str:
    """Without its signature."""
    return browser.cookies["tuslakh_chat"].partition(".")[0]


@contextmanager
def whole_chat(folder: Path, limits: Mapping[str, Any]) -> Iterator[Chat]:
    """`limits`: settings that differ from the defaults."""
    clock, settings = Clock(), _settings(folder, limits)
    (folder / "chat.db").write_bytes(_filled())
    database = Database(settings.database_url)
    parts = _parts(settings, database, clock, Vault([Fernet.generate_key().decode()]))
    chat = Chat(parts, clock, Starlette(routes=list(web_chat_routes(parts))))
    yield chat
    for browser in chat.opened:
        browser.close()
    database.close()


@cache
def _filled() -> bytes:
    """The file of a migrated database with the catalogue."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/chat.db")
        migrate(database)
        with database.write() as connection:
            releases.publish_files(connection, _catalogue(), "digest", "files", "first", START)
        database.close()
        return (Path(folder) / "chat.db").read_bytes()


@contextmanager
def started_anew(chat: Chat) -> Iterator[Chat]:
    """Another process on the same data with the same key."""
    database = Database(chat.parts.settings.database_url)
    parts = _parts(chat.parts.settings, database, chat.clock, chat.parts.vault)
    yield Chat(parts, chat.clock, Starlette(routes=list(web_chat_routes(parts))))
    database.close()


def _settings(folder: Path, limits: Mapping[str, Any]) -> Settings:
    quick = {
        "idle_poll_seconds": 0.05,
        "stream_poll_seconds": 0.05,
        "web_reply_wait_seconds": 5.0,
        "body_timeout_seconds": 0.3,
    }
    values: dict[str, Any] = {"_env_file": None, "database_url": f"sqlite:///{folder}/chat.db", **quick, **limits}
    return Settings(**values)


def _parts(settings: Settings, database: Database, clock: Clock, vault: Vault) -> Parts:
    signals, catalogue = LocalSignals(), LiveCatalogue()
    channels, rules = {"web": WebChat()}, CodeRules()
    assistant = Assistant(database, vault, channels, catalogue, signals, clock, rules, settings.max_message_characters)
    outbox = Outbox(database, vault, {}, SilentRegistry(), signals, clock, SendRules(3, 1.0, 2))
    inbox = Inbox(database, vault, signals, clock)
    return Parts(settings, database, vault, signals, catalogue, inbox, assistant, outbox, clock)


def _catalogue() -> Catalogue:
    organisation = Organisation("state-registration", Text("Улсын бүртгэл", "State Registration"), SEEN)
    services = (
        _service(
            "passport-expired", "Гадаад паспорт дахин захиалах (хугацаа дууссан)", "Passport, new order (expired)"
        ),
        _service("criminal-record", "Эрүүгийн хариуцлагын тодорхойлолт", "Criminal-record statement"),
        _service("birth-registration", "Гадаадад төрсөн хүүхдийн бүртгэл", "Registration of a birth abroad"),
    )
    return Catalogue(1, {service.id: service for service in services}, {organisation.id: organisation})


def _service(service_id: str, mn: str, en: str) -> Service:
    return Service(
        id=service_id,
        organisation="state-registration",
        title=Text(mn, en),
        summary=Text(f"{mn}: хоёр өгүүлбэр.", f"{en}: two sentences."),
        category=Category.PASSPORT,
        audience=(Audience.CITIZEN,),
        abroad=Abroad(Usable.PARTLY, Text("Элчин сайдын яамаар.", "At an embassy.")),
        proof=Level.PHONE,
        delivery=Delivery.OFFICER,
        source=SEEN,
        fee=Fee(base=Money(50000, "MNT"), source=SEEN),
        emongolia_id="5f0000000000000000000001",
        names=Names(mn=(mn.lower(),), en=(en.lower(),)),
        says=(mn, en),
    )
