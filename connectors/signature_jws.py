"""A compact JWS (RFC 7515) over bytes we know, with its certificate in the header: three algorithms, nothing remote."""

from __future__ import annotations

import base64
import hmac
import json
import re
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.pki_chain import load_certificate
from connectors.pki_keys import ECDSA, PKCS1, PSS, load_key, raw_to_der, verifies
from connectors.signature_cms import Refused

MAX_CERTIFICATES = 5
SCHEMES = {"RS256": PKCS1, "PS256": PSS, "ES256": ECDSA}
_KNOWN = frozenset({"alg", "x5c", "typ", "kid"})  # no keys from elsewhere (jku, x5u, jwk), no extensions (crit, b64)
_TYPES = frozenset({"JOSE"})  # a token (JWT) is something else than a signed text
_KEY_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")  # not used; a path or an address in it is an attack
_PART = re.compile(rb"[A-Za-z0-9_-]+")


def signer_of_jws(content: bytes, token: bytes) -> x509.Certificate:
    """The certificate (first of `x5c`) whose key signed `content`; its chain is not looked at here.

    Raises `Refused`, or any ValueError for what cannot be read.
    """
    parts = token.split(b".")
    _refuse(len(parts) != 3, "not-compact")
    header = _header(_decoded(parts[0]))
    _refuse(not hmac.compare_digest(_decoded(parts[1]), content), "other-content")
    certificate = _certificate(header.get("x5c"))
    signature = _decoded(parts[2])
    scheme = SCHEMES[header["alg"]]
    key = load_key(certificate.public_key)
    if scheme == ECDSA:
        _refuse(not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1", "weak-key")
        signature = raw_to_der(signature)
    _refuse(not verifies(key, scheme, "sha256", signature, parts[0] + b"." + parts[1]), "signature")
    return certificate


def _header(text: bytes) -> dict[str, Any]:
    header = json.loads(text.decode("utf-8"), object_pairs_hook=_unique)
    _refuse(not isinstance(header, dict), "header")
    _refuse(header.get("alg") not in list(SCHEMES), "algorithm")
    _refuse(bool(header.keys() - _KNOWN), "header")
    _refuse("typ" in header and header["typ"] not in list(_TYPES), "type")
    name = header.get("kid", "-")
    _refuse(not isinstance(name, str) or not _KEY_NAME.fullmatch(name), "key-name")
    return dict(header)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    _refuse(len(found) != len(pairs), "header")
    return found


def _certificate(chain: Any) -> x509.Certificate:
    """Issuing certificates that come along are not used."""
    _refuse(not isinstance(chain, list) or not 0 < len(chain) <= MAX_CERTIFICATES, "certificates")
    _refuse(any(not isinstance(one, str) for one in chain), "certificates")
    return load_certificate(base64.b64decode(chain[0], validate=True))


def _decoded(part: bytes) -> bytes:
    """Base64url without padding, in the one way there is to write it."""
    _refuse(not _PART.fullmatch(part), "encoding")
    decoded = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    _refuse(base64.urlsafe_b64encode(decoded).rstrip(b"=") != part, "encoding")
    return decoded


def _refuse(wrong: bool, code: str) -> None:
    if wrong:
        raise Refused(code)
