"""Everything that is prepared once for a catalogue release; immutable, shared between threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dialogs.services import Catalogue
from nlu.aspects import asked
from nlu.commands import command_inside, whole_command
from nlu.emergencies import is_listed
from nlu.encoder import Encoded
from nlu.language import LanguageModel, language_model
from nlu.memory import give_back
from nlu.probability import Weights, weights
from nlu.query import query_of
from nlu.ranking import Ranking, ranking
from nlu.reading import Reading, read
from nlu.shipped import shipped
from nlu.vectors import Vectors
from nlu.word_lists import rows


@dataclass(frozen=True)
class Thresholds:
    """When to be sure, when to ask, when to say that nothing fits; all are probabilities.

    `sure`: the first candidate alone is told. `lead`: and it must be this much ahead of the second.
    `faint`: nothing is offered when the first is not likelier than this; `faint_named`: when services are called by the
    message's words.
    `nothing`: below this probability that any service fits, none is offered. On the development set, crossed, `sure`
    alone tells 53 % of messages at once, 2.1 % of them wrongly, and 1.1 % of what no service answers; `nothing` keeps
    98.6 % of needs and refuses 82 % of the rest.
    `whole`: a message understood less surely is tried as two needs that a word joins; `half`: and taken for two when
    each is this likely; `..._by_sign`: the same where only a sign joins them.
    """

    sure: float = 0.9
    lead: float = 0.3
    nothing: float = 0.5
    faint: float = 0.1
    faint_named: float = 0.001
    whole: float = 0.95
    half: float = 0.35
    whole_by_sign: float = 0.8
    half_by_sign: float = 0.7


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
        cls,
        catalogue: Catalogue,
        thresholds: Thresholds | None = None,
        aside: Sequence[str] | None = None,
        vectors: Vectors | None = None,
    ) -> Index:
        """`aside`: messages that no service answers, those of `out_of_scope.tsv` when not given.

        `vectors`: of the encoder in use, those of `nlu.model` when not given.
        """
        _warm()
        built = cls(
            release=catalogue.release,
            ranking=ranking(catalogue, out_of_scope() if aside is None else aside, vectors or shipped()),
            language=language_model(),
            weights=weights(),
            thresholds=thresholds or Thresholds(),
        )
        give_back()
        return built

    def encode(self, readings: Sequence[Reading], language: str) -> Encoded | None:
        """What the encoder makes of some messages; None without an encoder or when there is nothing to read."""
        meaning = self.ranking.meaning
        if meaning is None:
            return None
        return meaning.vectors.encoder.encode([meaning.lexicon.written(reading, language) for reading in readings])


def _warm() -> None:
    """Read the word files and compile their patterns now, not while the first citizen waits."""
    reading = read("паспорт")
    is_listed(reading)
    whole_command(reading)
    command_inside(reading)
    asked(reading)
    query_of(reading, "mn", lambda stems: False)


def out_of_scope() -> tuple[str, ...]:
    """The messages of `out_of_scope.tsv`."""
    return tuple(row[0] for row in rows("out_of_scope.tsv"))
