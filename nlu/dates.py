"""Dates in a message: in figures, with Mongolian, English, Russian, German and East Asian months, and words for days.

Where the day and the month could be exchanged (05/12/2026) the value is what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dialogs.understanding import EntityKind
from nlu.measures import COUNTED
from nlu.seen import Found
from nlu.word_lists import rows

_WORD = re.compile(r"[^\W\d_]+")
_LEAP_YEAR = 2000
"""Of a date without a year every day that any year has is possible."""
_MONTHS_OF_YEAR = 12
_YEAR, _MONTH, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_ALONE, _END = r"(?<![\d+])(?<!\d[.,/\-])", r"(?!\d)(?![.\-/]\d)"
_OF_YEAR = rf"{_YEAR}\s?(?:оны|он|ony|onii|oni|on)\s+"
_OF_MONTH = rf"{_MONTH}\s?-?(?:р|r|дугаар|дүгээр|dugaar|dugeer|d)?\s?"
_ORDINAL = r"(?:\s?-?(?:ны|ний|н[ыи]д|нд|нөөс|ноос|нээс|ond|nii|nd|ni|d))?(?!\w)"
_SIGNS_OF_YEAR = rf"(?:{_YEAR}\s?[年년]\s?)?"
_IN_FIGURES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ALONE}{_YEAR}(?P<sign>[\-./])\s?{_MONTH}(?P=sign)\s?{_DAY}{_END}",
        rf"{_ALONE}(?P<first>\d{{1,2}})(?P<sign>[\-./])\s?(?P<second>\d{{1,2}})(?P=sign)\s?{_YEAR}{_END}",
        rf"{_ALONE}(?<!\w){_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\w)",
        rf"{_ALONE}(?<!\w){_YEAR}[\-/](?P<month>[01]\d)(?!\d)(?![\-/.]\d)",
        rf"(?<!\d)(?:{_OF_YEAR})?(?<!\d){_OF_MONTH}(?:сарын|сарийн|сары|сар|sariin|saryn|sarin|sari|sar)\s?-?\s?"
        rf"{_DAY}{_ORDINAL}(?!{COUNTED})",
        rf"(?<!\d){_OF_YEAR}{_OF_MONTH}(?:сар|sar)\w*",
        rf"{_SIGNS_OF_YEAR}(?<!\d){_MONTH}\s?[月월]\s?{_DAY}\s?[日号號일]",
    )
)


@dataclass(frozen=True)
class _Words:
    """Patterns of dates whose month is a word: none is tried where no such word begins (`beginnings`)."""

    months: Mapping[str, int]
    beginnings: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _in_words() -> _Words:
    numbers = {name: int(number) for number, names in rows("months.tsv") for name in names.split(", ")}
    names = "|".join(name.replace(" ", r"\s") for name in sorted(numbers, key=len, reverse=True))
    month = rf"(?<![^\W\d_])(?P<name>{names})\b\.?"
    patterns = (
        rf"(?<!\d)(?<!\d[.,])(?<!under\s)(?<!over\s){_DAY}(?:st|nd|rd|th|\.|-?го)?\s?(?:of\s)?{month}(?:,?\s?{_YEAR}(?!\d))?",
        rf"(?:{_OF_YEAR})?{month}\s?{_DAY}(?:st|rd|th)?{_ORDINAL}(?!:)(?!{COUNTED})",
        rf"{month}\s?{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR}(?!\d)",
        rf"{month}\s{_YEAR}(?!\d)",
    )
    compiled = tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    return _Words(numbers, frozenset(name.split()[0] for name in numbers), compiled)


@lru_cache(maxsize=1)
def _relative() -> tuple[frozenset[str], re.Pattern[str]]:
    """Words for a day; those of scripts without spaces as a pattern."""
    words = {word for row in rows("relative_days.tsv") for word in row[0].split()}
    signs = "|".join(sorted(word for word in words if word >= "\u1100"))
    return frozenset(word for word in words if word < "\u1100"), re.compile(rf"(?<![가-힣])(?:{signs})")


def dates_in(text: str) -> Iterator[Found]:
    """Every find, also those that overlap."""
    days, signs = _relative()
    said = [(match.group().casefold(), *match.span()) for match in _WORD.finditer(text)]
    for word, start, end in said:
        if word in days:
            yield Found(EntityKind.DATE, start, end, word)
    if not text.isascii():
        yield from (Found(EntityKind.DATE, *match.span(), match.group()) for match in signs.finditer(text))
    if any(map(str.isdecimal, text)):
        words = _in_words()
        named = any(word in words.beginnings for word, _, _ in said)
        yield from _with_figures(text, (*_IN_FIGURES, *words.patterns) if named else _IN_FIGURES, words.months)


def _with_figures(text: str, patterns: Iterable[re.Pattern[str]], months: Mapping[str, int]) -> Iterator[Found]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if value := _value(match, months):
                yield Found(EntityKind.DATE, *match.span(), value)


def _value(match: re.Match[str], months: Mapping[str, int]) -> str | None:
    """None for what cannot be a date."""
    parts = {name: part for name, part in match.groupdict().items() if part}
    year = int(parts["year"]) if "year" in parts else None
    if "first" in parts:
        return _either_order(match, int(parts["first"]), int(parts["second"]))
    month = months[" ".join(parts["name"].casefold().split())] if "name" in parts else int(parts["month"])
    if "day" in parts:
        return _iso(year, month, int(parts["day"]))
    return f"{year}-{month:02}" if 1 <= month <= _MONTHS_OF_YEAR else None


def _either_order(match: re.Match[str], first: int, second: int) -> str | None:
    """Dots are European: day, month. Else it is clear only when one is more than twelve or both are the same."""
    year = int(match["year"])
    if match["sign"] == "." or first > _MONTHS_OF_YEAR or first == second:
        return _iso(year, second, first)
    if second > _MONTHS_OF_YEAR:
        return _iso(year, first, second)
    return match.group() if _iso(year, second, first) and _iso(year, first, second) else None


def _iso(year: int | None, month: int, day: int) -> str | None:
    try:
        found = date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return None
    return found.isoformat() if year else f"--{found.month:02}-{found.day:02}"
