"""Row G9 and the way over the process and the network: what cannot be read is refused, and the next one is checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from asn1crypto import core, keys, pem

from connectors import signature_checks
from connectors.pki_der import NotDistinguished, check_der
from connectors.signature_checks import Checked, SignatureLimits, SignatureResult, Signatures
from connectors.signature_trust import Trust, certificates, read_trust
from tests.connectors.signature_desk import CONTENT, stranger
from tests.fakes.pki import NOW, NUMBER, Pki, make_pki, sign
from tests.fakes.pki_messages import b64url, sign_cms, sign_jws, signer_info, wrap
from tests.fakes.pki_responder import Fault, Responder, ResponderServer

SLOW_MACHINE = 10.0  # seconds for a check; the product's limit of 2 is for machines that are not shared
KIB = 1024


@dataclass
class House:
    """A PKI whose responder is a real server, and what checks against it."""

    pki: Pki
    responder: Responder
    hosts: frozenset[str]

    def signatures(self, check: float = SLOW_MACHINE, revocation: float = SLOW_MACHINE) -> Signatures:
        trust = Trust((self.pki.root.der,), (self.pki.issuing.der,), (), "UID", self.hosts)
        return Signatures(trust, SignatureLimits(check_seconds=check, revocation_seconds=revocation))

    def good(self) -> bytes:
        return sign_cms(self.pki.person, CONTENT)

    def checked(self, cms: bytes) -> Checked:
        return asyncio.run(self.signatures().check_cms(CONTENT, cms, NOW))


@pytest.fixture(scope="module")
def server() -> Iterator[ResponderServer]:
    with ResponderServer() as made:
        yield made


@pytest.fixture
def house(server: ResponderServer) -> House:
    pki = make_pki(server.url)
    server.responder = Responder(pki, stranger())
    return House(pki, server.responder, frozenset({server.url.removeprefix("http://")}))


def test_a_good_message_names_its_signer(house: House) -> None:
    serial = format(house.pki.person.certificate.serial_number, "x")
    good = Checked(SignatureResult.GOOD, "good", NUMBER, "Турших Тэмүүлэн", serial, "Test Issuing CA")
    assert house.checked(house.good()) == good


def test_the_three_forms_all_go_through(house: House) -> None:
    async def all_three() -> set[SignatureResult]:
        signatures, person = house.signatures(), house.pki.person
        said = await asyncio.gather(
            signatures.check_cms(CONTENT, house.good(), NOW),
            signatures.check_jws(CONTENT, sign_jws(person, CONTENT), NOW),
            signatures.check_bare(CONTENT, person.der, sign(person.private, CONTENT), NOW),
        )
        return {one.result for one in said}

    assert asyncio.run(all_three()) == {SignatureResult.GOOD}


def test_what_was_found_is_not_printed(house: House) -> None:
    assert NUMBER not in repr(house.checked(house.good()))


def test_row_g5_a_revoked_signer_is_told_as_such(house: House) -> None:
    house.responder.revoked = {house.pki.person.certificate.serial_number}
    assert house.checked(house.good()).result is SignatureResult.REVOKED


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.REDIRECT, Fault.HUGE, Fault.GARBAGE])
def test_row_g5_a_service_that_fails_leaves_it_unsure(house: House, fault: Fault) -> None:
    house.responder.ocsp_fault = house.responder.list_fault = fault
    assert house.checked(house.good()).result is SignatureResult.UNSURE


def test_row_g5_a_service_that_hangs_leaves_it_unsure(house: House) -> None:
    house.responder.ocsp_fault = house.responder.list_fault = Fault.HANG
    said = asyncio.run(house.signatures(revocation=0.2).check_cms(CONTENT, house.good(), NOW))
    assert said == Checked(SignatureResult.UNSURE, "revocation-unanswered")


def test_a_host_that_is_not_listed_is_never_asked(house: House) -> None:
    house.hosts = frozenset({"127.0.0.1", "localhost:1", "ocsp.esign.gov.mn"})
    assert house.checked(house.good()).result is SignatureResult.UNSURE
    assert house.responder.asked == []


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        length = len(data)
        size = b"" if length < 0x80 else length.to_bytes((length.bit_length() + 7) // 8, "big")
        data = b"\x30" + (bytes([0x80 | len(size)]) + size if size else bytes([length])) + data
    return data


def rsa_of(bits: int, exponent: int = 65537) -> keys.PublicKeyInfo:
    """A key nobody has: a modulus of that length."""
    numbers = keys.RSAPublicKey({"modulus": (1 << (bits - 1)) | 1, "public_exponent": exponent})
    return keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": numbers})


def with_key(house: House, key: keys.PublicKeyInfo) -> bytes:
    signer = house.pki.signer(shown_key=key)
    return wrap([signer_info(signer, CONTENT, signature=b"\x01" * 2048)], [signer])


def indefinite(message: bytes) -> bytes:
    """The same message in BER: the outermost length left open."""
    body = bytes(core.Sequence.load(message).contents)
    return b"\x30\x80" + body + b"\x00\x00"


def long_length(message: bytes) -> bytes:
    body = bytes(core.Sequence.load(message).contents)
    return b"\x30\x84" + len(body).to_bytes(4, "big") + body


HEAVY: dict[str, tuple[SignatureResult, Callable[[House], bytes]]] = {
    "20 MB": (SignatureResult.TOO_LARGE, lambda house: house.good() + bytes(20 * KIB * KIB)),
    "20 MB inside": (
        SignatureResult.TOO_LARGE,
        lambda house: wrap([signer_info(house.pki.person, CONTENT)], [house.pki.person], inside=bytes(20 * KIB * KIB)),
    ),
    "one byte too many": (SignatureResult.TOO_LARGE, lambda house: bytes(256 * KIB + 1)),
    "256 KiB of zeros": (SignatureResult.BAD, lambda house: bytes(256 * KIB)),
    "256 KiB of sequences": (SignatureResult.BAD, lambda house: b"\x30\x80" * (128 * KIB)),
    "deep": (SignatureResult.BAD, lambda house: nested(50_000)),
    "many elements": (SignatureResult.BAD, lambda house: b"\x30\x83\x03\xff\x00" + b"\x05\x00" * 0x1FF80),
    "RSA-16384": (SignatureResult.BAD, lambda house: with_key(house, rsa_of(16_384))),
    "RSA of a million bits": (SignatureResult.BAD, lambda house: with_key(house, rsa_of(1_000_000))),
    "RSA with a giant exponent": (SignatureResult.BAD, lambda house: with_key(house, rsa_of(2048, (1 << 2000) + 1))),
    "indefinite length": (SignatureResult.BAD, lambda house: indefinite(house.good())),
    "length in more bytes than needed": (SignatureResult.BAD, lambda house: long_length(house.good())),
    "trailing bytes": (SignatureResult.BAD, lambda house: house.good() + b"\x00"),
    "two messages": (SignatureResult.BAD, lambda house: house.good() * 2),
    "cut": (SignatureResult.BAD, lambda house: house.good()[:-1]),
    "empty": (SignatureResult.BAD, lambda house: b""),
    "text": (SignatureResult.BAD, lambda house: b"-----BEGIN PKCS7-----"),
}


@pytest.mark.parametrize("what", HEAVY)
def test_row_g9_what_is_too_much_is_refused(house: House, what: str) -> None:
    result, made = HEAVY[what]
    assert house.checked(made(house)).result is result


def test_row_g9_others_are_checked_while_and_after_heavy_ones_come(house: House) -> None:
    async def together() -> list[SignatureResult]:
        signatures = house.signatures()
        heavy = [signatures.check_cms(CONTENT, HEAVY[what][1](house), NOW) for what in ("deep", "many elements")]
        good = [signatures.check_cms(CONTENT, house.good(), NOW) for _ in range(3)]
        return [one.result for one in (await asyncio.gather(*heavy, *good))[2:]]

    assert asyncio.run(together()) == [SignatureResult.GOOD] * 3


def jws(header: str) -> bytes:
    return f"{b64url(header.encode())}.{b64url(CONTENT)}.AAAA".encode()


@pytest.mark.parametrize(
    "header",
    ["[" * 100_000, '{"alg":' + "[" * 50_000, json.dumps({"alg": "ES256", "x5c": ["A" * 150_000]}), "9" * 150_000],
)
def test_row_g9_a_heavy_token_is_refused(house: House, header: str) -> None:
    said = asyncio.run(house.signatures().check_jws(CONTENT, jws(header), NOW))
    assert said.result is SignatureResult.BAD


def test_row_g9_a_check_that_takes_too_long_is_stopped_and_the_next_one_runs(house: House) -> None:
    said = asyncio.run(house.signatures(check=0.0001).check_cms(CONTENT, house.good(), NOW))
    assert said == Checked(SignatureResult.UNSURE, "too-slow")
    assert house.checked(house.good()).result is SignatureResult.GOOD


def in_worker(look: Callable[[int], Awaitable[None]]) -> None:
    async def run() -> None:
        async with signature_checks._worker() as worker:
            await look(worker.pid)

    asyncio.run(run())


def test_the_worker_has_none_of_our_environment() -> None:
    async def look(pid: int) -> None:
        names = [one.split(b"=")[0] for one in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if one]
        assert names == [b"PATH"]

    in_worker(look)


def test_the_worker_is_bounded_in_memory_time_and_files() -> None:
    async def look(pid: int) -> None:
        limits = Path(f"/proc/{pid}/limits").read_text()
        soft = {line[:25].strip(): line[26:46].strip() for line in limits.splitlines()}
        assert soft["Max address space"] == str(768 * KIB * KIB)
        assert (soft["Max cpu time"], soft["Max file size"], soft["Max core file size"]) == ("10", "0", "0")

    in_worker(look)


def test_the_worker_is_gone_afterwards() -> None:
    seen: list[int] = []

    async def look(pid: int) -> None:
        seen.append(pid)

    in_worker(look)
    assert not Path(f"/proc/{seen[0]}").exists()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "length"),
        (b"\x30", "length"),
        (b"\x30\x01", "length"),
        (b"\x30\x80\x00\x00", "indefinite"),
        (b"\x30\x81\x02\x05\x00", "length"),
        (b"\x02\x02\x00\x01", "value"),
        (b"\x02\x02\xff\x80", "value"),
        (b"\x02\x00", "value"),
        (b"\x01\x01\x01", "value"),
        (b"\x05\x01\x00", "value"),
        (b"\x03\x02\x01\x01", "value"),
        (b"\x06\x01\x80", "value"),
        (b"\x24\x03\x04\x01a", "tag"),
        (b"\x10\x00", "tag"),
        (b"\x1f\x81\x00\x00", "tag"),
        (b"\x05\x00\x05\x00", "trailing"),
        (nested(40), "deep"),
    ],
)
def test_what_is_not_der_is_told_apart(data: bytes, why: str) -> None:
    with pytest.raises(NotDistinguished, match=f"^{why}$"):
        check_der(data)


def test_der_passes() -> None:
    check_der(make_pki().person.der)


def test_the_national_certificates_are_the_default() -> None:
    trust = read_trust(None, None, "", "serialNumber", "")
    assert (len(trust.anchors), len(trust.intermediates)) == (1, 1)
    assert trust.hosts == {"ocsp.esign.gov.mn", "esign.gov.mn"}


def test_files_and_lists_replace_the_default(tmp_path: Path) -> None:
    national = read_trust(None, None, "", "UID", "")
    file = tmp_path / "roots.pem"
    file.write_bytes(b"".join(pem.armor("CERTIFICATE", der) for der in (*national.intermediates, *national.anchors)))
    trust = read_trust(file, file, " 1.2.3 , 1.2.4", "UID", "Ocsp.Example:8080")
    assert trust.anchors == (national.intermediates[0], national.anchors[0])
    assert (trust.policies, trust.hosts) == (("1.2.3", "1.2.4"), frozenset({"ocsp.example:8080"}))


def test_a_file_without_certificates_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no certificate"):
        certificates(b"-----BEGIN X-----\nAAAA\n-----END X-----\n")
