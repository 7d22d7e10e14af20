"""The catalogue as a table for people who work in a spreadsheet (CSV, XLSX), and as JSON in the dataclasses' own form.

A table has one row a service and one column a fact, named as in `knowledge/catalogue/README.md` (`fee.base.amount`).
A list stands one item a line. What a cell cannot hold as it is gets a backslash: `\\\\` a backslash, `\\n` a line break
inside an item, `\\r` a carriage return, `\\e` a text that is there and empty, `\\u0007` a character no file may hold. A
first character that would make a spreadsheet calculate is kept back with `'` (ASVS 5.0, 1.2.10; RFC 4180).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from dialogs.services import Service
from knowledge import catalogue_files
from knowledge.codec import SERVICE

MAX_ROWS = 10_000
MAX_CELL = 32_767  # characters; spreadsheets cut off what is longer
MAX_ID = 120  # characters; the width of the database's column
MAX_SHOWN = 50  # problems printed; more are counted
_ODD = re.compile(r"[\\\r\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ODD_IN_A_LIST = re.compile(rf"\n|{_ODD.pattern}")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.?)", re.DOTALL)
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_NAMED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_MEANT = {"\\": "\\", "n": "\n", "r": "\r", "e": ""}
_CALCULATES = re.compile(r"'*[=+\-@\t\r\n\x00＝＋－＠]")
_KEPT_BACK = re.compile(r"'+[=+\-@\t\r\n\x00＝＋－＠]")


@dataclass(frozen=True)
class TableProblem:
    """`row` as the spreadsheet counts it (the header is 1); in JSON the first service is 1. 0 is the whole file."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.message}" if self.row else f"{self.column}: {self.message}"


class TableError(ValueError):
    """The file cannot be taken; `problems` has every reason, the text the first of them."""

    def __init__(self, problems: list[TableProblem]) -> None:
        more = [f"... and {len(problems) - MAX_SHOWN:,} more"] if len(problems) > MAX_SHOWN else []
        super().__init__("\n".join([*map(str, problems[:MAX_SHOWN]), *more]))
        self.problems = problems


@dataclass(frozen=True)
class Column:
    """`many`: one item a line."""

    name: str
    many: bool
    number: bool


class Unreadable(Exception):
    """Raised while rows are handed over: the file is broken from here on; the text says how."""


