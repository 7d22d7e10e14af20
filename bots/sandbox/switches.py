"""What is made to go wrong outside, switched on the sandbox's page. Everything works again after a restart."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Switch(StrEnum):
    """The value names the switch in forms."""

    REGISTRY_DOWN = "registry-down"
    REGISTRY_SLOW = "registry-slow"
    PHONE_CHANGED = "phone-changed"
    BANK_DOWN = "bank-down"
    BANK_SLOW = "bank-slow"
    BANK_WRONG_PERSON = "bank-wrong-person"
    BANK_IGNORES_PROMPT = "bank-ignores-prompt"
    REVOCATION_DOWN = "revocation-down"
    REVOCATION_STALE = "revocation-stale"
    SMS_REFUSED = "sms-refused"
    SMS_HANGS = "sms-hangs"
    SMS_LOST = "sms-lost"
    SMS_LATE = "sms-late"


@dataclass(frozen=True)
class SwitchLabel:
    """How the page names a switch."""

    mn: str
    en: str


LABELS = {
    Switch.REGISTRY_DOWN: SwitchLabel("ХУР ажиллахгүй (801)", "ХУР is down (801)"),
    Switch.REGISTRY_SLOW: SwitchLabel("ХУР маш удаан", "ХУР is very slow"),
    Switch.PHONE_CHANGED: SwitchLabel(
        "Мөнхзулын дугаар дөнгөж солигдсон", "Мөнхзул’s registered number has just changed"
    ),
    Switch.BANK_DOWN: SwitchLabel("ДАН нэвтэрсний дараа ажиллахгүй", "ДАН is down after the login"),
    Switch.BANK_SLOW: SwitchLabel("ДАН маш удаан", "ДАН is very slow"),
    Switch.BANK_WRONG_PERSON: SwitchLabel("ДАН өөр хүний тухай хариулна", "ДАН answers about somebody else"),
    Switch.BANK_IGNORES_PROMPT: SwitchLabel(
        "ДАН дахин нэвтрэхийг шаарддаггүй", "ДАН ignores that a fresh login was asked for"
    ),
    Switch.REVOCATION_DOWN: SwitchLabel("Гэрчилгээ шалгах үйлчилгээ ажиллахгүй", "The revocation service is down"),
    Switch.REVOCATION_STALE: SwitchLabel(
        "Гэрчилгээ шалгах хариу хуучирсан", "The revocation service’s answers are old"
    ),
    Switch.SMS_REFUSED: SwitchLabel("SMS гарц хүлээж авахгүй", "The SMS gateway refuses"),
    Switch.SMS_HANGS: SwitchLabel("SMS гарц хариу өгөхгүй гацна", "The SMS gateway hangs"),
    Switch.SMS_LOST: SwitchLabel("SMS-ийг хүлээж авсан ч ирэхгүй", "The SMS is accepted and never arrives"),
    Switch.SMS_LATE: SwitchLabel("SMS 90 секунд хоцорно", "The SMS is 90 seconds late"),
}


@dataclass(frozen=True)
class Pauses:
    """How long slow things take, in seconds: longer than anybody here waits for an answer."""

    slow: float = 30.0
    late: timedelta = timedelta(seconds=90)


class Switches:
    """Which are on, and whose token is plugged into the ESIGN client (register number, or empty). Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: frozenset[Switch] = frozenset()
        self._plugged_in = ""

    def is_on(self, switch: Switch) -> bool:
        with self._lock:
            return switch in self._on

    def set_all(self, on: Collection[Switch]) -> None:
        """These are on, all others off."""
        with self._lock:
            self._on = frozenset(on)

    @property
    def plugged_in(self) -> str:
        with self._lock:
            return self._plugged_in

    def plug_in(self, register_number: str) -> None:
        """Empty: nobody's."""
        with self._lock:
            self._plugged_in = register_number
