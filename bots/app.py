"""The composition root: settings in, a wired application out. Nothing else builds a store, a connector or an index."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bots.assistant import Assistant
from bots.desk.routes import desk_routes
from bots.editor.routes import editor_routes
from bots.encoder import vectors
from bots.first_data import prepare
from bots.inbox import Inbox
from bots.live_catalogue import LiveCatalogue
from bots.outbox import Outbox, Registry, Sender, SendRules
from bots.parts import Parts
from bots.sandbox.keys import make_keys
from bots.sandbox.phone_page import phone_routes
from bots.sandbox.registry_server import registry_routes
from bots.sandbox.world import SandboxWorld
from bots.shared_signals import SharedSignals
from bots.signals import LocalSignals, Signals
from bots.supervision import Supervisor
from bots.telegram_intake import TelegramIntake
from bots.telegram_webhook import telegram_routes
from bots.web.headers import SecurityHeaders
from bots.web.pages import explain
from bots.web.sign_in import sign_in_routes
from bots.web_chat.routes import web_chat_routes
from bots.workers import keep_current, keep_house, send_owed, take_turns
from config.settings import Settings
from connectors.channel import Channel
from connectors.redis_bus import RedisBus
from connectors.telegram import Telegram
from connectors.web_chat import WebChat
from connectors.xyp_registry import XypRegistry
from dialogs import wording
from dialogs.around import Around
from dialogs.verification.codes import CodeRules
from knowledge import elections_file, missions_file
from knowledge.database import Database
from knowledge.vault import Vault, read_or_make_key

log = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "web" / "static"
SANDBOX_PATH = "/sandbox/xyp"


@dataclass(frozen=True)
class World:
    """What the application meets outside: ХУР and Telegram, live or played."""

    registry: Registry
    sandbox_routes: tuple[BaseRoute, ...]
    telegram: Telegram | None
    sandbox: SandboxWorld | None = None


def now_utc() -> datetime:
    return datetime.now(UTC)


def open_vault(settings: Settings) -> Vault:
    return Vault(list(settings.data_key_list) or [read_or_make_key(settings.data_key_file)])


def build_parts(
    settings: Settings,
    vault: Vault,
    signals: Signals,
    registry: Registry,
    senders: Mapping[str, Sender],
    channels: tuple[Channel, ...],
) -> Parts:
    """Checks the texts, prepares the database and wires the rooms together."""
    wording.check()
    database = Database(settings.database_url)
    prepare(database, now_utc(), settings.staff_accounts == "invented")
    around = Around(missions_file.load(), elections_file.load())
    catalogue, by_name = LiveCatalogue(around, vectors(settings)), {channel.name: channel for channel in channels}
    rules = SendRules(settings.send_tries, settings.send_back_off_seconds, settings.senders)
    return Parts(
        settings=settings,
        database=database,
        vault=vault,
        signals=signals,
        catalogue=catalogue,
        inbox=Inbox(database, vault, signals, now_utc),
        assistant=Assistant(
            database, vault, by_name, catalogue, signals, now_utc, code_rules(settings), settings.max_message_characters
        ),
        outbox=Outbox(database, vault, senders, registry, signals, now_utc, rules),
        clock=now_utc,
    )


def code_rules(settings: Settings) -> CodeRules:
    return CodeRules(
        lifetime=settings.code_lifetime,
        tries_before_lock=settings.code_tries_before_lock,
        lock=timedelta(minutes=settings.code_lock_minutes),
        tries_a_day=settings.code_tries_a_day,
        codes_a_day=settings.codes_a_day,
        people_a_chat_a_day=settings.people_a_chat_a_day,
    )


def meet_world(settings: Settings, vault: Vault, own_url: str) -> World:
    """`own_url`: where this process reaches itself, for the sandbox ХУР is called over the wire like the real one."""
    token = settings.telegram_token.get_secret_value()
    telegram = (
        Telegram(token, api_base_url=settings.telegram_api_url, webhook_secrets=settings.webhook_secrets)
        if token
        else None
    )
    if settings.sandbox:
        return _sandbox(settings, vault, own_url, telegram)
    assert settings.xyp_private_key is not None  # the settings were checked
    registry = XypRegistry(
        base_url=settings.xyp_base_url,
        access_token=settings.xyp_access_token.get_secret_value(),
        private_key=settings.xyp_private_key,
        timeout_seconds=settings.xyp_timeout_seconds,
        wrong_code_results=settings.xyp_wrong_code_results,
    )
    return World(registry, (), telegram)


def _sandbox(settings: Settings, vault: Vault, own_url: str, telegram: Telegram | None) -> World:
    keys = make_keys()
    world = SandboxWorld(settings.sandbox_file, vault.sandbox_secret, now_utc)
    registry = XypRegistry(
        base_url=own_url + SANDBOX_PATH,
        access_token=keys.access_token,
        private_key=keys.private_key_pem,
        timeout_seconds=settings.xyp_timeout_seconds,
        wrong_code_results=settings.xyp_wrong_code_results,
    )
    return World(registry, (*registry_routes(world, keys), *phone_routes(world)), telegram, world)


def web_application(settings: Settings, when_up: Callable[[], None] = lambda: None) -> Starlette:
    """Everything in one process: pages, webhooks, workers, and in the sandbox the outside world too."""
    vault = open_vault(settings)
    bus = RedisBus(settings.redis_url) if settings.redis_url else None
    signals = SharedSignals(bus) if bus else LocalSignals()
    world = meet_world(settings, vault, f"http://{_own_host(settings.host)}:{settings.port}")
    senders: dict[str, Sender] = {"telegram": world.telegram} if world.telegram else {}
    channels: tuple[Channel, ...] = (WebChat(), *((world.telegram,) if world.telegram else ()))
    parts = build_parts(settings, vault, signals, world.registry, senders, channels)
    supervisor = Supervisor()
    return Starlette(
        routes=_routes(parts, world, supervisor),
        middleware=[Middleware(SecurityHeaders, https=settings.secure_cookies)],
        exception_handlers={404: _nowhere, 500: _failed},
        lifespan=lambda _app: _lifespan(parts, world, signals, bus, supervisor, when_up),
    )


def _own_host(host: str) -> str:
    """Where a server that listens on every address reaches itself."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def _routes(parts: Parts, world: World, supervisor: Supervisor) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/health", _health(parts, supervisor)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    routes += web_chat_routes(parts)
    routes += sign_in_routes(parts)
    routes += desk_routes(parts)
    routes += editor_routes(parts)
    routes += world.sandbox_routes
    if world.telegram and parts.settings.public_url:
        intake = TelegramIntake(world.telegram, parts.inbox, parts.settings)
        routes += telegram_routes(world.telegram, intake.accept)
    return routes


