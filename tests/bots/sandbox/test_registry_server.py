"""The sandbox ХУР checks its callers and answers its operations as the real one."""

import asyncio
import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import fromstring

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.applications import Starlette
from xyp._operations import NAMESPACES as SDK_NAMESPACES
from xyp._signer import Signer
from xyp._soap import ServiceResult, build_envelope, parse_response
from xyp.auth import CitizenAuth

from bots.sandbox.keys import SandboxKeys, make_keys
from bots.sandbox.people import PEOPLE, Certificate, Person
from bots.sandbox.pki import Pki
from bots.sandbox.registry_server import MAX_BODY_BYTES, registry_routes
from bots.sandbox.registry_soap import NAMESPACES
from bots.sandbox.signing import bare_signature
from bots.sandbox.switches import Pauses, Switch
from bots.sandbox.world import Box, SandboxWorld

NOW = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
KEYS = make_keys()
PKI = Pki("http://127.0.0.1:1", lambda: NOW)
PERSON = PEOPLE[0]
NUMBER = PERSON.register_number
OTHER = PEOPLE[1].register_number
DOWN = next(person for person in PEOPLE if person.registry_down).register_number
SEND: dict[str, object] = {
    "isApp": 0, "isEmail": 0, "isKiosk": 0, "isSms": 1,
    "jsonWSList": '[{"ws":"WS100101_getCitizenIDCardInfo"}]', "phoneNum": 0, "regnum": NUMBER,
}  # fmt: skip
REGISTER, CHECK, PHONE = "WS100008_registerOTPRequest", "WS100009_checkOtp", "WS100018_GetGsignPhoneNo"
CARD, PROPERTY = "WS100101_getCitizenIDCardInfo", "WS100202_getPropertyList"
ENDPOINTS = {CARD: "citizen-1.5.0", PROPERTY: "property-1.5.0"}


class Caller:
    """A client that signs as the SDK does, at the time it is told."""

    def __init__(self, world: SandboxWorld) -> None:
        self.world = world
        app = Starlette(routes=registry_routes(world, KEYS, PKI))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox/sandbox/xyp/")

    async def post(self, body: bytes, endpoint: str = "meta-1.5.0", **changed: str) -> httpx.Response:
        headers = {"Content-Type": "text/xml; charset=utf-8", **headers_at(NOW), **changed}
        return await self.http.post(f"{endpoint}/ws", content=body, headers=headers)

    async def call(self, name: str, fields: dict[str, object], auth: CitizenAuth | None = None) -> ServiceResult:
        endpoint = ENDPOINTS.get(name, "meta-1.5.0")
        answer = await self.post(build_envelope(name, NAMESPACES[endpoint], fields, auth), endpoint)
        return parse_response(answer.content)

    async def sent_code(self) -> int:
        assert (await self.call(REGISTER, SEND)).result_code == 0
        found = re.search(r"\d{6}", self.world.messages(PERSON.phone)[0].text)
        assert found is not None
        return int(found[0])


def headers_at(at: datetime, keys: SandboxKeys = KEYS) -> dict[str, str]:
    return Signer(keys.access_token, keys.private_key_pem).headers(int(at.timestamp()))


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    return Caller(SandboxWorld(tmp_path / "world", b"a secret of the sandbox tests", lambda: NOW))


def register(number: str = NUMBER, **changed: object) -> bytes:
    return build_envelope(REGISTER, NAMESPACES["meta-1.5.0"], {**SEND, "regnum": number, **changed})


async def card_with(caller: Caller, code: int, approved: str = NUMBER, number: str = NUMBER) -> ServiceResult:
    return await caller.call(CARD, {"regnum": number}, CitizenAuth.with_otp(regnum=approved, otp=code))


@pytest.mark.asyncio
async def test_the_code_that_was_sent_opens_the_card(caller: Caller) -> None:
    result = await card_with(caller, await caller.sent_code())
    assert result.result_code == 0
    assert result.data["regnum"] == NUMBER
    assert result.data["firstname"] == PERSON.given_name


