"""What the operators outside would issue: tokens, secrets and a key pair, thrown away when the process ends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY_BITS = 2048
TOKEN_BYTES = 24
DAN_CLIENT_ID = "tuslakh-sandbox"
_PUBLIC_EXPONENT = 65537


def _token() -> str:
    return secrets.token_hex(TOKEN_BYTES)


@dataclass(frozen=True)
class SandboxKeys:
    """ХУР: the client gets the token and the private key (PEM), the sandbox registry the token and the public key.

    ДАН: `dan_client_secret` beside `DAN_CLIENT_ID`. SMS gateway: `sms_api_key` for the caller,
    `sms_receipt_secret` under its delivery receipts.
    """

    access_token: str = field(repr=False)
    private_key_pem: bytes = field(repr=False)
    public_key: RSAPublicKey = field(repr=False)
    dan_client_secret: str = field(default_factory=_token, repr=False)
    sms_api_key: str = field(default_factory=_token, repr=False)
    sms_receipt_secret: str = field(default_factory=_token, repr=False)


def make_keys() -> SandboxKeys:
    """Fresh tokens and a pair; takes some tens of milliseconds."""
    private_key = generate_private_key(_PUBLIC_EXPONENT, KEY_BITS)
    pem = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SandboxKeys(_token(), pem, private_key.public_key())
