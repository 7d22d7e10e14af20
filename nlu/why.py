"""Why a message is understood as it is: each step of `nlu.understanding`, told so that a person can follow it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from dialogs.understanding import Action, Aspect, EntityKind, Script, Understanding
from nlu.aspects import ASPECTS, asked
from nlu.commands import command_inside, whole_command
from nlu.danger import model, signs_of
from nlu.emergencies import is_listed
from nlu.encoder import Encoded
from nlu.entities import masked
from nlu.finding import Found
from nlu.index import Index
from nlu.reading import Reading
from nlu.understanding import End, Pair, Steps, are_two, steps_of, surely, understanding_of
from nlu.why_found import FoundWhy, found_why
from nlu.word_lists import is_stopword


@dataclass(frozen=True)
class WordWhy:
    """`keys`: how it sounds, chat abbreviations written out; `counts`: whether it carries a need."""

    text: str
    script: Script
    keys: tuple[str, ...]
    counts: bool


@dataclass(frozen=True)
class EntityWhy:
    """`shown` is what may be shown of it; `value` is empty for what is personal."""

    kind: EntityKind
    shown: str
    value: str


@dataclass(frozen=True)
class CommandWhy:
    """`greeting`: what was cut off the beginning; `whole` and `inside`: commands found, whether they count or not."""

    greeting: str
    whole: Action | None
    inside: Action | None


@dataclass(frozen=True)
class DangerWhy:
    """`sounds` and `meant` (of the encoder) are natural logarithms of odds; `found`: whether it is an emergency."""

    listed: bool
    sounds: float
    meant: float | None
    found: bool


@dataclass(frozen=True)
class AspectWhy:
    """`listed` by the phrases, `heard` by the encoder (`chance` likely, none: that no aspect is asked); `taken` counts.

    `follows`: how likely the message names no service; `only`: whether that is believed.
    """

    listed: Aspect | None
    heard: str
    chance: float
    follows: float
    taken: Aspect | None
    only: bool


@dataclass(frozen=True)
class SplitWhy:
    """Two parts with the first service of each; `likely` is the smaller of their probabilities, held against `half`."""

    left: str
    right: str
    left_service: str
    right_service: str
    two: bool
    likely: float
    half: float
    taken: bool


@dataclass(frozen=True)
class Why:
    """`understood` is what `nlu.understand` answers. What was not reached is None or empty.

    `read_as`: the form that the encoder reads; `whole`: what was found for the whole message, `parts` for each of its
    two needs; `tried_below`: it is only looked for two needs when the first service is less likely than this.
    """

    understood: Understanding
    end: End
    text: str
    words: tuple[WordWhy, ...]
    read_as: str
    entities: tuple[EntityWhy, ...]
    command: CommandWhy
    danger: DangerWhy
    aspect: AspectWhy | None
    whole: FoundWhy | None
    tried_below: float
    splits: tuple[SplitWhy, ...]
    parts: tuple[FoundWhy, ...]


def why(text: str, index: Index) -> Why:
    """Like `nlu.understand`: never raises, bounded by the characters read."""
    steps = steps_of(text, index)
    understood = understanding_of(text, steps)
    meaning, reading = index.ranking.meaning, steps.bare or steps.reading
    return Why(
        understood=understood,
        end=steps.end,
        text=steps.reading.text,
        words=_words(steps.reading),
        read_as=meaning.lexicon.written(reading, steps.language) if meaning else "",
        entities=_entities(understood),
        command=_command(steps),
        danger=_danger(steps),
        aspect=_aspect(steps) if steps.end in (End.FOLLOW_UP, End.NEED) else None,
        whole=found_why(steps.whole, index) if steps.whole else None,
        tried_below=index.thresholds.whole,
        splits=tuple(_split(pair, steps, index) for pair in steps.tried),
        parts=tuple(found_why(found, index) for found in ((steps.pair.left, steps.pair.right) if steps.pair else ())),
    )


def _words(reading: Reading) -> tuple[WordWhy, ...]:
    keys: list[list[str]] = [[] for _ in reading.words]
    for key, place in zip(reading.keys, reading.origin, strict=True):
        keys[place].append(key)
    return tuple(
        WordWhy(word.text, word.script, tuple(of_word), any(not is_stopword(word.text, key) for key in of_word))
        for word, of_word in zip(reading.words, keys, strict=True)
    )


def _entities(understood: Understanding) -> tuple[EntityWhy, ...]:
    shown = [(one, masked(one.text, [replace(one, start=0, end=len(one.text))])) for one in understood.entities]
    return tuple(EntityWhy(one.kind, text, one.value if text == one.text else "") for one, text in shown)


def _command(steps: Steps) -> CommandWhy:
    bare = steps.bare or steps.reading
    greeting = steps.reading.text[: len(steps.reading.text) - len(bare.text)]
    return CommandWhy(greeting.strip(), whole_command(steps.reading), command_inside(steps.reading))


def _danger(steps: Steps) -> DangerWhy:
    meant = steps.encoded.danger if steps.encoded else None
    return DangerWhy(
        listed=is_listed(steps.reading),
        sounds=model().odds(signs_of(steps.reading)),
        meant=float(meant[0]) if meant is not None else None,
        found=steps.end is End.EMERGENCY,
    )


def _aspect(steps: Steps) -> AspectWhy:
    listed = asked(steps.bare or steps.reading)
    heard, chance, follows = _heard(steps.encoded)
    only = steps.about is not None and steps.about.only
    return AspectWhy(listed.aspect if listed else None, heard, chance, follows, steps.aspect, only)


def _heard(encoded: Encoded | None) -> tuple[str, float, float]:
    """The likeliest aspect, how likely it is, and that no service is named; without such an encoder nothing."""
    if encoded is None or encoded.aspect is None or encoded.follow is None:
        return "", 0.0, 0.0
    odds = encoded.aspect[0].astype(np.float64)
    chances = np.exp(odds - odds.max())
    best = int(chances.argmax())
    return ASPECTS[best], float(chances[best] / chances.sum()), 1 / (1 + math.exp(-float(encoded.follow[0])))


def _split(pair: Pair, steps: Steps, index: Index) -> SplitWhy:
    left, right, limits = pair.left, pair.right, index.thresholds
    return SplitWhy(
        left=left.reading.text,
        right=right.reading.text,
        left_service=_first(left),
        right_service=_first(right),
        two=are_two(pair),
        likely=surely(pair),
        half=limits.half if pair.by_word else limits.half_by_sign,
        taken=pair is steps.pair,
    )


def _first(found: Found) -> str:
    return found.candidates[0].service_id if found.candidates else ""