@pytest.mark.asyncio
async def test_a_used_code_is_wrong(caller: Caller) -> None:
    code = await caller.sent_code()
    await card_with(caller, code)
    assert (await card_with(caller, code)).result_code == 201


@pytest.mark.asyncio
async def test_a_wrong_code_is_201_and_leaves_the_right_one_usable(caller: Caller) -> None:
    code = await caller.sent_code()
    assert (await card_with(caller, code ^ 1)).result_code == 201
    assert (await card_with(caller, code)).result_code == 0


@pytest.mark.asyncio
async def test_without_a_code_the_card_stays_closed(caller: Caller) -> None:
    assert (await caller.call(CARD, {"regnum": NUMBER})).result_code == 200
    assert (await card_with(caller, 0)).result_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize(("approved", "number"), [(NUMBER, OTHER), (OTHER, NUMBER), (OTHER, OTHER)])
async def test_a_code_does_not_open_somebody_elses_card(caller: Caller, approved: str, number: str) -> None:
    assert (await card_with(caller, await caller.sent_code(), approved, number)).result_code == 201


@pytest.mark.asyncio
async def test_a_person_nobody_knows_is_1_and_a_dead_database_801(caller: Caller) -> None:
    unknown = parse_response((await caller.post(register("УБ00000000"))).content)
    down = parse_response((await caller.post(register(DOWN))).content)
    assert (unknown.result_code, down.result_code) == (1, 801)


@pytest.mark.asyncio
@pytest.mark.parametrize(("flag", "box"), [("isSms", Box.SMS), ("isApp", Box.APP), ("isEmail", Box.MAIL)])
async def test_a_code_goes_where_the_flag_says_and_nowhere_else(caller: Caller, flag: str, box: Box) -> None:
    flags: dict[str, object] = {"isSms": 0, flag: 1}
    body = build_envelope(REGISTER, NAMESPACES["meta-1.5.0"], {**SEND, **flags})
    assert parse_response((await caller.post(body)).content).result_code == 0
    assert [bool(caller.world.box(PERSON, other)) for other in Box] == [other is box for other in Box]


@pytest.mark.asyncio
@pytest.mark.parametrize("field", ["isApp", "isEmail", "isKiosk", "isSms", "phoneNum", "jsonWSList"])
async def test_each_required_field_is_missed(caller: Caller, field: str) -> None:
    without = build_envelope(REGISTER, NAMESPACES["meta-1.5.0"], {**SEND, field: None})
    assert parse_response((await caller.post(without)).content).result_code == 3


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wanted", ["", "{}", "[]", '[{"ws":1}]', '[{"ws":"WS100102_x"}]', "[" * 5000, '[{"ws":["x"]}]', "[1]"]
)
async def test_a_list_that_does_not_name_the_card_is_refused(caller: Caller, wanted: str) -> None:
    assert parse_response((await caller.post(register(jsonWSList=wanted))).content).result_code == 3


@pytest.mark.asyncio
async def test_checking_a_code_answers_match_and_leaves_it_usable(caller: Caller) -> None:
    code = await caller.sent_code()
    checked = [await caller.call(CHECK, {"otp": str(otp), "regnum": NUMBER}) for otp in (code, code ^ 1)]
    assert [result.data for result in checked] == [{"match": "true"}, {"match": "false"}]
    assert (await card_with(caller, code)).result_code == 0


