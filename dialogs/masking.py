"""What is hidden of personal numbers and names, in one place: for citizens' cards, the desk and the logs."""

from __future__ import annotations

import re
import unicodedata

from dialogs.verification.codes import hide_codes, holds_code
from dialogs.verification.register_number import are_letters, holds_register_number

_REGISTER = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,4})([\s\-]{0,2})((?:\d[\s\-]?){6,8}\d)(?!\d)")
_MAIL = re.compile(r"\b\d{12}@e-mongolia\.mn\b")
_CIVIL_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?976[\s\-]?)?[5-9]\d{3}[\s\-]?\d{4}(?!\d)")
_RUN = re.compile(r"\d(?:[\s\-–.]{0,2}\d)*")
_HIDDEN_DIGITS = 4
STARS = "******"


def mask_register_number(number: str) -> str:
    """`УБ90010112` becomes `УБ******12`: letters and the last two digits stay, so that a person knows their own."""
    return f"{number[:2]}{STARS}{number[-2:]}"


def mask_name(name: str) -> str:
    """The first letter stays: `Сараа` becomes `С****`; the number of stars does not tell the length."""
    return f"{name[:1]}****" if name else ""


def mask_digits(number: str) -> str:
    """All but the last two signs."""
    return f"{STARS}{number[-2:]}" if len(number) > 2 else STARS


def mask_text(text: str) -> str:
    """Free text with register numbers, civil ids, phone numbers and six-digit codes hidden; sums of money stay."""
    text = _MAIL.sub(f"{STARS}@e-mongolia.mn", unicodedata.normalize("NFC", text))
    text = _REGISTER.sub(_mask_found, text)
    text = _CIVIL_ID.sub(STARS, text)
    text = _PHONE.sub(lambda found: f"{STARS}{found[0][-2:]}", text)
    return hide_codes(text, STARS)


def mask_hidden(text: str) -> str:
    """A message that was taken out of the chat: also every other run of four digits or more, which may be a code."""
    return _RUN.sub(lambda run: STARS if _count_digits(run[0]) >= _HIDDEN_DIGITS else run[0], mask_text(text))


def holds_secret(text: str) -> bool:
    """A register number (also a mistyped one) or a code: the message leaves the chat."""
    return holds_register_number(text) or holds_code(text)


def _mask_found(found: re.Match[str]) -> str:
    """Eight digits after letters always; one more or less only after letters that can be a register number's."""
    digits = _count_digits(found[3])
    known = digits == 8 or are_letters(found[1], found[2])
    return f"{found[1]}{STARS}{found[3][-2:]}" if known else found[0]


def _count_digits(text: str) -> int:
    return sum(char.isdecimal() for char in text)
