"""How well messages find their service: `python -m tests.evaluation.score`.

Three sets are told apart: the typed pairs and the messages kept apart, which no weight is fitted on, and the
development set (the catalogue's own messages left out in turn), which the weights are fitted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dialogs.services import Catalogue
from dialogs.understanding import Action, Script, Understanding
from nlu import Index, understand
from nlu.development import folds
from nlu.emergencies import is_emergency
from nlu.reading import read
from tests.evaluation.baseline import PlainBm25
from tests.evaluation.pairs import Pair, emergencies_apart, kept_apart, out_of_scope_apart, typed_pairs


@dataclass(frozen=True)
class Outcome:
    """`place` of the right service among the candidates: 0 is first, 99 absent. `told`: it was sure of the first."""

    group: str
    place: int
    action_right: bool
    told: bool = False


@dataclass(frozen=True)
class Score:
    """Shares in per cent."""

    count: int
    first: float
    three: float
    ten: float
    action: float
    told: float
    wrong_when_told: float


TYPED = "Typed pairs (no weight is fitted on them; their totals were seen while thresholds were chosen)"


def outcome(pair: Pair, found: Understanding) -> Outcome:
    ids = [candidate.service_id for need in found.needs for candidate in need.candidates]
    place = _place(pair, ids)
    action_right = found.action is Action.CHOICE and place < 3
    if not pair.ask:
        action_right = action_right or (found.action is Action.SURE and place == 0)
    group = "English" if found.language == "en" else found.script.value
    return Outcome(group, place, action_right, told=found.action is Action.SURE)


def score(outcomes: Iterable[Outcome]) -> Score:
    all_of = list(outcomes)

    def share(right: Callable[[Outcome], bool]) -> float:
        return 100 * sum(map(right, all_of)) / max(1, len(all_of))

    return Score(
        len(all_of),
        share(lambda o: o.place == 0),
        share(lambda o: o.place < 3),
        share(lambda o: o.place < 10),
        share(lambda o: o.action_right),
        share(lambda o: o.told),
        100 * sum(o.told and o.place > 0 for o in all_of) / max(1, sum(o.told for o in all_of)),
    )


def on_typed_pairs(catalogue: Catalogue) -> list[Outcome]:
    index = Index.build(catalogue)
    return [outcome(pair, understand(pair.typed, index)) for pair in typed_pairs()]


def on_kept_apart(catalogue: Catalogue) -> list[Outcome]:
    """Each message means one service; a withdrawn service's messages are left out."""
    index = Index.build(catalogue)
    return [
        outcome(Pair(message, frozenset({service_id}), ask=False), understand(message, index))
        for service_id, message in kept_apart()
        if service_id in catalogue.services
    ]


def on_out_of_scope_apart(catalogue: Catalogue) -> list[Outcome]:
    """Right when no service is offered."""
    index = Index.build(catalogue)
    actions = [understand(message, index).action for message in out_of_scope_apart()]
    return [
        Outcome("out of scope", 99, action not in (Action.SURE, Action.CHOICE), told=action is Action.SURE)
        for action in actions
    ]


def on_emergencies() -> tuple[float, float, float]:
    """Per cent of emergencies that are found, of near misses and of ordinary needs that are taken for one."""

    def share(messages: list[str]) -> float:
        return 100 * sum(is_emergency(read(message)) for message in messages) / max(1, len(messages))

    told = emergencies_apart()
    return (
        share([message for danger, message in told if danger]),
        share([message for danger, message in told if not danger]),
        share([message for _, message in kept_apart()]),
    )


def of_plain_bm25(catalogue: Catalogue) -> list[Outcome]:
    """The groups are those `nlu` sees, so that the rows compare."""
    index, plain = Index.build(catalogue), PlainBm25(catalogue)
    return [
        Outcome(outcome(pair, understand(pair.typed, index)).group, _place(pair, plain.first(pair.typed)), False)
        for pair in typed_pairs()
    ]


def on_development(catalogue: Catalogue) -> tuple[list[Outcome], list[Outcome]]:
    """(messages and names left out in turn, out-of-scope lines: right when no service is offered)."""
    found: list[Outcome] = []
    aside: list[Outcome] = []
    for fold in folds(catalogue):
        for example in fold.examples:
            understood = understand(example.text, fold.index)
            if example.service_id is None:
                offered = understood.action in (Action.SURE, Action.CHOICE)
                aside.append(Outcome("out of scope", 99, not offered))
            else:
                found.append(outcome(Pair(example.text, frozenset({example.service_id}), ask=False), understood))
    return found, aside


def _place(pair: Pair, ids: list[str]) -> int:
    return next((place for place, service_id in enumerate(ids) if service_id in pair.services), 99)


def _print(title: str, outcomes: list[Outcome]) -> None:
    print(f"\n{title}\n{'':14}{'n':>6}{'first':>8}{'three':>8}{'ten':>8}{'action':>8}{'told':>8}{'wrong':>8}")
    groups = ["all", Script.CYRILLIC.value, Script.LATIN.value, "English", Script.OTHER.value]
    for group in groups:
        chosen = [found for found in outcomes if group in ("all", found.group)]
        if chosen:
            row = score(chosen)
            print(
                f"{group:14}{row.count:6}{row.first:8.1f}{row.three:8.1f}{row.ten:8.1f}{row.action:8.1f}{row.told:8.1f}{row.wrong_when_told:8.1f}"
            )


def main() -> None:
    from knowledge.catalogue_files import load  # only the script needs the files

    catalogue = load()
    _print(TYPED, on_typed_pairs(catalogue))
    _print("Typed pairs, plain BM25 on words", of_plain_bm25(catalogue))
    _print("Kept apart: a tenth of the catalogue's messages, in no index and in no fit", on_kept_apart(catalogue))
    found, aside = on_development(catalogue)
    _print("Development set (names and messages left out in turn; the weights are fitted on it)", found)
    print(f"\nOut-of-scope lines without an offer, each left out in turn: {score(aside).action:.1f} % of {len(aside)}")
    apart = on_out_of_scope_apart(catalogue)
    print(f"Out-of-scope lines kept apart: {score(apart).action:.1f} % of {len(apart)} without an offer, "
          f"{score(apart).told:.1f} % told a service")  # fmt: skip
    right, false, ordinary = on_emergencies()
    print(f"Emergencies kept apart: {right:.1f} % found; taken for one: {false:.1f} % of near misses, "
          f"{ordinary:.1f} % of the catalogue's messages kept apart")  # fmt: skip


if __name__ == "__main__":
    main()
