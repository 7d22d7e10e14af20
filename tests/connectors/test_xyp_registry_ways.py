"""The registry's other ways: codes by app and e-mail, the list of property, the citizen's signature, the phone number.

Requests are held against the operator's WSDL where it has them: `authType` is newer than that schema (added to our
copy), and WS100018_GetGsignPhoneNo and property-1.5.0 are not in the two WSDLs that are public.
"""

import asyncio
import base64
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from connectors.approvals import SignedApproval
from connectors.registry_records import MAX_ENTRIES
from connectors.xyp_registry import XypRegistry
from dialogs.messages import RegistryResult
from dialogs.proofs import Way
from dialogs.records import ID_CARD, PROPERTY_LIST
from tests.connectors.test_xyp_registry_wire import KEYS, NUMBER, registry_at, valid
from tests.fakes.odd_server import Behaviour, OddServer, answering, hang_up, returning, serving

APPROVAL = SignedApproval(
    certificate_serial="0A1b2C", signed_at=1_700_000_000, signature=base64.b64encode(b"a signature").decode()
)
CARD = f"<response><regnum>{NUMBER}</regnum><firstname>Туршилт</firstname></response>"
PROPERTY_NAMESPACE = "http://property.xyp.gov.mn/"


def property_server(entries: str, code: int = 0) -> Behaviour:
    """One body for both questions: its WSDL (of which only the namespace is read) and the list."""
    xml = f'<E targetNamespace="{PROPERTY_NAMESPACE}"><return><resultCode>{code}</resultCode><response>{entries}'
    return answering(f"{xml}</response></return></E>".encode())


def an_entry(number: int, owner: str = "") -> str:
    return (
        f"<listData><propertyNationRegisterNumber>Ү-{number:010}</propertyNationRegisterNumber><code>1</code>"
        f"<codeName>Орон сууц</codeName><propertySize>48.5</propertySize><fullAddress>Жишээ {number}</fullAddress>"
        f"<lastname>Нууц</lastname><personCorpId>{owner}</personCorpId><movedCount>3</movedCount></listData>"
    )


def header(server: OddServer, name: str, request: int = -1) -> str:
    """A header of a request as it stood on the wire; exactly one."""
    (found,) = re.findall(rf"(?im)^{name}: (.*?)\r?$", server.heads[request].decode())
    return str(found)


async def read_property(behave: Behaviour) -> tuple[RegistryResult, tuple[tuple[str, str], ...]]:
    with serving(behave) as server:
        registry = registry_at(server.address)
        result = await registry.read_record(NUMBER, "123456", PROPERTY_LIST)
        await registry.close()
    return result


async def found_phone(behave: Behaviour) -> tuple[RegistryResult, str]:
    with serving(behave) as server:
        registry = registry_at(server.address)
        result = await registry.find_phone(NUMBER)
        await registry.close()
    return result


@pytest.mark.asyncio
@pytest.mark.parametrize(("way", "flag"), [(Way.SMS, "isSms"), (Way.APP, "isApp"), (Way.EMAIL, "isEmail")])
@pytest.mark.parametrize("operation", [ID_CARD, PROPERTY_LIST])
async def test_a_code_is_asked_for_in_one_way_and_for_one_operation(way: Way, flag: str, operation: str) -> None:
    with serving(returning(0)) as server:
        registry = registry_at(server.address)
        assert await registry.request_code(NUMBER, way, operation) is RegistryResult.DONE
        await registry.close()
    request = etree.fromstring(server.requests[0])
    assert valid("meta.xsd", server.requests[0])
    names = ("isSms", "isApp", "isEmail", "isKiosk")
    assert {name: request.findtext(f".//{name}") for name in names} == {**dict.fromkeys(names, "0"), flag: "1"}
    assert request.findtext(".//jsonWSList") == f'[{{"ws":"{operation}"}}]'
    assert request.findtext(".//phoneNum") == "0"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("way", "operation"),
    [(Way.OWN_SMS, ID_CARD), (Way.BANK, ID_CARD), (Way.SIGNATURE, ID_CARD), (Way.SMS, ""), (Way.SMS, "WS100307_x")],
)
async def test_what_the_registry_does_not_send_is_not_asked_of_it(way: Way, operation: str) -> None:
    with serving(returning(0)) as server:
        registry = registry_at(server.address)
        assert await registry.request_code(NUMBER, way, operation) is RegistryResult.UNAVAILABLE
        await registry.close()
    assert server.requests == []


@pytest.mark.asyncio
@pytest.mark.parametrize("operation", ["", "WS100307_getLegalEntityInfoWithRegnum", "../meta-1.5.0"])
async def test_an_operation_that_is_not_on_the_list_is_never_read(operation: str) -> None:
    with serving(returning(0, CARD)) as server:
        registry = registry_at(server.address)
        assert await registry.read_record(NUMBER, "123456", operation) == (RegistryResult.UNAVAILABLE, ())
        assert await registry.read_signed(NUMBER, APPROVAL, operation) == (RegistryResult.UNAVAILABLE, ())
        await registry.close()
    assert server.requests == []


