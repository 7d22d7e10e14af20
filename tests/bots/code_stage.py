"""Own codes on a real database and a real local gateway; the registry's phone book and the clock are the test's."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from bots.code_ledger import CodeLedger, Told
from bots.own_codes import OwnCodes, Pace
from bots.wires import REGISTRY
from connectors.sms import Prices, SmsGateway
from connectors.sms_http import Call, HttpSms, ReceiptRules, Yes
from dialogs.messages import RegistryResult
from dialogs.services import Language
from dialogs.verification.sms_caps import SmsRules
from knowledge import challenge_rows, conversation_rows, identity_rows
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.outbox_rows import OutboxRow
from knowledge.tables import metadata
from knowledge.vault import Vault
from tests.fakes.sms_gateway import KEY, RECEIPT_SECRET

LIFETIME = timedelta(minutes=10)
AT_ONCE = Pace(told_after=0.0, again_after=())
_RANDOM = re.compile(r"[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"\d{6}")


class Clock:
    """The time, set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Phones:
    """The registry: numbers by register number; `result` is what it answers for those it knows."""

    known: dict[str, str] = field(default_factory=dict)
    result: RegistryResult = RegistryResult.DONE
    asked: int = 0
    meanwhile: Callable[[], None] = lambda: None

    async def find_phone(self, register_number: str) -> tuple[RegistryResult, str]:
        self.asked += 1
        self.meanwhile()
        if self.result is not RegistryResult.DONE:
            return self.result, ""
        phone = self.known.get(register_number)
        return (RegistryResult.NOT_FOUND, "") if phone is None else (RegistryResult.DONE, phone)


def http_gateway(url: str, seconds: float = 2.0) -> HttpSms:
    body = {"to": "{to}", "text": "{text}", "ref": "{reference}"}
    call = Call(url, "POST", "json", body, {"x-api-key": KEY})
    yes = Yes(frozenset({200}), "/status", ("ok",), "/id")
    receipts = ReceiptRules("X-Signature", RECEIPT_SECRET)
    return HttpSms("fake", call, yes, Prices("MNT", {"976": 55_000}), seconds, receipts)


class CodeStage:
    def __init__(self, folder: Path, rules: SmsRules = SmsRules()) -> None:  # noqa: B008 - frozen
        self.path = folder / "codes.db"
        self.database, self.vault = Database(f"sqlite:///{self.path}"), Vault([Fernet.generate_key().decode()])
        migrate(self.database)
        self.clock, self.phones = Clock(), Phones()
        self.ledger = CodeLedger(self.database, self.vault, rules, LIFETIME, lambda purpose, language: purpose)
        self._rows = 0

    def chat(self, address: str = "a", channel: str = "telegram") -> str:
        with self.database.write() as connection:
            found = conversation_rows.find(connection, channel, address)
            made = conversation_rows.create
            return found or made(connection, self.vault, channel, address, Language.MN, "Сараа", self.clock()).state.id

    def ask(self, conversation_id: str, register_number: str, purpose: str = "mydata") -> OutboxRow:
        """A challenge and the row that wants its code sent."""
        with self.database.write() as connection:
            identity = identity_rows.seen(connection, self.vault, register_number, self.clock())
            opened = (connection, conversation_id, "telegram", identity, purpose, self.clock())
            challenge_id = challenge_rows.open_challenge(*opened, way="own-sms")
        body = {"challenge": challenge_id, "number": register_number, "way": "own-sms", "operation": ""}
        self._rows += 1
        now = self.clock()
        return OutboxRow(
            self._rows, conversation_id, REGISTRY, "a", "send-code", "", 0, 1, 1, now, now, json.dumps(body)
        )

    def send(self, gateway: SmsGateway | None, rows: Sequence[OutboxRow], pace: Pace = AT_ONCE) -> list[Told]:
        """All of them, one after the other, to the end of their deliveries."""

        async def run() -> list[Told]:
            codes = OwnCodes(self.ledger, gateway, self.phones, self.clock, pace)
            told = [await codes.send(row) for row in rows]
            await codes.finish()
            if gateway is not None:
                await gateway.close()
            return told

        return asyncio.run(run())

    def check(self, row: OutboxRow, code: str, conversation_id: str = "") -> bool:
        challenge_id = json.loads(row.body)["challenge"]
        with self.database.write() as connection:
            chat = conversation_id or row.conversation_id
            return challenge_rows.check_code(connection, self.vault, challenge_id, chat, code, self.clock())

    def ledger_rows(self) -> list[tuple[str, str]]:
        """(status, gateway's name for it) in order."""
        with self.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT status, gateway_ref FROM sms ORDER BY at, rowid").all()
        return [(row[0], row[1]) for row in rows]


def stored_words(stage: CodeStage) -> list[str]:
    """Every text in every table, sealed ones opened; without ids and digests, in which any digits may stand."""
    words: list[str] = []
    with stage.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()).all():
                words += [stage.vault.open(value) for value in row if isinstance(value, bytes)]
                words += [value for value in row if isinstance(value, str) and not _RANDOM.fullmatch(value)]
    return words


def code_in(text: str) -> str:
    found = _CODE.search(text)
    assert found is not None
    return found[0]
