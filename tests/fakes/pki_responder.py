"""What answers for the certificates of `tests.fakes.pki`: an OCSP responder and a revocation list, with faults."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from asn1crypto import core, crl, ocsp, x509
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.loopback import Loopback
from tests.fakes.pki import DAY, NOW, Issued, Pki, algorithm, public, sign

MINUTE = timedelta(minutes=1)


class Fault(StrEnum):
    NONE = "none"
    DOWN = "down"  # 503
    HANG = "hang"
    REDIRECT = "redirect"
    HUGE = "huge"
    GARBAGE = "garbage"
    STALE = "stale"  # its next update was due
    OLD = "old"  # says it is good for years, and was made last month
    EARLY = "early"  # from tomorrow
    ENDLESS = "endless"  # no next update
    UNKNOWN = "unknown"
    FORGED = "forged"  # signed by a key that nobody trusts
    STRANGER = "stranger"  # signed by a certificate of the same issuer that is no responder
    BROKEN = "broken"  # a byte of the signature turned
    SHA1 = "sha1"
    OTHER_SERIAL = "other-serial"  # about another certificate
    OTHER_NONCE = "other-nonce"  # caught earlier
    TRY_LATER = "try-later"


@dataclass
class Responder:
    """`revoked`: serial numbers; `ocsp_fault` and `list_fault` say what goes wrong; `asked` counts questions."""

    pki: Pki
    stranger: Issued
    revoked: set[int] = field(default_factory=set)
    revoked_at: datetime = NOW - DAY
    at: datetime = NOW  # its clock
    ocsp_fault: Fault = Fault.NONE
    list_fault: Fault = Fault.NONE
    delegate: Issued | None = None
    issuers: dict[int, Issued] = field(default_factory=dict)  # serial number → who issued it, where not as usual
    asked: list[str] = field(default_factory=list)

    def answer(self, url: str, body: bytes | None) -> bytes | None:
        """As over the network; None where no answer would come."""
        self.asked.append("list" if body is None else "ocsp")
        fault = self.list_fault if body is None else self.ocsp_fault
        if fault in (Fault.DOWN, Fault.HANG, Fault.REDIRECT, Fault.HUGE):
            return None
        if fault is Fault.GARBAGE:
            return b"\x30\x03garbage"
        if body is not None:
            return self.status_answer(body)
        return self.revocation_list(self.pki.root if url.endswith("root.crl") else self.pki.issuing)

    def status_answer(self, body: bytes) -> bytes:
        if self.ocsp_fault is Fault.TRY_LATER:
            return bytes(ocsp.OCSPResponse({"response_status": "try_later"}).dump())
        request = ocsp.OCSPRequest.load(body)["tbs_request"]
        about = request["request_list"][0]["req_cert"]
        if self.ocsp_fault is Fault.OTHER_SERIAL:
            about = about.copy()
            about["serial_number"] = 999_999
        return self._signed(about, request["request_extensions"])

    def _signed(self, about: ocsp.CertId, extensions: Any) -> bytes:
        usual = self.pki.root if about["serial_number"].native == 0x77 else self.pki.issuing
        issuer = self.issuers.get(about["serial_number"].native, usual)
        signer = self._signer(self.ocsp_fault, self.delegate or issuer)
        start, end = _window(self.ocsp_fault, self.at)
        single: dict[str, Any] = {"cert_id": about, "cert_status": self._status(about), "this_update": start}
        if end is not None:
            single["next_update"] = end
        inside = ocsp.ResponseData({
            "responder_id": ocsp.ResponderId(name="by_key", value=core.OctetString(public(signer.private).sha1)),
            "produced_at": start,
            "responses": [single],
            "response_extensions": self._nonce(extensions),
        })  # fmt: skip
        digest = "sha1" if self.ocsp_fault is Fault.SHA1 else "sha256"
        basic = ocsp.BasicOCSPResponse({
            "tbs_response_data": inside,
            "signature_algorithm": algorithm(signer.private, digest),
            "signature": _maybe_broken(sign(signer.private, inside.dump(), digest), self.ocsp_fault),
            "certs": [signer.certificate],
        })  # fmt: skip
        wrapped = {"response_type": "basic_ocsp_response", "response": basic}
        return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": wrapped}).dump())

    def _nonce(self, extensions: Any) -> Any:
        if self.ocsp_fault is Fault.OTHER_NONCE:
            return [{"extn_id": "nonce", "extn_value": core.OctetString(b"another nonce...")}]
        nonce = core.OctetString(extensions[0]["extn_value"].parsed.native)
        return [{"extn_id": "nonce", "extn_value": nonce}]

    def _status(self, about: ocsp.CertId) -> ocsp.CertStatus:
        if self.ocsp_fault is Fault.UNKNOWN:
            return ocsp.CertStatus(name="unknown", value=core.Null())
        if about["serial_number"].native in self.revoked:
            info = {"revocation_time": self.revoked_at, "revocation_reason": "key_compromise"}
            return ocsp.CertStatus(name="revoked", value=ocsp.RevokedInfo(info))
        return ocsp.CertStatus(name="good", value=core.Null())

    def revocation_list(self, issuer: Issued) -> bytes:
        signer = self._signer(self.list_fault, issuer)
        start, end = _window(self.list_fault, self.at)
        digest = "sha1" if self.list_fault is Fault.SHA1 else "sha256"
        signed_with = algorithm(signer.private, digest)
        inside: dict[str, Any] = {
            "version": "v2",
            "signature": signed_with,
            "issuer": issuer.certificate.subject,
            "this_update": x509.Time(name="utc_time", value=core.UTCTime(start)),
            "crl_extensions": [
                {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": public(signer.private).sha1}},
                {"extn_id": "crl_number", "extn_value": 7},
            ],
        }
        if end is not None:
            inside["next_update"] = x509.Time(name="utc_time", value=core.UTCTime(end))
        if self.revoked:
            when = x509.Time(name="utc_time", value=core.UTCTime(self.revoked_at))
            inside["revoked_certificates"] = [
                {"user_certificate": one, "revocation_date": when} for one in sorted(self.revoked)
            ]
        body = crl.TbsCertList(inside)
        value = _maybe_broken(sign(signer.private, body.dump(), digest), self.list_fault)
        made = {"tbs_cert_list": body, "signature_algorithm": signed_with, "signature": value}
        return bytes(crl.CertificateList(made).dump())

    def _signer(self, fault: Fault, usual: Issued) -> Issued:
        if fault is Fault.FORGED:
            return self.stranger
        return self.pki.person if fault is Fault.STRANGER else usual


def _window(fault: Fault, now: datetime) -> tuple[datetime, datetime | None]:
    if fault is Fault.STALE:
        return now - 3 * DAY / 2, now - DAY
    if fault is Fault.OLD:
        return now - 30 * DAY, now + 900 * DAY
    if fault is Fault.EARLY:
        return now + DAY, now + 2 * DAY
    return now - 10 * MINUTE, None if fault is Fault.ENDLESS else now + DAY


def _maybe_broken(signature: bytes, fault: Fault) -> bytes:
    return signature[:-1] + bytes([signature[-1] ^ 1]) if fault is Fault.BROKEN else signature


class ResponderServer:
    """A `Responder` behind a real loopback port."""

    def __init__(self) -> None:
        self.responder: Responder | None = None
        self._loopback = Loopback(Starlette(routes=[Route("/{path:path}", self._serve, methods=["GET", "POST"])]))

    @property
    def url(self) -> str:
        return self._loopback.url

    def __enter__(self) -> ResponderServer:
        self._loopback.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loopback.stop()

    async def _serve(self, request: Request) -> Response:
        assert self.responder is not None
        body = await request.body() if request.method == "POST" else None
        answer = self.responder.answer(str(request.url), body)
        fault = self.responder.list_fault if body is None else self.responder.ocsp_fault
        if fault is Fault.HANG:
            while not self._loopback.closing:
                await asyncio.sleep(0.02)
        if fault is Fault.REDIRECT:
            return Response(status_code=302, headers={"location": f"{self.url}/elsewhere"})
        if fault is Fault.HUGE:
            return Response(b"\x30" * (5 * 1024 * 1024))
        return Response(answer) if answer is not None else Response(status_code=503)
