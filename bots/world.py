"""What the application meets outside: ХУР, Telegram, Messenger; live, or played by the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.routing import BaseRoute

from bots.outbox import Registry, Sender
from bots.sandbox.keys import make_keys
from bots.sandbox.phone_page import phone_routes
from bots.sandbox.registry_server import registry_routes
from bots.sandbox.world import SandboxWorld
from config.settings import Settings
from connectors.channel import Channel
from connectors.messenger import Messenger
from connectors.telegram import Telegram
from connectors.telegram_requests import Limits
from connectors.web_chat import WebChat
from connectors.xyp_registry import XypRegistry
from knowledge.vault import Vault

SANDBOX_PATH = "/sandbox/xyp"


@dataclass(frozen=True)
class World:
    registry: Registry
    telegram: Telegram | None = None
    messenger: Messenger | None = None
    sandbox_routes: tuple[BaseRoute, ...] = ()
    sandbox: SandboxWorld | None = None
    chat: WebChat = WebChat()  # noqa: RUF009 - holds its name only

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The wires that citizens come by; our own chat is always there."""
        return (self.chat, *self._platforms())

    @property
    def senders(self) -> Mapping[str, Sender]:
        return {platform.name: platform for platform in self._platforms()}

    def _platforms(self) -> Iterator[Telegram | Messenger]:
        yield from (platform for platform in (self.telegram, self.messenger) if platform)


def now_utc() -> datetime:
    return datetime.now(UTC)


def meet_world(settings: Settings, vault: Vault, own_url: str) -> World:
    """`own_url`: where this process reaches itself, for the sandbox ХУР is called over the wire like the real one."""
    telegram, messenger = telegram_of(settings), messenger_of(settings)
    if settings.sandbox:
        keys = make_keys()
        world = SandboxWorld(settings.sandbox_file, vault.sandbox_secret, now_utc)
        registry = _registry(settings, own_url + SANDBOX_PATH, keys.access_token, keys.private_key_pem)
        routes = (*registry_routes(world, keys), *phone_routes(world))
        return World(registry, telegram, messenger, routes, world)
    assert settings.xyp_private_key is not None  # the settings were checked
    token = settings.xyp_access_token.get_secret_value()
    return World(_registry(settings, settings.xyp_base_url, token, settings.xyp_private_key), telegram, messenger)


def telegram_of(settings: Settings) -> Telegram | None:
    """None when Telegram is off."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return None
    limits = Limits(part_pause_seconds=settings.telegram_chat_pause_seconds)
    return Telegram(token, settings.telegram_api_url, settings.webhook_secrets, limits)


def messenger_of(settings: Settings) -> Messenger | None:
    """None when Messenger is off."""
    if not settings.messenger_page_id:
        return None
    return Messenger(
        page_id=settings.messenger_page_id,
        app_id=settings.messenger_app_id,
        page_token=settings.messenger_page_token.get_secret_value(),
        app_secrets=settings.messenger_secrets,
        verify_token=settings.messenger_verify_token.get_secret_value(),
        api_base_url=settings.messenger_api_url,
    )


def _registry(settings: Settings, base_url: str, access_token: str, private_key: Path | bytes) -> XypRegistry:
    return XypRegistry(
        base_url=base_url,
        access_token=access_token,
        private_key=private_key,
        timeout_seconds=settings.xyp_timeout_seconds,
        wrong_code_results=settings.xyp_wrong_code_results,
    )
