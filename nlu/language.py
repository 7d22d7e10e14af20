"""The language of a message: its letters first, then how its words are built.

Latin letters may be Mongolian, English or German and Cyrillic ones Mongolian or Russian; each is a mixture of letter
runs (1-4) learnt from the catalogue's own texts, from Mongolian texts spelt in Latin by rule, and from a short word
list.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dialogs.services import Catalogue
from dialogs.understanding import Script
from nlu.script import Word, main_script, words_of
from nlu.word_lists import rows

_LATIN = ("mn", "en", "de")
_CYRILLIC = ("mn", "ru")
_SIZES = (1, 2, 3, 4)
_LISTED_WEIGHT = 6
_SMOOTHING = 0.3
_MAYBE_OF_A_WORD = 4.0
"""The most one word may say (natural logarithm of odds): one odd name must not decide a sentence."""
_MORE_THAN_UNSEEN = 1e-6
_NO_LANGUAGE = re.compile(r"\S+://\S+|\bwww\.\S+|(?<!\S)/\w+|\b[A-Z]\w*(?:-[A-Z]\w*)+")
"""Addresses, commands and names with a hyphen, which are the same in any language."""
_ACRONYM = re.compile(r"[A-Z]{2,5}")
_OF_LETTERS = (
    (re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\u3400-\u9fff]"), "zh"),
    (re.compile(r"[\u1800-\u18af]"), "mn"),
)
_ONLY_MONGOLIAN = re.compile(r"[өүӨҮ]")
_ROMANISED = "абвгдеёжзийклмноөпрстуүфхцчшщъыьэюя"
_SCHEMES = tuple(
    str.maketrans(dict(zip(_ROMANISED, spelt.split("."), strict=True)))
    for spelt in (
        "a.b.v.g.d.e.yo.j.z.i.i.k.l.m.n.o.u.p.r.s.t.u.u.f.h.ts.ch.sh.sh..i..e.yu.ya",
        "a.b.w.g.d.ye.yo.j.z.i.i.k.l.m.n.o.o.p.r.s.t.u.v.f.x.c.ch.sh.sh..y.i.e.yu.ya",
    )
)
"""Two hands of typing Mongolian in Latin letters."""


@dataclass(frozen=True)
class LetterModel:
    """Logarithms of how often each run of letters is seen, a column a language."""

    languages: tuple[str, ...]
    runs: Mapping[str, NDArray[np.float64]]
    unseen: NDArray[np.float64]

    def log_odds(self, words: Iterable[str]) -> NDArray[np.float64]:
        """Sum over the words, each capped, best language of a word at 0."""
        total = np.zeros(len(self.languages))
        for word in words:
            scores = sum((self.runs.get(run, self.unseen) for run in _runs(word)), np.zeros(len(self.languages)))
            total += np.maximum(scores - scores.max(), -_MAYBE_OF_A_WORD)
        return total

    def language_of_one(self, word: str, home_first: bool) -> str:
        """Of a word alone: one that knows it, else none; `home_first`: Mongolian if it is that too."""
        seen = self.runs.get(f"^{word}$=", self.unseen) > self.unseen + _MORE_THAN_UNSEEN
        if seen[0] and home_first:
            return self.languages[0]
        best = int(self.log_odds([word]).argmax())
        if best == 0 or seen[best]:
            return self.languages[best]
        return self.languages[int(seen.argmax())] if seen.any() else "und"


@dataclass(frozen=True)
class LanguageModel:
    latin: LetterModel
    cyrillic: LetterModel

    def language_of(self, text: str, words: tuple[Word, ...]) -> str:
        """mn, en, ru, ko, ja, zh, de or und, by the script most letters are in."""
        text = _NO_LANGUAGE.sub(" ", text)
        if text.isspace() or not text:
            return "und"
        words = words_of(text)
        if len(words) == 1 and (len(text.strip()) == 1 or _ACRONYM.fullmatch(text.strip())):
            return "und"
        script = main_script(words)
        if script is Script.OTHER:
            return _of_other_letters(text)
        if script is Script.NONE:
            return "und"
        if script is Script.CYRILLIC and _ONLY_MONGOLIAN.search(text):
            return "mn"
        model = self.latin if script is Script.LATIN else self.cyrillic
        if len(words) == 1:
            return model.language_of_one(words[0].text.lower(), home_first=script is Script.CYRILLIC)
        odds = model.log_odds(word.text.lower() for word in words[:60] if word.script is script)
        return model.languages[int(odds.argmax())]


def _of_other_letters(text: str) -> str:
    found = {language: len(letters.findall(text)) for letters, language in _OF_LETTERS}
    if found["ja"]:  # Japanese is mostly Han letters with some kana between
        return "ja"
    best = max(found, key=lambda language: found[language])
    return best if found[best] else "und"


@lru_cache(maxsize=65_536)
def _runs(word: str) -> tuple[str, ...]:
    edged = f"^{word}$"
    runs = [edged[place : place + size] for size in _SIZES for place in range(len(edged) - size + 1)]
    return (*runs[1:-1], edged + "=")  # the whole word counts as one run more


def language_model(catalogue: Catalogue) -> LanguageModel:
    """Learnt from the texts of the catalogue and `languages.tsv`."""
    mongolian, english = _texts(catalogue)
    listed = {row[0]: row[1].split() for row in rows("languages.tsv")}
    latin_mongolian = Counter[str]()
    for word, times in mongolian.items():
        if re.search("[а-яё]", word):
            for scheme in _SCHEMES:
                latin_mongolian[word.translate(scheme)] += times
        else:
            latin_mongolian[word] += times
    return LanguageModel(
        latin=_letter_model(
            {
                "mn": (latin_mongolian, listed["mn-latin"]),
                "en": (english, listed["en"]),
                "de": (Counter(), listed["de"]),
            }
        ),
        cyrillic=_letter_model({"mn": (mongolian, listed["mn"]), "ru": (Counter(), listed["ru"])}),
    )


def _texts(catalogue: Catalogue) -> tuple[Counter[str], Counter[str]]:
    mongolian: Counter[str] = Counter()
    english: Counter[str] = Counter()
    for service in catalogue.services.values():
        cyrillic = (service.title.mn, service.summary.mn, *service.names.mn, *service.names.latin)
        mongolian.update(re.findall(r"[^\W\d_]+", " ".join(cyrillic).lower()))
        latin = (service.title.en, service.summary.en, *service.names.en)
        english.update(re.findall(r"[a-z]+", " ".join(latin).lower()))
    return mongolian, english


def _letter_model(words: Mapping[str, tuple[Mapping[str, int], Iterable[str]]]) -> LetterModel:
    counts: dict[str, list[float]] = {}
    totals = np.zeros(len(words))
    for column, (found, listed) in enumerate(words.values()):
        weights = {word: math.log1p(times) for word, times in found.items()}
        for word in listed:
            weights[word] = weights.get(word, 0.0) + _LISTED_WEIGHT
        for word, weight in weights.items():
            for run in _runs(word):
                counts.setdefault(run, [0.0] * len(words))[column] += weight
                totals[column] += weight
    share = totals / totals.max()
    floor = np.log(_SMOOTHING / totals.max())
    keys = list(counts)
    seen = np.array([counts[run] for run in keys]).reshape(-1, len(words))
    table = np.log(seen / np.maximum(share, 1e-9) + _SMOOTHING) - np.log(totals.max())
    return LetterModel(tuple(words), dict(zip(keys, table, strict=True)), np.full(len(words), floor))
