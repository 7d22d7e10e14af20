"""A message as it would stand in a book: Mongolian typed in Latin letters, or without ө and ү, becomes plain Cyrillic.

The words of the catalogue decide: of all Cyrillic words that sound like the one typed, the most frequent is meant. What
no text holds is spelt by rule. English words inside a Mongolian sentence stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dialogs.services import Catalogue
from dialogs.understanding import Script
from nlu.phonetic import key
from nlu.reading import Reading
from nlu.script import Word
from nlu.word_lists import rows, written_out

_CYRILLIC = re.compile(r"[а-яёөү]+")
_LATIN = re.compile(r"[a-z]+")
_LONG_ENOUGH = 4
"""A shorter word inside an English sentence is taken for an English one."""
_RULES = (
    "shch=щ sh=ш ch=ч kh=х ts=ц tz=ц yo=ё ye=е yu=ю ya=я zh=ж a=а b=б c=ц d=д e=э f=ф g=г h=х i=и j=ж k=к l=л m=м n=н "
    "o=о p=п q=к r=р s=с t=т u=у v=в w=в x=х y=й z=з ö=ө ü=ү"
)
_LETTER: dict[str, str] = dict(rule.split("=", 1) for rule in _RULES.split())
_RULE = re.compile("|".join(_LETTER))
_ON_ANY_KEYBOARD = str.maketrans("өүэй", "оуеи")


@dataclass(frozen=True)
class Lexicon:
    """`by_sound`: the most frequent Cyrillic word of each phonetic key; `cyrillic`, `english`: words as they stand."""

    by_sound: Mapping[str, str]
    cyrillic: frozenset[str]
    english: frozenset[str]

    def written(self, reading: Reading, language: str) -> str:
        """The words of a message, small letters, Mongolian ones in Cyrillic; other languages stay as they are."""
        return " ".join(found for word in reading.words for found in self._one(word, language))

    def _one(self, word: Word, language: str) -> Iterable[str]:
        text = word.text.lower()
        if word.script is Script.CYRILLIC:
            if language == "ru" or text in self.cyrillic:
                return (text,)
            return self._by_sound(text) or (text,)
        if word.script is not Script.LATIN or not self._is_mongolian(text, language):
            return (text,)
        return self._by_sound(text) or (_RULE.sub(lambda found: _LETTER[found.group()], text),)

    def _is_mongolian(self, word: str, language: str) -> bool:
        if language in ("mn", "und"):
            return word not in self.english or key(word) in self.by_sound
        return len(word) >= _LONG_ENOUGH and word not in self.english and key(word) in self.by_sound

    def _by_sound(self, word: str) -> tuple[str, ...]:
        """Every key the word stands for as a Cyrillic word; empty when one of them sounds like none."""
        found = tuple(self.by_sound.get(sound, "") for sound in written_out(word))
        return found if all(found) else ()


def lexicon(catalogue: Catalogue) -> Lexicon:
    """From all texts of the catalogue and the word files."""
    counted: Counter[str] = Counter()
    english: set[str] = {word for row in rows("languages.tsv") if row[0] == "en" for word in row[1].split()}
    for service in catalogue.services.values():
        mongolian = (service.title.mn, service.summary.mn, *service.names.mn, *service.says)
        counted.update(_CYRILLIC.findall(" ".join(mongolian).lower()))
        english.update(_LATIN.findall(f"{service.title.en} {service.summary.en}".lower()))
    for organisation in catalogue.organisations.values():
        counted.update(_CYRILLIC.findall(organisation.title.mn.lower()))
    for name in ("everyday_words.tsv", "chat_words.tsv", "stopwords.txt", "aspects.tsv"):
        counted.update(_CYRILLIC.findall(" ".join(" ".join(row) for row in rows(name)).lower()))
    by_sound: dict[str, str] = {}
    for word, _ in sorted(counted.items(), key=lambda found: (-found[1], found[0])):
        by_sound.setdefault(key(word), word)
    well_spelt = (word for word in counted if not _is_a_poor_spelling(word, by_sound[key(word)]))
    return Lexicon(by_sound, frozenset(well_spelt), frozenset(english))


def _is_a_poor_spelling(word: str, usual: str) -> bool:
    """Whether `word` is the usual one typed on a keyboard without its letters."""
    return word != usual and word.translate(_ON_ANY_KEYBOARD) == usual.translate(_ON_ANY_KEYBOARD)
