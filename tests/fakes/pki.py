"""A national PKI in small, made with asn1crypto so that it can be made wrong in every way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from asn1crypto import algos, core, keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NUMBER = "ТТ90010111"  # invented, as all of it
UID, SERIAL_NUMBER, COMMON_NAME = "0.9.2342.19200300.100.1.1", "2.5.4.5", "2.5.4.3"
POLICY = "2.16.496.1.101.99.1"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(), "sha1": hashes.SHA1(), "sha224": hashes.SHA224(), "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(), "sha512": hashes.SHA512(),
}  # fmt: skip
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Part = tuple[str, str, type[core.Asn1Value]]  # (OID, text, string type) of a name


@cache
def key(name: str, kind: str = "ec") -> Private:
    """The same key for the same words within a run. `kind`: ec, an ec curve's name, or rsa and its bits."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(3 if kind.endswith("e3") else 65537, int(kind[3:7]))
    curves: dict[str, ec.EllipticCurve] = {"ec": ec.SECP256R1(), "p384": ec.SECP384R1(), "p224": ec.SECP224R1()}
    return ec.generate_private_key(curves[kind])


def public(private: Private) -> keys.PublicKeyInfo:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return keys.PublicKeyInfo.load(private.public_key().public_bytes(serialization.Encoding.DER, form))


