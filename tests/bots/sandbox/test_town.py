"""The whole sandbox on one loopback server, met by the very connectors that meet the real ones."""

import asyncio
import base64
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import pytest_asyncio
from cryptography import x509
from lxml import html
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.typing import Origin

from bots.sandbox.dan_answers import LOGIN_LEVELS
from bots.sandbox.esign import SIGN
from bots.sandbox.keys import DAN_CLIENT_ID, make_keys
from bots.sandbox.people import PEOPLE, Certificate, Person
from bots.sandbox.records import ID_CARD, PROPERTY_LIST
from bots.sandbox.sign_app import HOLDERS
from bots.sandbox.signing import bare_signature, cms_signature, jws_signature
from bots.sandbox.switches import Pauses, Switch
from bots.sandbox.town import Town
from bots.sandbox.world import Box
from bots.sms_receipts import receipt_routes
from connectors.approvals import SignedApproval
from connectors.dan import Dan, challenge_of, new_verifier
from connectors.dan_answer import DanResult
from connectors.signature_checks import SignatureResult, Signatures
from connectors.sms import Prices, Receipt, SmsResult
from connectors.sms_http import Call, HttpSms, ReceiptRules, Yes
from connectors.xyp_registry import XypRegistry
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.services import Level
from tests.fakes.loopback import Loopback

TEXT = "Энэ чат миний чат мөн.\nThis chat is mine.\n".encode()
PERSON = PEOPLE[0]
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
STATE, NONCE = "s" * 43, "n" * 43
CODE_LIVES = timedelta(minutes=10)
RECEIPTS: list[Receipt] = []  # what came through our route


def now() -> datetime:
    return datetime.now(UTC)


def holder(state: Certificate) -> Person:
    return next(person for person in HOLDERS if person.certificate is state)


async def take(receipt: Receipt) -> None:
    RECEIPTS.append(receipt)


def gateway(town: Town) -> HttpSms:
    """Our client, told what the gateway's operator would tell."""
    call = Call(
        town.sms_url, "POST", "json", {"from": "{from}", "to": "{to}", "text": "{text}"},
        {"x-api-key": town.keys.sms_api_key}, sender="72720000",
    )  # fmt: skip
    rules = ReceiptRules("X-Signature", town.keys.sms_receipt_secret.encode())
    return HttpSms("sandbox", call, Yes(id_pointer="/id"), Prices("MNT", {"976": 55_000}), 1.0, rules)


@dataclass(frozen=True)
class Wires:
    """What the application would have in its hands."""

    dan: Dan
    registry: XypRegistry
    signatures: Signatures
    sms: HttpSms


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    app = Starlette()
    server = Loopback(app)
    place = tmp_path_factory.mktemp("town") / "world"
    secret, pauses = b"a secret of the sandbox tests", Pauses(slow=5, late=timedelta())
    town = Town(place, secret, now, make_keys(), own_url=server.url, base_url=server.url, pauses=pauses)
    app.router.routes.extend([*town.routes, *receipt_routes(gateway(town), take, "127.0.0.1")])
    server.start()
    yield town
    server.stop()


@pytest_asyncio.fixture
async def wires(town: Town) -> AsyncIterator[Wires]:
    town.world.switches.set_all([])
    keys = town.keys
    dan = Dan(
        base_url=town.dan_url, client_id=DAN_CLIENT_ID, client_secret=keys.dan_client_secret, timeout_seconds=3,
        redirect_uri=town.dan_redirect_uri, login_levels=LOGIN_LEVELS, authorize_url=town.dan_authorize_url,
    )  # fmt: skip
    registry = XypRegistry(base_url=town.registry_url, access_token=keys.access_token, private_key=keys.private_key_pem)
    sms = gateway(town)
    yield Wires(dan, registry, Signatures(town.trust), sms)
    await dan.close()
    await registry.close()
    await sms.close()


async def log_in(town: Town, wires: Wires, verifier: str, way: str = "bank", operation: str = PROPERTY_LIST) -> str:
    """In a browser: ДАН's page, its form, and back to us with a code."""
    place = wires.dan.authorize_url(state=STATE, challenge=challenge_of(verifier), nonce=NONCE, operations=[operation])
    async with httpx.AsyncClient() as browser:
        page = await browser.get(place)
        hidden = html.fromstring(page.text).xpath("//input[@type='hidden']")
        form = {field.get("name"): field.get("value") for field in hidden}
        form |= {"way": way, "person": PERSON.register_number, "action": "log-in"}
        answer = await browser.post(f"{town.dan_url}/login", data=form, headers=OWN_PAGE)
    place = answer.headers["location"]
    assert place.startswith(f"{town.dan_redirect_uri}?")
    returned = wires.dan.returned(parse_qsl(urlsplit(place).query))
    assert (returned.error, returned.state) == ("", STATE)
    return returned.code


@pytest.mark.asyncio
@pytest.mark.parametrize(("way", "level"), [("bank", Level.BANK), ("signature", Level.SIGNATURE)])
async def test_our_connector_logs_a_person_in_and_reads_what_was_asked(
    town: Town, wires: Wires, way: str, level: Level
) -> None:
    verifier = new_verifier()
    code = await log_in(town, wires, verifier, way)
    answer = await wires.dan.exchange(code=code, verifier=verifier, operation=PROPERTY_LIST)
    assert (answer.result, answer.level) == (DanResult.DONE, level)
    assert (answer.register_number, answer.name) == (PERSON.register_number, PERSON.given_name)
    numbers = [value for key, value in answer.rows if key == "field.property-number"]
    assert numbers == [owned.number for owned in PERSON.properties]


