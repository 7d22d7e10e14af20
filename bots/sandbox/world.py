"""What the outside keeps: the codes ХУР has issued and the messages on each phone.

One encrypted file, replaced whole at every change: stopping loses nothing, and nothing on the disk can be read.
Safe to use from several threads of one process.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.sandbox.people import Person

CODE_LIFETIME = timedelta(minutes=10)  # NIST SP 800-63B-4 §3.1.3.2; ХУР's own is not public
MESSAGES_A_PHONE = 50  # older ones are dropped
MIN_SECRET_BYTES = 16
_FIRST_CODE, _CODES = 100_000, 900_000  # six digits, never a leading zero: ХУР's field is an xs:int
_FILE_MODE = 0o600
_KEY_BYTES = 32
_SMS = "ХУР код: {code}. {purpose}. 10 минут хүчинтэй. Ажилтан хэзээ ч код асуухгүй."


@dataclass(frozen=True)
class IssuedCode:
    code: str = field(repr=False)
    sent_at: datetime
    used: bool = False


@dataclass(frozen=True)
class Sms:
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True)
class _State:
    codes: Mapping[str, IssuedCode] = field(default_factory=dict)  # by register number
    messages: Mapping[str, tuple[Sms, ...]] = field(default_factory=dict)  # by phone, newest first


class SandboxWorld:
    """`secret`: at least 16 bytes, the same at every start. `clock`: the time now, aware, in UTC.

    Raises ValueError when the secret is too short, or the file was written with another one or is damaged.
    """

    def __init__(self, path: Path, secret: bytes, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._cipher = _cipher(secret)
        self._clock = clock
        self._lock = threading.Lock()
        self._state = self._load()

    def now(self) -> datetime:
        return self._clock()

    def issue_code(self, person: Person, purpose: str, *, by_sms: bool = True) -> None:
        """A new code in place of the older one, sent to the person's phone if messages arrive there."""
        with self._lock:
            state, now = self._state, self._clock()
            issued = IssuedCode(str(_FIRST_CODE + secrets.randbelow(_CODES)), now)
            state = replace(state, codes={**state.codes, person.register_number: issued})
            if by_sms and person.receives_sms:
                state = _delivered(state, person.phone, Sms(now, _SMS.format(code=issued.code, purpose=purpose)))
            self._keep(state)

    def code_matches(self, register_number: str, code: str) -> bool:
        """Whether the code would open something now; it is not used up."""
        with self._lock:
            return self._is_valid(register_number, code)

    def use_code(self, register_number: str, code: str) -> bool:
        """Use the code up: True at most once for each code."""
        with self._lock:
            if not self._is_valid(register_number, code):
                return False
            used = replace(self._state.codes[register_number], used=True)
            self._keep(replace(self._state, codes={**self._state.codes, register_number: used}))
            return True

    def messages(self, phone: str) -> tuple[Sms, ...]:
        """The messages on a phone, newest first."""
        with self._lock:
            return self._state.messages.get(phone, ())

    def _is_valid(self, register_number: str, code: str) -> bool:
        issued = self._state.codes.get(register_number)
        if issued is None or issued.used or self._clock() - issued.sent_at >= CODE_LIFETIME:
            return False
        return hmac.compare_digest(issued.code.encode(), code.encode())

    def _keep(self, state: _State) -> None:
        """On the disk first, in memory after it."""
        sealed = self._cipher.encrypt(json.dumps(asdict(state), default=datetime.isoformat).encode())
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)
        _sync_folder(self._path.parent)
        self._state = state

    def _load(self) -> _State:
        try:
            sealed = self._path.read_bytes()
        except FileNotFoundError:
            return _State()
        try:
            return _read_state(json.loads(self._cipher.decrypt(sealed)))
        except (InvalidToken, ValueError, KeyError, TypeError, AttributeError):
            message = "the sandbox file belongs to another secret or is damaged: delete it to begin anew"
            raise ValueError(message) from None


def _delivered(state: _State, phone: str, sms: Sms) -> _State:
    kept = (sms, *state.messages.get(phone, ()))[:MESSAGES_A_PHONE]
    return replace(state, messages={**state.messages, phone: kept})


def _read_state(data: dict[str, Any]) -> _State:
    codes = {
        number: IssuedCode(code["code"], datetime.fromisoformat(code["sent_at"]), code["used"])
        for number, code in data["codes"].items()
    }
    messages = {
        phone: tuple(Sms(datetime.fromisoformat(sms["at"]), sms["text"]) for sms in kept)
        for phone, kept in data["messages"].items()
    }
    return _State(codes, messages)


def _cipher(secret: bytes) -> Fernet:
    """Fernet wants 32 bytes of its own: drawn from the secret, for this file only."""
    if len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"the sandbox secret must have at least {MIN_SECRET_BYTES} bytes")
    key = HKDF(SHA256(), length=_KEY_BYTES, salt=None, info=b"tuslakh sandbox world").derive(secret)
    return Fernet(base64.urlsafe_b64encode(key))


def _sync_folder(folder: Path) -> None:
    """The new name itself reaches the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
