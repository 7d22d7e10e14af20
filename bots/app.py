"""The composition root: settings in, a wired application out. Nothing else builds a store, a connector or an index."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bots.asking import Asking
from bots.assistant import Assistant
from bots.channel_watch_messenger import MessengerWatch
from bots.channel_watch_telegram import TelegramWatch, WantedIntake
from bots.desk.routes import desk_routes
from bots.editor.routes import editor_routes
from bots.encoder import vectors
from bots.entry_links import payload_of
from bots.files import FileRules
from bots.first_data import prepare
from bots.health import health
from bots.in_hand import InHand
from bots.inbox import Inbox
from bots.link_pages.export import export_routes
from bots.link_pages.routes import link_routes
from bots.live_catalogue import LiveCatalogue
from bots.messenger_webhook import messenger_routes
from bots.outbox import Outbox
from bots.pace import Pace
from bots.parts import Parts
from bots.piles import PileRules
from bots.proof_wiring import link_limits, proof_rules
from bots.rekeying import require_finished, require_keys
from bots.send_settings import pace_of, send_rules
from bots.shared_signals import SharedSignals
from bots.signals import LocalSignals, Signals
from bots.sms_wiring import OwnSms, own_sms
from bots.stores import open_database, open_vault
from bots.supervision import Supervisor
from bots.telegram_inline import InlineSearch
from bots.telegram_intake import TelegramIntake
from bots.telegram_webhook import PATH as TELEGRAM_PATH
from bots.telegram_webhook import telegram_routes
from bots.watch import Look, Watch
from bots.web.headers import SecurityHeaders
from bots.web.pages import explain
from bots.web.sign_in import sign_in_routes
from bots.web_chat.routes import web_chat_routes
from bots.workers import keep_current, keep_house, send_owed, take_turns
from bots.world import World, meet_world, now_utc
from config.settings import Settings
from connectors.redis_bus import RedisBus
from connectors.redis_pace import RedisPace
from dialogs import wording
from dialogs.around import Around
from dialogs.verification.codes import CodeRules
from knowledge import elections_file, missions_file
from knowledge.database import Database
from knowledge.vault import Vault

log = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "web" / "static"


def build_parts(settings: Settings, vault: Vault, signals: Signals, world: World, pace: Pace) -> Parts:
    """Checks the texts, prepares the database and wires the rooms together."""
    wording.check()
    database = open_database(settings, vault)
    prepare(database, now_utc(), settings.staff_accounts == "invented")
    require_keys(database, vault)
    require_finished(database, vault.ring)
    proofs = proof_rules(settings, world.providers, world.gateway is not None)
    catalogue = LiveCatalogue(Around(missions_file.load(), elections_file.load(), proofs), vectors(settings))
    rules, sms = send_rules(settings), _own_sms(settings, vault, world, database, catalogue)
    asking = Asking(world.registry, now_utc, settings.code_lifetime, sms.codes if sms else None)
    settle = {"messenger": timedelta(seconds=settings.messenger_settle_seconds)}
    return Parts(
        settings=settings,
        database=database,
        vault=vault,
        signals=signals,
        catalogue=catalogue,
        inbox=Inbox(database, vault, signals, now_utc, settle),
        assistant=_assistant(settings, vault, signals, world, database, catalogue, rules.files),
        outbox=Outbox(database, vault, world.senders, asking, signals, now_utc, rules, pace),
        clock=now_utc,
        sms=sms,
    )


def _own_sms(
    settings: Settings, vault: Vault, world: World, database: Database, catalogue: LiveCatalogue
) -> OwnSms | None:
    if world.gateway is None:
        return None
    return own_sms(settings, world.gateway, database, vault, world.registry, catalogue, now_utc)


def _assistant(
    settings: Settings,
    vault: Vault,
    signals: Signals,
    world: World,
    database: Database,
    catalogue: LiveCatalogue,
    files: FileRules,
) -> Assistant:
    return Assistant(
        database,
        vault,
        {channel.name: channel for channel in world.channels},
        catalogue,
        signals,
        now_utc,
        code_rules(settings),
        settings.max_message_characters,
        PileRules(timedelta(minutes=settings.late_after_minutes), settings.turns_a_minute),
        files,
        InHand(settings.data_key_file.parent, settings.database_url),
        link_limits(settings),
    )


def code_rules(settings: Settings) -> CodeRules:
    return CodeRules(
        lifetime=settings.code_lifetime,
        tries_before_lock=settings.code_tries_before_lock,
        lock=timedelta(minutes=settings.code_lock_minutes),
        tries_a_day=settings.code_tries_a_day,
        codes_a_day=settings.codes_a_day,
        people_a_chat_a_day=settings.people_a_chat_a_day,
        failures_breaker=settings.code_failures_breaker,
    )


def web_application(settings: Settings, when_up: Callable[[], None] = lambda: None) -> Starlette:
    """Everything in one process: pages, webhooks, workers, and in the sandbox the outside world too."""
    vault = open_vault(settings)
    bus = RedisBus(settings.redis_url) if settings.redis_url else None
    shared_pace = RedisPace(settings.redis_url) if settings.redis_url else None
    signals = SharedSignals(bus) if bus else LocalSignals()
    world = meet_world(settings, vault, f"http://{_own_host(settings.host)}:{settings.port}")
    parts = build_parts(settings, vault, signals, world, pace_of(settings, shared_pace))
    running = Running(parts, world, Supervisor(), make_watch(parts, world), telegram_intake(parts, world))
    return Starlette(
        routes=_routes(running),
        middleware=[Middleware(SecurityHeaders, https=settings.secure_cookies)],
        exception_handlers={404: _nowhere, 500: _failed},
        lifespan=lambda _app: _lifespan(running, [part for part in (bus, shared_pace) if part], when_up),
    )


@dataclass(frozen=True)
class Running:
    """What routes and workers of one process share."""

    parts: Parts
    world: World
    supervisor: Supervisor
    watch: Watch
    telegram: TelegramIntake | None


def make_watch(parts: Parts, world: World) -> Watch:
    """Over the channels that are on."""
    settings = parts.settings
    looks: list[Look] = []
    if world.telegram:
        url = f"{settings.base_url}{TELEGRAM_PATH}" if settings.public_url else ""
        secret = settings.webhook_secrets[0] if url else ""
        looks.append(TelegramWatch(world.telegram, WantedIntake(url, secret, settings.watch_pending)))
    if world.messenger:
        looks.append(MessengerWatch(world.messenger))
    return Watch(parts.database, parts.clock, looks, settings.watch_seconds)


def telegram_intake(parts: Parts, world: World) -> TelegramIntake | None:
    if world.telegram is None:
        return None

    def entry_payload(service_id: str) -> str:
        return payload_of(parts.vault, service_id)

    inline = InlineSearch(world.telegram, parts.database, parts.catalogue, entry_payload, parts.clock)
    return TelegramIntake(world.telegram, parts.inbox, parts.settings, inline)


def _own_host(host: str) -> str:
    """Where a server that listens on every address reaches itself."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _routes(running: Running) -> list[BaseRoute]:
    parts, world, watch = running.parts, running.world, running.watch
    routes: list[BaseRoute] = [
        Route("/health", health(parts, lambda: running.supervisor.all_well, watch)),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    routes += web_chat_routes(parts)
    routes += sign_in_routes(parts)
    routes += desk_routes(parts, watch, world.channels)
    routes += editor_routes(parts)
    routes += link_routes(parts, world.providers)
    routes += export_routes(parts)
    routes += parts.sms.routes() if parts.sms else []
    routes += world.sandbox_routes
    if world.telegram and running.telegram and parts.settings.public_url:
        routes += telegram_routes(world.telegram, watch.intakes["telegram"].around(running.telegram.accept))
    if world.messenger:
        routes += messenger_routes(world.messenger, watch.intakes["messenger"].around(parts.inbox.accept_async))
    return routes


def _nowhere(request: Request, _error: Exception) -> Response:
    return explain(request, 404, "Ийм хуудас алга.", "There is no such page.")


def _failed(request: Request, _error: Exception) -> Response:
    return explain(request, 500, "Алдаа гарлаа. Дахин оролдоно уу.", "Something went wrong. Please try again.")


@contextlib.asynccontextmanager
async def _lifespan(
    running: Running, shared: Sequence[RedisBus | RedisPace], when_up: Callable[[], None]
) -> AsyncIterator[None]:
    stop, parts, world = asyncio.Event(), running.parts, running.world
    with parts.database.read() as connection:
        parts.catalogue.current(connection)  # the index is built before the first visitor waits for it
    await asyncio.to_thread(parts.assistant.recover)
    alone = parts.database.is_sqlite and parts.assistant.in_hand.alone  # else others may be sending right now
    await asyncio.to_thread(parts.outbox.recover, alone)
    async with AsyncExitStack() as stack:
        if world.telegram:
            await world.telegram.initialize()
        for wire in (world.telegram, world.messenger, world.registry, *world.providers.wires, parts.sms, *shared):
            if wire:
                stack.push_async_callback(wire.close)
        workers = asyncio.create_task(running.supervisor.run(_jobs(running, stop), stop))
        when_up()
        try:
            yield
        finally:
            stop.set()
            await workers
    parts.assistant.in_hand.close()
    parts.database.close()


def _jobs(running: Running, stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
    parts = running.parts
    jobs = [take_turns(parts, stop), send_owed(parts, stop), keep_house(parts, stop), keep_current(parts, stop)]
    jobs.append(running.watch.run(stop))
    if isinstance(parts.signals, SharedSignals):
        jobs.append(parts.signals.run(stop))
    if running.telegram:
        jobs.append(running.telegram.run(stop))
    if parts.sms:
        jobs += parts.sms.jobs(stop)
    return jobs
