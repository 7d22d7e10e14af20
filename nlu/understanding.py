"""One message in, what it means out: the command it is, or the need it tells with candidates and probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from dialogs.understanding import Action, Aspect, Need, Script, Understanding
from nlu.aspects import Asked, asked, without_aspect
from nlu.commands import command_inside, command_of_signs, whole_command, without_greeting
from nlu.danger import DANGER_SERVICES
from nlu.emergencies import is_emergency, is_listed
from nlu.encoder import Encoded, row
from nlu.entities import entities
from nlu.finding import Found, certainty, found_of
from nlu.index import Index
from nlu.reading import Reading, read
from nlu.script import main_script, script_of
from nlu.splitting import splits_of

_ORDINARY = 0.95
"""Who wants an ordinary service so surely is not taken to be in danger for the sound of the words; a judgement."""
_NAMES_ONE = 0.5
"""A message that finds a service so likely names one, even when it sounds like a question about another."""
_SURENESS = (Action.SURE, Action.CHOICE, Action.NOTHING)


class Pair(NamedTuple):
    """Two needs of a message; `by_word`: a word joins them, not only a sign."""

    left: Found
    right: Found
    by_word: bool


class End(StrEnum):
    """What settled the action of a message; steps behind it were not gone."""

    SIGNS = "signs"  # no words at all
    COMMAND = "command"  # the whole message is one
    NO_WORDS = "no-words"  # letters that say nothing
    EMERGENCY = "emergency"
    COMMAND_INSIDE = "command-inside"
    FOLLOW_UP = "follow-up"
    NEED = "need"


@dataclass(frozen=True)
class Steps:
    """What was made of a message on its way; what was not reached is empty.

    `bare` is the message without its greeting, `whole` what was found for all of it, `tried` the pairs of needs it may
    fall into, `pair` the one that was taken.
    """

    reading: Reading
    language: str
    end: End
    action: Action
    bare: Reading | None = None
    encoded: Encoded | None = None
    about: Asked | None = None
    whole: Found | None = None
    tried: tuple[Pair, ...] = ()
    pair: Pair | None = None
    needs: tuple[Need, ...] = ()

    @property
    def aspect(self) -> Aspect | None:
        """Small talk that only sounds like a question asks for no side of a service."""
        if self.about is None or (self.whole is not None and self.action is Action.NOTHING and self.whole.is_outside):
            return None
        return self.about.aspect


def understand(text: str, index: Index) -> Understanding:
    """Never raises; time is bounded by the characters read (`nlu.normalise.LIMIT`)."""
    return understanding_of(text, steps_of(text, index))


def understanding_of(text: str, steps: Steps) -> Understanding:
    """The result of a message that went its way."""
    return Understanding(
        language=steps.language,
        script=main_script(steps.reading.words),
        action=steps.action,
        aspect=steps.aspect,
        needs=steps.needs,
        word_scripts=tuple(word.script for word in steps.reading.words),
        entities=entities(text),
    )


def steps_of(text: str, index: Index) -> Steps:
    """The way of a message, up to what settled it."""
    reading = read(text)
    language = index.language.language_of(reading.text, reading.words)
    steps = partial(Steps, reading, language)
    if all(word.script is Script.NONE for word in reading.words):
        return steps(End.SIGNS, command_of_signs(reading.text) or Action.EMPTY)
    command = None if is_listed(reading) else whole_command(reading)
    if command is not None:
        return steps(End.COMMAND, command)
    if not any(_says_something(word.text) for word in reading.words):
        return steps(End.NO_WORDS, Action.EMPTY)
    command = None if is_listed(reading) else command_inside(reading)
    if command is not None:
        return steps(End.COMMAND_INSIDE, command)
    bare = without_greeting(reading)
    encoded = index.encode([bare], language)
    steps = partial(steps, bare=bare, encoded=encoded)
    whole = found_of(bare, language, index, encoded)
    if is_listed(reading) or (is_emergency(reading, encoded) and not _is_ordinary(whole)):
        return steps(End.EMERGENCY, Action.EMERGENCY, whole=whole, needs=_needs_of(whole))
    about = asked(bare, encoded)
    if about is not None and about.only and about.surely:
        return steps(End.FOLLOW_UP, Action.FOLLOW_UP, about=about)
    if about is not None and whole.first < index.thresholds.sure:
        whole = _beside_aspect(whole, language, index)
    if about is not None and about.only and whole.first < _NAMES_ONE and not whole.is_outside:
        return steps(End.FOLLOW_UP, Action.FOLLOW_UP, about=about)
    return _answer(partial(steps, End.NEED, about=about), whole, language, index)


def _beside_aspect(whole: Found, language: str, index: Index) -> Found:
    """What is found for the words beside the side that is asked for, where that is likelier to be a need."""
    rest = without_aspect(whole.reading)
    if rest is None:
        return whole
    found = found_of(rest, language, index, index.encode([rest], language))
    return found if found.named or found.likely > whole.likely else whole


def _is_ordinary(whole: Found) -> bool:
    """Whether the message surely wants a service that has nothing to do with danger, whatever it sounds like."""
    return whole.first >= _ORDINARY and not whole.candidates[0].service_id.startswith(DANGER_SERVICES)


def _says_something(word: str) -> bool:
    """Whether a word has two letters that differ; one sign is a word where signs are words."""
    letters = {letter for letter in word.casefold() if letter.isalpha()}
    return len(letters) > 1 or (len(letters) == 1 and script_of(word) is Script.OTHER)


def _answer(steps: partial[Steps], whole: Found, language: str, index: Index) -> Steps:
    """The need of the message, or its two needs where it falls into two that are each understood."""
    tried = _tried(whole, language, index)
    pair = _taken(tried, index)
    if pair is None:
        return steps(certainty(whole, index.thresholds), whole=whole, tried=tried, needs=_needs_of(whole))
    parts = (pair.left, pair.right)
    actions = tuple(certainty(found, index.thresholds) for found in parts)
    needs = tuple(
        Need(found.reading.text, found.candidates, action) for found, action in zip(parts, actions, strict=True)
    )
    return steps(min(actions, key=_SURENESS.index), whole=whole, tried=tried, pair=pair, needs=needs)


def _tried(whole: Found, language: str, index: Index) -> tuple[Pair, ...]:
    """Every way the message may fall into two needs; a surely understood one is not tried, a sign alone joins less."""
    limits = index.thresholds
    if whole.first >= limits.whole:
        return ()
    below = {True: limits.whole, False: limits.whole_by_sign}
    splits = [split for split in splits_of(whole.reading) if whole.first < below[split.by_word]]
    if not splits:
        return ()
    readings = [part for split in splits for part in (*split.left, split.right)]
    encoded = index.encode(readings, language)
    found = iter([found_of(part, language, index, row(encoded, place)) for place, part in enumerate(readings)])
    pairs: list[Pair] = []
    for split in splits:
        ways, right = [next(found) for _ in split.left], next(found)
        pairs.extend(Pair(left, right, split.by_word) for left in ways)
    return tuple(pairs)


def _taken(tried: tuple[Pair, ...], index: Index) -> Pair | None:
    """The likeliest of the pairs that are two needs; None when none is likely enough."""
    limits = index.thresholds
    likely = (pair for pair in tried if surely(pair) >= (limits.half if pair.by_word else limits.half_by_sign))
    return max((pair for pair in likely if are_two(pair)), key=surely, default=None)


def are_two(pair: Pair) -> bool:
    """Whether both sides want something, and not the same."""
    left, right = pair.left.candidates, pair.right.candidates
    return bool(left and right) and left[0].service_id != right[0].service_id


def surely(pair: Pair) -> float:
    """How likely the less likely of two needs is."""
    return min(pair.left.first, pair.right.first)


def _needs_of(found: Found) -> tuple[Need, ...]:
    return (Need(found.reading.text, found.candidates),) if found.candidates else ()
