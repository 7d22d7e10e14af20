"""The ESIGN client signs for our own pages, as whose token is plugged in, and for nobody else's."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from starlette.applications import Starlette
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from bots.sandbox.esign import MAX_CHARS, PATH, SIGN, esign_routes
from bots.sandbox.people import PEOPLE, Certificate
from bots.sandbox.pki import Pki
from bots.sandbox.switches import Switches

PKI = Pki("http://127.0.0.1:1", lambda: datetime.now(UTC))
SWITCHES = Switches()
OWN = "http://testserver"  # the only host that the client of Starlette opens sockets to


@pytest.fixture(autouse=True)
def plugged_in() -> None:
    SWITCHES.plug_in(PEOPLE[0].register_number)


@contextmanager
def opened(origin: str | None = OWN) -> Iterator[WebSocketTestSession]:
    http = TestClient(Starlette(routes=esign_routes(PKI, SWITCHES)))
    with http.websocket_connect(PATH, headers={"Origin": origin} if origin else {}) as socket:
        yield socket


def asked(text: str) -> Any:
    with opened() as socket:
        socket.send_text(text)
        return socket.receive_json()


def test_the_answer_is_a_certificate_and_an_rsa_signature_over_the_text() -> None:
    data = f"{PEOPLE[0].register_number}.1767225600"
    answer = asked(json.dumps({"type": SIGN, "data": data}))
    assert set(answer) == {"certificate", "signature"}
    certificate = x509.load_der_x509_certificate(base64.b64decode(answer["certificate"]))
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    key.verify(base64.b64decode(answer["signature"]), data.encode(), PKCS1v15(), SHA256())


def test_one_connection_signs_more_than_once() -> None:
    with opened() as socket:
        for data in ("a", "b"):
            socket.send_json({"type": SIGN, "data": data})
            assert "signature" in socket.receive_json()


def test_without_a_token_nothing_is_signed() -> None:
    SWITCHES.plug_in("")
    assert asked(json.dumps({"type": SIGN, "data": "x"})) == {"error": "no token"}


def test_the_token_of_who_was_revoked_signs_all_the_same() -> None:
    person = next(person for person in PEOPLE if person.certificate is Certificate.REVOKED)
    SWITCHES.plug_in(person.register_number)
    certificate = x509.load_der_x509_certificate(
        base64.b64decode(asked(json.dumps({"type": SIGN, "data": "x"}))["certificate"])
    )
    assert certificate.serial_number in PKI.revoked_serials()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "1",
        '{"type":"other","data":"x"}',
        '{"type":"e457cb50ed64bde0"}',
        "[" * 5000,
        "x" * (MAX_CHARS + 1),
    ],
)
def test_what_is_no_request_is_not_signed(text: str) -> None:
    assert asked(text) == {"error": "bad request"}


@pytest.mark.parametrize("origin", [None, "null", "https://elsewhere.example", f"{OWN}:8081", f"{OWN}.evil"])
def test_a_foreign_page_cannot_open_it(origin: str | None) -> None:
    with pytest.raises(WebSocketDisconnect), opened(origin) as socket:
        socket.receive_text()


def test_bytes_end_the_conversation() -> None:
    with opened() as socket:
        socket.send_bytes(b"x")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
