"""`tuslakh catalogue import SOURCE`: what E-Mongolia's public list or a file would change, and on a yes, the change."""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bots.commands.progress import Steps, say
from bots.first_data import FILES_AUTHOR, prepare
from bots.stores import open_database
from bots.world import now_utc
from config.settings import Settings
from connectors.emongolia_catalogue import ADDRESS, EmongoliaCatalogue, PortalProblem
from dialogs.services import Service
from knowledge import catalogue_changes, catalogue_files, portal_entries
from knowledge.catalogue_changes import Change, Changes, Kind, Listed, Standing
from knowledge.catalogue_tables import MAX_CELL, TableError, TableProblem, Unreadable, from_cells, from_json
from knowledge.database import Database, exists
from knowledge.releases import IMPORT_AUTHOR

if TYPE_CHECKING:
    Parts = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Parts = object

E_MONGOLIA = "e-mongolia"
OWN_AUTHORS = frozenset({FILES_AUTHOR, IMPORT_AUTHOR})
MAX_FILE_BYTES = 32 * 2**20
MAX_UNPACKED_BYTES = 256 * 2**20  # of a workbook, which is a zip
MAX_COLUMNS = 200  # of a workbook that are looked at; about 50 are the catalogue's
MAX_LISTED = 40  # changes printed of each kind; more are counted
MAX_TEXT = 100  # characters of a value that are printed
MARKS = {Kind.NEW: "+", Kind.CHANGED: "~", Kind.GONE: "-"}


def add(parts: Parts) -> None:
    verb = parts.add_parser("import", help="compare with E-Mongolia's list or a file, and take over what differs")
    verb.add_argument("source", help=f"`{E_MONGOLIA}`, or a file that ends in .xlsx, .csv or .json")
    verb.add_argument("--apply", action="store_true", help="after showing and asking, publish as one new release")
    verb.add_argument("--yes", action="store_true", help="with --apply: do not ask (for scripts)")
    verb.add_argument("--take-theirs", nargs="+", action="extend", default=[], metavar="ID",
                      help="take the import's side of these conflicts, against the editor's")  # fmt: skip
    verb.add_argument("--remove-gone", action="store_true", help="take services out that the source does not hold")
    verb.add_argument("--all", action="store_true", help=f"list every change, not the first {MAX_LISTED} of each kind")
    verb.add_argument("--address", default=ADDRESS, help="another address of E-Mongolia's list")
    verb.set_defaults(work=import_)


def import_(arguments: argparse.Namespace) -> int:
    if arguments.yes and not arguments.apply:
        raise ValueError("--yes goes with --apply")
    settings, now = Settings(), now_utc()
    database = open_database(settings) if arguments.apply or exists(settings.database_url) else None
    try:
        if database and arguments.apply:
            prepare(database, now, invented_staff=False)
        return _import(arguments, database, now)
    except PortalProblem as problem:
        more = [f"... and {len(problem.rows) - MAX_LISTED:,} more"] if len(problem.rows) > MAX_LISTED else []
        rows = [_shown(row, 2 * MAX_TEXT) for row in problem.rows[:MAX_LISTED]]
        raise ValueError("\n".join(["nothing was changed", str(problem), *rows, *more])) from problem
    except TableError as error:
        raise ValueError(
            f"nothing was changed: {len(error.problems):,} mistakes in {arguments.source}\n{error}"
        ) from error
    finally:
        if database:
            database.close()


def _import(arguments: argparse.Namespace, database: Database | None, now: datetime) -> int:
    standing = _standing(database)
    changes = _compared(arguments, standing, now)
    chosen = changes.chosen(arguments.take_theirs, arguments.remove_gone)
    _show(arguments, standing, changes)
    if not chosen:
        print("there is nothing to apply")
        return 0
    if not arguments.apply or database is None:
        print(f"nothing was changed; --apply would publish {len(chosen):,} changes as one new release")
        return 0
    if not arguments.yes and not _confirmed(f"publish {len(chosen):,} changes as one new release? [y/N] "):
        print("nothing was changed")
        return 1
    say(f"publishing {len(chosen):,} changes")
    note = f"import from {Path(arguments.source).name}"
    try:
        with database.write() as connection:
            number = catalogue_changes.apply(connection, standing, chosen, OWN_AUTHORS, note, now)
    except catalogue_changes.Overtaken as error:
        raise ValueError("nothing was changed: the catalogue changed meanwhile; look again") from error
    print(f"release {number} is in force")
    return 0


def _standing(database: Database | None) -> Standing:
    if database is None:
        return Standing(catalogue_files.load())
    with database.read() as connection:
        return catalogue_changes.standing(connection, OWN_AUTHORS)


def _compared(arguments: argparse.Namespace, standing: Standing, now: datetime) -> Changes:
    if arguments.source == E_MONGOLIA:
        say(f"asking {arguments.address}")
        portal = EmongoliaCatalogue(arguments.address)
        rows = asyncio.run(portal.services(Steps("{:,} bytes", 250_000)))
        say(f"{len(rows):,} services listed; comparing")
        listed = [Listed(row.title, row.emongolia_id, row.tags) for row in rows]
        return catalogue_changes.compare_portal(standing, listed, now.date().isoformat())
    say(f"reading {arguments.source}")
    services = read(Path(arguments.source), {*standing.catalogue.organisations, portal_entries.ORGANISATION_ID})
    say(f"{len(services):,} services read; comparing")
    return catalogue_changes.compare(standing, services)


