"""What differs between two versions of a service, field by field, and what of it deserves a second look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bots.editor.field_values import all_values
from bots.editor.words import FIELDS
from dialogs.services import Service, Text

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<!\d)(?:\d[ \-]?){8,20}(?!\d)")
_MONEY = frozenset({"fee_base_amount", "fee_base_currency", "fee_mission_amount", "fee_mission_currency"})


@dataclass(frozen=True)
class Change:
    field: str
    label: Text
    before: str
    after: str


def differences(before: Service, after: Service) -> tuple[Change, ...]:
    old, new = all_values(before), all_values(after)
    return tuple(Change(key, FIELDS[key], old[key], new[key]) for key in new if old[key] != new[key])


def second_looks(changes: Iterable[Change]) -> Iterator[Text]:
    """Changed money, new addresses and what could be an account or phone number: a hijacked editor's aims."""
    for change in changes:
        name = change.label
        if change.field in _MONEY:
            yield Text(f"{name.mn}: мөнгөн дүн өөрчлөгдсөн.", f"{name.en}: money changed.")
        if _new(_ADDRESS, change):
            yield Text(f"{name.mn}: шинэ цахим хаяг орсон.", f"{name.en}: a new web address.")
        if not change.field.endswith("source") and _new(_ACCOUNT, change):
            yield Text(f"{name.mn}: данс эсвэл утасны дугаар мэт тоо орсон.", f"{name.en}: a long number.")


def _new(pattern: re.Pattern[str], change: Change) -> bool:
    return bool(set(pattern.findall(change.after)) - set(pattern.findall(change.before)))
