"""An outbox by itself: conversations and rows made by hand, a clock set by hand, a wire whose answers are given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.fernet import Fernet

from bots.outbox import Outbox, Sender, SendRules
from bots.pace import LocalPace, Pace
from bots.signals import LocalSignals
from bots.wires import REGISTRY
from connectors.channel import Fetched, SendResult, Sent
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.rendering import Block, Rendered, Style
from dialogs.services import Language
from knowledge import conversation_rows, outbox_rows
from knowledge.codec import RENDERED, dumps
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.tables import conversations, inbox, outbox
from knowledge.vault import Vault
from tests.bots.wired import NUMBER, Clock, ScriptedRegistry

SENT = Sent(SendResult.SENT, "1")


@dataclass
class Wire:
    """Answers as told, else that it was sent; `calls` holds every one: when, what, to whom, what it said."""

    clock: Clock
    answers: list[Sent] = field(default_factory=list)
    files: list[Fetched] = field(default_factory=list)
    calls: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    flags: list[tuple[bool, bool]] = field(default_factory=list)  # by a person, late

    async def send(self, address: str, rendered: Rendered, *, by_person: bool = False, late: bool = False) -> Sent:
        self.flags.append((by_person, late))
        return self._answer("send", address, rendered.plain)

    async def hide(self, address: str, ref: str) -> Sent:
        return self._answer("hide", address, ref)

    async def amend(self, address: str, ref: str, rendered: Rendered) -> Sent:
        return self._answer("amend", address, f"{ref}: {rendered.plain}")

    async def show_typing(self, address: str) -> Sent:
        return self._answer("typing", address, "")

    async def fetch(self, source: str, largest: int, seconds: float) -> Fetched:
        self._keep("fetch", "", source)
        return self.files.pop(0)

    def said(self, address: str = "7") -> list[str]:
        return [words for _, what, chat, words in self.calls if what == "send" and chat == address]

    def times(self, address: str = "7") -> list[datetime]:
        return [at for at, _, chat, _ in self.calls if chat == address]

    def _answer(self, what: str, address: str, words: str) -> Sent:
        self._keep(what, address, words)
        return self.answers.pop(0) if self.answers else SENT

    def _keep(self, what: str, address: str, words: str) -> None:
        self.calls.append((self.clock(), what, address, words))


@dataclass
class SlowRegistry(ScriptedRegistry):
    """Answers when something has happened, or `in_vain` after five seconds."""

    until: Callable[[], object] = lambda: True
    in_vain: bool = False

    async def request_code(self, register_number: str, way: Way = Way.SMS, operation: str = ID_CARD) -> RegistryResult:
        for _ in range(500):
            if self.until():
                break
            await asyncio.sleep(0.01)
        else:
            self.in_vain = True
        return await super().request_code(register_number)


@dataclass
class Owed:
    """`asks`: the scripted ХУР."""

    database: Database
    vault: Vault
    clock: Clock
    wire: Wire
    outbox: Outbox
    asks: SlowRegistry

    def chat(self, address: str = "7", channel: str = "telegram", heard_at: datetime | None = None) -> str:
        """A new conversation; its id."""
        with self.database.write() as connection:
            made = conversation_rows.create(connection, self.vault, channel, address, Language.MN, "", self.clock())
            changed = conversations.update().where(conversations.c.id == made.state.id)
            connection.execute(changed.values(heard_at=heard_at))
        return made.state.id

    def owe(self, chat: str, words: str, kind: str = "reply", slot: str = "") -> None:
        self._owe(chat, kind, dumps(RENDERED, Rendered((Block(Style.TEXT, words),))), slot)

    def owe_body(self, chat: str, kind: str, body: dict[str, str], wire: str = "") -> None:
        self._owe(chat, kind, json.dumps(body), "", wire)

    def owe_code(self, chat: str) -> None:
        """ХУР is to be asked for a code."""
        self.owe_body(chat, "request-code", {"challenge": "c", "number": NUMBER}, REGISTRY)

    def change(self, chat: str, **values: Any) -> None:
        """Columns of the conversation, as a turn would set them."""
        with self.database.write() as connection:
            connection.execute(conversations.update().where(conversations.c.id == chat).values(**values))

    def run(self) -> None:
        """Until nothing is due now."""
        asyncio.run(self._run())

    def run_for(self, seconds: float, step: float = 1.0) -> None:
        """The clock moved on by steps."""
        for _ in range(round(seconds / step)):
            self.clock.move(seconds=step)
            self.run()

    def statuses(self) -> dict[str, int]:
        with self.database.read() as connection:
            return outbox_rows.counts(connection)

    def rows(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(outbox.select().order_by(outbox.c.id)))

    def came_in(self) -> list[dict[str, Any]]:
        """What was brought into the inbox."""
        with self.database.read() as connection:
            return [json.loads(self.vault.open(row.body_sealed)) for row in connection.execute(inbox.select())]

    def _owe(self, chat: str, kind: str, body: str, slot: str = "", wire: str = "") -> None:
        with self.database.write() as connection:
            found = conversations.select().where(conversations.c.id == chat)
            row = connection.execute(found).one()
            at, number = self.clock(), row.owner_number
            outbox_rows.owe(
                connection, self.vault, chat, wire or row.channel, row.address, kind, number, body, at, slot
            )

    async def _run(self) -> None:
        while await self.outbox.run_due():
            await self.outbox.finish_under_way()


def owed(
    folder: Path,
    url: str = "",
    channel: str = "telegram",
    rules: SendRules = SendRules(3, 10.0, 4),  # noqa: B008 - frozen
    a_second: Mapping[str, float] | None = None,
    senders: Mapping[str, Sender] | None = None,
) -> Owed:
    """On SQLite in the folder, or on the database of the address. `a_second`: limits of wires, by the set clock."""
    clock, vault = Clock(), Vault([Fernet.generate_key().decode()])
    database = _database(folder, url)
    wire, registry = Wire(clock), SlowRegistry()
    pace: Pace = LocalPace(a_second or {}, lambda: clock().timestamp())
    by_name = senders or {channel: wire}
    box = Outbox(database, vault, by_name, registry, LocalSignals(), clock, rules, pace)
    return Owed(database, vault, clock, wire, box, registry)


def _database(folder: Path, url: str) -> Database:
    if not url:
        (folder / "test.db").write_bytes(_empty())
        return Database(f"sqlite:///{folder}/test.db")
    database = Database(url)
    migrate(database)
    return database


@cache
def _empty() -> bytes:
    """The file of a migrated database, made once."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/test.db")
        migrate(database)
        database.close()
        return (Path(folder) / "test.db").read_bytes()