@pytest.mark.asyncio
async def test_a_list_of_property_is_its_entries_fields_in_order() -> None:
    result, rows = await read_property(property_server(an_entry(1) + an_entry(2)))
    assert result is RegistryResult.DONE
    assert rows[:4] == (
        ("field.property-number", "Ү-0000000001"), ("field.property-kind", "Орон сууц"),
        ("field.property-size", "48.5"), ("field.address", "Жишээ 1"),
    )  # fmt: skip
    assert rows[4] == ("field.property-number", "Ү-0000000002")
    assert len(rows) == 8


@pytest.mark.asyncio
async def test_a_list_of_one_is_a_list() -> None:
    assert len((await read_property(property_server(an_entry(1))))[1]) == 4


@pytest.mark.asyncio
async def test_of_a_long_list_the_first_entries_are_shown() -> None:
    _, rows = await read_property(property_server("".join(an_entry(number) for number in range(50))))
    assert [value for key, value in rows if key == "field.property-number"][-1] == f"Ү-{MAX_ENTRIES - 1:010}"


@pytest.mark.asyncio
@pytest.mark.parametrize("entries", ["", "<listData/>", "<listData>text</listData>", "<other>1</other>"])
async def test_a_list_that_holds_nothing_is_not_taken_for_owning_nothing(entries: str) -> None:
    assert await read_property(property_server(entries)) == (RegistryResult.UNKNOWN, ())


@pytest.mark.asyncio
async def test_who_owns_nothing_is_told_so_by_the_registry() -> None:
    assert await read_property(property_server("", code=1)) == (RegistryResult.NOT_FOUND, ())


@pytest.mark.asyncio
async def test_a_list_that_names_another_owner_is_not_shown() -> None:
    entries = an_entry(1, NUMBER) + an_entry(2, "ТД92110824")
    assert await read_property(property_server(entries)) == (RegistryResult.UNKNOWN, ())
    assert (await read_property(property_server(an_entry(1, NUMBER))))[0] is RegistryResult.DONE


@pytest.mark.asyncio
async def test_the_list_is_asked_for_under_the_namespace_its_endpoint_tells() -> None:
    with serving(property_server(an_entry(1))) as server:
        registry = registry_at(server.address)
        await registry.read_record(NUMBER, "123456", PROPERTY_LIST)
        await registry.close()
    asked, read = (head.split(b" HTTP/")[0] for head in server.heads)
    assert (asked, read) == (b"GET /property-1.5.0/ws?WSDL", b"POST /property-1.5.0/ws")
    (operation,) = etree.fromstring(server.requests[1]).xpath("/*/*/*")
    assert operation.tag == f"{{{PROPERTY_NAMESPACE}}}{PROPERTY_LIST}"


@pytest.mark.asyncio
async def test_a_signed_request_fits_the_operators_schema_and_carries_the_signature() -> None:
    with serving(returning(0, CARD)) as server:
        registry = registry_at(server.address)
        result, rows = await registry.read_signed(NUMBER, APPROVAL, ID_CARD)
        await registry.close()
    assert (result, rows[0]) == (RegistryResult.DONE, ("field.given-name", "Туршилт"))
    assert valid("citizen.xsd", server.requests[0])
    citizen = etree.fromstring(server.requests[0]).find(".//auth/citizen")
    assert citizen is not None
    assert {field.tag: field.text for field in citizen} == {
        "authType": "2", "certFingerprint": "0A1b2C", "otp": "0", "regnum": NUMBER, "signature": APPROVAL.signature,
    }  # fmt: skip


def check_header_signature(server: OddServer, request: int = -1) -> str:
    """The time in the header, after the header's signature over `token.time` was found right."""
    stamp = header(server, "timeStamp", request)
    signature = base64.b64decode(header(server, "signature", request))
    KEYS.public_key.verify(signature, f"{KEYS.access_token}.{stamp}".encode(), PKCS1v15(), SHA256())
    return stamp


@pytest.mark.asyncio
async def test_the_time_that_was_signed_stands_in_the_header_and_in_its_signature() -> None:
    with serving(returning(0, CARD)) as server:
        registry = registry_at(server.address)
        await registry.read_signed(NUMBER, APPROVAL, ID_CARD)
        await registry.close()
    assert check_header_signature(server) == str(APPROVAL.signed_at)
    with pytest.raises(InvalidSignature):
        KEYS.public_key.verify(b"x" * 256, b"", PKCS1v15(), SHA256())


