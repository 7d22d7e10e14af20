"""Numbers that belong to one person: the register number, numbers of documents, mail addresses, one-time codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.understanding import EntityKind
from dialogs.verification.codes import read_code
from dialogs.verification.register_number import read_register_number
from nlu.measures import COUNTED, YEAR
from nlu.seen import Found

# Where a register number may stand; `read_register_number` decides whether it is one.
_REGISTER = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,4})([\s\-]{0,2})(?:\d[\s\-]?){7}\d(?!\d)")
# Small letters and a space before eight digits: these are words before a phone number more often than a register's.
_SMALL = "би та за чи ба уу юу вэ аа чинь минь мань bi ta za chi ba uu ve me am or as so we he if our"
_WORDS = frozenset(_SMALL.split())
_YEARS = re.compile(r"(?:19|20)\d\d\s?-\s?(?:19|20)\d\d$")
_DOCUMENTS = re.compile(
    r"(?<!\w)[EЕ][ \-]?\d{7}(?!\w)"  # e-passport; the second E is Cyrillic
    r"|(?<!\w)[^\W\d_]{2}\d{7}(?!\w)"
    r"|(?<!\w)(?-i:(?!РД|RD|ID|NO|ОН|ON)[A-ZА-ЯЁӨҮ]{2})[ \-]\d{7}(?!\w)"
    r"|(?<!\w)[A-Z]\d{8}(?!\w)"  # passports of other states
    r"|(?<![\d\-])\d{6}-[1-8]\d{6}(?!\d)"  # Korean residence card
    r"|(?<![\w+\-])(?!0|82\s?10|976)\d{12,13}(?!\w)",  # civil number, foreigner's register number
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+%\-])\w[\w.+%\-]{0,63}@(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_CODE = re.compile(
    r"(?<![\w.,/:+#№$€₮¥₩£\-])(?<!\d[ ])(?!(?:19|20)\d\d(?!\d))\d{4,8}"
    rf"(?![\w/]|[.,:\-]\d|[ ]\d|-[рr]\b)(?!{COUNTED}|{YEAR})",
    re.IGNORECASE,
)
_SIX = re.compile(r"(?<![\w/])(?!(?:19|20)\d\d\s?-\s?\d\d)\d(?:[\s\-]?\d){5}(?![\w/])")
_CODE_DIGITS = 6
_CODE_SAID = re.compile(r"код|kod|code|нууц|nuuts|otp|pin|пин|парол|parol|인증|認証|验证", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_TO_LATIN = str.maketrans("Е", "E")


def numbers_in(text: str) -> Iterator[Found]:
    """Every find, also those that overlap."""
    yield from _registers(text)
    for match in _DOCUMENTS.finditer(text):
        yield Found(EntityKind.DOCUMENT, *match.span(), _number(match.group()))
    yield from _codes(text)


def addresses_in(text: str) -> Iterator[Found]:
    for match in _MAIL.finditer(text) if "@" in text else ():
        yield Found(EntityKind.EMAIL, *match.span(), match.group().casefold())


def _registers(text: str) -> Iterator[Found]:
    for match in _REGISTER.finditer(text):
        letters, gap = match.groups()
        if gap and (letters in _WORDS or _YEARS.search(match.group())):
            continue
        typed = read_register_number(match.group())
        if typed is not None and typed.plausible:
            yield Found(EntityKind.REGISTER, *match.span(), typed.readings[0])


def _number(written: str) -> str:
    """Capitals without what stands between; the E of an e-passport is Latin."""
    number = re.sub(r"[\s\-]", "", written).upper()
    return number.translate(_TO_LATIN) if number[1:].isdecimal() else number


def _codes(text: str) -> Iterator[Found]:
    """Six digits anywhere; more or fewer only alone, or where a code is spoken of."""
    code = read_code(text)
    run = _SIX.search(text) if code else None
    if code and run:
        yield Found(EntityKind.CODE, *run.span(), code)
        return
    alone = _CODE_SAID.search(text) or not _LETTER.search(text)
    for match in _CODE.finditer(text):
        if alone or len(match.group()) == _CODE_DIGITS:
            yield Found(EntityKind.CODE, *match.span(), match.group())
