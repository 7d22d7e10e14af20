"""The invented certificates and signatures, judged by OpenSSL: a referee that none of us wrote."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette

from bots.sandbox.people import PEOPLE, Certificate, Person
from bots.sandbox.pki import CRL_PATH, OCSP_PATH, Issued, Pki
from bots.sandbox.revocation import ocsp_answer, revocation_list, revocation_routes, root_list
from bots.sandbox.signing import bare_signature, cms_signature, jws_signature
from bots.sandbox.switches import Switch, Switches
from tests.fakes.loopback import Loopback

TEXT = "Би энэ чатаас асууж байна.\r\nI ask from this chat.\n".encode()
REVOKED = next(person for person in PEOPLE if person.certificate is Certificate.REVOKED)
EXPIRED = next(person for person in PEOPLE if person.certificate is Certificate.EXPIRED)
WITHOUT = next(person for person in PEOPLE if person.certificate is Certificate.NONE)
SWITCHES = Switches()
openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the referee openssl is not installed")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Pki, str]]:
    """The authority and where its revocation service answers."""
    app = Starlette()
    server = Loopback(app)
    pki = Pki(server.url, now)
    app.router.routes.extend(revocation_routes(pki, SWITCHES))
    server.start()
    yield pki, server.url
    server.stop()


@pytest.fixture
def pki(served: tuple[Pki, str]) -> Iterator[Pki]:
    yield served[0]
    SWITCHES.set_all([])


def issued(pki: Pki, person: Person) -> Issued:
    found = pki.issued_to(person)
    assert found
    return found


def run(folder: Path, pki: Pki, *arguments: str, **files: bytes) -> subprocess.CompletedProcess[str]:
    """OpenSSL in a folder with root.pem, issuing.pem and the files named."""
    for name, content in {"root": pki.root.pem, "issuing": pki.issuing.pem, **files}.items():
        (folder / f"{name}.pem").write_bytes(content)
    return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, timeout=20, check=False)


@openssl
@pytest.mark.parametrize("state", [Certificate.GOOD, Certificate.EXPIRED])
def test_openssl_takes_the_chain_unless_it_has_expired(pki: Pki, tmp_path: Path, state: Certificate) -> None:
    person = next(person for person in PEOPLE if person.certificate is state)
    chain = ("verify", "-x509_strict", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "leaf.pem")
    found = run(tmp_path, pki, *chain, leaf=issued(pki, person).pem)
    assert (found.returncode == 0) == (state is Certificate.GOOD), found.stderr
    assert ("expired" in found.stderr) == (state is Certificate.EXPIRED)


@openssl
@pytest.mark.parametrize("person", [PEOPLE[0], REVOKED])
def test_openssl_sees_in_the_lists_who_is_revoked(pki: Pki, tmp_path: Path, person: Person) -> None:
    lists = (revocation_list(pki), root_list(pki))
    crl = b"".join(x509.load_der_x509_crl(one).public_bytes(Encoding.PEM) for one in lists)
    chain = ("verify", "-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "list.pem")
    found = run(tmp_path, pki, *chain, "leaf.pem", leaf=issued(pki, person).pem, list=crl)
    assert ("certificate revoked" in found.stderr) == (person is REVOKED), found.stderr
    assert (found.returncode == 0) == (person is not REVOKED)


@openssl
@pytest.mark.parametrize(("person", "said"), [(PEOPLE[0], "good"), (REVOKED, "revoked"), (EXPIRED, "good")])
def test_openssl_asks_the_responder_over_http(
    pki: Pki, served: tuple[Pki, str], tmp_path: Path, person: Person, said: str
) -> None:
    ask = ("ocsp", "-issuer", "issuing.pem", "-cert", "leaf.pem", "-url", served[1] + OCSP_PATH, "-CAfile", "root.pem")
    found = run(tmp_path, pki, *ask, "-verify_other", "issuing.pem", leaf=issued(pki, person).pem)
    assert f"leaf.pem: {said}" in found.stdout, found.stderr
    assert "Response verify OK" in found.stderr + found.stdout


@openssl
def test_openssl_verifies_the_detached_cms_over_exactly_the_text(pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "other").write_bytes(TEXT.replace(b"\r\n", b"\n"))
    signature = cms_signature([issued(pki, PEOPLE[0])], pki.issuing, TEXT)
    check = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "cms.pem", "-CAfile", "root.pem", "-content")
    assert run(tmp_path, pki, *check, "text", cms=signature).returncode == 0
    assert run(tmp_path, pki, *check, "other", cms=signature).returncode != 0


@openssl
def test_openssl_counts_two_signers_when_two_signed(pki: Pki, tmp_path: Path) -> None:
    signature = cms_signature([issued(pki, person) for person in PEOPLE[:2]], pki.issuing, TEXT)
    shown = run(tmp_path, pki, "cms", "-cmsout", "-print", "-inform", "DER", "-in", "cms.pem", cms=signature)
    assert shown.stdout.count("signatureAlgorithm") - shown.stdout.count("sigalg") >= 2
    assert shown.stdout.count("pkcs9-messageDigest") + shown.stdout.count("messageDigest") >= 2


def test_the_register_number_is_the_one_uid_in_cyrillic(pki: Pki) -> None:
    found = issued(pki, PEOPLE[0]).certificate.subject.get_attributes_for_oid(NameOID.USER_ID)
    assert [attribute.value for attribute in found] == [PEOPLE[0].register_number]


def test_who_has_no_certificate_gets_none(pki: Pki) -> None:
    assert pki.issued_to(WITHOUT) is None


def test_a_certificate_stays_the_same_and_is_found_by_its_serial(pki: Pki) -> None:
    first = issued(pki, PEOPLE[0])
    assert issued(pki, PEOPLE[0]) is first
    assert pki.owner_of(first.certificate.serial_number) is PEOPLE[0]


def ask(pki: Pki, certificate: x509.Certificate, algorithm: HashAlgorithm, nonce: bytes = b"") -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, pki.issuing.certificate, algorithm)
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


@pytest.mark.parametrize("algorithm", [SHA1(), SHA256()], ids=["sha1", "sha256"])
def test_both_ways_of_naming_the_issuer_are_answered_with_the_nonce(pki: Pki, algorithm: HashAlgorithm) -> None:
    request = ask(pki, issued(pki, PEOPLE[0]).certificate, algorithm, b"sixteen bytes!!!")
    answer = ocsp.load_der_ocsp_response(ocsp_answer(pki, request))
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"sixteen bytes!!!"


def test_a_serial_number_nobody_has_is_unknown(pki: Pki) -> None:
    named = ocsp.load_der_ocsp_request(ask(pki, issued(pki, PEOPLE[0]).certificate, SHA256()))
    names = (named.issuer_name_hash, named.issuer_key_hash)
    request = ocsp.OCSPRequestBuilder().add_certificate_by_hash(*names, 4711, SHA256()).build()
    answer = ocsp.load_der_ocsp_response(ocsp_answer(pki, request.public_bytes(Encoding.DER)))
    assert answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_another_issuers_certificates_are_not_spoken_about(pki: Pki) -> None:
    root = pki.root.certificate
    request = ocsp.OCSPRequestBuilder().add_certificate(pki.issuing.certificate, root, SHA256()).build()
    answer = ocsp.load_der_ocsp_response(ocsp_answer(pki, request.public_bytes(Encoding.DER)))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("junk", [b"", b"\x30\x00", b"x" * 100])
def test_what_is_no_ocsp_request_is_malformed(pki: Pki, junk: bytes) -> None:
    answer = ocsp.load_der_ocsp_response(ocsp_answer(pki, junk))
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_with_the_switch_answers_and_list_are_out_of_date(pki: Pki, served: tuple[Pki, str]) -> None:
    SWITCHES.set_all([Switch.REVOCATION_STALE])
    request = ask(pki, issued(pki, PEOPLE[0]).certificate, SHA256())
    answer = ocsp.load_der_ocsp_response(httpx.post(served[1] + OCSP_PATH, content=request).content)
    crl = x509.load_der_x509_crl(httpx.get(served[1] + CRL_PATH).content)
    for ends in (answer.next_update_utc, crl.next_update_utc):
        assert ends is not None
        assert ends < now() - timedelta(days=2)


def test_with_the_switch_the_revocation_service_is_down(pki: Pki, served: tuple[Pki, str]) -> None:
    SWITCHES.set_all([Switch.REVOCATION_DOWN])
    get = f"{served[1]}{OCSP_PATH}/{base64.b64encode(b'x').decode()}"
    answers = (httpx.post(served[1] + OCSP_PATH, content=b"x"), httpx.get(get), httpx.get(served[1] + CRL_PATH))
    assert [answer.status_code for answer in answers] == [503] * 3


def test_ocsp_by_get_answers_like_by_post(pki: Pki, served: tuple[Pki, str]) -> None:
    request = ask(pki, issued(pki, REVOKED).certificate, SHA256())
    answer = httpx.get(f"{served[1]}{OCSP_PATH}/{base64.b64encode(request).decode()}")
    found = ocsp.load_der_ocsp_response(answer.content)
    assert found.certificate_status is ocsp.OCSPCertStatus.REVOKED


def test_the_jws_signs_the_very_text_and_carries_the_chain(pki: Pki) -> None:
    signer = issued(pki, PEOPLE[0])
    header, payload, signature = jws_signature(signer, pki.issuing, TEXT).split(b".")
    assert base64.urlsafe_b64decode(payload + b"==") == TEXT
    assert base64.b64encode(signer.der) in base64.urlsafe_b64decode(header + b"==")
    key = signer.key.public_key()
    key.verify(base64.urlsafe_b64decode(signature + b"=="), header + b"." + payload, PKCS1v15(), SHA256())


def test_the_bare_signature_is_rsa_over_the_text(pki: Pki) -> None:
    signer = issued(pki, PEOPLE[0])
    signer.key.public_key().verify(bare_signature(signer, TEXT), TEXT, PKCS1v15(), SHA256())
