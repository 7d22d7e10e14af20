"""The SMS gateway takes what its caller may send, delivers or fails as switched, and signs its receipts."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bots.sandbox.people import PEOPLE, Person
from bots.sandbox.sms_gateway import PATH, Receipts, SmsGateway
from bots.sandbox.switches import Pauses, Switch
from bots.sandbox.world import SandboxWorld

NOW = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
KEY, SECRET = "the caller's key", "the receipts' secret"
PERSON = PEOPLE[0]
ROAMING_OFF = next(person for person in PEOPLE if not person.receives_sms)
LATE = next(person for person in PEOPLE if person.sms_late)


@dataclass
class Mailbox:
    """Where receipts end; the wire itself is tested in tests/connectors/test_own_server.py."""

    came: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.came.append((url, body, dict(headers)))
        return 200


class Gateway:
    def __init__(self, folder: Path, pauses: Pauses) -> None:
        self.now, self.mailbox = NOW, Mailbox()
        self.world = SandboxWorld(folder / "world", b"a secret of the sandbox tests", lambda: self.now, pauses)
        self.desk = SmsGateway(self.world, KEY, Receipts("http://127.0.0.1:1/receipts", SECRET, self.mailbox))
        app = Starlette(routes=self.desk.routes())
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")

    async def send(self, to: str = PERSON.phone, key: str = KEY) -> httpx.Response:
        fields = {"from": "72720000", "to": to, "text": "Код: 123456"}
        answer = await self.http.post(PATH, json=fields, headers={"x-api-key": key})
        await self.desk.settle()
        return answer


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path, Pauses(slow=60, late=timedelta(seconds=0.05)))


@pytest.mark.asyncio
@pytest.mark.parametrize("to", [PERSON.phone, f"976{PERSON.phone}", f"+976{PERSON.phone}"])
async def test_a_message_gets_an_id_and_stands_on_the_phone(gateway: Gateway, to: str) -> None:
    assert (await gateway.send(to)).json()["id"]
    assert [message.text for message in gateway.world.messages(PERSON.phone)] == ["Код: 123456"]


@pytest.mark.asyncio
async def test_the_receipt_is_signed_over_its_raw_body_and_names_the_message(gateway: Gateway) -> None:
    reference = (await gateway.send()).json()["id"]
    ((_, body, headers),) = gateway.mailbox.came
    assert json.loads(body) == {"id": reference, "status": "delivered"}
    assert headers["X-Signature"] == hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.asyncio
async def test_a_number_nobody_has_is_told_as_failed(gateway: Gateway) -> None:
    assert (await gateway.send("00009999")).status_code == 200
    assert [json.loads(body)["status"] for _, body, _ in gateway.mailbox.came] == ["failed"]


@pytest.mark.asyncio
async def test_with_roaming_off_neither_message_nor_receipt_comes(gateway: Gateway) -> None:
    assert (await gateway.send(ROAMING_OFF.phone)).status_code == 200
    assert gateway.world.messages(ROAMING_OFF.phone) == ()
    assert gateway.mailbox.came == []


@pytest.mark.asyncio
async def test_another_key_sends_nothing(gateway: Gateway) -> None:
    assert (await gateway.send(key="another")).status_code == 401
    assert gateway.world.messages(PERSON.phone) == ()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"from":"1","to":"0000","text":"x"}', b'{"to":"00000101","text":"x"}',
     b'{"from":"1","to":"00000101","text":""}', b'{"from":"1","to":["00000101"],"text":"x"}', b"x" * 20_000],
)  # fmt: skip
async def test_what_is_no_message_is_refused(gateway: Gateway, body: bytes) -> None:
    answer = await gateway.http.post(PATH, content=body, headers={"x-api-key": KEY})
    assert answer.status_code == 400


@pytest.mark.asyncio
async def test_switched_to_refuse_it_sends_nothing(gateway: Gateway) -> None:
    gateway.world.switches.set_all([Switch.SMS_REFUSED])
    assert (await gateway.send()).status_code == 402
    assert gateway.world.messages(PERSON.phone) == ()


@pytest.mark.asyncio
async def test_switched_to_lose_it_accepts_and_nothing_arrives(gateway: Gateway) -> None:
    gateway.world.switches.set_all([Switch.SMS_LOST])
    assert (await gateway.send()).status_code == 200
    assert gateway.world.messages(PERSON.phone) == ()
    assert gateway.mailbox.came == []


@pytest.mark.asyncio
async def test_switched_to_hang_it_delivers_and_never_says_so(gateway: Gateway) -> None:
    gateway.world.switches.set_all([Switch.SMS_HANGS])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await gateway.send()
    assert len(gateway.world.messages(PERSON.phone)) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(("owner", "on"), [(LATE, []), (PERSON, [Switch.SMS_LATE])])
async def test_a_late_message_comes_with_its_receipt_later(tmp_path: Path, owner: Person, on: list[Switch]) -> None:
    gateway = Gateway(tmp_path, Pauses(late=timedelta(seconds=90)))
    gateway.world.switches.set_all(on)
    fields = {"from": "1", "to": owner.phone, "text": "x"}
    assert (await gateway.http.post(PATH, json=fields, headers={"x-api-key": KEY})).status_code == 200
    assert (gateway.world.messages(owner.phone), gateway.mailbox.came) == ((), [])
    gateway.now += timedelta(seconds=90)
    assert len(gateway.world.messages(owner.phone)) == 1
