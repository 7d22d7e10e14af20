"""A wired application for tests: real database, real rooms, a clock set by hand, a scripted registry."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet

from bots.assistant import Assistant
from bots.in_hand import InHand
from bots.inbox import Inbox
from bots.live_catalogue import LiveCatalogue
from bots.outbox import Outbox, Sender, SendRules
from bots.parts import Parts
from bots.piles import PileRules
from bots.signals import LocalSignals
from config.settings import Settings
from connectors.channel import Channel
from connectors.web_chat import WebChat, arrival
from dialogs.around import Around
from dialogs.linking import Rows
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD
from dialogs.rendering import Rendered
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
from knowledge import conversation_rows, elections_file, feed_rows, missions_file, releases
from knowledge.codec import RENDERED
from knowledge.database import Database
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.bots.silent_registry import SilentRegistry

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NUMBER = "УБ90010112"
CODE = "482913"
ROWS = (("field.given-name", "Сараа"), ("field.register-number", NUMBER), ("field.valid-until", "2031-05-01"))
SEEN = Source(Provenance.PUBLIC_PAGE, "https://example.mn", "2026-11-23")


class Clock:
    """The time, set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class ScriptedRegistry(SilentRegistry):
    """ХУР as the test wants it; keeps what it was asked."""

    code: str = CODE
    sends: RegistryResult = RegistryResult.DONE
    down: bool = False
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def request_code(self, register_number: str, way: Way = Way.SMS, operation: str = ID_CARD) -> RegistryResult:
        self.asked.append(("request", register_number))
        return self.sends

    async def read_record(
        self, register_number: str, code: str, operation: str = ID_CARD
    ) -> tuple[RegistryResult, Rows]:
        self.asked.append(("read", register_number, code))
        if self.down:
            return RegistryResult.UNAVAILABLE, ()
        return (RegistryResult.DONE, ROWS) if code == self.code else (RegistryResult.WRONG_CODE, ())


def service(service_id: str, mn: str, en: str, operation: str | None = None, fee: int = 0, *says: str) -> Service:
    return Service(
        id=service_id,
        organisation="registry",
        title=Text(mn, en),
        summary=Text(f"{mn} олгоно. Шууд гарна.", f"Gives you: {en}. At once."),
        category=Category.IDENTITY_CARD,
        audience=(Audience.CITIZEN,),
        abroad=Abroad(Usable.FULLY, Text("Хаанаас ч.", "From anywhere.")),
        proof=Level.PHONE,
        delivery=Delivery.INSTANT,
        source=SEEN,
        fee=Fee(Money(fee, "MNT"), source=SEEN),
        documents=(Text("Цээж зураг", "A photo"),),
        names=Names(latin=says[:1]),
        says=says or (mn, en),
        operation=operation,
    )


CATALOGUE = Catalogue(
    1,
    {
        each.id: each
        for each in (
            service("id-card", "Иргэний үнэмлэхийн лавлагаа", "Identity-card reference",
                    "WS100101_getCitizenIDCardInfo", 0, "unemlehnii lavlagaa", "үнэмлэхний лавлагаа"),
            service("passport", "Гадаад паспорт дахин захиалах", "Re-order a passport", None, 50_000,
                    "pasport sungah", "паспорт сунгах"),
            service("marriage", "Гэрлэсний бүртгэлийн лавлагаа", "Marriage reference", None, 0, "gerlesen lavlagaa"),
        )
    },
    {"registry": Organisation("registry", Text("Улсын бүртгэл", "State registration"), SEEN)},
)  # fmt: skip


@dataclass
class Wired:
    parts: Parts
    clock: Clock
    registry: ScriptedRegistry

    def run(self) -> None:
        """Turns and sends until nothing is due."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        for _ in range(50):
            turns = self.parts.assistant.run_next()
            sends = await self.parts.outbox.run_due()
            await self.parts.outbox.finish_under_way()
            if not turns and not sends:
                return

    def citizen(self, address: str = "citizen") -> Citizen:
        return Citizen(self, address)


@dataclass
class Citizen:
    """Somebody on the web chat, as seen by the feed."""

    wired: Wired
    address: str
    seen: int = 0

    def put(self, event: dict[str, object], event_id: str = "") -> list[Rendered]:
        """One event through all the hops; what was answered."""
        self.wired.parts.inbox.accept([arrival("web", self.address, event_id or uuid4().hex, event)])
        self.wired.run()
        return self.new()

    def says(self, text: str) -> str:
        return "\n".join(answer.plain for answer in self.put({"text": text}))

    def presses(self, answer: Rendered, label: str) -> list[Rendered]:
        button = next(button for button in answer.buttons if label in button.label)
        return self.put({"button": button.payload})

    @property
    def conversation_id(self) -> str:
        with self.wired.parts.database.read() as connection:
            return conversation_rows.find(connection, "web", self.address) or ""

    def new(self) -> list[Rendered]:
        parts = self.wired.parts
        with parts.database.read() as connection:
            items = feed_rows.after(connection, parts.vault, self.conversation_id, self.seen)
        self.seen = max([self.seen, *(item.position for item in items)])
        bodies = [item.body for item in items if item.author in ("bot", "agent") and item.body]
        return [RENDERED.validate_json(body) for body in bodies]


@cache
def _around() -> Around:
    """Read once: it takes longer than all the rest."""
    return Around(missions_file.load(), elections_file.load())


def wire(
    folder: Path,
    url: str = "",
    senders: dict[str, Sender] | None = None,
    catalogue: Catalogue = CATALOGUE,
    channel: Channel | None = None,
    together: PileRules = PileRules(),  # noqa: B008 - frozen
    settle: timedelta = timedelta(0),
    in_hand: InHand | None = None,
) -> Wired:
    """On SQLite in the folder, or on the database of the address. `settle`: of the channel."""
    chat = channel or WebChat()
    clock, registry, signals = Clock(), ScriptedRegistry(), LocalSignals()
    database, vault = Database(url or f"sqlite:///{folder}/test.db"), Vault([Fernet.generate_key().decode()])
    migrate(database)
    live = LiveCatalogue(_around())
    with database.write() as connection:
        releases.publish_files(connection, catalogue, "digest", "catalogue files", "test", clock())
    parts = Parts(
        settings=Settings(_env_file=None),
        database=database,
        vault=vault,
        signals=signals,
        catalogue=live,
        inbox=Inbox(database, vault, signals, clock, {chat.name: settle}),
        assistant=Assistant(
            database,
            vault,
            {chat.name: chat},
            live,
            signals,
            clock,
            CodeRules(),
            4000,
            together=together,
            in_hand=in_hand,
        ),
        outbox=Outbox(database, vault, senders or {}, registry, signals, clock, SendRules(3, 10.0, 4)),
        clock=clock,
    )
    return Wired(parts, clock, registry)