# --- files ---


def read(path: Path, organisations: Iterable[str]) -> list[Service]:
    """The services of a file. Raises `TableError` naming every row that is wrong."""
    form, known = path.suffix.lower(), frozenset(organisations)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _broken(f"larger than {MAX_FILE_BYTES // 2**20} MiB")
        match form:
            case ".json":
                return from_json(path.read_bytes(), known)
            case ".csv":
                return from_cells(_counted(_csv_rows(path)), known)
            case ".xlsx":
                return from_cells(_counted(_xlsx_rows(path)), known)
            case _:
                raise _broken(f"wants `{E_MONGOLIA}` or a name that ends in .xlsx, .csv or .json")
    except OSError as error:
        raise _broken(error.strerror or type(error).__name__) from error


def _broken(message: str) -> TableError:
    return TableError([TableProblem(0, "file", message)])


def _csv_rows(path: Path) -> Iterator[Sequence[object]]:
    """Commas, semicolons or tabs, whichever the header has: spreadsheets save what their country uses."""
    csv.field_size_limit(4 * MAX_CELL)  # the reader's own limit; a longer cell is named by the table's rules
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline(MAX_CELL)
            file.seek(0)
            delimiter = max(",;\t", key=header.count)
            yield from csv.reader(file, delimiter=delimiter, strict=True)
    except UnicodeDecodeError as error:
        raise Unreadable("it is not in UTF-8; save it as `CSV UTF-8`") from error
    except csv.Error as error:
        raise Unreadable(str(error)) from error


def _xlsx_rows(path: Path) -> Iterator[Sequence[object]]:
    """The first sheet; every row as wide as the header."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # here: 0.3 s that only this verb needs

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise Unreadable(f"unpacked it is larger than {MAX_UNPACKED_BYTES // 2**20} MiB")
        book = load_workbook(path, read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size can be wrong
        width = 0
        for row in sheet.iter_rows(max_col=MAX_COLUMNS):
            cells = [_cell(cell) for cell in row]
            while cells and cells[-1] in (None, "") and (not width or len(cells) > width):
                cells.pop()
            width = width or len(cells)
            yield cells + [None] * (width - len(cells))
        book.close()
    except Unreadable:
        raise
    except Exception as error:  # a broken workbook makes the library raise nearly anything
        raise Unreadable(f"it is no sound workbook ({type(error).__name__})") from error


def _cell(cell: Any) -> object:
    if cell.data_type in ("f", "e"):
        return ValueError("a formula or an error, not a text; paste it as values")
    day = cell.value
    if isinstance(day, datetime) and (day.hour, day.minute, day.second, day.microsecond) == (0, 0, 0, 0):
        return day.date().isoformat()
    return day


def _counted(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    step = Steps("{:,} rows", 500)
    for number, row in enumerate(rows):
        step(number)
        yield row


# --- what people see ---


def _confirmed(question: str) -> bool:
    """Only a yes is one; nobody there to answer is a no."""
    try:
        return input(question).strip().casefold() in ("y", "yes", "тийм")
    except EOFError:
        print()
        return False


def _show(arguments: argparse.Namespace, standing: Standing, changes: Changes) -> None:
    kinds = {kind: changes.of(kind) for kind in Kind}
    counts = ", ".join(f"{len(found):,} {kind}" for kind, found in kinds.items())
    print(f"compared with release {standing.catalogue.release}: {counts}, "
          f"{len(changes.conflicts):,} in conflict with editors, {changes.same:,} the same")  # fmt: skip
    stays = "" if arguments.remove_gone else " (they stay; --remove-gone takes them out)"
    most = sys.maxsize if arguments.all else MAX_LISTED
    for kind, found in kinds.items():
        _list(f"{kind}{stays if kind is Kind.GONE else ''}", [_lines(change) for change in found], most)
    theirs = frozenset(arguments.take_theirs)
    title = "in conflict (the editor's side stays; --take-theirs ID takes the import's)"
    _list(title, [_lines(change, change.service.id in theirs) for change in changes.conflicts], most)
    _list("listed, but cannot be made", [[f"  ? {_shown(line, 2 * MAX_TEXT)}"] for line in changes.unplaced], most)


def _list(title: str, entries: list[list[str]], most: int) -> None:
    if entries:
        print(f"\n{title}: {len(entries):,}")
        print("\n".join(line for lines in entries[:most] for line in lines))
    if len(entries) > most:
        print(f"  ... and {len(entries) - most:,} more (--all lists them)")


def _lines(change: Change, theirs: bool = False) -> list[str]:
    service = change.service
    side = "the import's is taken" if theirs else "stays"
    who = f"  [{change.kind}; {_shown(change.editor)}: {side}]" if change.editor else ""
    first = f"  {'!' if change.editor else MARKS[change.kind]} {service.id}  {_shown(service.title.mn)}{who}"
    return [first, *(f"      {each.column}: {_shown(each.before) or '-'} → {_shown(each.after) or '-'}"
                     for each in change.fields)]  # fmt: skip


def _shown(text: str, most: int = MAX_TEXT) -> str:
    """One line for a terminal: nothing in it that would move the cursor or turn the writing round."""
    line = "".join(character if character.isprintable() else "·" for character in text[: most + 1])
    return f"{line[:most]}…" if len(line) > most else line
