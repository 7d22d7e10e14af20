"""Messages and revocation services that we did not write: pyHanko, OpenSSL, certomancer, a token where there is one."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from asn1crypto import pem
from certomancer.registry import CertLabel, KeyLabel, PKIArchitecture
from cryptography.hazmat.primitives import serialization
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.connectors import certomancer_pki
from tests.connectors.certomancer_pki import AT, CertomancerResponder
from tests.connectors.signature_desk import CONTENT, Desk, rsa_pki, stranger
from tests.fakes.pki import Issued, key
from tests.fakes.pki_responder import Responder


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> PKIArchitecture:
    return certomancer_pki.architecture(tmp_path_factory.mktemp("keys"))


def signed_by_pyhanko(pki: PKIArchitecture, label: str, pss: bool = False) -> bytes:
    beside = cast(Any, SimpleCertificateStore)()
    beside.register(pki.get_cert(CertLabel("issuing")))
    signer = SimpleSigner(
        signing_cert=pki.get_cert(CertLabel(label)),
        signing_key=pki.key_set.get_private_key(KeyLabel("person")),
        cert_registry=beside,
        prefer_pss=pss,
    )
    return bytes(asyncio.run(signer.async_sign_general_data(CONTENT, "sha256", detached=True)).dump())


def judged(pki: PKIArchitecture, message: bytes, lists_only: bool = False) -> tuple[str, str]:
    responder = CertomancerResponder(pki, lists_only)
    return Desk(trust=certomancer_pki.trust_in(pki), responder=responder, now=AT).judged(message)


@pytest.mark.parametrize("pss", [True, False])
@pytest.mark.parametrize("lists_only", [True, False])
def test_a_message_of_pyhanko_under_a_pki_of_certomancer_counts(
    pki: PKIArchitecture, pss: bool, lists_only: bool
) -> None:
    assert judged(pki, signed_by_pyhanko(pki, "person", pss), lists_only) == ("good", "good")


@pytest.mark.parametrize("lists_only", [True, False])
def test_a_certificate_certomancer_revoked_is_refused(pki: PKIArchitecture, lists_only: bool) -> None:
    assert judged(pki, signed_by_pyhanko(pki, "withdrawn"), lists_only) == ("revoked", "revoked")


def test_a_certificate_that_is_over_is_refused_though_certomancer_says_good(pki: PKIArchitecture) -> None:
    assert judged(pki, signed_by_pyhanko(pki, "over")) == ("bad", "expired")


def openssl_signer() -> Issued:
    """Valid for longer than these tests will live: OpenSSL claims the time at which they run."""
    end = datetime(2049, 1, 1, tzinfo=UTC)
    return rsa_pki().signer(private=key("person", "rsa2048"), start=datetime(2020, 1, 1, tzinfo=UTC), end=end)


def signed_by_openssl(folder: Path, *options: str) -> bytes:
    signer = openssl_signer()
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(signer.private.private_bytes(serialization.Encoding.PEM, *form))
    (folder / "signer.pem").write_bytes(pem.armor("CERTIFICATE", signer.der))
    (folder / "content").write_bytes(CONTENT)
    command = ["openssl", "cms", "-sign", "-binary", "-in", "content", "-signer", "signer.pem", "-inkey", "key.pem"]
    return subprocess.run([*command, "-outform", "DER", *options], cwd=folder, check=True, capture_output=True).stdout


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl program")
@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ((), ("good", "good")),
        (("-keyid",), ("good", "good")),
        (("-cades",), ("good", "good")),
        (("-nodetach",), ("good", "good")),
        (("-md", "sha512"), ("good", "good")),
        (("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"), ("good", "good")),
        (("-noattr",), ("bad", "no-signed-attributes")),
        (("-md", "sha1"), ("bad", "weak-algorithm")),
        (("-stream", "-nodetach"), ("bad", "indefinite")),
    ],
)
def test_a_message_of_the_openssl_program(tmp_path: Path, options: tuple[str, ...], wanted: tuple[str, str]) -> None:
    made, now = signed_by_openssl(tmp_path, *options), datetime.now(UTC)
    responder = Responder(rsa_pki(), stranger(), at=now)
    assert Desk(pki=rsa_pki(), responder=responder, now=now).judged(made) == wanted
