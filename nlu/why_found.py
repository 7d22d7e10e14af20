"""Why each service found for a message, or a part of it, stands where it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from dialogs.services import Text
from dialogs.understanding import Action
from nlu.features import SIGNS
from nlu.finding import Found, certainty
from nlu.index import Index
from nlu.other_countries import without_other_countries
from nlu.phonetic import key as sound
from nlu.phonetic import stem
from nlu.probability import Values
from nlu.script import words_of
from nlu.why_candidates import CandidateWhy, Part, by_size, candidates_of
from nlu.why_words import DOUBT_WORDS, SIGN_WORDS
from nlu.word_lists import rows


@dataclass(frozen=True)
class Check:
    """A number that was held against a threshold; `name` is the field of `nlu.index.Thresholds`."""

    name: str
    value: float
    limit: float

    @property
    def holds(self) -> bool:
        return self.value >= self.limit


@dataclass(frozen=True)
class Correction:
    """What measuring made of the first candidate's probability, by group of messages."""

    group: str
    slope: float
    shift: float
    before: float
    after: float


@dataclass(frozen=True)
class FoundWhy:
    """`taken_away`: words of another state's paper; `said` and `meant`: words compared, as written.

    `need`: how likely any service answers, before the correction, by `signs`; `named`: it is a name of services, so
    that they are offered without being likely; `doubt`: why the first is not told.
    """

    text: str
    taken_away: tuple[str, ...]
    other_country: bool
    said: tuple[str, ...]
    meant: tuple[str, ...]
    candidates: tuple[CandidateWhy, ...]
    signs: tuple[Part, ...]
    need: float
    correction: Correction | None
    named: bool
    checks: tuple[Check, ...]
    doubt: Text | None
    action: Action

    @property
    def first(self) -> float:
        return self.candidates[0].probability if self.candidates else 0.0


def found_why(found: Found, index: Index) -> FoundWhy:
    raw = replace(index.weights, groups={}).probabilities(found.utilities, found.signs, found.group)
    weighed = zip(SIGNS, found.signs.tolist(), index.weights.whether.tolist(), strict=True)
    left, _ = without_other_countries(found.reading, index.ranking.is_name)
    gone = sorted(set(found.reading.origin) - set(left.origin))
    return FoundWhy(
        text=found.reading.text,
        taken_away=tuple(found.reading.words[place].text for place in gone),
        other_country=found.query.other_country,
        said=_said(found),
        meant=tuple(_official_words().get(word, word) for word in found.query.official),
        candidates=candidates_of(found, index),
        signs=by_size(Part(name, SIGN_WORDS[name], value, weight) for name, value, weight in weighed),
        need=float(raw.sum()),
        correction=_correction(found, index, raw),
        named=found.named,
        checks=_checks(found, index),
        doubt=DOUBT_WORDS[found.doubt] if found.doubt else None,
        action=certainty(found, index.thresholds),
    )


def _said(found: Found) -> tuple[str, ...]:
    reading, stems = found.reading, frozenset(found.query.stems)
    heard = zip(reading.keys, reading.origin, strict=True)
    return tuple(dict.fromkeys(reading.words[place].text for key, place in heard if stem(key) in stems))


@lru_cache(maxsize=1)
def _official_words() -> dict[str, str]:
    """How the official words of `everyday_words.tsv` are written, by their stems."""
    written: dict[str, str] = {}
    for text in (*(meant for _, meant in rows("everyday_words.tsv")), "англи english"):
        for word in words_of(text):
            written.setdefault(stem(sound(word.text)), word.text)
    return written


def _correction(found: Found, index: Index, raw: Values) -> Correction | None:
    if not found.candidates:
        return None
    slope, shift = index.weights.groups.get(found.group, (1.0, 0.0))
    return Correction(found.group, slope, shift, float(raw.max()), found.first)


def _checks(found: Found, index: Index) -> tuple[Check, ...]:
    """In the order of `nlu.finding.certainty`."""
    limits = index.thresholds
    return (
        Check("nothing", found.likely, limits.nothing),
        Check("faint_named" if found.named else "faint", found.first, found.faint(limits)),
        Check("sure", found.first, limits.sure),
        Check("lead", found.first - found.second, limits.lead),
    )
