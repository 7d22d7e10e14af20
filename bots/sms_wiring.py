"""Own codes wired: the gateway of SMS_GATEWAY_FILE or the sandbox's, who sends through it, and its receipts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.routing import Route

from bots.code_ledger import CodeLedger, sms_rules
from bots.live_catalogue import LiveCatalogue
from bots.own_codes import OwnCodes, Pace, PhoneBook
from bots.sms_receipts import receipt_routes
from config.settings import Settings
from connectors import sms_gateway_file
from connectors.sms import Prices, SmsGateway
from connectors.sms_http import Call, HttpSms, ReceiptRules, Yes
from connectors.sms_smpp import SmppSms
from dialogs.services import Language
from dialogs.verification.code_sms import purpose_words
from knowledge.database import Database
from knowledge.vault import Vault

SANDBOX = "sandbox"  # the gateway's name, and the last part of its receipts' address
_SANDBOX_HOSTS = "127.0.0.1,::1"
_SANDBOX_PRICES = Prices("MNT", {"976": 55_000})


@dataclass(frozen=True)
class OwnSms:
    """The way `own-sms` is on when there is one of these."""

    codes: OwnCodes
    gateway: SmsGateway
    receipt_hosts: str

    def routes(self) -> list[Route]:
        """Receipts over HTTP; none for a gateway that has none."""
        if not isinstance(self.gateway, HttpSms):
            return []
        return receipt_routes(self.gateway, self.codes.take_receipt, self.receipt_hosts)

    def jobs(self, stop: asyncio.Event) -> list[Coroutine[Any, Any, None]]:
        """Receipts over SMPP."""
        return [self.gateway.listen(self.codes.take_receipt, stop)] if isinstance(self.gateway, SmppSms) else []

    async def close(self) -> None:
        await self.codes.finish()
        await self.gateway.close()


def gateway_of(settings: Settings) -> SmsGateway | None:
    """None without SMS_GATEWAY_FILE. Raises `GatewayFileError`."""
    return sms_gateway_file.load(settings.sms_gateway_file) if settings.sms_gateway_file else None


def sandbox_gateway(url: str, api_key: str, receipt_secret: str) -> HttpSms:
    """For `bots.sandbox.sms_gateway`, called over the wire like a real one."""
    body = {"from": "{from}", "to": "{to}", "text": "{text}"}
    call = Call(url, "POST", "json", body, {"x-api-key": api_key}, "Tuslakh")
    receipts = ReceiptRules("X-Signature", receipt_secret.encode())
    return HttpSms(SANDBOX, call, Yes(id_pointer="/id"), _SANDBOX_PRICES, receipts=receipts)


def own_sms(
    settings: Settings,
    gateway: SmsGateway,
    database: Database,
    vault: Vault,
    phones: PhoneBook,
    catalogue: LiveCatalogue,
    clock: Callable[[], datetime],
    pace: Pace = Pace(),  # noqa: B008 - frozen
) -> OwnSms:
    """Raises ValueError for SMS_RECEIPT_HOSTS that are no addresses, when the routes are asked for."""

    def title(purpose: str, language: Language) -> str:
        if words := purpose_words(purpose, language):
            return words
        with database.read() as connection:
            service = catalogue.current(connection).catalogue.services.get(purpose)
        return service.title.in_language(language) if service else ""

    ledger = CodeLedger(database, vault, sms_rules(settings), settings.code_lifetime, title)
    hosts = _SANDBOX_HOSTS if gateway.name == SANDBOX and settings.sandbox else settings.sms_receipt_hosts
    return OwnSms(OwnCodes(ledger, gateway, phones, clock, pace), gateway, hosts)
