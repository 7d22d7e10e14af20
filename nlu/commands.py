"""What a message asks of the assistant itself: a greeting, a person, the way back, yes or no."""

from __future__ import annotations

from functools import lru_cache

from dialogs.understanding import Action
from nlu.phrases import Phrases, keys_written_out, phrases_of
from nlu.reading import Reading
from nlu.word_lists import rows

_POLITE = frozenset(
    keys_written_out(
        "сайн байна уу байна уу аа ээ даа дээ шүү за нь та танд гуай эгч ах please pls hello hi hey sir madam dear "
        "just ok okay л ч тэгээд одоо now then me юм hha"
    )
)
_ANYWHERE = (Action.RESEND, Action.HUMAN, Action.TRUST, Action.COMPLAINT)
"""Looked for inside a longer message, in this order."""
_SIGNS = {
    "\N{THUMBS UP SIGN}": Action.YES,
    "\N{WHITE HEAVY CHECK MARK}": Action.YES,
    "\N{OK HAND SIGN}": Action.YES,
    "\N{THUMBS DOWN SIGN}": Action.NO,
    "\N{CROSS MARK}": Action.NO,
    "\N{PERSON WITH FOLDED HANDS}": Action.THANKS,
    "\N{HEAVY BLACK HEART}": Action.THANKS,
    "\N{WAVING HAND SIGN}": Action.GREETING,
}
_LONGEST_GREETING = 4


@lru_cache(maxsize=1)
def _commands() -> dict[Action, Phrases]:
    table: dict[Action, list[tuple[str, str]]] = {}
    for action, where, phrase in rows("commands.tsv"):
        table.setdefault(Action(action), []).append((where, phrase))
    return {action: phrases_of(listed) for action, listed in table.items()}


@lru_cache(maxsize=1)
def _whole() -> dict[tuple[str, ...], Action]:
    return {phrase: action for action, phrases in reversed(_commands().items()) for phrase in phrases.whole}


def command_of_signs(text: str) -> Action | None:
    """The meaning of a message without words: a thumb, folded hands; None when it has none."""
    return next((_SIGNS[sign] for sign in text if sign in _SIGNS), None)


def without_greeting(reading: Reading) -> Reading:
    """The message after its greeting; the message itself when it does not begin with one."""
    greetings = _commands()[Action.GREETING].whole
    for size in range(min(_LONGEST_GREETING, len(reading.keys)), 0, -1):
        if reading.keys[:size] in greetings:
            return reading.rest(size)
    return reading


def whole_command(reading: Reading) -> Action | None:
    """The command the whole message is, also with polite words around it."""
    whole = _whole()
    if reading.keys in whole:
        return whole[reading.keys]
    rest = without_greeting(reading)
    if reading.keys and not rest.keys:
        return Action.GREETING
    bare = _without_polite_ends(rest.keys)
    if not bare:
        return Action.GREETING if len(rest.keys) < len(reading.keys) else None
    return whole.get(rest.keys) or whole.get(bare)


def command_inside(reading: Reading) -> Action | None:
    """A command that counts wherever it stands in the message."""
    line = reading.line
    return next((action for action in _ANYWHERE if _commands()[action].found_in(line)), None)


def _without_polite_ends(keys: tuple[str, ...]) -> tuple[str, ...]:
    start, end = 0, len(keys)
    while start < end and keys[start] in _POLITE:
        start += 1
    while end > start and keys[end - 1] in _POLITE:
        end -= 1
    return keys[start:end]
