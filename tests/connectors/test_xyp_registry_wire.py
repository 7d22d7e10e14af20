"""What the registry connector puts on the wire, and what it makes of answers that go wrong."""

import time
from pathlib import Path

import pytest
from lxml import etree

from bots.sandbox.keys import make_keys
from connectors.registry_records import MAX_VALUE_CHARS
from connectors.xyp_registry import XypRegistry
from dialogs.messages import RegistryResult
from tests.fakes.odd_server import Behaviour, answering, drip, hang, hang_up, reset, returning, serving

KEYS = make_keys()
NUMBER = "УБ85031415"
UNKNOWN, UNAVAILABLE = RegistryResult.UNKNOWN, RegistryResult.UNAVAILABLE
TIMEOUT_SECONDS = 5.0
SHORT_SECONDS = 0.6  # where the answer never comes
SCHEMAS = Path(__file__).parent / "wsdl"


def registry_at(address: str, timeout_seconds: float = TIMEOUT_SECONDS) -> XypRegistry:
    return XypRegistry(
        base_url=address,
        access_token=KEYS.access_token,
        private_key=KEYS.private_key_pem,
        timeout_seconds=timeout_seconds,
    )


async def both(behave: Behaviour, timeout_seconds: float = TIMEOUT_SECONDS) -> tuple[RegistryResult, RegistryResult]:
    """What asking for a code and reading a card come to; a card that is not DONE must have no rows."""
    with serving(behave) as server:
        registry = registry_at(server.address, timeout_seconds)
        asked = await registry.request_code(NUMBER)
        read, rows = await registry.read_record(NUMBER, "123456")
        await registry.close()
    assert rows == () or read is RegistryResult.DONE
    return asked, read


async def card(fields: str) -> dict[str, str]:
    """The rows made of an answer that holds these fields beside the register number."""
    with serving(returning(0, f"<response><regnum>{NUMBER}</regnum>{fields}</response>")) as server:
        registry = registry_at(server.address)
        result, rows = await registry.read_record(NUMBER, "123456")
        await registry.close()
    assert result is RegistryResult.DONE
    return dict(rows)


def valid(schema: str, request: bytes) -> bool:
    (operation,) = etree.fromstring(request).xpath("/*/*/*")
    return etree.XMLSchema(etree.parse(SCHEMAS / schema)).validate(operation)


@pytest.mark.asyncio
async def test_both_requests_fit_the_operators_schema() -> None:
    with serving(returning(1)) as server:
        registry = registry_at(server.address)
        await registry.request_code(NUMBER)
        await registry.read_record(NUMBER, "123456")
        await registry.close()
    assert valid("meta.xsd", server.requests[0])
    assert valid("citizen.xsd", server.requests[1])
    code_request, card_request = (etree.fromstring(request) for request in server.requests)
    assert code_request.findtext(".//jsonWSList") == '[{"ws":"WS100101_getCitizenIDCardInfo"}]'
    assert [code_request.findtext(f".//{name}") for name in ("isSms", "isApp", "phoneNum")] == ["1", "0", "0"]
    assert [card_request.findtext(f".//citizen/{name}") for name in ("authType", "otp", "regnum")] == [
        "1", "123456", NUMBER,
    ]  # fmt: skip


def test_the_schema_misses_a_required_field() -> None:
    xml = '<E><B><WS100008_registerOTPRequest xmlns="http://meta.xyp.gov.mn/"><request xmlns=""><isApp>0</isApp>'
    assert not valid("meta.xsd", f"{xml}</request></WS100008_registerOTPRequest></B></E>".encode())


@pytest.mark.asyncio
@pytest.mark.parametrize("behave", [hang, drip, reset, hang_up])
async def test_silence_after_the_request_was_written_is_unknown(behave: Behaviour) -> None:
    begun = time.monotonic()
    assert await both(behave, SHORT_SECONDS) == (UNKNOWN, UNKNOWN)
    assert time.monotonic() - begun < 2 * SHORT_SECONDS + 1


@pytest.mark.asyncio
async def test_nobody_listening_is_unavailable() -> None:
    with serving(hang_up) as server:
        address = server.address
    registry = registry_at(address)
    assert await registry.request_code(NUMBER) is UNAVAILABLE
    assert await registry.read_record(NUMBER, "123456") == (UNAVAILABLE, ())


@pytest.mark.asyncio
@pytest.mark.parametrize("status", ["500 Internal Server Error", "502 Bad Gateway", "302 Found", "408 Request Timeout"])
async def test_a_status_that_does_not_say_what_was_done_is_unknown(status: str) -> None:
    assert await both(answering(b"<html>sorry</html>", status)) == (UNKNOWN, UNKNOWN)


