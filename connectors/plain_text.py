"""Text as chat platforms count and show it: lengths in UTF-16 units, nothing that cannot be sent or that deceives."""

from __future__ import annotations

import re
import unicodedata

# Marks, embeddings, overrides and isolates that turn the direction of a line. The variation selectors and the vowel
# separator of traditional Mongolian are letters' forms, not directions: they stay.
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"  # all of Cc but tab and newline
_NEVER_SHOWN = re.compile(f"[{_CONTROLS}{_DIRECTIONS}]")
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts offsets and limits; an emoji outside the first plane is 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def mended(text: str) -> str:
    """The same text, storable anywhere: halves of one character joined, lone halves and NUL replaced by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", _REPLACED)


def shown(text: str) -> str:
    """What may be sent: mended, without control and direction characters; lines end in a newline."""
    text = mended(text)
    for end, newline in _LINE_ENDS.items():
        text = text.replace(end, newline)
    return _NEVER_SHOWN.sub("", text)


def one_line(text: str) -> str:
    """`shown` on one line, single spaces, trimmed."""
    return " ".join(shown(text).split())


def is_blank(text: str) -> bool:
    """Nothing to see in it: Telegram calls such a message empty."""
    return all(unicodedata.category(char)[0] in "ZC" for char in text)