def algorithm(private: Private, digest: str, pss: bool = False) -> algos.SignedDigestAlgorithm:
    if pss:
        hashed = {"algorithm": digest}
        parameters = {
            "hash_algorithm": hashed,
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": hashed},
            "salt_length": _HASHES[digest].digest_size,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
    family = "rsa" if isinstance(private, rsa.RSAPrivateKey) else "ecdsa"
    return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_{family}"})


def sign(private: Private, data: bytes, digest: str = "sha256", pss: bool = False) -> bytes:
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(data, ec.ECDSA(_HASHES[digest]))
    scheme = padding.PSS(padding.MGF1(_HASHES[digest]), _HASHES[digest].digest_size) if pss else padding.PKCS1v15()
    return private.sign(data, scheme, _HASHES[digest])


def name(*parts: Part | Sequence[Part]) -> x509.Name:
    """One RDN for each argument; a list makes one RDN with several attributes."""
    rdns = [
        x509.RelativeDistinguishedName([_pair(*one) for one in ([part] if isinstance(part, tuple) else part)])
        for part in parts
    ]
    return x509.Name(name="", value=x509.RDNSequence(rdns))


def _pair(oid: str, text: str, kind: type[core.Asn1Value]) -> x509.NameTypeAndValue:
    choice = {core.UTF8String: "utf8_string", core.PrintableString: "printable_string", core.BMPString: "bmp_string"}
    value = x509.DirectoryString(name=choice.get(kind, "teletex_string"), value=text)
    return x509.NameTypeAndValue({"type": oid, "value": value})


def plain_name(common: str, number: str = "") -> x509.Name:
    number_part: list[Part] = [(UID, number, core.UTF8String)] if number else []
    return name(*number_part, (COMMON_NAME, common, core.UTF8String))


@dataclass(frozen=True)
class Issued:
    """A certificate with its key and who issued it."""

    certificate: x509.Certificate
    private: Private
    issuer: Issued | None = None

    @property
    def der(self) -> bytes:
        return bytes(self.certificate.dump())

    @property
    def top(self) -> Issued:
        return self if self.issuer is None else self.issuer


@dataclass(frozen=True)
class Recipe:
    """What stands in a certificate. The defaults make a good signer's one; None leaves an extension out."""

    subject: x509.Name = field(default_factory=lambda: plain_name("Турших Тэмүүлэн", NUMBER))
    private: Private = field(default_factory=lambda: key("person"))
    is_issuer: bool | None = False
    path_length: int | None = None
    usage: frozenset[str] | None = frozenset({"digital_signature", "non_repudiation"})
    extended: tuple[str, ...] | None = ("email_protection",)
    policies: tuple[str, ...] = (POLICY,)
    start: datetime = NOW - 100 * DAY
    end: datetime = NOW + 1000 * DAY
    serial: int = 0x10A1B2C3
    digest: str = "sha256"
    version: str = "v3"
    base_url: str = "http://pki.test"
    has_key_ids: bool = True
    asks_ocsp: bool = True
    asks_list: bool = True
    list_path: str = "list.crl"
    excluded_names: x509.Name | None = None
    more: tuple[dict[str, Any], ...] = ()  # further extensions
    shown_key: keys.PublicKeyInfo | None = None  # another key than `private`
    inner_digest: str = ""  # another algorithm inside than outside

    def extensions(self, issuer: keys.PublicKeyInfo) -> list[dict[str, Any]]:
        made: list[tuple[str, bool, Any]] = (
            [
                ("key_identifier", False, public(self.private).sha1),
                ("authority_key_identifier", False, {"key_identifier": issuer.sha1}),
            ]
            if self.has_key_ids
            else []
        )
        if self.is_issuer is not None:
            made.append(("basic_constraints", True, {"ca": self.is_issuer, "path_len_constraint": self.path_length}))
        if self.usage is not None:
            made.append(("key_usage", True, set(self.usage)))
        if self.extended is not None:
            made.append(("extended_key_usage", False, list(self.extended)))
        if self.policies:
            made.append(("certificate_policies", False, [{"policy_identifier": one} for one in self.policies]))
        if self.excluded_names is not None:
            base = x509.GeneralName(name="directory_name", value=self.excluded_names)
            made.append(("name_constraints", True, {"excluded_subtrees": [{"base": base}]}))
        made += self._revocation()
        return [{"extn_id": oid, "critical": critical, "extn_value": value} for oid, critical, value in made] + list(
            self.more
        )

    def _revocation(self) -> list[tuple[str, bool, Any]]:
        def at(path: str) -> x509.GeneralName:
            return x509.GeneralName(name="uniform_resource_identifier", value=f"{self.base_url}/{path}")

        made: list[tuple[str, bool, Any]] = []
        if self.asks_ocsp:
            access = [{"access_method": "ocsp", "access_location": at("ocsp")}]
            made.append(("authority_information_access", False, access))
        if self.asks_list:
            point = x509.DistributionPointName(name="full_name", value=[at(self.list_path)])
            made.append(("crl_distribution_points", False, [{"distribution_point": point}]))
        return made


ISSUER = Recipe(
    is_issuer=True, usage=frozenset({"key_cert_sign", "crl_sign"}), extended=None,
    start=datetime(2020, 1, 1, tzinfo=UTC), end=datetime(2049, 1, 1, tzinfo=UTC), serial=0x77, list_path="root.crl",
)  # fmt: skip


def issue(recipe: Recipe, issuer: Issued | None = None) -> Issued:
    """Signed by `issuer`, or by itself."""
    signer = issuer.private if issuer else recipe.private
    signed_with = algorithm(signer, recipe.digest)
    inner = algorithm(signer, recipe.inner_digest) if recipe.inner_digest else signed_with
    inside: dict[str, Any] = {
        "version": recipe.version,
        "serial_number": recipe.serial,
        "signature": inner,
        "issuer": issuer.certificate.subject if issuer else recipe.subject,
        "validity": {"not_before": x509.UTCTime(recipe.start), "not_after": _time(recipe.end)},
        "subject": recipe.subject,
        "subject_public_key_info": recipe.shown_key or public(recipe.private),
    }
    if recipe.version == "v3":
        inside["extensions"] = recipe.extensions(public(signer))
    body = x509.TbsCertificate(inside)
    made = x509.Certificate({
        "tbs_certificate": body,
        "signature_algorithm": signed_with,
        "signature_value": sign(signer, body.dump(), recipe.digest),
    })  # fmt: skip
    return Issued(x509.Certificate.load(made.dump()), recipe.private, issuer)


def _time(moment: datetime) -> x509.Time:
    if moment.year >= 2050:
        return x509.Time(name="general_time", value=x509.GeneralizedTime(moment))
    return x509.Time(name="utc_time", value=x509.UTCTime(moment))


@dataclass(frozen=True)
class Pki:
    """A root, an issuing certificate below it, and one good signer."""

    root: Issued
    issuing: Issued
    person: Issued
    base_url: str

    def signer(self, **changes: Any) -> Issued:
        """Another signer under the issuing certificate, different from the good one in `changes`."""
        return issue(replace(Recipe(base_url=self.base_url), **changes), self.issuing)


def make_pki(base_url: str = "http://pki.test", kind: str = "ec") -> Pki:
    top = replace(ISSUER, subject=plain_name("Test Root"), private=key("root", kind), serial=1, base_url=base_url)
    root = issue(replace(top, asks_ocsp=False, asks_list=False))
    below = replace(ISSUER, subject=plain_name("Test Issuing CA"), private=key("issuing", kind), base_url=base_url)
    issuing = issue(below, root)
    person = issue(Recipe(private=key("person", kind), base_url=base_url), issuing)
    return Pki(root, issuing, person, base_url)
