"""Services as rows and back: nothing is lost, nothing calculates, and every bad row is named."""

from __future__ import annotations

import csv
import json
import string
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.commands.catalogue_export import write
from bots.commands.catalogue_import import read
from dialogs.services import Audience, Duration, Fee, LifeEvent, Money, Names, Provenance, Service, Source, Text
from knowledge import catalogue_files
from knowledge.catalogue_tables import (
    COLUMNS,
    MAX_CELL,
    MAX_ROWS,
    MAX_SHOWN,
    TableError,
    from_cells,
    from_json,
    kept_back,
    row_of,
    to_json,
)
from tests.bots.wired import service as simple

FORMS = ["xlsx", "csv", "json"]
HEADER = [column.name for column in COLUMNS]
PASSPORT = simple("passport", "Паспорт", "Passport")
KNOWN = {"registry"}

_nasty = st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''=1", "'", "\\", "\\n", "\\e", "\r", "\r\n", "\n", " x ", ";",
     '"', '""', "\u202eעברית", "سلام", "👩‍👩‍👧🇲🇳", "_x0041_", "_x005F_", "\x00", "\x07", "\x0b", "\x85", "\u2028",
     "\ufeff", "\ufffe", "\uffff", "#N/A", "TRUE", "007", "1e5", "2026-11-23", "＝1", "NULL", "sep=;", ",", "x" * 3000]
)  # fmt: skip
_free = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
anything = st.one_of(_nasty, _free, st.builds(str.__add__, _nasty, _free))
said = anything.filter(str.strip)
texts = st.builds(Text, anything, anything)
titles = st.builds(Text, said, said)
days = st.dates().map(lambda day: day.isoformat()).filter(lambda day: not day.startswith("0000"))
sources = st.builds(
    Source, st.sampled_from([Provenance.KHUR, Provenance.MISSION]), anything, days, st.none() | anything
)
money = st.builds(Money, st.floats(0, 1e12, allow_subnormal=False) | st.integers(0, 10**9).map(float), anything)
fees = st.builds(Fee, st.none() | money, st.none() | money, st.none() | texts, st.none() | sources)
lists = st.lists(anything, max_size=4).map(tuple)
text_lists = st.lists(texts, max_size=4).map(tuple)
ids = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=30)
services = st.builds(
    replace,
    st.just(PASSPORT),
    id=ids,
    title=titles,
    summary=titles,
    audience=st.lists(st.sampled_from(Audience), unique=True).map(tuple),
    fee=fees,
    duration=st.none() | st.builds(Duration, texts, st.none() | sources),
    life_event=st.none() | st.sampled_from(LifeEvent),
    documents=text_lists,
    steps=text_lists,
    limits=text_lists,
    law=st.none() | texts,
    operation=st.none() | anything,
    names=st.builds(Names, lists, lists, lists, lists),
    says=st.lists(anything, min_size=1, max_size=4).map(tuple),
    source=sources,
    emongolia_id=st.none() | st.text("0123456789abcdef", min_size=24, max_size=24),
)
many_services = st.lists(services, min_size=1, max_size=3, unique_by=(lambda s: s.id, lambda s: s.emongolia_id or s.id))


def there_and_back(folder: Path, form: str, wanted: Sequence[Service], organisations: set[str]) -> list[Service]:
    path = folder / f"catalogue.{form}"
    write(path, list(wanted))
    return read(path, organisations)


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_catalogue_comes_back_as_it_went(tmp_path: Path, form: str) -> None:
    catalogue = catalogue_files.load()
    wanted = list(catalogue.services.values())
    assert there_and_back(tmp_path, form, wanted, set(catalogue.organisations)) == wanted


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=many_services)
def test_any_text_comes_back_as_it_went(tmp_path: Path, form: str, wanted: list[Service]) -> None:
    assert there_and_back(tmp_path, form, wanted, KNOWN) == wanted


@given(wanted=services)
def test_every_field_stands_in_some_column(wanted: Service) -> None:
    assert from_cells([HEADER, list(map(kept_back, row_of(wanted).values()))], KNOWN) == [wanted]


