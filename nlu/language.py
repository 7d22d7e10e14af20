"""The language of a message: its letters first, then how its words are built.

Latin letters may be Mongolian, English or German and Cyrillic ones Mongolian or Russian; each is a mixture of letter
runs (1-4), learnt by `nlu.language_fit`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogs.understanding import Script
from nlu.script import Word, main_script, words_of
from nlu.tokens import Tokens, tokens

FILE = Path(__file__).parent / "model" / "language.npz"
LATIN, CYRILLIC = ("mn", "en", "de"), ("mn", "ru")
_SIZES = (1, 2, 3, 4)
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


@dataclass(frozen=True)
class LetterModel:
    """Logarithms of how often each run of letters is seen, a column a language; `runs` are numbers, in order."""

    languages: tuple[str, ...]
    runs: Tokens
    table: NDArray[np.float32]
    unseen: NDArray[np.float32]

    def log_odds(self, words: Iterable[str]) -> NDArray[np.float64]:
        """Sum over the words, each capped, best language of a word at 0."""
        total = np.zeros(len(self.languages))
        for word in words:
            scores = self._of(runs_of(word)).sum(axis=0)
            total += np.maximum(scores - scores.max(), -_MAYBE_OF_A_WORD)
        return total

    def language_of_one(self, word: str, home_first: bool) -> str:
        """Of a word alone: one that knows it, else none; `home_first`: Mongolian if it is that too."""
        seen = self._of(tokens([f"^{word}$="]))[0] > self.unseen + _MORE_THAN_UNSEEN
        if seen[0] and home_first:
            return self.languages[0]
        best = int(self.log_odds([word]).argmax())
        if best == 0 or seen[best]:
            return self.languages[best]
        return self.languages[int(seen.argmax())] if seen.any() else "und"

    def _of(self, runs: Tokens) -> NDArray[np.float32]:
        """A row a run."""
        places = np.minimum(np.searchsorted(self.runs, runs), len(self.runs) - 1)
        found: NDArray[np.float32] = np.where((self.runs[places] == runs)[:, None], self.table[places], self.unseen)
        return found


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


@lru_cache(maxsize=8_192)
def runs_of(word: str) -> Tokens:
    """The runs of letters of one word, its edges marked; the whole word counts as one run more."""
    edged = f"^{word}$"
    runs = [edged[place : place + size] for size in _SIZES for place in range(len(edged) - size + 1)]
    return tokens([*runs[1:-1], edged + "="])


@lru_cache(maxsize=1)
def language_model() -> LanguageModel:
    """As it was learnt."""
    with np.load(FILE, allow_pickle=False) as stored:
        return LanguageModel(
            *(
                LetterModel(
                    languages,
                    stored[f"{name}_runs"].astype(np.uint32),
                    stored[f"{name}_table"],
                    stored[f"{name}_unseen"],
                )
                for name, languages in (("latin", LATIN), ("cyrillic", CYRILLIC))
            )
        )
