"""One spelling for what sounds alike: the same key for Mongolian in Cyrillic, in Latin letters and without ө and ү.

Key alphabet: `a e i o` for vowels (o, ө, у, ү are one; и, й, ы are one), `C` for ч, `S` for ш, `c` for ц, `h` for х,
`v` for в; doubled letters are single. A Latin spelling is a class of spellings: u is у, ү or ө; h, x and kh are х.
"""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern

_CONSONANT = "bcdfghjklmnpqrstvwxzCS"
# In order; the results are letters of the key alphabet, so no later rule may read them wrongly.
_LATIN_RULES = tuple(
    (re.compile(pattern), result)
    for pattern, result in (
        (r"0", "o"),
        (r"sh", "S"),
        (r"ch", "C"),
        (r"kh", "h"),
        (r"zh|dj", "j"),
        (r"ts|tz", "c"),
        (r"dz", "z"),
        (r"ck|q", "k"),
        (r"ph", "p"),
        (r"vv|ww", "o"),
        (r"^vi(?=l[cC])", "oi"),
        (rf"^v(?=[{_CONSONANT}])", "o"),
        (rf"(?<=[{_CONSONANT}])v(?=[{_CONSONANT}]|$)", "o"),
        (rf"^y(?=[{_CONSONANT}])", "o"),
        (r"ye", "e"),
        (r"y", "i"),
    )
)
_LATIN_LETTER = re.compile(r"[a-z0]")
_LETTERS = str.maketrans(
    {
        **dict(zip("абвгджзийклмноөпрстуүфхцчшщыэ", "abvgdjziiklmnooprstoophcCSSie", strict=True)),
        **{"е": "e", "ё": "io", "ю": "io", "я": "ia", "ь": "", "ъ": ""},
        **dict(zip("қғңұіәһ", "kgnoieh", strict=True)),  # Kazakh letters of Bayan-Ölgii
        **{"u": "o", "ö": "o", "ü": "o", "ō": "o", "ū": "o", "x": "h", "w": "v", "f": "p"},
        **{"ä": "e", "é": "e", "è": "e", "á": "a", "à": "a", "í": "i", "ó": "o", "ú": "o", "ß": "s"},
    }
)
_DOUBLED = re.compile(r"(.)\1+")
_NUMBER = re.compile(r"\d+")

# Endings on keys, tried longest first: wishes and tenses of verbs; cases, plural and possession of nouns.
_VERB_ENDINGS = (
    "Cihsan.Cihsen.Cihson.Cihsn.Cihla.Cihle.Cihlo.Cihj.mar.mer.mor.san.sen.son.sn.dag.deg.dog.dg.ah.eh.oh.ih.ia"
)
_CASE_ENDINGS = (
    "gin.nin.nas.nes.nos.gas.ges.gos.gar.ger.gor.tai.tei.toi.nod.Cod.nar.in.ni.ig.as.es.os.ar.er.or.nd.a.e.o.i"
)
_ENDINGS = frozenset(f"{_VERB_ENDINGS}.{_CASE_ENDINGS}".split("."))
_LENGTHS = tuple(sorted(set(map(len, _ENDINGS)), reverse=True))
_NOT = ("agoi", "egoi", "ogoi", "hgoi", "goi", "gio", "gei", "go")
_SHORTEST_STEM = 3
_VOWELS = frozenset("aeio")


@lru_cache(maxsize=8_192)
def key(word: str) -> str:
    """The phonetic key of one word; letters of other scripts stay as they are, digits alone stay a number."""
    word = word.casefold()
    if _NUMBER.fullmatch(word):
        return word
    if _LATIN_LETTER.search(word):
        for pattern, result in _LATIN_RULES:
            word = pattern.sub(result, word)
    return _DOUBLED.sub(r"\1", word.translate(_LETTERS))


@lru_cache(maxsize=8_192)
def stem(word: str) -> str:
    """A key without its ending and without all vowels but the first (they come, go and are exchanged).

    A word of not (-гүй) keeps a `~`, so that "registered" and "not registered" differ.
    """
    negation = next((end for end in _NOT if word.endswith(end) and len(word) - len(end) >= _SHORTEST_STEM), "")
    body = word[: len(word) - len(negation)]
    body = _without_ending(_without_ending(body))
    first = next((place for place, letter in enumerate(body) if letter in _VOWELS), len(body))
    rest = "".join(letter for letter in body[first + 1 :] if letter not in _VOWELS)
    return intern(_DOUBLED.sub(r"\1", body[: first + 1] + rest) + ("~" if negation else ""))


def _without_ending(word: str) -> str:
    for length in _LENGTHS:
        if word[-length:] in _ENDINGS and len(word) - length >= _SHORTEST_STEM + (length > 2):
            return word[:-length]
    return word


@lru_cache(maxsize=8_192)
def skeleton(word: str) -> str:
    """The consonants of a key (a swallowed or exchanged vowel does not matter); "" when fewer than three are left."""
    bones = "".join(letter for letter in word if letter not in _VOWELS)
    return bones if len(bones) >= _SHORTEST_STEM and bones.isalpha() else ""


def pieces(word: str) -> tuple[str, ...]:
    """Character 3-5-grams of one key with its edges marked; pairs and single signs for scripts that write syllables."""
    if word and not word.isascii():
        return (*word, *(word[place : place + 2] for place in range(len(word) - 1)))
    edged = f"^{word}$"
    sizes = [size for size in (3, 4, 5) if size <= len(edged)] or [3]
    return tuple([edged[place : place + size] for size in sizes for place in range(max(1, len(edged) - size + 1))])