def _forged() -> dict[str, str]:
    stranger = make_keys()
    return headers_at(NOW, SandboxKeys(KEYS.access_token, stranger.private_key_pem, stranger.public_key))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "changed",
    [
        lambda: {"accessToken": "another"},
        lambda: {"accessToken": ""},
        lambda: {"signature": ""},
        lambda: {"signature": "%%%"},
        lambda: {"timeStamp": str(int(NOW.timestamp()) + 1)},
        lambda: {"timeStamp": "1" * 13},
        lambda: {"timeStamp": "now"},
        lambda: headers_at(datetime.fromtimestamp(NOW.timestamp() - 301, UTC)),
        lambda: headers_at(datetime.fromtimestamp(NOW.timestamp() + 301, UTC)),
        _forged,
    ],
)
async def test_a_caller_without_the_right_headers_gets_3(caller: Caller, changed: Callable[[], dict[str, str]]) -> None:
    answer = await caller.post(register(), **changed())
    assert parse_response(answer.content).result_code == 3
    assert caller.world.messages(PERSON.phone) == ()


@pytest.mark.asyncio
@pytest.mark.parametrize("seconds", [-300, 300])
async def test_a_clock_five_minutes_off_is_let_in(caller: Caller, seconds: int) -> None:
    answer = await caller.post(register(), **headers_at(datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)))
    assert parse_response(answer.content).result_code == 0


_BOMB = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "body",
    [
        b"", b"<", b"<a/>", b"\xff\xfe\x00", _BOMB, b'<?xml version="1.0" encoding="shift_jis"?><a/>',
        build_envelope("WS999999_nothing", NAMESPACES["meta-1.5.0"], {}),
        build_envelope(REGISTER, NAMESPACES["citizen-1.5.0"], SEND),
        build_envelope(CARD, NAMESPACES["citizen-1.5.0"], {"regnum": NUMBER}),  # sent to the other endpoint
    ],
)  # fmt: skip
async def test_what_is_no_call_of_the_endpoint_gets_a_soap_fault(caller: Caller, body: bytes) -> None:
    answer = await caller.post(body)
    assert answer.status_code == 500
    assert b"<soap:Fault>" in answer.content


@pytest.mark.asyncio
async def test_a_body_over_the_limit_is_refused(caller: Caller) -> None:
    assert (await caller.post(b"x" * (MAX_BODY_BYTES + 1))).status_code == 413


@pytest.mark.asyncio
async def test_what_is_not_xml_by_its_type_is_refused(caller: Caller) -> None:
    assert (await caller.post(register(), **{"Content-Type": "application/json"})).status_code == 415


@pytest.mark.asyncio
async def test_the_namespaces_are_those_the_sdk_expects_and_the_wsdl_tells_them(caller: Caller) -> None:
    assert NAMESPACES.items() >= SDK_NAMESPACES.items()
    for endpoint, namespace in NAMESPACES.items():
        wsdl = await caller.http.get(f"{endpoint}/ws?WSDL")
        assert fromstring(wsdl.content).get("targetNamespace") == namespace


@pytest.mark.asyncio
async def test_an_unknown_endpoint_is_not_there(caller: Caller) -> None:
    assert (await caller.http.get("tax-1.5.0/ws?WSDL")).status_code == 404
    assert (await caller.post(register(), "tax-1.5.0")).status_code == 404


def test_the_keys_are_not_in_a_repr_and_fit_together() -> None:
    assert repr(KEYS) == "SandboxKeys()"
    private = load_pem_private_key(KEYS.private_key_pem, None)
    assert private.public_key() == KEYS.public_key


@pytest.mark.asyncio
async def test_a_code_for_the_card_does_not_open_the_property_list(caller: Caller) -> None:
    auth = CitizenAuth.with_otp(regnum=NUMBER, otp=await caller.sent_code())
    assert (await caller.call(PROPERTY, {"regnum": NUMBER}, auth)).result_code == 201


@pytest.mark.asyncio
async def test_a_code_for_the_property_list_opens_it_with_all_its_entries(caller: Caller) -> None:
    await caller.call(REGISTER, {**SEND, "jsonWSList": f'[{{"ws":"{PROPERTY}"}}]'})
    found = re.search(r"\d{6}", caller.world.messages(PERSON.phone)[0].text)
    assert found
    auth = CitizenAuth.with_otp(regnum=NUMBER, otp=int(found[0]))
    result = await caller.call(PROPERTY, {"regnum": NUMBER}, auth)
    numbers = [entry["propertyNationRegisterNumber"] for entry in result.data["listData"]]
    assert numbers == [owned.number for owned in PERSON.properties]


