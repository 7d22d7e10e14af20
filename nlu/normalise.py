"""A message as it came, made safe and comparable: one alphabet form, no invisible characters, a bounded length.

Never raises: lone surrogates, NUL, direction marks and stacked accents are dropped, not rejected.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LIMIT = 4_000
"""Characters of a message that are read; the longest message a channel delivers is about this long."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp", "Zs"})
_SPACES = frozenset({"Zl", "Zp", "Zs"})
# Old Mongolian fonts put ө and ү on the places of these letters.
_OLD_FONT = str.maketrans("єЄѳѲїЇ", "өӨөӨүҮ")
_LATIN_LOOKALIKES = "aeopcxyikmhbtAEOPCXYIKMHBTvV"
_CYRILLIC_TWINS = "аеорсхуикмнвтАЕОРСХУИКМНВТүҮ"
_TO_CYRILLIC = str.maketrans(_LATIN_LOOKALIKES, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans("аеорсхукмтвнАЕОРСХУКМТВН", "aeopcxykmtbhAEOPCXYKMTBH")
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_MIXED = re.compile(r"[A-Za-z][\u0400-\u052f]|[\u0400-\u052f][A-Za-z]")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,200}>|\{[^{}\s]{0,40}\}|%[sd]\b|%(?=[sd][{%<])[sd]")
"""Tags and places left open in a template: no words of a person."""
_RUN_OF_LETTERS = re.compile(r"[A-Za-z\u0400-\u052f]+")
_ALL_VISIBLE = re.compile(r"[ -~\u0400-\u0482\u048a-\u052f]*")
"""Printable letters that stand alone: nothing to take away or to compose."""


def clean(text: str) -> str:
    """At most `LIMIT` characters of `text`, NFKC, without invisible characters, spaces single, look-alikes mended."""
    text = text[: 2 * LIMIT]
    if _ALL_VISIBLE.fullmatch(text):
        text = text.translate(_OLD_FONT)
    elif not (text := "".join(map(_visible, text))).isascii():
        text = unicodedata.normalize("NFKC", text)[: 2 * LIMIT]
        text = "".join(map(_without_accent, text)).translate(_OLD_FONT)
    text = " ".join(_MARKUP.sub(" ", text).split())[:LIMIT]
    return _RUN_OF_LETTERS.sub(_one_alphabet, text) if _MIXED.search(text) else text


@lru_cache(maxsize=4_096)
def _visible(character: str) -> str:
    """The character, a space for any kind of space, or nothing for what cannot be seen."""
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in _SPACES:
        return " "
    if "\u0300" <= character <= "\u030c":  # й, ё, ö, ü and á may come in two pieces
        return character
    return "" if category in _INVISIBLE else character


def _without_accent(character: str) -> str:
    """Nothing for an accent that no letter took up."""
    return "" if "\u0300" <= character <= "\u030c" else character


def _one_alphabet(match: re.Match[str]) -> str:
    """A word of two alphabets becomes one when the letters of the smaller one only look like the other's."""
    word = match.group()
    latin, cyrillic = _LATIN.findall(word), _CYRILLIC.findall(word)
    if not latin or not cyrillic:
        return word
    if all(letter in _LATIN_LOOKALIKES for letter in latin):
        return word.translate(_TO_CYRILLIC)
    if len(latin) > len(cyrillic) and all(letter in "аеорсхукмтвнАЕОРСХУКМТВН" for letter in cyrillic):
        return word.translate(_TO_LATIN)
    return word