@pytest.mark.asyncio
@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "413 Too Large"])
async def test_a_gateway_that_refuses_is_unavailable(status: str) -> None:
    assert await both(answering(b"no", status)) == (UNAVAILABLE, UNAVAILABLE)


_GARBAGE = [
    b"", b"\x00\xff", b"<E>", b"<html/>", b"<E><return/></E>", b"not http xml",
    b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>',
    b'<?xml version="1.0" encoding="shift_jis"?><E/>',  # a ValueError inside the SDK
    "<E><return><resultCode>²</resultCode></return></E>".encode(),  # a digit to isdigit, none to int
    b"<E><return><resultCode>" + b"9" * 5000 + b"</resultCode></return></E>",
    b"<E><return><resultCode>0</resultCode><response>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</response></return></E>",
]  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("body", _GARBAGE, ids=range(len(_GARBAGE)))
async def test_garbage_is_unknown_and_never_an_exception(body: bytes) -> None:
    assert await both(answering(body)) == (UNKNOWN, UNKNOWN)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "asked", "read"),
    [
        (1, RegistryResult.NOT_FOUND, RegistryResult.NOT_FOUND),
        *((code, UNAVAILABLE, RegistryResult.WRONG_CODE) for code in (200, 201, 202)),
        *((code, UNAVAILABLE, UNAVAILABLE) for code in (2, 3, 203, 301, 401, 402, 501, 601, 605, 801, 802)),
        *((code, UNKNOWN, UNKNOWN) for code in (-1, 4, 999)),
    ],
)
async def test_each_result_code_has_its_meaning(code: int, asked: RegistryResult, read: RegistryResult) -> None:
    assert await both(returning(code)) == (asked, read)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "response",
    [
        "", "<response/>", "<response>text</response>",
        "<response><firstname>Болд</firstname></response>",
        "<response><regnum>ТД92110824</regnum><firstname>Болд</firstname></response>",
        f"<response><regnum>{NUMBER}</regnum><regnum>ТД92110824</regnum></response>",
        f"<response><item><regnum>{NUMBER}</regnum></item></response>",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::xyp.XypModelMismatchWarning")
async def test_success_without_the_asked_persons_data_shows_nothing(response: str) -> None:
    assert (await both(returning(0, response)))[1] is UNKNOWN


@pytest.mark.asyncio
async def test_a_code_is_on_its_way_even_if_success_says_nothing_more() -> None:
    assert (await both(returning(0)))[0] is RegistryResult.DONE


@pytest.mark.asyncio
@pytest.mark.filterwarnings("error::xyp.XypModelMismatchWarning")
async def test_a_warning_made_an_error_is_unknown_and_never_an_exception() -> None:
    assert (await both(returning(0, "<response>text</response>")))[1] is UNKNOWN


@pytest.mark.asyncio
async def test_a_field_outside_the_list_is_dropped() -> None:
    fields = "<image>aGVsbG8=</image><nationality>Халх</nationality><personId>7</personId><secret>s</secret>"
    assert await card(fields) == {"field.register-number": NUMBER}


@pytest.mark.asyncio
async def test_a_value_is_one_clean_line_of_limited_length() -> None:
    rows = await card(f"<firstname> Бо\n\tлд&#x202E;&#x200B;\u0085 </firstname><surname>{'я' * 999}</surname>")
    assert rows["field.given-name"] == "Бо лд"
    assert rows["field.family-name"] == "я" * MAX_VALUE_CHARS


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("birth_date", "as_text", "shown"),
    [
        ("1985-03-14T00:00:00+08:00", "", "1985-03-14"),
        ("1985-03-14", "", "1985-03-14"),
        ("1985-03-13T16:00:00Z", "1985-03-14", "1985-03-14"),  # midnight in Ulaanbaatar, told in UTC
        ("1985-03-13T16:00:00Z", "", None),  # which day it was is not certain
        ("1985 оны 3", "1985-03-14", "1985-03-14"),
        ("1985 оны 3", "", "1985 оны 3"),
        ("", "1985/03/14", "1985/03/14"),
    ],
)
async def test_the_birth_date_is_the_day_or_left_out(birth_date: str, as_text: str, shown: str | None) -> None:
    rows = await card(f"<birthDate>{birth_date}</birthDate><birthDateAsText>{as_text}</birthDateAsText>")
    assert rows.get("field.birth-date") == shown