@pytest.mark.asyncio
async def test_a_switched_off_registry_is_801_for_everybody(caller: Caller) -> None:
    caller.world.switches.set_all([Switch.REGISTRY_DOWN])
    assert (await caller.call(REGISTER, SEND)).result_code == 801


@pytest.mark.asyncio
async def test_the_registered_phone_is_told_and_changes_with_the_switch(caller: Caller) -> None:
    person = next(person for person in PEOPLE if person.next_phone)
    before = await caller.call(PHONE, {"regnum": person.register_number})
    caller.world.switches.set_all([Switch.PHONE_CHANGED])
    after = await caller.call(PHONE, {"regnum": person.register_number})
    assert [result.data["gSignPhoneNumber"] for result in (before, after)] == [person.phone, person.next_phone]


@pytest.mark.asyncio
async def test_of_who_has_no_registered_phone_and_of_nobody_no_phone_is_told(caller: Caller) -> None:
    without = next(person for person in PEOPLE if not person.phone_registered).register_number
    for number in (without, "УБ00000000"):
        assert (await caller.call(PHONE, {"regnum": number})).result_code == 1


def approval(person: Person, at: datetime = NOW, number: str = "") -> CitizenAuth:
    """Signed with the person's certificate for the register number."""
    issued, number = PKI.issued_to(person), number or person.register_number
    assert issued
    signature = bare_signature(issued, f"{number}.{int(at.timestamp())}".encode())
    serial = f"{issued.certificate.serial_number:x}"
    text = base64.b64encode(signature).decode()
    return CitizenAuth.with_signature(regnum=number, signature=text, cert_fingerprint=serial)


@pytest.mark.asyncio
async def test_a_signature_under_the_requests_own_time_opens_card_and_property_list(caller: Caller) -> None:
    for operation in (CARD, PROPERTY):
        assert (await caller.call(operation, {"regnum": NUMBER}, approval(PERSON))).result_code == 0


@pytest.mark.asyncio
async def test_a_signature_under_another_time_is_601(caller: Caller) -> None:
    earlier = datetime.fromtimestamp(NOW.timestamp() - 1, UTC)
    assert (await caller.call(CARD, {"regnum": NUMBER}, approval(PERSON, earlier))).result_code == 601


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("state", "code"), [(Certificate.GOOD, 0), (Certificate.REVOKED, 604), (Certificate.EXPIRED, 605)]
)
async def test_a_revoked_or_expired_certificate_is_refused(caller: Caller, state: Certificate, code: int) -> None:
    person = next(person for person in PEOPLE if person.certificate is state)
    result = await caller.call(CARD, {"regnum": person.register_number}, approval(person))
    assert result.result_code == code


@pytest.mark.asyncio
async def test_somebody_elses_certificate_is_603(caller: Caller) -> None:
    assert (await caller.call(CARD, {"regnum": NUMBER}, approval(PEOPLE[1], number=NUMBER))).result_code == 603


@pytest.mark.asyncio
@pytest.mark.parametrize("serial", ["abc123", "no hex", "-1"])
async def test_an_unknown_certificate_is_602(caller: Caller, serial: str) -> None:
    auth = CitizenAuth.with_signature(regnum=NUMBER, signature="AAAA", cert_fingerprint=serial)
    assert (await caller.call(CARD, {"regnum": NUMBER}, auth)).result_code == 602


@pytest.mark.asyncio
async def test_a_slow_registry_waits_before_it_answers(tmp_path: Path) -> None:
    world = SandboxWorld(tmp_path / "world", b"a secret of the sandbox tests", lambda: NOW, Pauses(slow=60))
    world.switches.set_all([Switch.REGISTRY_SLOW])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await Caller(world).call(REGISTER, SEND)
