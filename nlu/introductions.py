"""Where somebody says a name: "намайг Болд гэдэг", "my name is Bold", "овог нэр: Дорж Болд"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlu.phonetic import stem
from nlu.word_lists import content_of, keys_of, rows

_LABELS = (
    r"(?:овог|ovog|нэр|ner|эцгийн|etsgiin|эхийн|ehiin|утас|utas|рд|rd|register|регистр|хаяг|hayag|phone|address|"
    r"name|surname|passport|имя|фамилия|отчество|телефон)"
)
_WORD = rf"(?!{_LABELS}(?!\w))[^\W\d_]+(?:[.'’\-][^\W\d_]+)*\.?"
_CAPITAL = rf"(?-i:(?=[A-ZÄÖÜА-ЯЁӨҮ])){_WORD}"
_TITLED = rf"(?-i:(?=[A-ZА-ЯЁӨҮ][a-zа-яёөү.])){_WORD}"
# One word, more of them where all begin with capitals or the message (the part of it) ends with the second.
_NAMES = rf"(?P<name>{_CAPITAL}(?:\s{{1,3}}{_CAPITAL}){{1,3}}|{_WORD}(?:\s{{1,3}}{_WORD}(?=\s*(?:[.,;!?\n]|$)))?)"
_BOTH = rf"(?P<name>{_WORD}(?:\s{{1,3}}{_WORD}){{0,2}})"
_IS = r"(?:\s{1,3}(?:нь|бол|ni|bol|is)(?!\w))?\s{0,3}[:=\-–]?\s{0,3}"
_MINE = r"(?:миний|мини|минии|минь|minii|mini|манай)"
_CALLED = r"(?:гэдэг|гэдг|gedeg|gedg|гэнэ|gene|(?:гэж|gej)\s{1,3}(?:дууд|нэрл|duud|nerl)\w*)(?!\w)"
_SAID = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\w)(?:намайг|намаиг|namaig|namayg|нэрийг|neriig|nerig)\s{1,3}"
        rf"(?P<name>[^\s,;!?]+(?:\s{{1,3}}[^\s,;!?]+){{0,2}}?)[,\s\"»“”]{{1,3}}{_CALLED}",
        rf"(?<!\w){_MINE}\s{{1,3}}(?:бүтэн\s|buten\s)?(?:овог,?\s)?(?:нэр|ner|овог|ovog)(?!\w){_IS}{_NAMES}",
        r"(?<!\w)(?:овог,?\s{0,2}нэр|ovog,?\s{0,2}ner|нэр,?\s{0,2}овог|full\sname|фио|ф\.и\.о\.?)(?!\w)"
        rf"{_IS}{_BOTH}",
        r"(?<!\w)(?:овог|ovog|нэр|ner|name|surname|vorname|nachname|имя|фамилия|отчество)\s{0,2}[:=]\s{0,3}"
        rf"{_NAMES}",
        r"(?<!\w)(?:my\s(?:full\s|first\s|last\s|family\s)?name(?:\sis|['’]s)|(?:i\sam|i['’]?m)\scalled|call\sme)"
        rf"\s{{0,3}}[:\-]?\s{{0,3}}{_NAMES}",
        rf"(?<!\w)(?:меня\sзовут|ich\shei(?:ß|ss)e|mein\sname\sist|jmenuji\sse)\s{{1,3}}{_NAMES}",
        rf"(?<!\w)мо[её]\sимя(?=\s?[:\-–—]|\s(?-i:[А-ЯЁ]))\s?[:\-–—]?\s?{_NAMES}",
        rf"(?<!\w)(?:нэр|ner|овог|ovog)(?:\s(?:нь|ni))?\s{{1,3}}(?P<name>{_TITLED}(?:\s{{1,3}}{_TITLED})?)",
        rf"(?<!\w)(?:овог|ovog)(?:\s(?:нь|ni))?\s{{1,3}}(?P<father>{_WORD}),?\s{{1,3}}(?:нэр|ner)(?!\w){_IS}{_NAMES}",
        rf"(?<!\w)(?P<father>{_WORD})\s{{1,3}}(?:овогтой|овогт|ovogtoi|ovogt)(?!\w)\s{{0,3}}{_NAMES}?",
        r"(?:이름은|名前は|我叫|我的名字是)\s?(?P<name>[^\s\d,.!?。、，]{2,12})",
    )
)
_LETTERS = re.compile(r"[^\W\d_]+")
_HANDLE = re.compile(
    r"(?<![\w.+%\-])@\w{3,32}|(?<![\w.])(?:facebook\.com|fb\.com|m\.me|t\.me|wa\.me|instagram\.com)/[^\s,]{1,100}",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _no_names() -> frozenset[str]:
    """Stems of words that are never taken for a name."""
    return frozenset(stem(sound) for row in rows("not_names.tsv") for sound in keys_of(row[0]))


def names_in(text: str) -> Iterator[tuple[int, int]]:
    """The places of names somebody introduces with, of @names and of pages of people; they may overlap."""
    for pattern in _SAID:
        for match in pattern.finditer(text):
            yield from (match.span(group) for group in match.groupdict() if _is_name(match[group]))
    yield from (match.span() for match in _HANDLE.finditer(text))


def _is_name(words: str | None) -> bool:
    """A need is no name: "миний нэр буруу бичигдсэн"."""
    first = _LETTERS.search(words) if words else None
    if first is None or any(stem(sound) in _no_names() for sound in keys_of(first.group())):
        return False
    return first.group()[0].isupper() or bool(content_of(first.group()))
