"""Phrases of the word files as patterns over the keys of a message: `*` a word that may go on, `...` a short gap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nlu.normalise import clean
from nlu.script import words_of
from nlu.word_lists import keys_of, written_out

_GAP = "..."
_UP_TO_FOUR_WORDS = r"(?: \S+){0,4}?"


def keys_written_out(phrase: str) -> tuple[str, ...]:
    """The keys of a phrase with chat abbreviations replaced, as messages are read."""
    return tuple(found for word in words_of(clean(phrase)) for found in written_out(word.text))


def pattern_of(phrase: str) -> str:
    """A regular expression over a `Reading.line`; it begins and ends at a word's edge and consumes no closing space."""
    parts = []
    for word in phrase.split():
        if word == _GAP:
            parts.append(_UP_TO_FOUR_WORDS)
        elif word.endswith("*"):
            parts.append(f" {' '.join(map(re.escape, keys_of(word)))}" + r"\S*")
        else:
            parts.extend(f" {re.escape(found)}" for found in keys_written_out(word))
    return "".join(parts)


@dataclass(frozen=True)
class Phrases:
    """One meaning's phrases: those that must be the whole message, and one pattern for those found anywhere."""

    whole: frozenset[tuple[str, ...]]
    part: re.Pattern[str] | None

    def found_in(self, line: str) -> bool:
        return self.part is not None and self.part.search(line) is not None


def phrases_of(rows: Iterable[tuple[str, str]]) -> Phrases:
    """From (where, phrase) rows, where is `whole` or `part`."""
    listed = tuple(rows)
    patterns = sorted({pattern_of(phrase) for where, phrase in listed if where == "part"}, key=len, reverse=True)
    return Phrases(
        whole=frozenset(keys_written_out(phrase) for where, phrase in listed if where == "whole"),
        part=re.compile(f"(?:{'|'.join(patterns)})(?= )") if patterns else None,
    )