@pytest.mark.asyncio
async def test_calls_at_the_same_time_keep_their_own_time() -> None:
    with serving(returning(0, CARD)) as server:
        registry = registry_at(server.address)
        stamps = range(1_700_000_000, 1_700_000_010)
        approvals = [SignedApproval("0A", stamp, APPROVAL.signature) for stamp in stamps]
        await asyncio.gather(
            *(registry.read_signed(NUMBER, approval, ID_CARD) for approval in approvals),
            *(registry.read_record(NUMBER, "123456") for _ in approvals),
        )
        await registry.close()
    sent = [check_header_signature(server, request) for request in range(len(server.heads))]
    signed = ["<authType>2<" in body.decode() for body in server.requests]
    assert sorted(int(stamp) for stamp, by_signature in zip(sent, signed, strict=True) if by_signature) == list(stamps)
    assert min(int(stamp) for stamp, by_signature in zip(sent, signed, strict=True) if not by_signature) > max(stamps)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "result"),
    [
        *((code, RegistryResult.WRONG_CODE) for code in (200, 201, 202, 601, 602, 603, 604, 605)),
        (1, RegistryResult.NOT_FOUND), (402, RegistryResult.UNAVAILABLE), (801, RegistryResult.UNAVAILABLE),
        (999, RegistryResult.UNKNOWN),
    ],
)  # fmt: skip
async def test_a_signature_the_registry_refuses_is_a_wrong_approval(code: int, result: RegistryResult) -> None:
    with serving(returning(code)) as server:
        registry = registry_at(server.address)
        assert await registry.read_signed(NUMBER, APPROVAL, ID_CARD) == (result, ())
        await registry.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("serial", "signed_at", "signature"),
    [
        ("", 1, "QQ=="), ("xyz", 1, "QQ=="), ("0A", 0, "QQ=="), ("0A", -1, "QQ=="), ("0A", 2**60, "QQ=="),
        ("0A", 1, ""), ("0A", 1, "<x/>"), ("0A", 1, "Q" * 9000), ("0A\n", 1, "QQ=="),
    ],
)  # fmt: skip
async def test_what_cannot_be_a_signature_is_never_sent(serial: str, signed_at: int, signature: str) -> None:
    with serving(returning(0, CARD)) as server:
        registry = registry_at(server.address)
        approval = SignedApproval(serial, signed_at, signature)
        assert await registry.read_signed(NUMBER, approval, ID_CARD) == (RegistryResult.WRONG_CODE, ())
        assert (await registry.read_signed("x", APPROVAL, ID_CARD))[0] is RegistryResult.NOT_FOUND
        await registry.close()
    assert server.requests == []


@pytest.mark.asyncio
async def test_a_signed_answer_about_somebody_else_is_not_shown() -> None:
    with serving(returning(0, CARD.replace(NUMBER, "ТД92110824"))) as server:
        registry = registry_at(server.address)
        assert await registry.read_signed(NUMBER, APPROVAL, ID_CARD) == (RegistryResult.UNKNOWN, ())
        await registry.close()


@pytest.mark.asyncio
async def test_the_phone_number_is_asked_for_by_the_register_number_alone() -> None:
    with serving(returning(0, "<response><gSignPhoneNumber>99112233</gSignPhoneNumber></response>")) as server:
        registry = registry_at(server.address)
        assert await registry.find_phone(NUMBER) == (RegistryResult.DONE, "99112233")
        await registry.close()
    assert server.heads[0].startswith(b"POST /meta-1.5.0/ws ")
    (operation,) = etree.fromstring(server.requests[0]).xpath("/*/*/*")
    assert operation.tag == "{http://meta.xyp.gov.mn/}WS100018_GetGsignPhoneNo"
    assert [(field.tag, field.text) for field in operation.find("request")] == [("regnum", NUMBER)]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("told", "phone"),
    [
        ("99112233", "99112233"), (" 99112233 ", "99112233"), ("+97699112233", "99112233"), ("97699112233", "99112233"),
        ("9911223", ""), ("991122334", ""), ("٩٩١١٢٢٣٣", ""), ("９９１１２２３３", ""), ("+4915112345678", ""),
        ("99112233;88112233", ""), ("none", ""),
    ],
)  # fmt: skip
async def test_a_phone_number_is_eight_ascii_digits_or_none(told: str, phone: str) -> None:
    result = await found_phone(returning(0, f"<response><gSignPhoneNumber>{told}</gSignPhoneNumber></response>"))
    assert result == (RegistryResult.DONE if phone else RegistryResult.NOT_FOUND, phone)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("behave", "result"),
    [
        (returning(1), RegistryResult.NOT_FOUND), (returning(0), RegistryResult.UNKNOWN),
        (returning(0, "<response>99112233</response>"), RegistryResult.UNKNOWN),
        (returning(0, "<response><other>1</other></response>"), RegistryResult.NOT_FOUND),
        (returning(203), RegistryResult.UNAVAILABLE), (hang_up, RegistryResult.UNKNOWN),
    ],
)  # fmt: skip
async def test_without_a_number_there_is_none(behave: Behaviour, result: RegistryResult) -> None:
    assert await found_phone(behave) == (result, "")


@pytest.mark.asyncio
async def test_no_phone_is_looked_for_without_a_register_number() -> None:
    registry: XypRegistry = registry_at("http://127.0.0.1:9")
    assert await registry.find_phone("UB85031415") == (RegistryResult.NOT_FOUND, "")
    await registry.close()
