"""Reading a register number (РД) as people type it: two Cyrillic letters and eight digits, often in Latin letters.

The check sign's algorithm is not public, so only the pattern decides; a date that cannot be is a reason to ask, not
to refuse (numbers are re-issued, and people born from 2000 on have 20 added to the month).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

PATTERN = re.compile(r"[А-ЩЭ-ЯЁӨҮ]{2}[0-9]{8}")  # the signs Ъ, Ь and Ы are no letters of a number
_TWO_LETTERS = re.compile(r"[А-ЩЭ-ЯЁӨҮ]{2}")
# The aimag or city of the first registration; a third party's table of the first letters in use.
FIRST_LETTERS = frozenset("АБВГДЕЖЗИЙКЛМНОПРСТФХУЦ")
_TYPED = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,4})([\s\-]{0,2})((?:\d[\s\-]?){7}\d)(?!\d)")
_NEARLY = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,4})([\s\-]{0,2})((?:\d[\s\-]?){6,8}\d)(?!\d)")  # one digit off
# Short words that stand before other digits ("РД 90010112", "on 20270105"); joined to the digits they are letters.
_SMALL_WORDS = frozenset(
    ("РД", "ОН", "НЬ", "RD", "NI", "ON", "NO", "ID", "TEL", "AT", "BY", "IN", "IS", "MY", "OF", "TO")
)
_READINGS = {
    "A": "А", "B": "БВ", "C": "СЦ", "D": "Д", "E": "ЕЭ", "F": "Ф", "G": "Г", "H": "ХН", "I": "И", "J": "Ж",
    "K": "К", "L": "Л", "M": "М", "N": "Н", "O": "ОӨ", "P": "ПР", "R": "Р", "S": "С", "T": "Т", "U": "УҮ",
    "V": "ВҮ", "W": "В", "X": "Х", "Y": "УЯ", "Z": "З", "Ö": "Ө", "Ü": "Ү",
    "KH": "Х", "TS": "Ц", "CH": "Ч", "SH": "Ш", "ZH": "Ж", "YA": "Я", "YO": "Ё", "YU": "Ю", "YE": "Е",
}  # fmt: skip
_OLD_LETTERS = str.maketrans({"Є": "Ө", "Ѳ": "Ө", "Ї": "Ү", "Ү": "Ү", "Ө": "Ө"})
MAX_READINGS = 4


@dataclass(frozen=True)
class TypedNumber:
    """What may have been meant, likeliest first; one entry when it is clear.

    `plausible`: the digits can be a date. `usual`: the first letter is one in use.
    """

    readings: tuple[str, ...]
    plausible: bool
    usual: bool = True

    @property
    def doubtful(self) -> bool:
        return not (self.plausible and self.usual)


def read_register_number(text: str) -> TypedNumber | None:
    """The one register number in a message, or None when there is none (or more than one)."""
    found = [(_pairs(letters), _ascii_digits(digits)) for letters, digits in _found(_TYPED, text)]
    if len(found) != 1:
        return None
    (pairs, digits), *_ = found
    readings = tuple(f"{pair}{digits}" for pair in pairs)
    usual = all(pair[0] in FIRST_LETTERS for pair in pairs)
    return TypedNumber(readings[:MAX_READINGS], _plausible(digits), usual)


def holds_register_number(text: str) -> bool:
    """One or more, also one that was mistyped by a digit."""
    return bool(_found(_NEARLY, text))


def are_letters(letters: str, gap: str) -> bool:
    """Whether these letters, that far from the digits, can be the two of a register number."""
    letters = letters.upper()
    return bool(_pairs(letters)) and not (gap and letters in _SMALL_WORDS)


def _found(shape: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """(letters, digits) of everything in this shape whose letters can be a register number's."""
    found = shape.findall(unicodedata.normalize("NFC", text.upper()))
    return [(letters, digits) for letters, gap, digits in found if are_letters(letters, gap)]


def _ascii_digits(text: str) -> str:
    """Any decimal digit (full-width, Mongolian, Arabic) as ASCII."""
    values = (unicodedata.decimal(char, None) for char in text)
    return "".join(str(value) for value in values if value is not None)


def _pairs(letters: str) -> tuple[str, ...]:
    letters = letters.translate(_OLD_LETTERS)
    if _TWO_LETTERS.fullmatch(letters):
        return (letters,)
    pairs: list[str] = []
    for first, second in _splits(letters):
        readings = product(_READINGS.get(first, first), _READINGS.get(second, second))
        pairs += [a + b for a, b in readings if _TWO_LETTERS.fullmatch(a + b) and a in FIRST_LETTERS]
    return tuple(dict.fromkeys(pairs))


def _splits(letters: str) -> list[tuple[str, str]]:
    """Every way to cut Latin letters into two sounds: `TSB` is TS+B."""
    return [
        (letters[:cut], letters[cut:])
        for cut in range(1, len(letters))
        if len(letters[:cut]) <= 2
        and len(letters[cut:]) <= 2
        and all(len(part) == 1 or part in _READINGS for part in (letters[:cut], letters[cut:]))
    ]


def _plausible(digits: str) -> bool:
    month, day = int(digits[2:4]), int(digits[4:6])
    return (1 <= month <= 12 or 21 <= month <= 32) and 1 <= day <= 31
