"""The reliability plot: said against true probability of the first candidate, a small picture a group."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.evaluation.answers import GROUPS, Answer
from tests.evaluation.reliability import BINS, Point, bins, calibration_error, error_by_chance, points

FEWEST = 20
"""Messages of a group below which no curve is drawn."""
A_POINT = 15
"""Messages that a point stands for, at least."""


def draw(answers: Sequence[Answer], path: Path) -> None:
    """Writes a PNG. Raises `ImportError` without matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    groups = {"all": answers, **{group: [one for one in answers if one.group == group] for group in GROUPS}}
    figure, places = pyplot.subplots(3, 3, figsize=(11, 11), sharex=True, sharey=True, layout="constrained")
    for axes, (name, chosen) in zip(places.flat, groups.items(), strict=True):
        _picture(axes, name, points(chosen))
    figure.suptitle("Said and true probability of the first candidate (needs kept apart; bars: 95 % intervals)")
    figure.supxlabel("said, per cent")
    figure.supylabel("right, per cent")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _picture(axes: Any, name: str, found: Sequence[Point]) -> None:
    axes.plot([0, 100], [0, 100], color="0.7", linewidth=1, zorder=1)
    axes.set(xlim=(0, 100), ylim=(0, 100), aspect="equal")
    if len(found) < FEWEST:
        axes.set_title(f"{name}: {len(found)} messages, too few", fontsize=11)
        return
    drawn = bins(found, min(BINS, max(1, len(found) // A_POINT)))
    said = [100 * one.said for one in drawn]
    right = [one.right.percent for one in drawn]
    ends = [(middle, *one.right.interval()) for middle, one in zip(right, drawn, strict=True)]
    bars = [[max(0, middle - low) for middle, low, _ in ends], [max(0, high - middle) for middle, _, high in ends]]
    axes.errorbar(said, right, yerr=bars, fmt="o-", markersize=4, linewidth=1.2, elinewidth=0.8, color="#1f4e79")
    axes.hist([100 * chance for chance, _ in found], bins=20, range=(0, 100), color="#1f4e79", alpha=0.15,
              weights=[60 / len(found)] * len(found), zorder=0)  # fmt: skip
    error = f"error {calibration_error(found):.1f} (by chance {error_by_chance(found):.1f})"
    axes.set_title(f"{name}: {len(found)} messages\n{error}", fontsize=10)
    label = f"{len(found) / len(said):.0f} messages a point"
    axes.text(3, 97, label, ha="left", va="top", fontsize=9, color="0.4")
