"""What the application meets outside: ХУР, Telegram, Messenger; live, or played by the sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.routing import BaseRoute

from bots.link_pages.providers import Providers
from bots.proof_wiring import live_providers, sandbox_providers
from bots.sandbox.keys import make_keys
from bots.sandbox.town import Town
from bots.sandbox.world import SandboxWorld
from bots.sending import Sender
from bots.sms_wiring import gateway_of, sandbox_gateway
from config.settings import Settings
from connectors.channel import Channel
from connectors.messenger import Messenger
from connectors.sms import SmsGateway
from connectors.telegram import Telegram
from connectors.telegram_requests import Limits
from connectors.web_chat import WebChat
from connectors.xyp_registry import XypRegistry
from knowledge.vault import Vault


@dataclass(frozen=True)
class World:
    registry: XypRegistry
    providers: Providers
    telegram: Telegram | None = None
    messenger: Messenger | None = None
    sandbox_routes: tuple[BaseRoute, ...] = ()
    sandbox: SandboxWorld | None = None
    gateway: SmsGateway | None = None
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
    if not settings.sandbox:
        registry = _live_registry(settings)
        providers = live_providers(settings, registry)
        return World(registry, providers, telegram, messenger, gateway=gateway_of(settings))
    keys = make_keys()
    file, secret = settings.sandbox_file, vault.sandbox_secret
    town = Town(file, secret, now_utc, keys, own_url=own_url, base_url=settings.base_url)
    registry = _registry(settings, town.registry_url, keys.access_token, keys.private_key_pem)
    return World(
        registry,
        sandbox_providers(settings, registry, town),
        telegram,
        messenger,
        town.routes,
        town.world,
        sandbox_gateway(town.sms_url, keys.sms_api_key, keys.sms_receipt_secret),
    )


def _live_registry(settings: Settings) -> XypRegistry:
    assert settings.xyp_private_key is not None  # the settings were checked
    token = settings.xyp_access_token.get_secret_value()
    return _registry(settings, settings.xyp_base_url, token, settings.xyp_private_key)


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
