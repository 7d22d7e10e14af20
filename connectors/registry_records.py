"""The allowlist: what of an operation's answer leaves the connectors, whether it came from ХУР or through ДАН.

An answer is the operation's `<response>` (ХУР) or `response` (ДАН) as a mapping of the WSDL's field names; names as in
the installed `xyp` package, `domain.md` §2.1. Whatever is not named here is dropped: the picture, the civil
registration's inner numbers, fields that come one day. Nothing here raises, whatever the answer holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from dialogs.linking import Rows
from dialogs.records import ID_CARD, PROPERTY_LIST
from dialogs.verification.register_number import PATTERN

Answer = Mapping[str, Any]

MAX_VALUE_CHARS = 200
MAX_ENTRIES = 20  # of a list; a chat message holds no more
ENDPOINTS = {ID_CARD: "citizen-1.5.0", PROPERTY_LIST: "property-1.5.0"}
_MAX_READ_CHARS = 20 * MAX_VALUE_CHARS  # what is looked at of a value before it is cleaned
_MAX_INT_BITS = 64  # a larger one is no value of the registry, and costs time to write out

_CARD_FIELDS = (
    ("field.family-name", "surname"),  # the clan
    ("field.patronymic", "lastname"),
    ("field.given-name", "firstname"),
    ("field.register-number", "regnum"),
    ("field.civil-id", "civilId"),
    ("field.sex", "gender"),
    ("field.birth-date", "birthDate"),
    ("field.birth-place", "birthPlace"),
    ("field.address", "passportAddress"),
    ("field.issued", "passportIssueDate"),
    ("field.valid-until", "passportExpireDate"),
)
_PROPERTY_FIELDS = (
    ("field.property-number", "propertyNationRegisterNumber"),
    ("field.property-kind", "codeName"),
    ("field.property-size", "propertySize"),
    ("field.address", "fullAddress"),
)


def rows_of(operation: str, answer: Answer) -> Rows:
    """(text key, clean value) in the order of `dialogs.records`; of a list every entry's fields, one after another.

    Empty for an operation that is not known here and for an answer that holds nothing of what is shown.
    """
    read = _ROWS.get(operation)
    return read(answer) if read is not None else ()


def is_about(operation: str, answer: Answer, register_number: str) -> bool:
    """Whether the answer is about this person and nobody else.

    A card must say so. A list of property holds no number of its own, but an entry may name an owner: if that is
    another person's register number, the whole answer is somebody else's (the field's meaning is not documented).
    """
    if operation == ID_CARD:
        return clean(answer.get("regnum")).upper() == register_number
    owners = (clean(entry.get("personCorpId")).upper() for entry in _entries(answer))
    return all(owner == register_number for owner in owners if PATTERN.fullmatch(owner))


def clean(value: object) -> str:
    """One line without control, formatting or unassigned signs, at most `MAX_VALUE_CHARS` characters; else empty."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _MAX_INT_BITS:
        value = str(value)
    if not isinstance(value, str):
        return ""
    line = " ".join(unicodedata.normalize("NFC", value[:_MAX_READ_CHARS]).split())
    return "".join(sign for sign in line if unicodedata.category(sign)[0] != "C")[:MAX_VALUE_CHARS].strip()


def _card_rows(card: Answer) -> Rows:
    values = {**card, "birthDate": _birth_date(card.get("birthDate"), card.get("birthDateAsText"))}
    return _picked(values, _CARD_FIELDS)


def _property_rows(answer: Answer) -> Rows:
    return tuple(row for entry in _entries(answer)[:MAX_ENTRIES] for row in _picked(entry, _PROPERTY_FIELDS))


def _entries(answer: Answer) -> list[Answer]:
    """The entries of `listData`; XML cannot tell a list of one from a single value."""
    found = answer.get("listData")
    entries = found if isinstance(found, list) else [found]
    return [entry for entry in entries if isinstance(entry, Mapping)]


def _picked(values: Answer, fields: tuple[tuple[str, str], ...]) -> Rows:
    return tuple((key, value) for key, name in fields if (value := clean(values.get(name))))


def _birth_date(birth_date: object, as_text: object) -> object:
    """ISO date. A moment that is not midnight is a day in some other time zone: then ХУР's text, or nothing."""
    if not isinstance(birth_date, str):
        return as_text
    try:
        moment = datetime.fromisoformat(clean(birth_date))
    except ValueError:
        return clean(as_text) or birth_date
    return moment.date().isoformat() if moment.time() == time.min else as_text


_ROWS: dict[str, Callable[[Answer], Rows]] = {ID_CARD: _card_rows, PROPERTY_LIST: _property_rows}
