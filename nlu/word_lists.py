"""The readable word files beside the code: tab-separated rows, `#` for comments, kept by hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from nlu.normalise import clean
from nlu.phonetic import key
from nlu.script import words_of

FOLDER = Path(__file__).parent


def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of one file, without comments and empty lines."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


def keys_of(text: str) -> tuple[str, ...]:
    """The phonetic keys of the words of `text`, nothing replaced."""
    return tuple(key(word.text) for word in words_of(clean(text)))


@lru_cache(maxsize=1)
def chat_words() -> Mapping[str, tuple[str, ...]]:
    """What a chat abbreviation stands for, by its key, or by `=` and its exact spelling."""
    return {
        short if short.startswith("=") else keys_of(short)[0]: keys_of(full) for short, full in rows("chat_words.tsv")
    }


def written_out(word: str) -> tuple[str, ...]:
    """The keys one written word stands for."""
    sound = key(word)
    return chat_words().get(f"={word.casefold()}") or chat_words().get(sound, (sound,))


@lru_cache(maxsize=1)
def _stopwords() -> tuple[frozenset[str], frozenset[str]]:
    """(by sound, by spelling)"""
    lines = [row[0] for row in rows("stopwords.txt")]
    by_sound = frozenset(found for line in lines if not line.startswith("=") for found in keys_of(line))
    by_spelling = frozenset(word for line in lines if line.startswith("=") for word in line[1:].split())
    return by_sound, by_spelling


def is_stopword(spelling: str, sound: str) -> bool:
    """Whether a word carries no need of its own."""
    by_sound, by_spelling = _stopwords()
    return sound in by_sound or spelling.casefold() in by_spelling


@lru_cache(maxsize=8_192)
def content_of(word: str) -> tuple[str, ...]:
    """The keys of one written word that carry a need."""
    return tuple(found for found in written_out(word) if not is_stopword(word, found))
