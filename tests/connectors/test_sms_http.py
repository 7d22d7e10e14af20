"""SMS over HTTP against a real local gateway: what is sent, and what of its answers is yes, no and nobody knows."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.sms import Prices, SmsResult, SmsSent, parts_of
from connectors.sms_console import ConsoleSms
from connectors.sms_http import Call, HttpSms, ReceiptRules, Yes, at
from tests.fakes.sms_gateway import KEY, RECEIPT_SECRET, FakeSmsGateway, receipt

TEXT = "Туслах код 482913: миний мэдээлэл."
TO = "97699112233"
TEN_MINUTES = timedelta(minutes=10)
BODY = {"from": "{from}", "to": "{to}", "text": "{text}", "ref": "{reference}", "ttl": "{minutes}"}


@pytest.fixture
def gateway() -> Iterator[FakeSmsGateway]:
    fake = FakeSmsGateway()
    yield fake
    fake.stop()


def http_sms(url: str, sends: str = "json", seconds: float = 5.0, drop: str = "", method: str = "POST") -> HttpSms:
    call = Call(url, method, sends, BODY, {"x-api-key": KEY}, "72001234", drop)  # type: ignore[arg-type]
    yes = Yes(frozenset({200}), "/status", ("ok",), "/id")
    return HttpSms("fake", call, yes, Prices("MNT", {"976": 55_000}), seconds, ReceiptRules("X-Sig", RECEIPT_SECRET))


def send(sms: HttpSms, text: str = TEXT) -> SmsSent:
    async def once() -> SmsSent:
        try:
            return await sms.send(TO, text, "r1", TEN_MINUTES)
        finally:
            await sms.close()

    return asyncio.run(once())


@pytest.mark.parametrize(("sends", "method"), [("json", "POST"), ("form", "POST"), ("query", "GET")])
def test_the_text_arrives_as_written_in_every_kind_of_body(gateway: FakeSmsGateway, sends: str, method: str) -> None:
    assert send(http_sms(gateway.url, sends, method=method)) == SmsSent(SmsResult.ACCEPTED, "m1", 1)
    assert gateway.delivered == [(TO, TEXT)]


def test_braces_in_a_text_are_not_filled_in(gateway: FakeSmsGateway) -> None:
    send(http_sms(gateway.url), "{to} {from} {")
    assert gateway.delivered == [(TO, "{to} {from} {")]


def test_a_national_gateway_gets_the_number_without_its_country(gateway: FakeSmsGateway) -> None:
    send(http_sms(gateway.url, drop="976"))
    assert gateway.delivered == [("99112233", TEXT)]


@pytest.mark.parametrize(
    ("behaves", "result"),
    [
        ("accept", SmsResult.ACCEPTED),
        ("refuse", SmsResult.REFUSED),
        ("garbage", SmsResult.UNKNOWN),
        ("tear", SmsResult.UNKNOWN),
        ("hang", SmsResult.UNKNOWN),
        (202, SmsResult.UNKNOWN),  # queued somewhere is not sent
        (302, SmsResult.UNKNOWN),
        (400, SmsResult.REFUSED),
        (403, SmsResult.NOT_SENT),
        (404, SmsResult.REFUSED),
        (408, SmsResult.UNKNOWN),
        (429, SmsResult.NOT_SENT),
        (500, SmsResult.UNKNOWN),
        (503, SmsResult.UNKNOWN),
    ],
)
def test_an_answer_is_yes_no_or_nobody_knows(gateway: FakeSmsGateway, behaves: str | int, result: SmsResult) -> None:
    gateway.behaves = behaves
    assert send(http_sms(gateway.url, seconds=0.4)).result is result


def test_row_o14_one_call_is_one_request_whatever_is_answered(gateway: FakeSmsGateway) -> None:
    for behaves in ("hang", "tear", 500, 429):
        gateway.behaves = behaves
        gateway.asked.clear()
        send(http_sms(gateway.url, seconds=0.3))
        assert len(gateway.asked) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/send", "https://no-such-host.invalid/send"])
def test_who_cannot_be_reached_was_certainly_not_sent_anything(url: str) -> None:
    assert send(http_sms(url)).result is SmsResult.NOT_SENT


def test_a_broken_tls_handshake_is_certainly_not_sent(gateway: FakeSmsGateway) -> None:
    assert send(http_sms(gateway.url.replace("http:", "https:"))).result is SmsResult.NOT_SENT


def test_a_peer_that_takes_the_connection_and_says_nothing_leaves_it_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert send(http_sms(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)).result is SmsResult.UNKNOWN


def test_row_o12_no_log_line_holds_number_code_or_key(
    gateway: FakeSmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="connectors")
    for behaves in ("accept", "refuse", "tear", 500):
        gateway.behaves = behaves
        send(http_sms(gateway.url, seconds=0.5))
    asyncio.run(ConsoleSms(Prices()).send(TO, TEXT, "r", TEN_MINUTES))
    ours = "\n".join(row.getMessage() for row in caplog.records if row.name.startswith("connectors"))
    assert not any(secret in ours for secret in ("482913", TO, "99112233", KEY))
    assert "SMS to" in ours


def test_a_signed_receipt_is_read(gateway: FakeSmsGateway) -> None:
    sms = http_sms(gateway.url)
    body, signature = receipt("m1", "delivered")
    assert sms.is_signed(body, signature.encode())
    told = sms.read_receipt(body)
    assert told is not None
    assert (told.ref, told.delivered) == ("m1", True)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"nan", b'{"id":"m1"}', b'{"id":"m1","status":"enroute"}', b"\xff"]
)
def test_a_receipt_about_no_end_says_nothing(gateway: FakeSmsGateway, body: bytes) -> None:
    assert http_sms(gateway.url).read_receipt(body) is None


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/a/b", "x"),
        ("/c/0/id", "7"),
        ("/d", "true"),
        ("/no", ""),
        ("/c/9/id", ""),
        ("/c/-1", ""),
        ("", ""),
        ("/a", ""),
    ],
)
def test_a_pointer_finds_a_value_or_nothing(pointer: str, value: str) -> None:
    assert at({"a": {"b": "x"}, "c": [{"id": 7}], "d": True}, pointer) == value


@pytest.mark.parametrize(
    ("letter", "count", "parts"),
    [("ү", 70, 1), ("ү", 71, 2), ("ө", 134, 2), ("Ө", 135, 3), ("a", 160, 1), ("a", 161, 2)],
)
def test_parts_are_counted_as_gateways_charge_them(letter: str, count: int, parts: int) -> None:
    assert parts_of(letter * count) == parts
