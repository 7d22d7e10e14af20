"""From a signer's certificate to a pinned root: the path rules of RFC 5280, and ours on top of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    OCSPValidationError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo, ValidationTimingParams
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    PKIXValidationParams,
)

from connectors.pki_der import check_der
from connectors.pki_keys import StrongAlgorithms, is_strong

SKEW = timedelta(seconds=60)  # between our clock and the issuers'
MAX_PATH = 4  # root, two issuing certificates, signer
MAX_SERIAL_BYTES = 20  # RFC 5280 §4.1.2.2
# A certificate whose uses are all of these is a machine's, or signs something else than texts.
OTHER_USES = frozenset({"server_auth", "client_auth", "code_signing", "time_stamping", "ocsp_signing"})


class NoPath(ValueError):
    """The certificate does not count; `args[0]` is a short code."""


class Revoked(NoPath):
    """It, or an issuing one, was withdrawn."""


class Unanswered(NoPath):
    """Whether it is revoked could not be learned; it may count later."""


@dataclass(frozen=True)
class Issuers:
    """Roots, issuing certificates, and the policy OIDs of which one must hold for the path (empty: any)."""

    anchors: tuple[x509.Certificate, ...]
    intermediates: tuple[x509.Certificate, ...]
    policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What was learned about revocation."""

    ocsps: tuple[ocsp.OCSPResponse, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()


def load_certificate(der: bytes) -> x509.Certificate:
    """Strict: DER within its extensions too, and no extension twice. Raises ValueError."""
    check_der(der)
    certificate = x509.Certificate.load(der, strict=True)
    _ = certificate.native, certificate.critical_extensions  # parses every part now
    if certificate["signature_value"].contents[:1] != b"\x00":
        raise ValueError("a signature of broken bytes")
    seen: set[str] = set()
    for extension in certificate["tbs_certificate"]["extensions"]:
        check_der(extension["extn_value"].contents)
        if extension["extn_id"].dotted in seen:
            raise ValueError("extension twice")
        seen.add(extension["extn_id"].dotted)
    return certificate


def find_path(leaf: x509.Certificate, issuers: Issuers, now: datetime) -> list[x509.Certificate]:
    """Root first, `leaf` last; everything but revocation is checked. Raises `NoPath`."""
    _check_leaf(leaf)
    path = _validated(leaf, issuers, now, None)
    certificates = [one for one in path if isinstance(one, x509.Certificate)]
    _check_path(certificates, now)
    return certificates


def check_revocation(leaf: x509.Certificate, issuers: Issuers, now: datetime, answers: Answers) -> None:
    """Every certificate below the root needs an answer that says good. Raises `Revoked` or `Unanswered`."""
    _validated(leaf, issuers, now, answers)


def _validated(
    leaf: x509.Certificate, issuers: Issuers, now: datetime, answers: Answers | None
) -> Iterable[x509.Certificate]:
    rules = PKIXValidationParams(
        user_initial_policy_set=frozenset(issuers.policies or ("any_policy",)),
        initial_explicit_policy=bool(issuers.policies),
    )
    validator = CertificateValidator(leaf, validation_context=_context(issuers, now, answers), pkix_params=rules)
    try:
        path: ValidationPath = asyncio.run(validator.async_validate_path())
    except (ValidationError, PathBuildingError, OCSPValidationError, CRLValidationError) as problem:
        raise _reason(problem) from None
    return list(path)


def _context(issuers: Issuers, now: datetime, answers: Answers | None) -> ValidationContext:
    """Nothing is fetched by it. `now` is live, not history: a revocation dated later counts as well."""
    policy = NO_REVOCATION if answers is None else REQUIRE_REVINFO
    context = ValidationContext(
        trust_roots=list(issuers.anchors),
        other_certs=list(issuers.intermediates),
        moment=now,
        allow_fetching=False,
        ocsps=[] if answers is None else list(answers.ocsps),
        crls=[] if answers is None else list(answers.crls),
        revinfo_policy=CertRevTrustPolicy(policy),
        algorithm_usage_policy=StrongAlgorithms(),
    )
    context.timing_params = ValidationTimingParams(ValidationTimingInfo(now, now, False), SKEW)
    return context


def _reason(problem: Exception) -> NoPath:
    """Library texts name subjects, which are people: only a code goes on."""
    if isinstance(problem, RevokedError):
        return Revoked("revoked")
    if isinstance(problem, InsufficientRevinfoError | OCSPValidationError | CRLValidationError):
        return Unanswered("revocation-unanswered")
    codes: tuple[tuple[type[Exception], str], ...] = (
        (ExpiredError, "expired"),
        (NotYetValidError, "not-yet-valid"),
        (DisallowedAlgorithmError, "weak-algorithm"),
        (PathBuildingError, "unknown-issuer"),
        (InvalidCertificateError, "unknown-issuer"),  # signed by itself
    )
    return NoPath(next((code for kind, code in codes if isinstance(problem, kind)), "path-rules"))


def _check_leaf(leaf: x509.Certificate) -> None:
    usage = leaf.key_usage_value.native if leaf.key_usage_value is not None else set()
    extended = leaf.extended_key_usage_value.native if leaf.extended_key_usage_value is not None else None
    _refuse(leaf["tbs_certificate"]["version"].native != "v3", "version")
    _refuse(bool(leaf.ca), "is-issuer")
    _refuse(not usage & {"digital_signature", "non_repudiation"} or "key_cert_sign" in usage, "key-usage")
    _refuse(extended is not None and not set(extended) - OTHER_USES, "extended-key-usage")
    _refuse(not is_strong(leaf.public_key), "weak-key")


def _check_path(path: list[x509.Certificate], now: datetime) -> None:
    """What the library leaves open: key usage must stand in issuing certificates, validity ends without tolerance."""
    _refuse(len(path) > MAX_PATH, "long-path")
    for certificate in path:
        serial = certificate.serial_number
        _refuse(serial <= 0 or serial.bit_length() > 8 * MAX_SERIAL_BYTES, "serial")
        _refuse(now > certificate.not_valid_after, "expired")
        _refuse(now + SKEW < certificate.not_valid_before, "not-yet-valid")
        _refuse(not is_strong(certificate.public_key), "weak-key")
        inner = certificate["tbs_certificate"]["signature"]
        _refuse(inner.dump() != certificate["signature_algorithm"].dump(), "two-algorithms")
    for issuer in path[:-1]:
        usage = issuer.key_usage_value
        _refuse(not issuer.ca or usage is None or "key_cert_sign" not in usage.native, "not-an-issuer")


def _refuse(wrong: bool, code: str) -> None:
    if wrong:
        raise NoPath(code)
