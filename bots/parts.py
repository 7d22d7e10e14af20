"""The wired application as one value: what `bots.app` builds and every page and worker is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bots.assistant import Assistant
from bots.inbox import Inbox
from bots.live_catalogue import LiveCatalogue
from bots.outbox import Outbox
from bots.signals import Signals
from bots.sms_wiring import OwnSms
from config.settings import Settings
from knowledge.database import Database
from knowledge.vault import Vault


@dataclass(frozen=True)
class Parts:
    settings: Settings
    database: Database
    vault: Vault
    signals: Signals
    catalogue: LiveCatalogue
    inbox: Inbox
    assistant: Assistant
    outbox: Outbox
    clock: Callable[[], datetime]  # aware UTC
    sms: OwnSms | None = None