def test_there_is_one_column_a_fact_named_as_in_the_files() -> None:
    assert len(set(HEADER)) == len(HEADER)
    assert {"id", "title.mn", "fee.base.amount", "fee.source.date", "documents.en", "names.latin", "says"} <= set(
        HEADER
    )


@pytest.mark.parametrize("first", "=+-@\t'")
@given(rest=_free)
def test_keeping_back_is_undone_by_reading(first: str, rest: str) -> None:
    row = row_of(replace(PASSPORT, operation=f"{first}{rest}"))
    assert from_cells([HEADER, list(map(kept_back, row.values()))], KNOWN)[0].operation == f"{first}{rest}"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("evil", ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "\x00=1", "'=1"])
def test_no_cell_of_a_spreadsheet_begins_with_what_calculates(tmp_path: Path, form: str, evil: str) -> None:
    path = tmp_path / f"x.{form}"
    write(path, [replace(PASSPORT, title=Text(evil, "x"), names=Names(mn=(evil,)))])
    cells = _cells(path)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\x00"))]


def _cells(path: Path) -> list[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [cell for row in csv.reader(file) for cell in row]
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    sheet = load_workbook(path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    return [str(cell.value) for cell in cells if isinstance(cell.value, str)]


def problems(rows: Sequence[Sequence[object]]) -> list[tuple[int, str]]:
    with pytest.raises(TableError) as caught:
        from_cells(rows, KNOWN)
    return [(problem.row, problem.column) for problem in caught.value.problems]


def changed(**cells: object) -> list[object]:
    """The passport's row with other cells; a column's dots are written `__`."""
    return list((row_of(PASSPORT) | {name.replace("__", "."): cell for name, cell in cells.items()}).values())


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"title__en": ""}, "title.en"),
        ({"title__en": 2024}, "title.en"),
        ({"title__en": True}, "title.en"),
        ({"title__en": ValueError("a formula")}, "title.en"),
        ({"title__en": "a\\q"}, "title.en"),
        ({"title__en": "x" * (MAX_CELL + 1)}, "title.en"),
        ({"id": "Паспорт"}, "id"),
        ({"id": "x" * 121}, "id"),
        ({"organisation": "nobody"}, "organisation"),
        ({"category": "passports"}, "category"),
        ({"audience": "citizen\nalien"}, "audience"),
        ({"emongolia_id": "640fedc50d60d81000eb4d"}, "emongolia_id"),
        ({"fee__base__amount": "50 000"}, "fee.base.amount"),
        ({"fee__base__amount": "-1"}, "fee.base.amount"),
        ({"fee__base__amount": float("inf")}, "fee.base.amount"),
        ({"fee__base__amount": "nan"}, "fee.base.amount"),
        ({"fee__base__amount": ""}, "fee.base.amount"),
        ({"documents__en": "A photo\nA form"}, "documents.en"),
        ({"names__mn": "нэг\n\nхоёр"}, "names.mn"),
        ({"says": ""}, "says"),
        ({"source__date": "23.11.2026"}, "source.date"),
        ({"source__kind": "rumour"}, "source.kind"),
        ({"source__ref": "http://example.mn"}, "source"),
    ],
)
def test_a_bad_row_is_named_with_its_column(cells: dict[str, object], column: str) -> None:
    assert problems([HEADER, changed(id="fine"), changed(**cells)]) == [(3, column)]


def test_every_bad_row_is_named() -> None:
    rows: list[Sequence[object]] = [
        HEADER,
        changed(category="x", id="a"),
        changed(id="b"),
        changed(id="c", source__date="x"),
        ["a", "b"],
    ]
    assert problems(rows) == [(2, "category"), (4, "source.date"), (5, "row")]


def test_the_same_id_twice_is_named() -> None:
    assert problems([HEADER, changed(), changed()]) == [(3, "id")]


@pytest.mark.parametrize(
    ("header", "column"),
    [(HEADER[1:], "id"), ([*HEADER, "price"], "price"), ([*HEADER, "id"], "id"), ([], "id"), ([None], "id")],
)
def test_a_header_that_differs_is_refused(header: list[object], column: str) -> None:
    assert (1, column) in problems([header, changed()])


