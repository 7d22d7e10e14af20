"""Sentence key -> text in both languages. The texts live in `dialogs/texts`, one TOML file a subject."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from dialogs.elections import RegistrationState
from dialogs.missions import MissionKind
from dialogs.services import Audience, Delivery, Language, Level, Provenance, Usable
from dialogs.understanding import Aspect
from dialogs.verification.codes import Refusal

FOLDER = Path(__file__).parent / "texts"
_FIELDS = ("family-name", "patronymic", "given-name", "register-number", "civil-id", "sex", "birth-date",
           "birth-place", "address", "issued", "valid-until")  # fmt: skip


class WordingError(Exception):
    """The texts are not whole: a language is missing, a placeholder differs, a key nobody wrote."""


@cache
def texts() -> Mapping[str, Mapping[Language, str]]:
    """Every sentence by its key (`file.section`), read once."""
    found: dict[str, Mapping[Language, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found[f"{path.stem}.{name}"] = {Language(language): text for language, text in entry.items()}
    return found


def sentence(key: str, language: Language, values: Mapping[str, str] | None = None) -> str:
    """The sentence with its placeholders filled. Raises `KeyError` for a key or placeholder that is not there."""
    return texts()[key][language].format_map(values or {})


def placeholders(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def needed_keys() -> Iterator[str]:
    """The keys that are put together from words of the code; `tests/dialogs` finds the ones written out."""
    yield from (f"refused.{reason}" for reason in Refusal)
    yield from (f"level.{level}" for level in Level)
    yield from (f"{side}.{delivery}" for side in ("delivery", "how") for delivery in Delivery)
    yield from (f"abroad.{usable}" for usable in Usable)
    yield from (f"aspect.{aspect}" for aspect in Aspect)
    yield from (f"source.{kind}" for kind in Provenance)
    yield from (f"audience.{audience}" for audience in Audience)
    yield from (f"field.{name}" for name in _FIELDS)
    yield from (f"mission-kind.{kind}" for kind in MissionKind)
    yield from (f"election.{state}" for state in RegistrationState)


def check() -> None:
    """Called at start. Raises `WordingError` naming everything that is missing or uneven."""
    problems = [f"{key}: no such sentence" for key in needed_keys() if key not in texts()]
    for key, entry in texts().items():
        problems += [f"{key}: no {language}" for language in Language if not entry.get(language, "").strip()]
        if len({placeholders(text) for text in entry.values()}) > 1:
            problems.append(f"{key}: the placeholders differ between the languages")
    if problems:
        raise WordingError("\n".join(problems))
