"""A message as its entities are looked for in: one form of every letter and digit, each with its place as written.

`nlu.normalise.clean` moves letters about; here every letter knows where it stood, so that a find can be shown, and
hidden, in the message itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from dialogs.understanding import Entity, EntityKind
from nlu.normalise import LIMIT

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"})
# A letter with its accents, or the parts of one Hangul syllable.
_LETTER = re.compile(r"[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|[^\u0300-\u036f]?[\u0300-\u036f]*", re.DOTALL)
_MOST_PIECES = 4
_AS_SEARCHED = re.compile(r"[ -~\n\u0400-\u0482\u048a-\u052f]*")
"""Letters that stand alone and have one form."""
_OLD_FONT = str.maketrans("єЄѳѲїЇ", "өӨөӨүҮ")


@dataclass(frozen=True)
class Found:
    """A find in `Seen.text`, from `start` up to `end`."""

    kind: EntityKind
    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Seen:
    """`text` is what is searched; its letter i was written from `starts[i]` up to `ends[i]` of `written`."""

    written: str
    text: str
    starts: tuple[int, ...] | range
    ends: tuple[int, ...] | range

    def entity(self, found: Found) -> Entity:
        start, end = self.span(found.start, found.end)
        return Entity(found.kind, start, end, found.value, self.written[start:end])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the message of letters `start` up to `end` (at least one)."""
        return self.starts[start], self.ends[end - 1]


def readable(text: str) -> str:
    """The beginning of a message that is read: at most `LIMIT` characters, cut between words where it is longer."""
    if len(text) <= LIMIT:
        return text
    cut = text[:LIMIT]
    return cut if text[LIMIT].isspace() or not cut.split() else cut[: len(cut) - len(cut.split()[-1])]


def seen(text: str) -> Seen:
    """The letters of the readable part, NFKC, digits ASCII, without what cannot be seen. Never raises."""
    text = readable(text)
    if _AS_SEARCHED.fullmatch(text):
        return Seen(text, text.translate(_OLD_FONT), range(len(text)), range(1, len(text) + 1))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _LETTER.finditer(text):
        piece = match.group()
        for letter in _plain(piece) if len(piece) <= _MOST_PIECES else _plain.__wrapped__(piece):
            letters.append(letter)
            starts.append(match.start())
            ends.append(match.end())
    return Seen(text, "".join(letters), tuple(starts), tuple(ends))


@lru_cache(maxsize=4_096)
def _plain(piece: str) -> str:
    """One letter as it was written, in the form that is searched; nothing for what cannot be seen."""
    if piece == "\n":
        return piece
    if piece.isspace():
        return " "
    digit = unicodedata.decimal(piece, None) if len(piece) == 1 else None
    if digit is not None:
        return str(digit)
    letters = unicodedata.normalize("NFKC", piece).translate(_OLD_FONT)
    return "".join(letter for letter in letters if unicodedata.category(letter) not in _DROPPED)
