"""Phone numbers: Mongolian ones, and those of the countries where citizens live as people write them there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.understanding import EntityKind
from nlu.measures import is_money
from nlu.seen import Found

# First two digits in use, by the regulator's numbering plan (domain notes, 5.3); others may be another country's.
_IN_USE = "60 66 70 72 75 76 77 78 80 83 85 86 88 89 90 91 93 94 95 96 97 98 99"
_PREFIXES = frozenset(_IN_USE.split())
_ALONE = r"(?<![\d+])(?<!\d[.,/:\-])"
_BEHIND_ANOTHER = rf"(?:{_ALONE}|(?<=\d{{8}}[,/]))"
_NO_LETTERS = r"(?:(?<![^\W\d_])|(?<=[^\W\d_]{3}))"  # one or two before it are a document's
_NO_DATE = r"(?!\d\d?[\-./ ]\d\d?[\-./ ](?:19|20)\d\d)"
_PHONES = re.compile(
    rf"(?P<mongolian>{_BEHIND_ANOTHER}{_NO_LETTERS}(?:(?:\+|00)?\(?976\)?[ \-]{{0,2}})?"
    r"(?P<eight>[5-9]\d{3}[ \-]?\d{4}|[5-9]\d(?:[ \-]\d\d){3}|[5-9]\d[ \-]\d{6})(?!\d)(?![\-.,]\d{1,3}(?!\d)))"
    r"|(?P<abroad>(?<![\d+])(?:\+|(?<![.,])00)[1-9]\d{0,2}(?:[ \-.()/]{0,3}\d){6,13}(?!\d))"
    rf"|(?P<korean>{_ALONE}(?:82[ \-]?|0)10[ \-.]?\d{{4}}[ \-.]?\d{{4}}(?!\d))"
    rf"|(?P<japanese>{_ALONE}0[789]0[ \-]?\d{{4}}[ \-]?\d{{4}}(?!\d))"
    rf"|(?P<russian>{_ALONE}8[ \-]?\(?9\d\d\)?[ \-]?\d{{3}}[ \-]?\d\d[ \-]?\d\d(?!\d))"
    rf"|(?P<unsure>{_ALONE}(?:\(0|0){_NO_DATE}[1-9](?:[ \-/()]{{0,2}}\d){{7,10}}(?!\d)"
    rf"|{_ALONE}(?:1[ \-.]?)?\(?[2-9]\d\d\)?[ \-.]{{1,2}}\d{{3}}[ \-.]\d{{4}}(?!\d)"
    rf"|{_ALONE}1[3-9]\d[ \-]?\d{{4}}[ \-]?\d{{4}}(?!\d))"
)
_NATIONAL = {"korean": "+8210", "japanese": "+81", "russian": "+7"}


def phones_in(text: str) -> Iterator[Found]:
    for match in _PHONES.finditer(text):
        if not is_money(text, match.end()):
            yield Found(EntityKind.PHONE, *match.span(), _value(match))


def _value(match: re.Match[str]) -> str:
    """E.164 where the country is sure, else the digits."""
    digits, kind = _digits(match.group()), match.lastgroup
    if match["mongolian"]:
        number = _digits(match["eight"])
        return f"+976{number}" if len(digits) > len(number) or number[:2] in _PREFIXES else number
    if kind == "abroad":
        return f"+{_digits(match.group().replace('(0)', '')).removeprefix('00')}"
    if kind == "korean":
        return f"+8210{digits[-8:]}"
    return f"{_NATIONAL[kind]}{digits[1:]}" if kind in _NATIONAL else digits


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))