def _health(parts: Parts, supervisor: Supervisor) -> Callable[[Request], Response]:
    def health(_request: Request) -> Response:
        """200 while the database answers and every worker runs; used by the container's health check."""
        with parts.database.read() as connection:
            release = parts.catalogue.current(connection).catalogue.release
        well = supervisor.all_well
        return JSONResponse({"status": "ok" if well else "ending", "release": release}, 200 if well else 503)

    return health


def _nowhere(request: Request, _error: Exception) -> Response:
    return explain(request, 404, "Ийм хуудас алга.", "There is no such page.")


def _failed(request: Request, _error: Exception) -> Response:
    return explain(request, 500, "Алдаа гарлаа. Дахин оролдоно уу.", "Something went wrong. Please try again.")


@contextlib.asynccontextmanager
async def _lifespan(
    parts: Parts,
    world: World,
    signals: Signals,
    bus: RedisBus | None,
    supervisor: Supervisor,
    when_up: Callable[[], None],
) -> AsyncIterator[None]:
    stop = asyncio.Event()
    with parts.database.read() as connection:
        parts.catalogue.current(connection)  # the index is built before the first visitor waits for it
    await asyncio.to_thread(parts.outbox.recover, parts.database.is_sqlite)
    async with AsyncExitStack() as stack:
        if world.telegram:
            await world.telegram.initialize()
            stack.push_async_callback(world.telegram.close)
        if bus:
            stack.push_async_callback(bus.close)
        jobs = [take_turns(parts, stop), send_owed(parts, stop), keep_house(parts, stop), keep_current(parts, stop)]
        if isinstance(signals, SharedSignals):
            jobs.append(signals.run(stop))
        if world.telegram:
            jobs.append(TelegramIntake(world.telegram, parts.inbox, parts.settings).run(stop))
        running = asyncio.create_task(supervisor.run(jobs, stop))
        when_up()
        try:
            yield
        finally:
            stop.set()
            await running
    parts.database.close()
