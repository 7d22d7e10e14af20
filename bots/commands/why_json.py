"""The `why` object of `tuslakh ask --json --why`, as docs/ask-json.md tells it: fields are only ever added."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from dialogs.services import Text
from nlu.why import Why

_DECIMALS = 4


def why_as_json(told: Why) -> dict[str, Any]:
    """Without `understood`, which stands around it."""
    return {name: value for name, value in _fields(told).items() if name != "understood"}


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    return value


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a dataclass and what it computes of them; a text becomes its two languages."""
    if isinstance(value, Text):
        return {"mn": value.mn, "en": value.en}
    computed = [name for name, kind in vars(type(value)).items() if isinstance(kind, property)]
    return {name: _plain(getattr(value, name)) for name in (*(field.name for field in fields(value)), *computed)}
