"""Signatures as the signing programs outside make them: CMS detached, JWS, and the ESIGN client's bare one."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from bots.sandbox.pki import Issued


def cms_signature(signers: Sequence[Issued], issuing: Issued, content: bytes) -> bytes:
    """DER of a detached SignedData with the signers' certificates and the one that issued them."""
    builder = PKCS7SignatureBuilder().set_data(content)
    for signer in signers:
        builder = builder.add_signer(signer.certificate, signer.key, SHA256())
    builder = builder.add_certificate(issuing.certificate)  # last: add_signer forgets the ones added before it
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities]
    return builder.sign(Encoding.DER, options)


def jws_signature(signer: Issued, issuing: Issued, content: bytes) -> bytes:
    """A compact RS256 JWS over the content, the chain in `x5c` (RFC 7515 §4.1.6)."""
    chain = [base64.b64encode(issued.der).decode() for issued in (signer, issuing)]
    header = _url_safe(json.dumps({"alg": "RS256", "x5c": chain}, separators=(",", ":")).encode())
    signed = header + b"." + _url_safe(content)
    return signed + b"." + _url_safe(bare_signature(signer, signed))


def bare_signature(signer: Issued, content: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    return signer.key.sign(content, PKCS1v15(), SHA256())


def _url_safe(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
