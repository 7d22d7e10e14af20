"""An invented national PKI: root, issuing authority, a certificate for each person; remade at every start.

The Cyrillic register number stands in the subject's UID (UTF8String): X.509's serialNumber is a PrintableString and
cannot hold it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from bots.sandbox.people import PEOPLE, Certificate, Person

ATTRIBUTE = "UID"  # the subject attribute that holds the register number
POLICY = "2.999.1"  # of the arc that ITU-T X.660 keeps for examples
PATH = "/sandbox/pki"
OCSP_PATH, CRL_PATH, ROOT_CRL_PATH = f"{PATH}/ocsp", f"{PATH}/issuing.crl", f"{PATH}/root.crl"
_KEY_BITS = 2048
_PUBLIC_EXPONENT = 65537
_YEAR = timedelta(days=365)
_DAY = timedelta(days=1)
_NO_USES = {
    "digital_signature": False, "content_commitment": False, "key_encipherment": False, "data_encipherment": False,
    "key_agreement": False, "key_cert_sign": False, "crl_sign": False, "encipher_only": False, "decipher_only": False,
}  # fmt: skip


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey = field(repr=False)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class Pki:
    """`base_url`: where certificates say that the revocation service is. Thread-safe; people's keys are made when
    first used (some tens of milliseconds each).
    """

    def __init__(self, base_url: str, clock: Callable[[], datetime]) -> None:
        self._base_url, self.clock = base_url, clock
        self._lock = threading.Lock()
        self._made: dict[str, Issued] = {}
        self._serials = {person.register_number: x509.random_serial_number() for person in PEOPLE}
        now = clock()
        self.root = _authority("Sandbox Root CA", None, now - 10 * _YEAR, now + 10 * _YEAR)
        listed = base_url + ROOT_CRL_PATH
        self.issuing = _authority("Sandbox Issuing CA", self.root, now - 8 * _YEAR, now + 8 * _YEAR, listed)

    def issued_to(self, person: Person) -> Issued | None:
        """None for who has no certificate."""
        if person.certificate is Certificate.NONE:
            return None
        with self._lock:
            if person.register_number not in self._made:
                self._made[person.register_number] = self._issue(person)
            return self._made[person.register_number]

    def owner_of(self, serial: int) -> Person | None:
        """Whose certificate has this serial number."""
        holders = (person for person in PEOPLE if person.certificate is not Certificate.NONE)
        return next((person for person in holders if self._serials[person.register_number] == serial), None)

    def revoked_serials(self) -> Sequence[int]:
        return [self._serials[p.register_number] for p in PEOPLE if p.certificate is Certificate.REVOKED]

    def _issue(self, person: Person) -> Issued:
        now = self.clock()
        expired = person.certificate is Certificate.EXPIRED
        key = _new_key()
        starts, ends = (now - 5 * _YEAR, now - _DAY) if expired else (now - 30 * _DAY, now + 5 * _YEAR)
        builder = _builder(_subject(person), self.issuing.certificate.subject, key, starts, ends)
        builder = (
            builder.serial_number(self._serials[person.register_number])
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_uses("digital_signature", "content_commitment"), critical=True)
            .add_extension(_key_id_of(self.issuing), critical=False)
            .add_extension(x509.AuthorityInformationAccess([_ocsp_at(self._base_url + OCSP_PATH)]), critical=False)
            .add_extension(x509.CRLDistributionPoints([_crl_at(self._base_url + CRL_PATH)]), critical=False)
        )
        return Issued(builder.sign(self.issuing.key, SHA256()), key)


def _authority(name: str, above: Issued | None, starts: datetime, ends: datetime, listed: str = "") -> Issued:
    """The root signs itself; an authority below it signs people only, and `listed` is where it would be revoked."""
    key = _new_key()
    subject = _authority_name(name)
    issuer = above.certificate.subject if above else subject
    builder = (
        _builder(subject, issuer, key, starts, ends)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0 if above else None), critical=True)
        .add_extension(_uses("key_cert_sign", "crl_sign", "digital_signature"), critical=True)
    )
    if above:
        builder = builder.add_extension(_key_id_of(above), critical=False)
        builder = builder.add_extension(x509.CRLDistributionPoints([_crl_at(listed)]), critical=False)
    return Issued(builder.sign(above.key if above else key, SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: RSAPrivateKey, starts: datetime, ends: datetime
) -> x509.CertificateBuilder:
    """What every certificate has; X.509 knows whole seconds only."""
    policy = x509.PolicyInformation(x509.ObjectIdentifier(POLICY), None)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .not_valid_before(starts.astimezone(UTC).replace(microsecond=0))
        .not_valid_after(ends.astimezone(UTC).replace(microsecond=0))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
    )


def _new_key() -> RSAPrivateKey:
    return generate_private_key(_PUBLIC_EXPONENT, _KEY_BITS)


def _subject(person: Person) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MN"),
            x509.NameAttribute(NameOID.COMMON_NAME, person.name),
            x509.NameAttribute(NameOID.SURNAME, person.patronymic),
            x509.NameAttribute(NameOID.GIVEN_NAME, person.given_name),
            x509.NameAttribute(NameOID.USER_ID, person.register_number),
        ]
    )


def _authority_name(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tuslakh sandbox (invented)"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _uses(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{**_NO_USES, **dict.fromkeys(uses, True)})


def _key_id_of(issuer: Issued) -> x509.AuthorityKeyIdentifier:
    found = issuer.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found)


def _ocsp_at(url: str) -> x509.AccessDescription:
    return x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(url))


def _crl_at(url: str) -> x509.DistributionPoint:
    return x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
