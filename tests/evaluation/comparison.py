"""Ours beside the baselines on the same messages: what is found, and the time of a message."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.services import Catalogue
from nlu import Index
from tests.evaluation.answers import ABSENT, GROUPS, OFFERED, Answer, answers
from tests.evaluation.baselines import BASELINES, Baseline, Ranker
from tests.evaluation.hearing import Evaluation, counted, median_and_p99, say
from tests.evaluation.sets import Need
from tests.evaluation.tables import Cell, Main, Share, Table, share_of

OURS = "Tuslakh"


@dataclass(frozen=True)
class Run:
    """Of each message, in the order of the set, the place of the right service and the milliseconds; `missing` says
    why there is none."""

    name: str
    places: tuple[int, ...] = ()
    milliseconds: tuple[float, ...] = ()
    missing: str = ""


def runs(catalogue: Catalogue, index: Index, evaluation: Evaluation) -> tuple[Run, ...]:
    """Ours first, then the baselines, on the needs kept apart."""
    needs = evaluation.sets.kept_apart
    ours = Run(
        OURS,
        tuple(one.place for one in answers(needs, evaluation)),
        tuple(evaluation.heard[need.message].milliseconds for need in needs),
    )
    return (ours, *(_run(baseline, catalogue, index, needs) for baseline in BASELINES))


def _run(baseline: Baseline, catalogue: Catalogue, index: Index, needs: Sequence[Need]) -> Run:
    try:
        ranker = baseline.build(catalogue, index)
    except (ImportError, OSError) as error:
        say(f"{baseline.name}: {error}")
        return Run(baseline.name, missing=f"not installed (extra {baseline.extra})")
    found = [_asked(ranker, need) for need in counted(baseline.name, needs)]
    return Run(baseline.name, tuple(place for place, _ in found), tuple(spent for _, spent in found))


def _asked(ranker: Ranker, need: Need) -> tuple[int, float]:
    start = time.process_time()
    ids = ranker.first(need.message)
    spent = 1000 * (time.process_time() - start)
    return next((place for place, name in enumerate(ids) if name in need.services), ABSENT), spent


def table(found: Sequence[Run]) -> Table:
    ours, _ = median_and_p99(found[0].milliseconds)
    columns = ("", "first", "three", "ten", "median ms", "p99 ms", "times ours")
    note = "Needs kept apart. Milliseconds of processor time a message, one thread, in this run; compare the ratio."
    rows = tuple(_row(run, ours) for run in found)
    return Table("baselines", "Beside plain ways to find a service", columns, rows, note)


def _row(run: Run, ours: float) -> tuple[Cell, ...]:
    if run.missing:
        return (run.name, run.missing, None, None, None, None, None)
    median, p99 = median_and_p99(run.milliseconds)
    shares = [_among(run.places, count) for count in (1, OFFERED, 10)]
    ratio = f"{median / max(ours, 1e-9):.2f}"
    return (run.name, Main(shares[0]), Main(shares[1]), shares[2], f"{median:.2f}", f"{p99:.2f}", ratio)


def _among(places: Sequence[int], count: int) -> Share:
    return share_of(places, lambda place: place < count)


def group_table(found: Sequence[Run], of_needs: Sequence[Answer]) -> Table:
    """The share found first, by the group of the message as ours understands it."""
    there = [run for run in found if not run.missing]
    rows: list[tuple[Cell, ...]] = []
    for group in GROUPS:
        chosen = [place for place, one in enumerate(of_needs) if one.group == group]
        firsts = [_among([run.places[place] for place in chosen], 1) for run in there]
        if chosen:
            rows.append((group, len(chosen), *firsts))
    columns = ("found first", "n", *(run.name for run in there))
    return Table("baselines_by_group", "Beside plain ways, by language", columns, tuple(rows))
