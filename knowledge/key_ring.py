"""Which keys there are and what each is for: read from lines, and written back to them.

A line is a data key (44 characters), the newest first, or `purpose:key`:

* `index` makes the digests by which register numbers are looked up,
* `digests` makes every other keyed digest,
* `sandbox` seals what the sandbox keeps on disk,
* `audit` chains the audit, the newest first; older ones only check,
* `next-index` waits while the register numbers get new digests.

A purpose without a line has a key that is drawn from a data key (the oldest; the sandbox's from the newest), as it
was before there were such lines; `pinned` writes them all out, so that the data key itself can go.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSES = ("index", "digests", "sandbox", "audit", "next-index")
_KEY_BYTES = 32
_WRONG = "a data key is 32 bytes in urlsafe base64 (44 characters)"


class KeyProblem(ValueError):
    """A line is no key; the text says what is wrong and never holds the line."""


@dataclass(frozen=True)
class KeyRing:
    """`data`: as written; all others raw (32 bytes). `audit`: newest first."""

    data: tuple[str, ...] = field(repr=False)
    index: bytes = field(repr=False)
    digests: bytes = field(repr=False)
    sandbox: bytes = field(repr=False)
    audit: tuple[bytes, ...] = field(repr=False)
    next_index: bytes | None = field(default=None, repr=False)

    @property
    def signing(self) -> tuple[bytes, ...]:
        """Cookies and addresses are signed under the newest and known under each."""
        return tuple(derive(key, b"tuslakh signatures") for key in self.data)

    def pinned(self) -> list[str]:
        """Every key on a line of its own: nothing depends on the oldest data key any more but what it sealed."""
        named = [("index", self.index), ("digests", self.digests), ("sandbox", self.sandbox)]
        named += [("audit", key) for key in self.audit]
        named += [("next-index", self.next_index)] if self.next_index else []
        return [*self.data, *(f"{purpose}:{urlsafe_b64encode(key).decode()}" for purpose, key in named)]


def parse(lines: Iterable[str]) -> KeyRing:
    """Raises `KeyProblem`."""
    data: list[str] = []
    named: dict[str, list[bytes]] = {purpose: [] for purpose in PURPOSES}
    for word in (word for line in lines for word in line.split()):
        purpose, colon, key = word.rpartition(":")
        if not colon:
            raw(word)
            data.append(word)
        elif purpose in named:
            named[purpose].append(raw(key))
        else:
            raise KeyProblem(f"a key's purpose is one of {', '.join(PURPOSES)}")
    if not data:
        raise KeyProblem(_WRONG)
    return _ring(tuple(data), named)


def _ring(data: tuple[str, ...], named: dict[str, list[bytes]]) -> KeyRing:
    """What has no line is drawn from a data key."""
    old_index = derive(data[-1], b"tuslakh identity index")
    return KeyRing(
        data=data,
        index=next(iter(named["index"]), old_index),
        digests=next(iter(named["digests"]), old_index),
        sandbox=next(iter(named["sandbox"]), derive(data[0], b"tuslakh sandbox")),
        audit=tuple(named["audit"]) or (derive(data[-1], b"tuslakh audit"),),
        next_index=next(iter(named["next-index"]), None),
    )


def name_of(key: str | bytes) -> str:
    """Eight signs to tell keys apart by, that say nothing about them."""
    text = key if isinstance(key, str) else urlsafe_b64encode(key).decode()
    return sha256(derive(text, b"tuslakh name of a key")).hexdigest()[:8]


def new_key() -> str:
    return Fernet.generate_key().decode("ascii")


def derive(key: str, purpose: bytes) -> bytes:
    """32 bytes that tell nothing about the key or about those of another purpose."""
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(key.encode())


def raw(key: str) -> bytes:
    """The 32 bytes of a written key. Raises `KeyProblem`."""
    try:
        found = urlsafe_b64decode(key.encode("ascii"))
    except (Base64Error, ValueError):
        raise KeyProblem(_WRONG) from None
    if len(found) != _KEY_BYTES:
        raise KeyProblem(_WRONG)
    return found