@pytest.mark.asyncio
async def test_our_connector_is_told_when_the_bank_is_down(town: Town, wires: Wires) -> None:
    verifier = new_verifier()
    code = await log_in(town, wires, verifier)
    town.world.switches.set_all([Switch.BANK_DOWN])
    answer = await wires.dan.exchange(code=code, verifier=verifier)
    assert answer.result is DanResult.UNAVAILABLE


@pytest.mark.asyncio
@pytest.mark.parametrize("operation", [ID_CARD, PROPERTY_LIST])
async def test_our_connector_reads_each_record_by_a_code_from_the_app(town: Town, wires: Wires, operation: str) -> None:
    assert await wires.registry.request_code(PERSON.register_number, Way.APP, operation) is RegistryResult.DONE
    messages = town.world.box(PERSON, Box.APP)
    found = re.search(r"\d{6}", messages[0].text)
    assert found
    result, rows = await wires.registry.read_record(PERSON.register_number, found[0], operation)
    assert result is RegistryResult.DONE
    assert rows


@pytest.mark.asyncio
async def test_our_connector_finds_the_registered_phone(wires: Wires) -> None:
    assert await wires.registry.find_phone(PERSON.register_number) == (RegistryResult.DONE, PERSON.phone)


@pytest.mark.asyncio
async def test_what_the_esign_client_signs_opens_the_registry_through_our_connector(town: Town, wires: Wires) -> None:
    town.world.switches.plug_in(PERSON.register_number)
    stamp = int(time.time())
    async with connect(town.esign_url, origin=Origin(town.own_url)) as socket:
        await socket.send(json.dumps({"type": SIGN, "data": f"{PERSON.register_number}.{stamp}"}))
        answer = json.loads(await socket.recv())
    certificate = x509.load_der_x509_certificate(base64.b64decode(answer["certificate"]))
    serial = f"{certificate.serial_number:x}"
    approval = SignedApproval(serial, stamp, answer["signature"])
    result, rows = await wires.registry.read_signed(PERSON.register_number, approval, ID_CARD)
    assert result is RegistryResult.DONE
    assert dict(rows)["field.register-number"] == PERSON.register_number


@pytest.mark.asyncio
async def test_our_checks_take_all_three_kinds_of_good_signatures(town: Town, wires: Wires) -> None:
    signer, issuing = town.pki.issued_to(PERSON), town.pki.issuing
    assert signer
    checks = wires.signatures
    found = await asyncio.gather(
        checks.check_cms(TEXT, cms_signature([signer], issuing, TEXT)),
        checks.check_jws(TEXT, jws_signature(signer, issuing, TEXT)),
        checks.check_bare(TEXT, signer.der, bare_signature(signer, TEXT)),
    )
    assert [one.result for one in found] == [SignatureResult.GOOD] * 3, [one.reason for one in found]
    assert {one.register_number for one in found} == {PERSON.register_number}


@pytest.mark.asyncio
async def test_our_checks_refuse_the_revoked_the_expired_and_two_signers(town: Town, wires: Wires) -> None:
    issuing, good = town.pki.issuing, town.pki.issued_to(PERSON)
    revoked, expired = (town.pki.issued_to(holder(state)) for state in (Certificate.REVOKED, Certificate.EXPIRED))
    assert good and revoked and expired  # noqa: PT018 - all three have one
    signed = [cms_signature(signers, issuing, TEXT) for signers in ([revoked], [expired], [good, revoked])]
    found = await asyncio.gather(*(wires.signatures.check_cms(TEXT, one) for one in signed))
    assert [one.result for one in found] == [SignatureResult.REVOKED, SignatureResult.BAD, SignatureResult.BAD]


@pytest.mark.asyncio
@pytest.mark.parametrize("switch", [Switch.REVOCATION_DOWN, Switch.REVOCATION_STALE])
async def test_our_checks_are_unsure_without_a_fresh_word_on_revocation(
    town: Town, wires: Wires, switch: Switch
) -> None:
    signer = town.pki.issued_to(PERSON)
    assert signer
    town.world.switches.set_all([switch])
    found = await wires.signatures.check_cms(TEXT, cms_signature([signer], town.pki.issuing, TEXT))
    assert found.result is SignatureResult.UNSURE


@pytest.mark.asyncio
async def test_our_gateway_client_sends_and_its_receipt_comes_through_our_route(town: Town, wires: Wires) -> None:
    sent = await wires.sms.send(f"976{PERSON.phone}", "Код: 123456", "r", CODE_LIVES)
    assert sent.result is SmsResult.ACCEPTED
    async with asyncio.timeout(5):
        while Receipt(sent.ref, True) not in RECEIPTS:
            await asyncio.sleep(0.01)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("switch", "result"), [(Switch.SMS_REFUSED, SmsResult.REFUSED), (Switch.SMS_HANGS, SmsResult.UNKNOWN)]
)
async def test_our_gateway_client_tells_a_refusal_from_a_silence(
    town: Town, wires: Wires, switch: Switch, result: SmsResult
) -> None:
    town.world.switches.set_all([switch])
    sent = await wires.sms.send(f"976{PERSON.phone}", "Код: 123456", "r", CODE_LIVES)
    assert sent.result is result