@cache
def _parts(of: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Fields of a dataclass: name, type without `| None` and `tuple[...]`, and whether there can be several."""
    hints, parts = get_type_hints(of), []
    for field in fields(of):
        hint = hints[field.name]
        inner = [kind for kind in get_args(hint) if kind not in (NoneType, Ellipsis)] or [hint]
        parts.append((field.name, inner[0], get_origin(hint) is tuple))
    return tuple(parts)


def _columns(of: Any, at: str = "", many: bool = False) -> Iterator[Column]:
    for name, kind, several in _parts(of):
        if is_dataclass(kind):
            yield from _columns(kind, f"{at}{name}.", many or several)
        else:
            yield Column(f"{at}{name}", many or several, kind is float)


COLUMNS = tuple(_columns(Service))


def row_of(service: Service) -> dict[str, str]:
    """Every column in its order; before anything is kept back from calculating."""
    raw = SERVICE.dump_python(service, mode="json")
    return {column.name: _cell(column, _at(raw, column.name.split("."))) for column in COLUMNS}


def kept_back(cell: str) -> str:
    """As it goes into a spreadsheet: what would be calculated gets a `'` in front; reading takes it off again."""
    return f"'{cell}" if _CALCULATES.match(cell) else cell


def _at(raw: Any, path: list[str]) -> Any:
    if isinstance(raw, list):
        return [_at(item, path) for item in raw]
    return _at(raw[path[0]], path[1:]) if path and raw is not None else raw


def _cell(column: Column, value: Any) -> str:
    if column.many:
        return "\n".join(_written(item, _ODD_IN_A_LIST) for item in value)
    if value is None:
        return ""
    if column.number:
        return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))
    return _written(value, _ODD)


def _written(text: str, odd: re.Pattern[str]) -> str:
    return odd.sub(lambda found: _NAMED.get(found[0], f"\\u{ord(found[0]):04x}"), text) or "\\e"


def _value(column: Column, cell: object) -> Any:
    """What a cell says; None (or an empty list) when nothing. Raises ValueError with what is wrong."""
    if isinstance(cell, ValueError):
        raise cell
    if cell is None or cell == "":
        return [] if column.many else None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not column.number:
            raise ValueError("a number where a text is wanted; format the cell as text and type it again")
        return float(cell)
    if not isinstance(cell, str):
        raise ValueError("a tick or a time where a text is wanted; format the cell as text and type it again")
    if len(cell) > MAX_CELL:
        raise ValueError(f"longer than {MAX_CELL:,} characters")
    text = cell[1:] if _KEPT_BACK.match(cell) else cell
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if column.number:
        return _number(text)
    return [_meant(line) for line in text.rstrip("\n").split("\n")] if column.many else _meant(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", text, re.ASCII):
        raise ValueError(f"{text[:40]!r} is no number; write it as 22500 or 12.5")
    return float(text)


def _meant(text: str) -> str:
    if not text:
        raise ValueError("an empty line in a list")

    def plain(found: re.Match[str]) -> str:
        name = found[1]
        if len(name) == 5:
            return chr(int(name[1:], 16))
        if name not in _MEANT:
            raise ValueError(f"{found[0]!r} means nothing; a backslash is written twice")
        return _MEANT[name]

    return _ESCAPE.sub(plain, text)


def _nested(of: Any, at: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The columns under `at` as a mapping that a dataclass is read from; None when all of them are empty."""
    found = {}
    for name, kind, several in _parts(of):
        if not is_dataclass(kind):
            value = values[f"{at}{name}"]
        elif several:
            value = _items(kind, f"{at}{name}", values)
        else:
            value = _nested(kind, f"{at}{name}.", values)
        if value is not None:
            found[name] = value
    return found or None


def _items(of: Any, at: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = [part for part, _, _ in _parts(of)]
    columns = [values[f"{at}.{part}"] for part in parts]
    for part, column in zip(parts, columns, strict=True):
        if len(column) != len(columns[0]):
            raise LookupError(f"{at}.{part}", f"{len(column)} lines, {at}.{parts[0]} has {len(columns[0])}")
    return [dict(zip(parts, item, strict=True)) for item in zip(*columns, strict=True)]


def from_cells(rows: Iterable[Sequence[object]], organisations: Collection[str]) -> list[Service]:
    """A table's services in its order; the first row is the header. Cells are texts, numbers, None, or a ValueError
    saying why a cell cannot be taken. Raises `TableError` naming every row that is wrong."""
    problems: list[TableProblem] = []
    return _taken(_table(iter(rows), problems), organisations, problems, in_table=True)


def from_json(data: bytes, organisations: Collection[str]) -> list[Service]:
    """A list of services in the dataclasses' form. Raises `TableError` naming every entry that is wrong."""
    try:
        listed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise TableError([TableProblem(0, "file", f"is no JSON in UTF-8: {str(error)[:200]}")]) from error
    if not isinstance(listed, list) or len(listed) > MAX_ROWS:
        raise TableError([TableProblem(0, "file", f"wants a list of at most {MAX_ROWS:,} services")])
    return _taken(enumerate(listed, 1), organisations, [], in_table=False)


def to_json(services: Iterable[Service]) -> str:
    return json.dumps([SERVICE.dump_python(each, mode="json") for each in services], ensure_ascii=False, indent=1)


def _table(rows: Iterator[Sequence[object]], problems: list[TableProblem]) -> Iterator[tuple[int, Any]]:
    try:
        header, known = next(rows, ()), {column.name: column for column in COLUMNS}
        problems += [TableProblem(1, name, "this column is missing") for name in known if name not in header]
        problems += [TableProblem(1, str(name)[:60], "no such column") for name in header if name not in known]
        problems += [TableProblem(1, name, "stands there twice") for name in known if list(header).count(name) > 1]
        if problems:
            return
        columns = [known[str(name)] for name in header]
        for number, cells in enumerate(rows, 2):
            if number > MAX_ROWS + 1:
                problems.append(TableProblem(number, "file", f"more than {MAX_ROWS:,} rows; read no further"))
                return
            if any(cell not in (None, "") for cell in cells) and (raw := _raw(number, columns, cells, problems)):
                yield number, raw
    except Unreadable as error:
        problems.append(TableProblem(0, "file", f"cannot be read: {error}"))


def _raw(row: int, columns: list[Column], cells: Sequence[object], problems: list[TableProblem]) -> Any:
    """A row as a mapping; None when a cell of it is wrong."""
    if len(cells) != len(columns):
        problems.append(TableProblem(row, "row", f"{len(cells)} cells, the header has {len(columns)}"))
        return None
    values, wrong = {}, []
    for column, cell in zip(columns, cells, strict=True):
        try:
            values[column.name] = _value(column, cell)
        except ValueError as error:
            wrong.append(TableProblem(row, column.name, str(error)))
    problems += wrong
    try:
        return None if wrong else _nested(Service, "", values)
    except LookupError as error:  # columns of one list that do not go together
        problems.append(TableProblem(row, *error.args))
        return None


def _taken(
    rows: Iterable[tuple[int, Any]], organisations: Collection[str], problems: list[TableProblem], in_table: bool
) -> list[Service]:
    services: list[Service] = []
    seen: dict[tuple[str, str], int] = {}
    for row, raw in rows:
        try:
            service = SERVICE.validate_json(json.dumps(raw), strict=True)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                path = [str(part) for part in each["loc"] if not (in_table and isinstance(part, int))]
                problems.append(TableProblem(row, ".".join(path) or "service", each["msg"]))
            continue
        wrong = [*_rules(raw, service, organisations), *_repeated(row, service, seen)]
        problems += [TableProblem(row, column, message) for column, message in wrong]
        services.append(service)
    if not services and not problems:
        problems.append(TableProblem(0, "file", "holds no service"))
    if problems:
        raise TableError(sorted(problems, key=lambda problem: problem.row))
    return services


def _rules(raw: Any, service: Service, organisations: Collection[str]) -> Iterator[tuple[str, str]]:
    """What the types cannot say: the rules of the files, and what the database and the release want."""
    yield from ((".".join(map(str, path)), "no such field") for path in catalogue_files.unknown_fields(raw, service))
    yield from catalogue_files.rules(service)
    if len(service.id) > MAX_ID:
        yield "id", f"longer than {MAX_ID} characters"
    if service.organisation not in organisations:
        yield "organisation", f"{service.organisation[:60]!r} is no organisation of the catalogue"
    for at, money in (("fee.base", service.fee.base), ("fee.mission", service.fee.mission)):
        if money and not (math.isfinite(money.amount) and money.amount >= 0):
            yield f"{at}.amount", "0 or more"
    time = service.duration.source if service.duration else None
    for at, source in (("", service.source), ("fee.", service.fee.source), ("duration.", time)):
        if source and not _DAY.fullmatch(source.date):
            yield f"{at}source.date", f"{source.date[:40]!r} is no day; write it as 2026-11-23"


def _repeated(row: int, service: Service, seen: dict[tuple[str, str], int]) -> Iterator[tuple[str, str]]:
    for key in (("id", service.id), ("emongolia_id", service.emongolia_id)):
        if key[1] is not None and seen.setdefault((key[0], key[1]), row) != row:
            yield key[0], f"{key[1]} stands in row {seen[key[0], key[1]]} too"
