"""Whom the pages ask: ДАН, the checker of signatures, ХУР, and the chat apps that vouch for their users."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from bots.sending import Registry
from connectors.dan import Returned
from connectors.dan_answer import DanAnswer
from connectors.signature_checks import Checked
from connectors.telegram_init_data import Vouched
from dialogs.records import ID_CARD


class Bank(Protocol):
    """ДАН (`connectors.dan.Dan`)."""

    def authorize_url(self, *, state: str, challenge: str, nonce: str, operations: Sequence[str] = ()) -> str: ...

    def returned(self, params: Sequence[tuple[str, str]]) -> Returned: ...

    async def exchange(self, *, code: str, verifier: str, operation: str = "") -> DanAnswer: ...


class Signer(Protocol):
    """`connectors.signature_checks.Signatures`."""

    async def check_cms(self, content: bytes, cms: bytes, now: datetime | None = None) -> Checked: ...

    async def check_jws(self, content: bytes, token: bytes, now: datetime | None = None) -> Checked: ...

    async def check_bare(
        self, content: bytes, certificate_der: bytes, signature: bytes, now: datetime | None = None
    ) -> Checked: ...


class TelegramVouching(Protocol):
    def check(self, init_data: str, now: datetime) -> Vouched | None: ...


class MessengerVouching(Protocol):
    async def recipient(self, token: str) -> str: ...


@runtime_checkable
class Closing(Protocol):
    """A wire with connections of its own."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class Providers:
    """None or empty: not wired. `esign_url`: a WebSocket; `signature_app_link` has {challenge} and {back} in it."""

    registry: Registry
    dan: Bank | None = None
    signatures: Signer | None = None
    telegram: TelegramVouching | None = None
    messenger: MessengerVouching | None = None
    esign_url: str = ""
    signature_app_link: str = ""

    @property
    def dan_origin(self) -> str:
        """Where a form of ours may lead the browser; empty without ДАН."""
        if self.dan is None:
            return ""
        blank = "-" * 43
        parts = urlsplit(self.dan.authorize_url(state=blank, challenge=blank, nonce=blank, operations=(ID_CARD,)))
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def wires(self) -> tuple[Closing, ...]:
        """What has to be closed at the end."""
        wired: tuple[object, ...] = (self.dan, self.signatures, self.telegram, self.messenger)
        return tuple(wire for wire in wired if isinstance(wire, Closing))
