"""What the invented issuing authority says about its certificates: an OCSP responder and a revocation list."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.sandbox.pki import CRL_PATH, OCSP_PATH, ROOT_CRL_PATH, Issued, Pki
from bots.sandbox.switches import Switch, Switches
from bots.web.bodies import BodyTooLarge, read_body

FRESH = timedelta(minutes=10)  # how long an answer counts
STALE = timedelta(days=3)  # how old the answers are when the switch says so
REVOKED_SINCE = timedelta(days=2)
MAX_REQUEST_BYTES = 4096
_SECONDS = 10.0
_OCSP_TYPE = "application/ocsp-response"


def revocation_routes(pki: Pki, switches: Switches) -> list[Route]:
    """OCSP by POST and by GET (RFC 6960 appendix A), the lists as DER; all 503 when the switch says so."""

    async def by_post(request: Request) -> Response:
        try:
            body = await read_body(request, MAX_REQUEST_BYTES, _SECONDS)
        except (BodyTooLarge, TimeoutError):
            return Response(status_code=413)
        return await run_in_threadpool(_ocsp, body)

    async def by_get(request: Request) -> Response:
        try:
            body = base64.b64decode(request.path_params["request"], validate=True)
        except ValueError:
            return Response(status_code=400)
        return await run_in_threadpool(_ocsp, body)

    async def list_of_revoked(request: Request) -> Response:
        if switches.is_on(Switch.REVOCATION_DOWN):
            return Response(status_code=503)
        of_root = request.url.path == ROOT_CRL_PATH
        content = await run_in_threadpool(root_list if of_root else revocation_list, pki, _age(switches))
        return Response(content, media_type="application/pkix-crl")

    def _ocsp(body: bytes) -> Response:
        if switches.is_on(Switch.REVOCATION_DOWN):
            return Response(status_code=503)
        return Response(ocsp_answer(pki, body, _age(switches)), media_type=_OCSP_TYPE)

    return [
        Route(OCSP_PATH, by_post, methods=["POST"]),
        Route(f"{OCSP_PATH}/{{request:path}}", by_get, methods=["GET"]),
        Route(CRL_PATH, list_of_revoked, methods=["GET"]),
        Route(ROOT_CRL_PATH, list_of_revoked, methods=["GET"]),
    ]


def ocsp_answer(pki: Pki, request_der: bytes, age: timedelta = timedelta()) -> bytes:
    """DER, signed by the issuing authority itself; a request about somebody else's certificates is `unauthorized`."""
    try:
        request = ocsp.load_der_ocsp_request(request_der)
        serial, ours = request.serial_number, _is_ours(pki, request)
    except (ValueError, TypeError, KeyError):
        return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if not ours:
        return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    now = _whole_seconds(pki.clock() - age)
    revoked = serial in pki.revoked_serials()
    known = pki.owner_of(serial) is not None
    good = ocsp.OCSPCertStatus.GOOD if known else ocsp.OCSPCertStatus.UNKNOWN
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=request.issuer_name_hash,
        issuer_key_hash=request.issuer_key_hash,
        serial_number=serial,
        algorithm=request.hash_algorithm,
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else good,
        this_update=now,
        next_update=now + FRESH,
        revocation_time=now - REVOKED_SINCE if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, pki.issuing.certificate)
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, critical=False)
    return builder.sign(pki.issuing.key, SHA256()).public_bytes(Encoding.DER)


def revocation_list(pki: Pki, age: timedelta = timedelta()) -> bytes:
    """Which people's certificates are revoked; DER."""
    return _list(pki.issuing, pki.revoked_serials(), _whole_seconds(pki.clock() - age))


def root_list(pki: Pki, age: timedelta = timedelta()) -> bytes:
    """The root's own list: the issuing authority is never on it."""
    return _list(pki.root, (), _whole_seconds(pki.clock() - age))


def _list(issuer: Issued, revoked: Sequence[int], now: datetime) -> bytes:
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(now)
        .next_update(now + FRESH)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(key_id, critical=False)
    )
    for serial in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(now - REVOKED_SINCE)
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            .build()
        )
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)


def _is_ours(pki: Pki, request: ocsp.OCSPRequest) -> bool:
    """Whether it is asked about a certificate of our issuing authority; SHA-1 and SHA-256 names are known."""
    digests: dict[type[object], Callable[[bytes], bytes]] = {
        SHA1: lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
        SHA256: lambda data: hashlib.sha256(data).digest(),
    }
    digest = digests[type(request.hash_algorithm)]
    issuer = pki.issuing.certificate
    key = pki.issuing.key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    asked = (request.issuer_name_hash, request.issuer_key_hash)
    return asked == (digest(issuer.subject.public_bytes()), digest(key))


def _age(switches: Switches) -> timedelta:
    return STALE if switches.is_on(Switch.REVOCATION_STALE) else timedelta()


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _whole_seconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
