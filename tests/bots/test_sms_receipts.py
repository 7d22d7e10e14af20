"""The route for delivery receipts (row O13): forged ones change nothing, and no answer tells anything."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bots.own_codes import OwnCodes
from bots.sms_receipts import networks, receipt_routes
from tests.bots.code_stage import AT_ONCE, CodeStage, http_gateway
from tests.fakes.sms_gateway import RECEIPT_SECRET, FakeSmsGateway, receipt

SARAA = "УБ90010112"
PATH = "/sms/receipts/fake"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[CodeStage]:
    """One message was accepted as `m1`."""
    made, fake = CodeStage(tmp_path), FakeSmsGateway()
    made.phones.known = {SARAA: "99112233"}
    made.send(http_gateway(fake.url), [made.ask(made.chat(), SARAA)])
    yield made
    fake.stop()


def browser(stage: CodeStage, hosts: str = "10.1.0.0/16", peer: str = "10.1.2.3") -> TestClient:
    gateway = http_gateway("http://127.0.0.1:9/")
    codes = OwnCodes(stage.ledger, gateway, stage.phones, stage.clock, AT_ONCE)
    routes = receipt_routes(gateway, codes.take_receipt, hosts)
    return TestClient(Starlette(routes=routes), client=(peer, 5000))


def bring(client: TestClient, body: bytes, signature: str, path: str = PATH) -> tuple[int, bytes]:
    answer = client.post(path, content=body, headers={"X-Signature": signature})
    return answer.status_code, answer.content


@pytest.mark.parametrize(("word", "status"), [("delivered", "delivered"), ("failed", "undelivered")])
def test_a_signed_receipt_changes_the_word_in_the_ledger(stage: CodeStage, word: str, status: str) -> None:
    assert bring(browser(stage), *receipt("m1", word)) == (200, b"")
    assert stage.ledger_rows() == [(status, "m1")]


def test_row_o13_forged_receipts_have_no_effect(stage: CodeStage) -> None:
    body, right = receipt("m1", "delivered")
    forged = ["", "0" * 64, right[:-1], right + "0", right[::-1], hmac.new(b"", body, sha256).hexdigest(), "é" * 20]
    forged += [hmac.new(RECEIPT_SECRET, body + b" ", sha256).hexdigest(), "sha256=", right.replace(right[0], "g")]
    client = browser(stage)
    for signature in forged:
        answer = client.post(PATH, content=body, headers=[(b"x-signature", signature.encode("latin-1"))])
        assert (answer.status_code, answer.content) == (403, b"")
    assert client.post(PATH, content=body).status_code == 403
    twice = client.post(PATH, content=body, headers=[("X-Signature", right), ("X-Signature", right)])
    assert twice.status_code == 403
    assert stage.ledger_rows() == [("accepted", "m1")]


@pytest.mark.parametrize("peer", ["10.2.0.1", "127.0.0.1", "::1", "testclient"])
def test_row_o13_a_signed_receipt_from_elsewhere_has_no_effect(stage: CodeStage, peer: str) -> None:
    assert bring(browser(stage, peer=peer), *receipt("m1", "delivered")) == (403, b"")
    assert stage.ledger_rows() == [("accepted", "m1")]


def test_row_o13_a_spoofed_header_does_not_change_the_peer(stage: CodeStage) -> None:
    body, signature = receipt("m1", "delivered")
    headers = {"X-Signature": signature, "X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3"}
    assert browser(stage, peer="192.0.2.1").post(PATH, content=body, headers=headers).status_code == 403


def test_another_gateways_address_is_refused(stage: CodeStage) -> None:
    assert bring(browser(stage), *receipt("m1", "delivered"), path="/sms/receipts/other") == (403, b"")


@pytest.mark.parametrize(
    "told", [{"id": "m2", "status": "delivered"}, {"id": "m1", "status": "x"}, {}, [], "x", {"id": {}}]
)
def test_what_is_signed_and_says_nothing_looks_like_what_says_something(stage: CodeStage, told: object) -> None:
    body = json.dumps(told).encode()
    assert bring(browser(stage), body, hmac.new(RECEIPT_SECRET, body, sha256).hexdigest()) == (200, b"")
    assert stage.ledger_rows() == [("accepted", "m1")]


def test_a_body_that_is_too_large_is_refused_like_a_forged_one(stage: CodeStage) -> None:
    body = b"x" * 20_000
    assert bring(browser(stage), body, hmac.new(RECEIPT_SECRET, body, sha256).hexdigest()) == (403, b"")


def test_a_receipt_opens_no_challenge(stage: CodeStage) -> None:
    bring(browser(stage), *receipt("m1", "delivered"))
    with stage.database.read() as connection:
        status = connection.exec_driver_sql("SELECT status FROM challenges").scalar()
        converted = connection.exec_driver_sql("SELECT converted_at FROM sms").scalar()
    assert (status, converted) == ("open", None)


def test_without_hosts_there_is_no_route(stage: CodeStage) -> None:
    assert bring(browser(stage, hosts=""), *receipt("m1", "delivered"))[0] == 404


def test_hosts_are_addresses_or_networks() -> None:
    assert len(networks("10.0.0.1, 2001:db8::/32,")) == 2
    with pytest.raises(ValueError, match="appear"):
        networks("gateway.example.mn")
