"""A bare signature with its certificate beside it, as the ESIGN client gives it."""

from __future__ import annotations

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.pki_chain import load_certificate
from connectors.pki_keys import ECDSA, PKCS1, load_key, verifies
from connectors.signature_cms import Refused


def signer_of_bare(content: bytes, certificate_der: bytes, signature: bytes) -> x509.Certificate:
    """The certificate, once its key is seen to have signed `content` with SHA-256; its chain is not looked at here.

    RSA keys sign with PKCS #1 v1.5, others with ECDSA in DER. (The client's algorithm is not published; the issuing CA
    and the ХУР samples are RSA with SHA-256.) Raises `Refused`, or any ValueError for what cannot be read.
    """
    certificate = load_certificate(certificate_der)
    key = load_key(certificate.public_key)
    scheme = PKCS1 if isinstance(key, rsa.RSAPublicKey) else ECDSA
    if not verifies(key, scheme, "sha256", signature, content):
        raise Refused("signature")
    return certificate
