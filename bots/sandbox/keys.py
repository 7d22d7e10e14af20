"""What ХУР's operator would issue: an access token and an RSA key pair, thrown away when the process ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY_BITS = 2048
TOKEN_BYTES = 24
_PUBLIC_EXPONENT = 65537


@dataclass(frozen=True)
class SandboxKeys:
    """The client gets the token and the private key (PEM), the sandbox registry the token and the public key."""

    access_token: str = field(repr=False)
    private_key_pem: bytes = field(repr=False)
    public_key: RSAPublicKey = field(repr=False)


def make_keys() -> SandboxKeys:
    """A fresh token and pair; takes some tens of milliseconds."""
    private_key = generate_private_key(_PUBLIC_EXPONENT, KEY_BITS)
    pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SandboxKeys(secrets.token_hex(TOKEN_BYTES), pem, private_key.public_key())
