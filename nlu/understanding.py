"""One message in, what it means out: the command it is, or the need it tells with candidates and probabilities."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.understanding import Action, Aspect, Candidate, Need, Script, Understanding
from nlu.aspects import asked
from nlu.caution import SHORT, is_doubtful
from nlu.commands import command_inside, command_of_signs, whole_command, without_greeting
from nlu.emergencies import is_emergency
from nlu.features import FEATURES, features, signs
from nlu.index import Index, Thresholds
from nlu.query import query_of
from nlu.ranking import nearest
from nlu.reading import Reading, read
from nlu.script import main_script, script_of

_MOST_CANDIDATES = 10
_NAME_SAID = FEATURES.index("name_said_with_meant")


def understand(text: str, index: Index) -> Understanding:
    """Never raises; time is bounded by the characters read (`nlu.normalise.LIMIT`)."""
    reading = read(text)
    language = index.language.language_of(reading.text, reading.words)
    action, aspect, needs = _meaning(reading, language, index)
    return Understanding(
        language=language,
        script=main_script(reading.words),
        action=action,
        aspect=aspect,
        needs=needs,
        word_scripts=tuple(word.script for word in reading.words),
    )


def _meaning(reading: Reading, language: str, index: Index) -> tuple[Action, Aspect | None, tuple[Need, ...]]:
    if all(word.script is Script.NONE for word in reading.words):
        return command_of_signs(reading.text) or Action.EMPTY, None, ()
    if is_emergency(reading):
        return Action.EMERGENCY, None, _found(reading, language, index).needs
    command = whole_command(reading) or command_inside(reading)
    if command is not None:
        return command, None, ()
    if not any(_says_something(word.text) for word in reading.words):
        return Action.EMPTY, None, ()
    reading = without_greeting(reading)
    about = asked(reading)
    if about is not None and about.only:
        return Action.FOLLOW_UP, about.aspect, ()
    found = _found(reading, language, index)
    action = _certainty(found, index.thresholds)
    return action, about.aspect if about else None, found.needs


def _says_something(word: str) -> bool:
    """Whether a word has two letters that differ; one sign is a word where signs are words."""
    letters = {letter for letter in word.casefold() if letter.isalpha()}
    return len(letters) > 1 or (len(letters) == 1 and script_of(word) is Script.OTHER)


@dataclass(frozen=True)
class _Found:
    """`likely`: that any service fits; `named`: a short message is in a service's name; `unsure`: never told."""

    needs: tuple[Need, ...]
    likely: float
    named: bool
    unsure: bool


def _found(reading: Reading, language: str, index: Index) -> _Found:
    ranking = index.ranking
    query = query_of(reading, language, ranking.is_name)
    near = nearest(query, ranking)
    table = features(query, near, ranking)
    utilities = table @ index.weights.which
    probabilities = index.weights.probabilities(utilities, signs(query, near, ranking, table, utilities))
    order = (-probabilities).argsort(kind="stable")[:_MOST_CANDIDATES]
    candidates = tuple(Candidate(ranking.services[near.places[row]].id, float(probabilities[row])) for row in order)
    short = len(query.stems) <= SHORT
    return _Found(
        needs=(Need(reading.text, candidates),) if candidates else (),
        likely=0.0 if query.other_country else float(probabilities.sum()),
        named=short and not query.other_country and len(near.called) > 0,
        unsure=bool(candidates) and is_doubtful(query, near, ranking, order[0], table[order[0], _NAME_SAID]),
    )


def _certainty(found: _Found, thresholds: Thresholds) -> Action:
    """Whether the candidates are sure enough to tell, to offer, or neither.

    A word that services are called by is offered, however many they are; a word that several share is never told,
    nor what stands beside another state's paper.
    """
    if not found.needs or (found.likely < thresholds.nothing and not found.named):
        return Action.NOTHING
    if found.needs[0].candidates[0].probability < (thresholds.faint_named if found.named else thresholds.faint):
        return Action.NOTHING
    first, second = [*(candidate.probability for candidate in found.needs[0].candidates), 0.0][:2]
    if found.unsure:
        return Action.CHOICE
    return Action.SURE if first >= thresholds.sure and first - second >= thresholds.lead else Action.CHOICE
