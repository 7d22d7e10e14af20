"""The sets kept apart: what people type and what is right. Nothing in `nlu/` is written for them or fitted on them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

FOLDER = Path(__file__).parent
TYPED, KEPT_APART = FOLDER / "typed_pairs.tsv", FOLDER / "kept_apart.tsv"


@dataclass(frozen=True)
class Need:
    """`services` are all ids that answer `message`; `ask` when a question back is right, even where one is found."""

    message: str
    services: frozenset[str]
    ask: bool = False


@dataclass(frozen=True)
class Aside:
    """A message that no service answers; `kind` is small talk, another state's service, nonsense and so on."""

    message: str
    kind: str


@dataclass(frozen=True)
class Alarm:
    """`danger`: whether somebody is in danger; else the message only uses such words."""

    message: str
    danger: bool


@dataclass(frozen=True)
class Side:
    """`aspect` is a value of `dialogs.understanding.Aspect` or none; `follows` when no service is named."""

    message: str
    aspect: str
    follows: bool


@dataclass(frozen=True)
class Told:
    """A message with the services it wants, one or two."""

    message: str
    services: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """A message and the language it is in."""

    message: str
    language: str


@dataclass(frozen=True)
class Sets:
    """`kept_apart` is drawn from the catalogue's messages (`set_apart`), all others are written by hand."""

    kept_apart: tuple[Need, ...]
    typed: tuple[Need, ...]
    out_of_scope: tuple[Aside, ...]
    emergencies: tuple[Alarm, ...]
    aspects: tuple[Side, ...]
    double_needs: tuple[Told, ...]
    languages: tuple[Written, ...]

    def messages(self) -> tuple[str, ...]:
        """Every message once."""
        sets = (self.kept_apart, self.typed, self.out_of_scope, self.emergencies, self.aspects, self.double_needs)
        return tuple(dict.fromkeys(case.message for cases in (*sets, self.languages) for case in cases))

    def thinned(self, every: int) -> Sets:
        """Only every so manieth of the needs kept apart, which are most of the messages."""
        return replace(self, kept_apart=self.kept_apart[::every])


def read_sets(services: Collection[str]) -> Sets:
    """`services` are the ids of the catalogue; messages that mean a withdrawn service are left out."""
    return Sets(
        kept_apart=tuple(Need(said, frozenset({meant})) for meant, said in kept_apart() if meant in services),
        typed=tuple(pair for pair in typed_pairs() if not pair.services.isdisjoint(services)),
        out_of_scope=tuple(Aside(said, kind) for kind, said in rows(FOLDER / "out_of_scope_apart.tsv")),
        emergencies=tuple(Alarm(said, kind == "yes") for kind, said in rows(FOLDER / "emergencies_apart.tsv")),
        aspects=tuple(Side(said, name, kind == "follow-up") for name, kind, said in rows(FOLDER / "aspects_apart.tsv")),
        double_needs=tuple(
            Told(said, tuple(ids.split()))
            for ids, said in rows(FOLDER / "double_needs_apart.tsv")
            if set(ids.split()) <= set(services)
        ),
        languages=tuple(Written(said, name) for name, said in rows(FOLDER / "languages_apart.tsv")),
    )


def typed_pairs() -> tuple[Need, ...]:
    """What people type for the services asked for most; their totals were seen while thresholds were chosen."""
    return tuple(Need(typed, frozenset(services.split()), ask == "ask") for typed, services, ask, *_ in rows(TYPED)[1:])


def kept_apart() -> tuple[tuple[str, str], ...]:
    """(service id, message): the tenth of the catalogue's messages that no index holds."""
    return tuple((service_id, message) for service_id, message in rows(KEPT_APART)) if KEPT_APART.exists() else ()


def rows(path: Path) -> list[list[str]]:
    """The columns of each line that is no comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
