"""`tuslakh catalogue export FILE`: the services of the release in force as XLSX, CSV or JSON."""

from __future__ import annotations

import argparse
import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bots.commands.release import release_in_force
from config.settings import Settings
from dialogs.services import Service
from knowledge.catalogue_tables import COLUMNS, MAX_CELL, MAX_ROWS, kept_back, row_of, to_json

if TYPE_CHECKING:
    Parts = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Parts = object

FORMS = (".xlsx", ".csv", ".json")


def add(parts: Parts) -> None:
    verb = parts.add_parser("export", help="write the services in force to an XLSX, CSV or JSON file")
    verb.add_argument("file", type=Path, help="a name that ends in .xlsx, .csv or .json")
    verb.add_argument("--force", action="store_true", help="write over a file that is there")
    verb.set_defaults(work=export)


def export(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    if path.suffix.lower() not in FORMS:
        raise ValueError(f"{path}: a name that ends in {', '.join(FORMS)}")
    if path.exists() and not arguments.force:
        raise ValueError(f"{path} exists; --force writes over it")
    catalogue = release_in_force(Settings())
    services = sorted(catalogue.services.values(), key=lambda service: (service.organisation, service.id))
    try:
        write(path, services)
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from error
    print(f"{len(services)} services of release {catalogue.release} are in {path}")
    return 0


def write(path: Path, services: list[Service]) -> None:
    """Whole or not at all. Raises ValueError for a service that a table cannot hold; OSError."""
    form, part = path.suffix.lower(), path.with_name(f".{path.name}.part")
    if len(services) > MAX_ROWS:
        raise ValueError(f"more than {MAX_ROWS:,} services")
    try:
        with part.open("wb") as file:
            if form == ".json":
                file.write(to_json(services).encode())
            elif form == ".csv":
                _write_csv(file, services)
            else:
                _write_xlsx(file, services)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _write_csv(file: IO[bytes], services: list[Service]) -> None:
    """RFC 4180 with every field quoted, and a byte-order mark by which spreadsheets know UTF-8."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(column.name for column in COLUMNS)
    table.writerows(map(kept_back, row) for row in _rows(services))
    text.detach()


def _write_xlsx(file: IO[bytes], services: list[Service]) -> None:
    """Texts as texts. A number that spreadsheets would round (they keep 15 digits) is a text too."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # here: 0.3 s that only this verb needs
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    rows = list(_rows(services))  # a refusal comes before the workbook is begun
    book = Workbook(write_only=True)
    sheet = book.create_sheet("services")
    sheet.freeze_panes = "B2"
    sheet.append([column.name for column in COLUMNS])
    for row in rows:
        cells = []
        for column, text in zip(COLUMNS, row, strict=True):
            as_number = column.number and text and float(f"{float(text):.15g}") == float(text)
            cell = WriteOnlyCell(sheet, float(text) if as_number else kept_back(text) or None)
            if text and not as_number:
                cell.data_type = "s"  # never a formula, never an error value
            cell.number_format = "General" if column.number else "@"
            cells.append(cell)
        sheet.append(cells)
    book.save(file)


def _rows(services: list[Service]) -> Iterator[list[str]]:
    for service in services:
        row = row_of(service)
        if long := [name for name, text in row.items() if len(kept_back(text)) > MAX_CELL]:
            raise ValueError(
                f"{service.id}, {long[0]}: longer than a spreadsheet's cell ({MAX_CELL:,}); export as .json"
            )
        yield list(row.values())
