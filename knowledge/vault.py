"""Encryption at rest and keyed digests. The keys live outside the database."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class VaultError(Exception):
    """The key does not open what is stored: a wrong or missing key."""


class Vault:
    """`keys`: urlsafe-base64 32-byte keys, the newest first; older ones still open what they sealed."""

    def __init__(self, keys: list[str]) -> None:
        try:
            self._box = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise VaultError("a data key is 32 bytes in urlsafe base64 (44 characters)") from error
        self._index_key = _derive(keys[-1], b"tuslakh identity index")  # the oldest: an index must not change
        self._secret = _derive(keys[0], b"tuslakh sandbox")
        self._signing_keys = [_derive(key, b"tuslakh signatures") for key in keys]

    def seal(self, text: str) -> bytes:
        """Lone surrogates, which UTF-8 cannot hold, become a replacement mark."""
        return self._box.encrypt(text.encode("utf-8", "replace"))

    def open(self, sealed: bytes) -> str:
        """Raises `VaultError` when no key opens it."""
        try:
            return self._box.decrypt(bytes(sealed)).decode("utf-8")
        except InvalidToken as error:
            raise VaultError("stored data cannot be opened with the present keys") from error

    def identity(self, register_number: str) -> str:
        """A keyed digest to look a person up by (64 hex digits); a plain hash could be searched through in seconds."""
        return hmac.new(self._index_key, register_number.encode(), sha256).hexdigest()

    def digest(self, purpose: str, text: str) -> str:
        """A keyed digest to find the same text again without reading it (64 hex digits); of its purpose only."""
        return hmac.new(self._index_key, f"{purpose}\0{text}".encode("utf-8", "replace"), sha256).hexdigest()

    def sign(self, purpose: str, text: str) -> str:
        """A signature under the newest key, 43 characters that an address or a cookie may hold; of its purpose only."""
        return _signature(self._signing_keys[0], purpose, text)

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        """Under any key that is still there; compared in constant time."""
        given = signature.encode("utf-8", "replace")
        right = [_signature(key, purpose, text).encode() for key in self._signing_keys]
        return any(hmac.compare_digest(given, each) for each in right)

    @property
    def sandbox_secret(self) -> bytes:
        """A Fernet key for what the sandbox keeps on disk."""
        return urlsafe_b64encode(self._secret)


def read_or_make_key(path: Path) -> str:
    """The data key of a file; a new one, readable by its owner only, when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Written whole and on the disk before it gets its name; when another process was first, its file stays."""
    descriptor, unnamed = mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(unnamed, path)
    finally:
        os.unlink(unnamed)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _derive(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(key.encode())


def _signature(key: bytes, purpose: str, text: str) -> str:
    made = hmac.new(key, f"{purpose}\0{text}".encode("utf-8", "replace"), sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode("ascii")
