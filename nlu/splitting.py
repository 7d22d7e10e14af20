"""Where a message may tell two needs: at a sign or a word that joins, both sides saying something."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.reading import Reading, read

MOST_PLACES = 2
"""Joining places that are tried, the first ones: a long letter has many, and each costs the time of two messages."""
SHORT = 2
"""Content words of a left side that may share the last word of the right ("the birth and the marriage reference")."""
_WORDS = (
    "бас мөн мон болон ба тэгээд тэгэд дараа нь хоёр "
    "bas mon mun bolon ba tegeed tgeed tgd teged daraa ni daraani hoyr hoyor xoyor "
    "and also plus then besides и также ещё еще und sowie auch außerdem 그리고 또 또한"
)
_SIGNS = r"[,;.?!+&/\u3001\u3002\uff0c]"
_INSIDE = "하고|および|それと|あと|以及|还有|還有|和"
_WORD = rf"(?<!\w)(?:{'|'.join(sorted(_WORDS.split(), key=len, reverse=True))})(?!\w)"
_JOINING = re.compile(
    rf"(?:\s*{_SIGNS}\s*|{_WORD}\s*|(?:{_INSIDE})\s*)+",
    re.IGNORECASE,
)
_INSIDE_A_NUMBER = re.compile(r"\d[.,/]\d")


@dataclass(frozen=True)
class Split:
    """`left` in the ways it may be meant: as it stands, and with the last words of `right`.

    `by_word`: a word joins the two, not only a sign.
    """

    left: tuple[Reading, ...]
    right: Reading
    by_word: bool


def splits_of(reading: Reading) -> tuple[Split, ...]:
    """The places where a message may fall into two needs, at most `MOST_PLACES`; none when one side is empty."""
    found: list[Split] = []
    text = reading.text
    for match in _JOINING.finditer(text):
        if _INSIDE_A_NUMBER.match(text, match.start() - 1) or not match.group().strip():
            continue
        left, right = read(text[: match.start()]), read(text[match.end() :])
        if left.content and right.content:
            by_word = any(map(str.isalpha, match.group()))
            found.append(Split(_ways(left, right) if by_word else (left,), right, by_word))
        if len(found) == MOST_PLACES:
            break
    return tuple(found)


def _ways(left: Reading, right: Reading) -> tuple[Reading, ...]:
    if len(left.content) > SHORT or len(right.words) < SHORT:
        return (left,)
    last = right.words[-1].text
    before = right.words[-2].text
    return (left, read(f"{left.text} {last}"), read(f"{left.text} {before} {last}"))
