"""Shares with their uncertainty, and tables of them for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

_NORMAL = 1.959964
"""How many standard deviations hold 95 % of a normal distribution to both sides."""
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Share:
    """`hits` of `of` things."""

    hits: int
    of: int

    @property
    def percent(self) -> float:
        """0 of nothing."""
        return 100 * self.hits / self.of if self.of else 0.0

    def interval(self) -> tuple[float, float]:
        """Where the true share is with 95 % confidence, in per cent (Wilson 1927)."""
        if not self.of:
            return 0.0, 100.0
        share, square = self.hits / self.of, _NORMAL**2 / self.of
        middle = (share + square / 2) / (1 + square)
        half = _NORMAL * math.sqrt((share * (1 - share) + square / 4) / self.of) / (1 + square)
        return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


@dataclass(frozen=True)
class Main:
    """A share that is shown with its interval."""

    share: Share


Cell = str | int | float | Share | Main | None


@dataclass(frozen=True)
class Table:
    """`name` is the key in `tables.json`; the first column names the rows. Shares and errors are in per cent."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def text(self) -> str:
        lines = [self.columns, *(tuple(map(_text, row)) for row in self.rows)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.columns))]
        body = "\n".join(_line(line, widths) for line in lines)
        head = f"{self.title}\n{self.note}".rstrip()
        return f"{head}\n\n{body}\n"

    def data(self) -> dict[str, object]:
        rows = [dict(zip(self.columns, map(_data, row), strict=True)) for row in self.rows]
        return {"title": self.title, "note": self.note, "rows": rows}


def share_of(things: Iterable[Thing], is_hit: Callable[[Thing], bool]) -> Share:
    hits = [is_hit(thing) for thing in things]
    return Share(sum(hits), len(hits))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    figures = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join((cells[0].ljust(widths[0]), *figures))


def _text(cell: Cell) -> str:
    if isinstance(cell, Main):
        low, high = cell.share.interval()
        return f"{cell.share.percent:.1f} [{low:.0f}-{high:.0f}]" if cell.share.of else "-"
    if isinstance(cell, Share):
        return f"{cell.percent:.1f}" if cell.of else "-"
    if isinstance(cell, float):
        return f"{cell:.1f}"
    return "-" if cell is None else f"{cell:,}" if isinstance(cell, int) else cell


def _data(cell: Cell) -> object:
    if isinstance(cell, Main):
        cell = cell.share
    if not isinstance(cell, Share):
        return cell
    low, high = cell.interval()
    percents = {"percent": cell.percent, "low": low, "high": high}
    return {"hits": cell.hits, "of": cell.of, **{name: round(value, 2) for name, value in percents.items()}}
