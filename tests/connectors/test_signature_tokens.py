"""Row G1: thirty forged tokens (JWS), of which none counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.connectors.signature_desk import CONTENT, Desk, rsa_pki, small_pki, stranger
from tests.fakes.pki import Issued, public, sign
from tests.fakes.pki_messages import b64url, sign_jws

Forged = Callable[[], bytes]


def ours() -> list[str]:
    return [base64.b64encode(small_pki().person.der).decode()]


def header(**changes: Any) -> dict[str, Any]:
    made = {"alg": "ES256", "x5c": ours()} | changes
    return {name: value for name, value in made.items() if value is not None}


def signed(**changes: Any) -> bytes:
    """Really signed by the good signer, over a header that has been changed."""
    return sign_jws(small_pki().person, CONTENT, header(**changes))


def macced(algorithm: str, secret: bytes) -> bytes:
    start = f"{b64url(json.dumps(header(alg=algorithm)).encode())}.{b64url(CONTENT)}"
    return f"{start}.{b64url(hmac.digest(secret, start.encode(), hashlib.sha256))}".encode()


def unsigned(algorithm: str) -> bytes:
    return f"{b64url(json.dumps(header(alg=algorithm)).encode())}.{b64url(CONTENT)}.".encode()


def good() -> bytes:
    return sign_jws(small_pki().person, CONTENT)


def with_part(index: int, part: bytes) -> bytes:
    parts = good().split(b".")
    parts[index] = part
    return b".".join(parts)


def loosened() -> bytes:
    """The same signature written in another way: 64 bytes leave four bits of the last sign unused."""
    token = good()
    signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + bytes([signs[signs.index(token[-1]) + 1]])


def public_bytes(signer: Issued) -> bytes:
    return bytes(public(signer.private).dump())


FORGED: dict[str, tuple[str, Forged]] = {
    "alg none without signature": ("algorithm", lambda: unsigned("none")),
    "alg None in other letters": ("algorithm", lambda: unsigned("nOnE")),
    "alg none with a good signature": ("algorithm", lambda: signed(alg="none")),
    "alg empty": ("algorithm", lambda: signed(alg="")),
    "alg missing": ("algorithm", lambda: signed(alg=None)),
    "alg a list": ("algorithm", lambda: signed(alg=["ES256"])),
    "HS256 with the public key": ("algorithm", lambda: macced("HS256", public_bytes(small_pki().person))),
    "HS256 with the certificate": ("algorithm", lambda: macced("HS256", small_pki().person.der)),
    "HS256 with an empty key": ("algorithm", lambda: macced("HS256", b"")),
    "RS256 said of an EC key": ("signature", lambda: signed(alg="RS256")),
    "ES256 with all zeros": ("signature", lambda: with_part(2, b64url(bytes(64)).encode())),
    "ES256 signature in DER": (
        "unreadable",
        lambda: with_part(2, b64url(sign(small_pki().person.private, b"x")).encode()),
    ),
    "ES512 said": ("algorithm", lambda: signed(alg="ES512")),
    "jku": ("header", lambda: signed(jku="https://evil.example/keys.json")),
    "x5u": ("header", lambda: signed(x5u="https://evil.example/cert.pem")),
    "jwk of one's own": (
        "header",
        lambda: sign_jws(stranger(), CONTENT, header(jwk={"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})),
    ),
    "jwk beside x5c": ("header", lambda: signed(jwk={"kty": "oct", "k": "AA"})),
    "typ JWT": ("type", lambda: signed(typ="JWT")),
    "typ at+jwt": ("type", lambda: signed(typ="at+jwt")),
    "kid that walks": ("key-name", lambda: signed(kid="../../../../dev/null")),
    "kid that queries": ("key-name", lambda: signed(kid="x' UNION SELECT 'a")),
    "kid that is no text": ("key-name", lambda: signed(kid={"a": 1})),
    "crit": ("header", lambda: signed(crit=["exp"], exp=1)),
    "b64 false": ("header", lambda: signed(b64=False, crit=["b64"])),
    "alg named twice": (
        "header",
        lambda: sign_jws(small_pki().person, CONTENT, '{"alg":"ES256","x5c":["' + ours()[0] + '"],"alg":"ES256"}'),
    ),
    "no certificate": ("certificates", lambda: signed(x5c=None)),
    "signed by a stranger under our certificate": ("signature", lambda: sign_jws(stranger(), CONTENT, header())),
    "stranger's own certificate": ("unknown-issuer", lambda: sign_jws(stranger(), CONTENT)),
    "another payload": ("other-content", lambda: with_part(1, b64url(CONTENT + b" ").encode())),
    "padded part": ("encoding", lambda: with_part(2, good().split(b".")[2] + b"==")),
    "loose bits at the end": ("encoding", loosened),
    "four parts": ("not-compact", lambda: good() + b".AAAA"),
    "JSON form": ("not-compact", lambda: json.dumps({"payload": b64url(CONTENT), "signatures": []}).encode()),
    "payload missing": ("encoding", lambda: with_part(1, b"")),
}


@pytest.mark.parametrize("what", FORGED)
def test_row_g1_a_forged_token_is_refused(what: str) -> None:
    reason, forged = FORGED[what]
    assert Desk().judged(forged(), kind="jws") == ("bad", reason)


def test_row_g1_has_thirty_forgeries() -> None:
    assert len(FORGED) >= 30


def test_a_good_es256_token_counts() -> None:
    assert Desk().judged(good(), kind="jws") == ("good", "good")


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_a_good_rsa_token_counts(alg: str) -> None:
    token = sign_jws(rsa_pki().person, CONTENT, alg=alg)
    assert Desk(pki=rsa_pki()).judged(token, kind="jws") == ("good", "good")


def test_a_rs256_signature_does_not_count_as_ps256() -> None:
    parts = sign_jws(rsa_pki().person, CONTENT, alg="PS256").split(b".")
    start = b64url(json.dumps({"alg": "RS256", "x5c": [base64.b64encode(rsa_pki().person.der).decode()]}).encode())
    assert Desk(pki=rsa_pki()).judged(b".".join((start.encode(), *parts[1:])), kind="jws") == ("bad", "signature")


def test_a_harmless_type_and_key_name_are_taken() -> None:
    assert Desk().judged(signed(typ="JOSE", kid="key_1"), kind="jws") == ("good", "good")
