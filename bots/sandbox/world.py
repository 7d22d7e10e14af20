"""What the outside keeps: the codes ХУР has issued and what arrived on each phone, in each app and mailbox.

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
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bots.sandbox.people import Person
from bots.sandbox.switches import Pauses, Switch, Switches

CODE_LIFETIME = timedelta(minutes=10)  # NIST SP 800-63B-4 §3.1.3.2; ХУР's own is not public
MESSAGES_A_PHONE = 50  # older ones are dropped
MIN_SECRET_BYTES = 16
_FIRST_CODE, _CODES = 100_000, 900_000  # six digits, never a leading zero: ХУР's field is an xs:int
_FILE_MODE = 0o600
_KEY_BYTES = 32
DEFAULT_PAUSES = Pauses()
_SMS = "ХУР код: {code}. {purpose}. 10 минут хүчинтэй. Ажилтан хэзээ ч код асуухгүй."


class Box(StrEnum):
    """Where a code can arrive."""

    SMS = "sms"
    APP = "app"  # the E-Mongolia app
    MAIL = "mail"


@dataclass(frozen=True)
class IssuedCode:
    """`operations`: what it opens; any one of them uses it up."""

    code: str = field(repr=False)
    sent_at: datetime
    operations: tuple[str, ...]
    used: bool = False


@dataclass(frozen=True)
class Message:
    """`at`: when it arrives; it is not there before."""

    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True)
class _State:
    codes: Mapping[str, IssuedCode] = field(default_factory=dict)  # by register number
    messages: Mapping[str, tuple[Message, ...]] = field(default_factory=dict)  # by address, newest first


class SandboxWorld:
    """`secret`: at least 16 bytes, the same at every start. `clock`: the time now, aware, in UTC.

    Raises ValueError when the secret is too short, or the file was written with another one or is damaged.
    """

    def __init__(
        self, path: Path, secret: bytes, clock: Callable[[], datetime], pauses: Pauses = DEFAULT_PAUSES
    ) -> None:
        self._path = path
        self._cipher = _cipher(secret)
        self._clock = clock
        self._lock = threading.Lock()
        self._state = self._load()
        self.switches = Switches()
        self.pauses = pauses

    def now(self) -> datetime:
        return self._clock()

    def phone_of(self, person: Person) -> str:
        """The number that is registered now."""
        changed = bool(person.next_phone) and self.switches.is_on(Switch.PHONE_CHANGED)
        return person.next_phone if changed else person.phone

    def issue_code(
        self, person: Person, purpose: str, operations: Collection[str], boxes: Collection[Box] = (Box.SMS,)
    ) -> None:
        """A new code in place of the older one, put into those boxes that the person has."""
        phone = self.phone_of(person)
        with self._lock:
            state, now = self._state, self._clock()
            code = str(_FIRST_CODE + secrets.randbelow(_CODES))
            issued = IssuedCode(code, now, tuple(operations))
            state = replace(state, codes={**state.codes, person.register_number: issued})
            for box in boxes:
                if not _reaches(person, box):
                    continue
                late = self.pauses.late if box is Box.SMS and person.sms_late else timedelta()
                message = Message(now + late, _SMS.format(code=code, purpose=purpose))
                state = _delivered(state, phone if box is Box.SMS else address_of(person, box), message)
            self._keep(state)

    def deliver(self, address: str, text: str, late: timedelta = timedelta()) -> None:
        """A message from somebody else than ХУР."""
        with self._lock:
            self._keep(_delivered(self._state, address, Message(self._clock() + late, text)))

    def code_matches(self, register_number: str, code: str) -> bool:
        """Whether the code would open something now; it is not used up."""
        with self._lock:
            return self._is_valid(register_number, code)

    def use_code(self, register_number: str, code: str, operation: str) -> bool:
        """Use the code up: True at most once for each code, and only for what it was asked for."""
        with self._lock:
            if not self._is_valid(register_number, code):
                return False
            issued = self._state.codes[register_number]
            if operation not in issued.operations:
                return False
            self._keep(replace(self._state, codes={**self._state.codes, register_number: replace(issued, used=True)}))
            return True

    def messages(self, address: str) -> tuple[Message, ...]:
        """What has arrived at an address (a phone, or `address_of`), newest first."""
        with self._lock:
            kept, now = self._state.messages.get(address, ()), self._clock()
        return tuple(sorted((message for message in kept if message.at <= now), key=_arrival, reverse=True))

    def box(self, person: Person, box: Box) -> tuple[Message, ...]:
        """What has arrived in a person's box; messages to an older and a newer number lie together."""
        addresses = {address_of(person, box)} | ({person.next_phone} if box is Box.SMS and person.next_phone else set())
        found = (message for address in addresses for message in self.messages(address))
        return tuple(sorted(found, key=_arrival, reverse=True))

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


def address_of(person: Person, box: Box) -> str:
    """What `messages` wants: the phone for SMS, something of its own for the app and the mailbox."""
    return person.phone if box is Box.SMS else f"{box}:{person.civil_id}"


def _reaches(person: Person, box: Box) -> bool:
    return {Box.SMS: person.receives_sms, Box.APP: person.has_app, Box.MAIL: person.has_mail}[box]


def _arrival(message: Message) -> datetime:
    return message.at


def _delivered(state: _State, address: str, message: Message) -> _State:
    kept = (message, *state.messages.get(address, ()))[:MESSAGES_A_PHONE]
    return replace(state, messages={**state.messages, address: kept})


def _read_state(data: dict[str, Any]) -> _State:
    codes = {
        number: IssuedCode(
            code["code"], datetime.fromisoformat(code["sent_at"]), tuple(code.get("operations", ())), code["used"]
        )
        for number, code in data["codes"].items()
    }
    messages = {
        address: tuple(Message(datetime.fromisoformat(message["at"]), message["text"]) for message in kept)
        for address, kept in data["messages"].items()
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