def test_an_empty_table_is_refused() -> None:
    assert problems([HEADER]) == [(0, "file")]


def test_empty_rows_count_but_say_nothing() -> None:
    assert problems([HEADER, [None] * len(HEADER), changed(category="x")]) == [(3, "category")]


def test_too_many_rows_are_refused() -> None:
    assert (MAX_ROWS + 2, "file") in problems([HEADER, *[[None] * len(HEADER)] * (MAX_ROWS + 1)])


def test_a_long_list_of_mistakes_is_cut_and_counted() -> None:
    with pytest.raises(TableError) as caught:
        from_cells([HEADER, *[changed(category="x")] * 80], KNOWN)
    assert len(caught.value.problems) == 80
    assert str(caught.value).splitlines()[-1] == f"... and {80 - MAX_SHOWN} more"


def json_problems(data: Any) -> list[tuple[int, str]]:
    with pytest.raises(TableError) as caught:
        from_json(data if isinstance(data, bytes) else json.dumps(data).encode(), KNOWN)
    return [(problem.row, problem.column) for problem in caught.value.problems]


def test_json_names_the_entry_and_the_field() -> None:
    (good,) = json.loads(to_json([PASSPORT]))
    wrong = [good, {**good, "id": "b", "tittle": 1}, {**good, "id": "c", "fee": {"base": {"amount": "5"}}}, 5]
    assert json_problems(wrong) == [
        (2, "tittle"), (3, "fee.base.amount"), (3, "fee.base.currency"), (4, "service"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff\xff", b"[" * 100_000, b"[NaN", b"<html>", [1] * 10_001]
)
def test_what_is_no_list_of_services_is_refused(data: object) -> None:
    assert json_problems(data) == [(0, "file")]


# --- files as people and their programs leave them ---


def test_a_table_saved_with_semicolons_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, row_of(PASSPORT).values()])
    assert read(path, KNOWN) == [PASSPORT]


def test_a_workbook_saved_by_hand_is_read(tmp_path: Path) -> None:
    from datetime import datetime

    from openpyxl import Workbook

    book = Workbook()
    book.active.append([*HEADER, None])
    book.active.append(changed(source__date=datetime(2026, 11, 23), fee__base__amount=0))
    book.active.append([None, None])
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx", KNOWN) == [PASSPORT]


def test_a_cell_far_to_the_right_costs_nothing(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADER)
    book.active.append(changed())
    for number in range(3, 1_000):
        book.active.cell(number, 16_384, "x")
    book.save(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx", KNOWN) == [PASSPORT]


def test_a_formula_in_a_workbook_is_named_and_never_calculated(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEADER)
    book.active.append(changed(title__mn="=1+1"))
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(TableError, match=r"row 2, title.mn: a formula"):
        read(tmp_path / "x.xlsx", KNOWN)


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xfe\x00", b"<html></html>", b'"id\n'])
def test_a_broken_file_is_refused_in_one_line(tmp_path: Path, form: str, data: bytes) -> None:
    path = tmp_path / f"x.{form}"
    path.write_bytes(data)
    with pytest.raises(TableError):
        read(path, KNOWN)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"x.{form}"
    write(path, [PASSPORT, replace(PASSPORT, id="b")])
    whole = path.read_bytes()
    for share in (0.2, 0.5, 0.8, 0.98):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(TableError):
            read(path, KNOWN)


def test_a_workbook_that_swells_is_not_unpacked(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (257 * 2**20))
    with pytest.raises(TableError, match="unpacked"):
        read(tmp_path / "x.xlsx", KNOWN)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file:
        file.truncate(33 * 2**20)
    with pytest.raises(TableError, match="larger than 32 MiB"):
        read(tmp_path / "x.csv", KNOWN)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_text_longer_than_a_cell_is_refused_rather_than_cut(tmp_path: Path, form: str) -> None:
    with pytest.raises(ValueError, match=r"export as \.json"):
        write(tmp_path / f"x.{form}", [replace(PASSPORT, operation="x" * (MAX_CELL + 1))])
    assert list(tmp_path.iterdir()) == []


def test_writing_warns_of_nothing(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        there_and_back(tmp_path, "xlsx", [PASSPORT], KNOWN)
