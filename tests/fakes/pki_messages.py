"""What the people of `tests.fakes.pki` sign: CMS and JWS, good ones and crafted ones."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.asymmetric import rsa, utils

from tests.fakes.pki import Issued, Private, algorithm, sign

Attribute = tuple[str, list[Any]]
SIGNING_CERTIFICATE = tsp.CMSAttributeType("signing_certificate_v2").native  # known to asn1crypto once tsp is loaded


def usual_attributes(content: bytes, digest: str = "sha256", signed_at: datetime | None = None) -> list[Attribute]:
    made: list[Attribute] = [
        ("content_type", ["data"]),
        ("message_digest", [hashlib.new(digest, content).digest()]),
    ]
    if signed_at is not None:
        made.append(("signing_time", [cms.Time(name="utc_time", value=core.UTCTime(signed_at))]))
    return made


def signer_info(
    signer: Issued,
    content: bytes,
    *,
    attributes: list[Attribute] | None = None,
    digest: str = "sha256",
    pss: bool = False,
    without_attributes: bool = False,
    signature: bytes | None = None,
    over: bytes | None = None,
    named: Issued | None = None,
    algorithm_digest: str = "",
    raw_attributes: bytes | None = None,
) -> cms.SignerInfo:
    """`attributes` in the given order are sorted as DER; `over`: sign these bytes; `named`: the `sid` of another."""
    listed = attributes if attributes is not None else usual_attributes(content, digest)
    parts = sorted(cms.CMSAttribute({"type": kind, "values": values}).dump() for kind, values in listed)
    body = b"".join(parts) if raw_attributes is None else raw_attributes
    signed = cms.CMSAttributes.load(core.SetOf(spec=core.Any, contents=body).dump())
    data = content if without_attributes else signed.dump()
    certificate = (named or signer).certificate
    info: dict[str, Any] = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            name="issuer_and_serial_number",
            value=cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
        ),
        "digest_algorithm": {"algorithm": digest},
        "signature_algorithm": algorithm(signer.private, algorithm_digest or digest, pss),
        "signature": sign(signer.private, over if over is not None else data, digest, pss)
        if signature is None
        else signature,
    }
    if not without_attributes:
        info["signed_attrs"] = signed
    return cms.SignerInfo(info)


def wrap(
    infos: list[cms.SignerInfo],
    certificates: list[Issued],
    *,
    inside: bytes | None = None,
    content_type: str = "data",
    digests: tuple[str, ...] = ("sha256",),
    kind: str = "signed_data",
) -> bytes:
    content: dict[str, Any] = {"content_type": content_type}
    if inside is not None:
        content["content"] = inside
    signed: dict[str, Any] = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": one} for one in digests],
        "encap_content_info": content,
        "signer_infos": infos,
    }
    if certificates:
        signed["certificates"] = [one.certificate for one in certificates]
    return bytes(cms.ContentInfo({"content_type": kind, "content": cms.SignedData(signed)}).dump())


def sign_cms(signer: Issued, content: bytes, **changes: Any) -> bytes:
    return wrap([signer_info(signer, content, **changes)], [signer], digests=(changes.get("digest", "sha256"),))


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign_jws(signer: Issued, content: bytes, header: dict[str, Any] | str | None = None, alg: str = "ES256") -> bytes:
    """`header` replaces the usual one; as text it is taken as it is."""
    usual = {"alg": alg, "x5c": [base64.b64encode(signer.der).decode()]}
    text = header if isinstance(header, str) else json.dumps(usual if header is None else header)
    signed = f"{b64url(text.encode())}.{b64url(content)}"
    return f"{signed}.{b64url(_jws_signature(signer.private, signed.encode(), alg))}".encode()


def _jws_signature(private: Private, data: bytes, alg: str) -> bytes:
    if isinstance(private, rsa.RSAPrivateKey):
        return sign(private, data, pss=alg == "PS256")
    first, second = utils.decode_dss_signature(sign(private, data))
    return first.to_bytes(32, "big") + second.to_bytes(32, "big")
