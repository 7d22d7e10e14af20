"""Who a certificate names: one register number in one attribute, or nobody. Nothing is guessed or corrected."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from asn1crypto import core, x509

from dialogs.verification.register_number import PATTERN, read_register_number

ATTRIBUTES = {"serialNumber": "2.5.4.5", "UID": "0.9.2342.19200300.100.1.1", "CN": "2.5.4.3"}
_COMMON_NAME, _SURNAME, _GIVEN = "2.5.4.3", "2.5.4.4", "2.5.4.42"
_STRINGS = (core.UTF8String, core.PrintableString, core.BMPString, core.UniversalString)
_LONGEST_NAME = 100
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True)
class Named:
    """`name` as the certificate has it, without signs that cannot be seen; may be empty."""

    register_number: str = field(repr=False)
    name: str = field(repr=False)


def named_by(subject: x509.Name, attribute: str) -> Named | None:
    """`attribute` is a key of `ATTRIBUTES`. None where it stands there twice, not at all, or holds anything else."""
    values = _values(subject)
    numbers = [value for oid, value in values if oid == ATTRIBUTES[attribute]]
    if len(numbers) != 1 or not _is_register_number(number := unicodedata.normalize("NFC", numbers[0])):
        return None
    return Named(number, _name(values))


def _is_register_number(text: str) -> bool:
    """Letters, digits and a date that can be: a certificate, unlike a person, makes no slip of the pen."""
    read = read_register_number(text) if PATTERN.fullmatch(text) else None
    return read is not None and read.readings == (text,) and read.plausible


def _values(subject: x509.Name) -> list[tuple[str, str]]:
    """(OID, text) of every attribute of every part; text that no such attribute may be written in counts as empty."""
    return [
        (pair["type"].dotted, _text(pair["value"])) for part in subject.chosen for pair in part
    ]  # also the second and third of a part with several


def _text(value: core.Asn1Value) -> str:
    chosen = value.chosen if isinstance(value, core.Choice) else value
    return str(chosen.native) if isinstance(chosen, _STRINGS) else ""


def _name(values: list[tuple[str, str]]) -> str:
    """Given name and surname where both stand there, else the common name (unless that is the number)."""
    first = dict(reversed(values))  # of several the first one counts
    if first.get(_GIVEN) and first.get(_SURNAME):
        return _seen(f"{first[_SURNAME]} {first[_GIVEN]}")
    common = _seen(first.get(_COMMON_NAME, ""))
    return "" if any(sign.isdigit() for sign in common) else common


def _seen(text: str) -> str:
    kept = "".join(
        " " if unicodedata.category(sign) in _UNSEEN else sign for sign in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())[:_LONGEST_NAME]
