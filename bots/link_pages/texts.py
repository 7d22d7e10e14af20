"""Sentence key -> text of these pages in both languages (`texts.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dialogs.services import Language

_FILE = Path(__file__).parent / "texts.toml"


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def says(key: str, language: Language, **values: object) -> str:
    """Raises `KeyError` for a key or placeholder that is not there."""
    return texts()[key][language.value].format_map(values)
