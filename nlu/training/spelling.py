"""Mongolian as many hands type it: the same text in Latin letters, without ө and ү, with slips of the finger.

A hand is drawn once for a text and stays the same in it, as people do. The spellings are those people were seen to use;
how often each is drawn is a judgement.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

Weighted = Sequence[tuple[str, float]]
_LATIN: Mapping[str, Weighted] = {
    "х": (("h", 0.75), ("x", 0.15), ("kh", 0.1)),
    "ц": (("ts", 0.75), ("c", 0.25)),
    "ж": (("j", 0.93), ("zh", 0.07)),
    "в": (("v", 0.55), ("w", 0.45)),
    "ө": (("u", 0.5), ("o", 0.45), ("ö", 0.05)),
    "ү": (("u", 0.75), ("v", 0.2), ("ü", 0.05)),
    "й": (("i", 0.9), ("y", 0.1)),
    "ы": (("i", 0.6), ("ii", 0.25), ("y", 0.15)),
    "е": (("e", 0.55), ("ye", 0.45)),
    "ё": (("yo", 0.9), ("e", 0.1)),
    "ю": (("yu", 0.9), ("iu", 0.1)),
    "я": (("ya", 0.85), ("ia", 0.15)),
    "ь": (("i", 0.7), ("", 0.3)),
    "ч": (("ch", 0.95), ("c", 0.05)),
    "ф": (("f", 0.9), ("p", 0.1)),
    "к": (("k", 0.95), ("c", 0.05)),
}
_ALWAYS: dict[int, str] = str.maketrans(
    dict(zip("абгдзиклмнопрстушщэ", "abgdziklmnoprstu..e", strict=True)) | {"ш": "sh", "щ": "sh", "ъ": ""}
)
_CHAT = {
    "байна": ("bna", "bn", "baina", "bnaa"), "байгаа": ("bga", "bgaa", "baigaa"), "гэсэн": ("gsn", "gesen", "gsen"),
    "юм": ("ym", "yum", "yumaa"), "яаж": ("yaj", "yj", "yaaj"), "болох": ("boloh", "bolox", "blh"),
    "гэж": ("gj", "gej"), "вэ": ("ve", "we", "be", "v"), "уу": ("uu", "u", "vv"), "үү": ("uu", "u", "vv"),
    "байдаг": ("bdg", "baidag"), "хэрэгтэй": ("heregtei", "hrgtei", "xeregtei"), "юу": ("yu", "yuu", "yv"),
    "бол": ("bol", "bl"), "сайн": ("sain", "sn", "sainuu"), "монгол": ("mongol", "mgl"), "надад": ("nadad", "ndd"),
}  # fmt: skip
_LONG = re.compile(r"([аэоуөүи])\1")
_LATIN_VOWEL = re.compile(r"(?<=[a-z])[aeiou](?=[a-z])")
_NO_MONGOLIAN_KEYS: Sequence[Mapping[str, str]] = ({"ө": "о", "ү": "у"}, {"ө": "е", "ү": "у"}, {"ө": "є", "ү": "v"})


def in_latin(text: str, dice: random.Random) -> str:
    """The Cyrillic words of `text` as one hand types them in Latin letters; other words stay."""
    hand = {letter: _drawn(ways, dice) for letter, ways in _LATIN.items()}
    short_vowels, lazy, chat = dice.random() < 0.3, dice.random() < 0.08, dice.random() < 0.6

    def one(word: str) -> str:
        if chat and word in _CHAT:
            return dice.choice(_CHAT[word])
        if short_vowels:
            word = _LONG.sub(r"\1", word)
        typed = "".join(hand.get(letter, letter) for letter in word).translate(_ALWAYS)
        return _LATIN_VOWEL.sub(lambda m: "" if dice.random() < 0.25 else m.group(), typed) if lazy else typed

    return " ".join(one(word) for word in text.lower().split())


def without_mongolian_keys(text: str, dice: random.Random) -> str:
    """As on a keyboard without ө and ү."""
    return text.translate({ord(letter): typed for letter, typed in dice.choice(_NO_MONGOLIAN_KEYS).items()})


def with_slips(text: str, dice: random.Random, rate: float = 0.04) -> str:
    """Letters left out, doubled or exchanged with their neighbour; `rate` is the share of letters it happens to."""
    letters = list(text)
    for place in range(len(letters) - 1):
        if not letters[place].isalpha() or dice.random() >= rate:
            continue
        slip = dice.randrange(3)
        if slip == 0:
            letters[place] = ""
        elif slip == 1:
            letters[place] *= 2
        elif letters[place + 1].isalpha():
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def as_typed(text: str, dice: random.Random) -> str:
    """One of the ways in which a text may come; Cyrillic comes in Latin letters half the time."""
    chance = dice.random()
    if re.search("[а-яөү]", text.lower()):
        if chance < 0.5:
            text = in_latin(text, dice)
        elif chance < 0.65:
            text = without_mongolian_keys(text.lower(), dice)
    if dice.random() < 0.2:
        text = with_slips(text, dice)
    return text.lower().rstrip("?!.") if dice.random() < 0.4 else text


def _drawn(ways: Weighted, dice: random.Random) -> str:
    return dice.choices([way for way, _ in ways], [weight for _, weight in ways])[0]
