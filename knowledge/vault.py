"""Encryption at rest and keyed digests. The keys live outside the database."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from threading import Lock

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from knowledge.key_file import KeyFile, read_or_make_key
from knowledge.key_ring import KeyProblem, KeyRing, parse

__all__ = ["Vault", "VaultError", "read_or_make_key"]


class VaultError(Exception):
    """The key does not open what is stored: a wrong or missing key."""


class _Boxes:
    """A ring with its locks made ready."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self.each = [Fernet(key) for key in ring.data]
        self.all = MultiFernet(self.each)
        self.signing = ring.signing


class Vault:
    """`keys`: lines as `knowledge.key_ring` reads them, the newest data key first; older ones still open.

    With a `file` the keys are read again when it was replaced, so that running processes take part in a rotation.
    """

    def __init__(self, keys: Sequence[str], file: KeyFile | None = None) -> None:
        self._file, self._reading = file, Lock()
        try:
            self._boxes = _Boxes(parse(keys))
        except KeyProblem as error:
            raise VaultError(str(error)) from None

    @property
    def ring(self) -> KeyRing:
        return self._present().ring

    def seal(self, text: str) -> bytes:
        """Lone surrogates, which UTF-8 cannot hold, become a replacement mark."""
        return self._present().all.encrypt(text.encode("utf-8", "replace"))

    def open(self, sealed: bytes) -> str:
        """Raises `VaultError` when no key opens it."""
        try:
            return self._present().all.decrypt(bytes(sealed)).decode("utf-8")
        except InvalidToken as error:
            raise VaultError("stored data cannot be opened with the present keys") from error

    def opened_by(self, sealed: bytes) -> int | None:
        """The place of the data key that opens it, 0 the newest; None: none does."""
        for place, box in enumerate(self._present().each):
            with suppress(InvalidToken):
                box.decrypt(bytes(sealed))
                return place
        return None

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same under the newest key; None when it is already. Raises `VaultError` when no key opens it."""
        if self.opened_by(sealed) == 0:
            return None
        try:
            return self._present().all.rotate(bytes(sealed))
        except InvalidToken as error:
            raise VaultError("stored data cannot be opened with the present keys") from error

    def identity(self, register_number: str) -> str:
        """A keyed digest to look a person up by (64 hex digits); a plain hash could be searched through in seconds."""
        return hmac.new(self.ring.index, register_number.encode(), sha256).hexdigest()

    def digest(self, purpose: str, text: str) -> str:
        """A keyed digest to find the same text again without reading it (64 hex digits); of its purpose only."""
        return hmac.new(self.ring.digests, f"{purpose}\0{text}".encode("utf-8", "replace"), sha256).hexdigest()

    def sign(self, purpose: str, text: str) -> str:
        """A signature under the newest key, 43 characters that an address or a cookie may hold; of its purpose only."""
        return _signature(self._present().signing[0], purpose, text)

    def is_signed(self, purpose: str, text: str, signature: str) -> bool:
        """Under any key that is still there; compared in constant time."""
        given = signature.encode("utf-8", "replace")
        right = [_signature(key, purpose, text).encode() for key in self._present().signing]
        return any(hmac.compare_digest(given, each) for each in right)

    def audit_key(self) -> bytes:
        """What the next entry of the audit is chained with."""
        return self.ring.audit[0]

    def with_index(self, key: bytes) -> Vault:
        """The same, but looking people up under another key."""
        return Vault(replace(self.ring, index=key, next_index=None).pinned())

    @property
    def sandbox_secret(self) -> bytes:
        """A Fernet key for what the sandbox keeps on disk."""
        return urlsafe_b64encode(self.ring.sandbox)

    def _present(self) -> _Boxes:
        """A file that is no key file any more changes nothing: what was read last still holds."""
        if self._file is None:
            return self._boxes
        with self._reading:  # a thread that comes second must not go on with the old ones
            if self._file.has_changed():
                with suppress(KeyProblem):
                    self._boxes = _Boxes(parse(self._file.lines))
            return self._boxes


def _signature(key: bytes, purpose: str, text: str) -> str:
    made = hmac.new(key, f"{purpose}\0{text}".encode("utf-8", "replace"), sha256).digest()
    return urlsafe_b64encode(made).rstrip(b"=").decode("ascii")
