"""A CMS signature (RFC 5652) over bytes we know: one signer, signed attributes, nothing that means something else."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from asn1crypto import cms, core, tsp, x509

from connectors.pki_chain import load_certificate
from connectors.pki_der import check_der
from connectors.pki_keys import HASHES, load_key, scheme_of, verifies

MAX_CERTIFICATES = 10
# Claimed signing times only ever refuse: no page lives longer than a quarter of an hour (`link_minutes`), and clocks
# may differ by a minute. What is valid or revoked is asked for the moment we received it.
OLDEST_CLAIM, NEWEST_CLAIM = timedelta(minutes=16), timedelta(seconds=60)
# Attributes whose meaning is known and cannot turn one signature into another; anything else is refused.
_KNOWN = {
    "1.2.840.113549.1.9.3": "content-type",
    "1.2.840.113549.1.9.4": "message-digest",
    "1.2.840.113549.1.9.5": "signing-time",
    "1.2.840.113549.1.9.15": "smime-capabilities",
    "1.2.840.113549.1.9.16.2.12": "signing-certificate",
    "1.2.840.113549.1.9.16.2.47": "signing-certificate-v2",
    "1.2.840.113549.1.9.52": "algorithm-protection",
}
_VERSIONS = ("v1", "v3", "v4", "v5")  # RFC 5652 §5.1
_SIGNER_VERSIONS = {"issuer_and_serial_number": "v1", "subject_key_identifier": "v3"}  # §5.3
_NO_PARAMETERS = (b"", b"\x05\x00")  # of a digest: absent or NULL (RFC 5754 §2)
_CERTIFICATE_HASH = {"signing-certificate": "sha1", "signing-certificate-v2": ""}


class Refused(ValueError):
    """The signature does not count; `args[0]` is a short code without personal data."""


def signer_of_cms(content: bytes, signature: bytes, now: datetime) -> x509.Certificate:
    """The certificate whose key signed `content`; its chain is not looked at here.

    `signature` is a DER ContentInfo, detached or with exactly `content` inside. Raises `Refused`, or any ValueError for
    what cannot be read.
    """
    check_der(signature)
    message = cms.ContentInfo.load(signature, strict=True)
    _refuse(message["content_type"].native != "signed_data", "not-signed-data")
    signed: cms.SignedData = message["content"]
    _refuse(signed["version"].native not in _VERSIONS, "version")
    _check_content(signed["encap_content_info"], content)
    signers = signed["signer_infos"]
    _refuse(len(signers) != 1, "signer-count")
    certificate = _certificate(signed["certificates"], signers[0]["sid"])
    _check_signer(signers[0], signed["digest_algorithms"], content, certificate, now)
    return certificate


def _check_content(wrapped: cms.EncapsulatedContentInfo, content: bytes) -> None:
    _refuse(wrapped["content_type"].native != "data", "content-type")
    inside = wrapped["content"].native
    _refuse(inside is not None and inside != content, "other-content")


def _certificate(found: cms.CertificateSet, sid: cms.SignerIdentifier) -> x509.Certificate:
    """The one that the signer is named by; two that fit would let a reader choose."""
    _refuse(not isinstance(found, cms.CertificateSet) or not 0 < len(found) <= MAX_CERTIFICATES, "certificates")
    _refuse(any(choice.name != "certificate" for choice in found), "certificates")
    fitting = {choice.chosen.dump() for choice in found if _fits(choice.chosen, sid)}  # pyHanko may send one twice
    _refuse(len(fitting) != 1, "signer-certificate")
    return load_certificate(fitting.pop())


def _fits(certificate: x509.Certificate, sid: cms.SignerIdentifier) -> bool:
    if sid.name == "subject_key_identifier":
        return bool(certificate.key_identifier) and certificate.key_identifier == sid.native
    named = sid.chosen
    return bool(
        certificate.issuer.dump() == named["issuer"].dump()
        and certificate.serial_number == named["serial_number"].native
    )


def _check_signer(
    signer: cms.SignerInfo,
    announced: cms.DigestAlgorithms,
    content: bytes,
    certificate: x509.Certificate,
    now: datetime,
) -> None:
    digest = signer["digest_algorithm"]["algorithm"].native
    _refuse(signer["version"].native != _SIGNER_VERSIONS[signer["sid"].name], "version")
    _refuse(digest not in HASHES, "weak-algorithm")
    _refuse(signer["digest_algorithm"]["parameters"].dump() not in _NO_PARAMETERS, "digest-algorithms")
    _refuse(digest not in [one["algorithm"].native for one in announced], "digest-algorithms")
    _refuse(any(one["parameters"].dump() not in _NO_PARAMETERS for one in announced), "digest-algorithms")
    attributes = _attributes(signer["signed_attrs"])
    _refuse(_only(attributes, "content-type").native != "data", "content-type")
    expected = hashlib.new(digest, content).digest()
    _refuse(not hmac.compare_digest(_only(attributes, "message-digest").native, expected), "other-content")
    _check_claims(attributes, signer, certificate, now)
    scheme, scheme_digest = scheme_of(signer["signature_algorithm"], digest)
    _refuse(scheme_digest != digest, "digest-algorithms")
    key = load_key(certificate.public_key)
    _refuse(not verifies(key, scheme, digest, signer["signature"].native, _as_set(signer["signed_attrs"])), "signature")


def _attributes(signed: core.Asn1Value) -> dict[str, core.Asn1Value]:
    """Meaning → its only value. Each attribute once and with one value, all of them known."""
    _refuse(not isinstance(signed, cms.CMSAttributes) or len(signed) == 0, "no-signed-attributes")
    found: dict[str, core.Asn1Value] = {}
    for attribute in signed:
        meaning = _KNOWN.get(attribute["type"].dotted, "")
        _refuse(not meaning, "unknown-attribute")
        _refuse(meaning in found or len(attribute["values"]) != 1, "attribute-twice")
        found[meaning] = attribute["values"][0]
    return found


def _only(attributes: dict[str, core.Asn1Value], meaning: str) -> core.Asn1Value:
    _refuse(meaning not in attributes, f"no-{meaning}")
    return attributes[meaning]


def _as_set(signed: cms.CMSAttributes) -> bytes:
    """The bytes a signature stands over (RFC 5652 §5.4): a SET OF in DER, sorted. As sent they must be that already."""
    parts = sorted(attribute.dump() for attribute in signed)
    body = b"".join(parts)
    _refuse(body != signed.contents, "attribute-order")
    return bytes(core.SetOf(spec=core.Any, contents=body).dump())


def _check_claims(
    attributes: dict[str, core.Asn1Value], signer: cms.SignerInfo, certificate: x509.Certificate, now: datetime
) -> None:
    if claimed := attributes.get("signing-time"):
        _refuse(not now - OLDEST_CLAIM <= claimed.native <= now + NEWEST_CLAIM, "signing-time")
    for meaning, fixed in _CERTIFICATE_HASH.items():
        if meaning in attributes:
            _check_certificate_hash(attributes[meaning], fixed, certificate)
    if protected := attributes.get("algorithm-protection"):
        parts = ("digest_algorithm", "signature_algorithm")
        _refuse(any(protected[part].native != signer[part].native for part in parts), "algorithm-protection")


def _check_certificate_hash(value: core.Asn1Value, fixed: str, certificate: x509.Certificate) -> None:
    """RFC 5035: the first one named is the signer's own."""
    _refuse(not isinstance(value, tsp.SigningCertificate | tsp.SigningCertificateV2), "signing-certificate")
    first = value["certs"][0]
    digest = fixed or first["hash_algorithm"]["algorithm"].native
    _refuse(digest not in (fixed, *HASHES), "weak-algorithm")
    _refuse(first["cert_hash"].native != hashlib.new(digest, certificate.dump()).digest(), "signing-certificate")


def _refuse(wrong: bool, code: str) -> None:
    if wrong:
        raise Refused(code)
