"""Everything that is prepared once for a catalogue release; immutable, shared between threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialogs.services import Catalogue
from nlu.aspects import asked
from nlu.commands import command_inside, whole_command
from nlu.emergencies import is_emergency
from nlu.language import LanguageModel, language_model
from nlu.probability import Weights, weights
from nlu.query import query_of
from nlu.ranking import Ranking, ranking
from nlu.reading import read
from nlu.word_lists import rows


@dataclass(frozen=True)
class Thresholds:
    """When to be sure, when to ask, when to say that nothing fits; all are probabilities.

    `sure`: the first candidate alone is told. `lead`: and it must be this much ahead of the second.
    `faint`: nothing is offered when the first is not likelier than this; `faint_named`: when services are called by the
    message's words.
    `nothing`: below this probability that any service fits, none is offered. On the development set (each message left
    out) these tell 25 % of needs at once, 94 % of them rightly, keep 89 % of needs and refuse 66 % of the rest.
    """

    sure: float = 0.82
    lead: float = 0.3
    nothing: float = 0.55
    faint: float = 0.1
    faint_named: float = 0.03


@dataclass(frozen=True)
class Index:
    """Built from one release; `understand` needs nothing else."""

    release: int
    ranking: Ranking
    language: LanguageModel
    weights: Weights
    thresholds: Thresholds = field(default_factory=Thresholds)

    @classmethod
    def build(
        cls, catalogue: Catalogue, thresholds: Thresholds | None = None, aside: Sequence[str] | None = None
    ) -> Index:
        """`aside`: messages that no service answers, those of `out_of_scope.tsv` when not given."""
        _warm()
        return cls(
            release=catalogue.release,
            ranking=ranking(catalogue, out_of_scope() if aside is None else aside),
            language=language_model(catalogue),
            weights=weights(),
            thresholds=thresholds or Thresholds(),
        )


def _warm() -> None:
    """Read the word files and compile their patterns now, not while the first citizen waits."""
    reading = read("паспорт")
    is_emergency(reading)
    whole_command(reading)
    command_inside(reading)
    asked(reading)
    query_of(reading, "mn", lambda stems: False)


def out_of_scope() -> tuple[str, ...]:
    """The messages of `out_of_scope.tsv`."""
    return tuple(row[0] for row in rows("out_of_scope.tsv"))
