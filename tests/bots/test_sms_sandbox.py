"""Own codes against the sandbox's gateway: onto the phone's page and, by its receipt, back into the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bots.live_catalogue import LiveCatalogue
from bots.sandbox.people import PEOPLE
from bots.sandbox.sms_gateway import PATH, Receipts, SmsGateway
from bots.sandbox.switches import Switch
from bots.sandbox.world import SandboxWorld
from bots.sms_wiring import OwnSms, own_sms, sandbox_gateway
from config.settings import Settings
from tests.bots.code_stage import AT_ONCE, CodeStage, code_in
from tests.fakes.loopback import Loopback

PERSON, SECRET = PEOPLE[0], "receipt-secret"


class Town:
    """The sandbox's gateway behind a real port; its receipts are kept until the test brings them."""

    def __init__(self, folder: Path) -> None:
        self.stage = CodeStage(folder)
        self.stage.phones.known = {PERSON.register_number: PERSON.phone}
        self.receipts: list[tuple[bytes, Mapping[str, str]]] = []
        self.world = SandboxWorld(folder / "world", Fernet.generate_key(), self.stage.clock)
        self.desk = SmsGateway(self.world, "key", Receipts("http://127.0.0.1:9/", SECRET, self))
        self.server = Loopback(Starlette(routes=self.desk.routes()))
        self.server.start()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.receipts.append((body, headers))
        return 200

    def sms(self) -> OwnSms:
        gateway = sandbox_gateway(self.server.url + PATH, "key", SECRET)
        parts = (self.stage.database, self.stage.vault, self.stage.phones, LiveCatalogue(), self.stage.clock)
        return own_sms(Settings(_env_file=None), gateway, *parts, AT_ONCE)

    def send(self) -> OwnSms:
        row = self.stage.ask(self.stage.chat(), PERSON.register_number)

        async def run() -> OwnSms:
            sms = self.sms()
            await sms.codes.send(row)
            await sms.close()
            return sms

        return asyncio.run(run())


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.server.stop()


def test_the_code_is_on_the_phones_page(town: Town) -> None:
    town.send()
    (message,) = town.world.messages(PERSON.phone)
    assert "миний мэдээлэл" in message.text
    assert len(code_in(message.text)) == 6


def test_its_receipt_comes_back_into_the_ledger(town: Town) -> None:
    sms = town.send()
    ((body, headers),) = town.receipts
    client = TestClient(Starlette(routes=sms.routes()), client=("127.0.0.1", 5000))
    assert client.post("/sms/receipts/sandbox", content=body, headers=dict(headers)).status_code == 200
    assert [status for status, _ in town.stage.ledger_rows()] == ["delivered"]


def test_a_gateway_without_credit_refuses_and_costs_nothing(town: Town) -> None:
    town.world.switches.set_all({Switch.SMS_REFUSED})
    town.send()
    assert town.stage.ledger_rows() == [("refused", "")]
