"""All tables of an evaluation, and the files they are written to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from knowledge.catalogue_files import load
from nlu import Index
from tests.evaluation import (
    aspects,
    comparison,
    confusions,
    danger,
    double_needs,
    footprint,
    languages,
    needs,
    out_of_scope,
    plot,
)
from tests.evaluation.answers import answers
from tests.evaluation.hearing import Evaluation, evaluate, say
from tests.evaluation.sets import read_sets
from tests.evaluation.tables import Table

FOLDER = Path(__file__).parents[2] / "var" / "evaluation"
APART = "Needs kept apart: a tenth of the catalogue's messages, in no index and in no fit"
TYPED = "Typed pairs: no weight is fitted on them, their totals were seen while thresholds were chosen"


def tables(evaluation: Evaluation) -> tuple[Table, ...]:
    """Those about the understanding alone."""
    apart = answers(evaluation.sets.kept_apart, evaluation)
    typed = answers(evaluation.sets.typed, evaluation)
    return (
        needs.by_group("kept_apart", APART, apart),
        needs.by_length("kept_apart_by_length", "Needs kept apart, by length", apart),
        needs.by_action("kept_apart_by_action", "Needs kept apart, by what the action was", apart),
        needs.by_group("typed_pairs", TYPED, typed),
        needs.by_action("typed_pairs_by_action", "Typed pairs, by what the action was", typed),
        out_of_scope.table(evaluation),
        danger.table(evaluation),
        aspects.table(evaluation),
        aspects.follow_up_table(evaluation),
        double_needs.table(evaluation),
        languages.table(evaluation),
    )


def write(folder: Path = FOLDER) -> None:
    """Evaluates, prints the tables and writes them, the plot and the confusions; minutes, told as they pass."""
    catalogue = load()
    say("building the index")
    index = Index.build(catalogue)
    evaluation = evaluate(read_sets(catalogue.services), index)
    apart = answers(evaluation.sets.kept_apart, evaluation)
    found = comparison.runs(catalogue, index, evaluation)
    say("measuring start and memory")
    beside = (comparison.table(found), comparison.group_table(found, apart), footprint.table(footprint.measured()))
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write_tables((*tables(evaluation), *beside), folder), folder / "tables.json"]
    files.append(folder / "confusions.tsv")
    files[-1].write_text(confusions.text(apart), encoding="utf-8")
    try:
        plot.draw(apart, folder / "reliability.png")
        files.append(folder / "reliability.png")
    except ImportError as error:
        say(f"no plot: {error} (extra dev)")
    print(f"Written to {folder}: {', '.join(file.name for file in files)}")


def _write_tables(found: Sequence[Table], folder: Path) -> Path:
    """Prints them too; returns the file for people."""
    text = "\n".join(table.text() for table in found)
    print(text)
    data = {table.name: table.data() for table in found}
    (folder / "tables.json").write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "tables.txt").write_text(text, encoding="utf-8")
    return folder / "tables.txt"
