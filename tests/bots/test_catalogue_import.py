"""`tuslakh catalogue import` and `export` as people and scripts use them, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from bots.__main__ import main
from knowledge import catalogue_files, releases
from knowledge.database import Database
from knowledge.migrate import migrate
from tests.fakes.emongolia_portal import SERVICES, FakePortal, Fault, full_list, row

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass
class Ran:
    status: int
    out: str
    err: str


@dataclass
class House:
    """A database with the real catalogue as release 1, and the command line on it."""

    folder: Path
    database: Database
    url: str

    def __call__(self, *arguments: str, typed: str = "") -> Ran:
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as here, redirect_stdout(out), redirect_stderr(err):
            here.chdir(self.folder)
            here.setenv("DATABASE_URL", self.url)
            here.setattr(sys, "stdin", StringIO(typed))
            status = main(["catalogue", *arguments])
        return Ran(status, out.getvalue(), err.getvalue())

    @property
    def release(self) -> int:
        with self.database.read() as connection:
            return releases.current_number(connection)

    def services(self) -> dict[str, Any]:
        with self.database.read() as connection:
            return dict(releases.load(connection).services)

    def json(self, name: str = "catalogue.json") -> list[dict[str, Any]]:
        assert self("export", name, "--force").status == 0
        return list(json.loads((self.folder / name).read_bytes()))

    def put(self, name: str, rows: list[dict[str, Any]]) -> None:
        (self.folder / name).write_text(json.dumps(rows), encoding="utf-8")

    def edit(self, service_id: str) -> None:
        """An editor publishes another version of a service."""
        with self.database.write() as connection:
            service = releases.load(connection).services[service_id]
            base = releases.version_id(connection, service_id) or 0
            changed = type(service)(**{**vars(service), "operation": "edited"})
            releases.save_draft(connection, changed, base, "Оюун (oyun)", NOW)
            releases.publish_draft(connection, service_id, "Оюун (oyun)", "", NOW)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    database = Database(database_url)
    migrate(database)
    with database.write() as connection:
        releases.publish_files(connection, catalogue_files.load(), "d", "catalogue files", "", NOW)
    yield House(tmp_path, database, database_url)
    database.close()


@pytest.fixture
def portal() -> Iterator[FakePortal]:
    seen = [service for service in catalogue_files.load().services.values() if service.emongolia_id]
    rows = [row(service.title.mn, int(service.emongolia_id or "0", 16)) for service in seen[1:]]
    rows[0]["title"] = "Шинэ нэр \x1b[2J"
    with FakePortal(full_list(rows)) as made:
        yield made


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_what_was_exported_changes_nothing_when_it_is_imported(house: House, form: str) -> None:
    assert house("export", f"c.{form}").status == 0
    ran = house("import", f"c.{form}", "--apply", "--yes", "--remove-gone")
    assert (ran.status, house.release) == (0, 1)
    assert "0 new, 0 changed, 0 gone" in ran.out


def test_the_whole_list_of_the_portal_becomes_one_release(house: House, portal: FakePortal) -> None:
    before = house.services()
    ran = house("import", "e-mongolia", "--address", portal.address, "--apply", "--yes")
    after = house.services()
    assert (ran.status, house.release) == (0, 2), ran.err
    assert f"{SERVICES:,} services listed" in ran.err
    assert before.keys() < after.keys()
    assert sum(service.emongolia_id is not None for service in after.values()) == SERVICES + 1  # one is gone, and stays


def test_looking_at_the_portal_shows_all_and_changes_nothing(house: House, portal: FakePortal) -> None:
    ran = house("import", "e-mongolia", "--address", portal.address)
    assert (ran.status, house.release) == (0, 1)
    assert "title.mn:" in ran.out
    assert "Шинэ нэр ·[2J" in ran.out
    assert "gone (they stay; --remove-gone takes them out): 1" in ran.out
    assert "\x1b" not in ran.out
    assert "more (--all lists them)" in ran.out


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.HTML, Fault.CUT_OFF])
def test_a_portal_out_of_order_changes_nothing(house: House, portal: FakePortal, fault: Fault) -> None:
    portal.fault = fault
    ran = house("import", "e-mongolia", "--address", portal.address, "--apply", "--yes", "--remove-gone")
    assert (ran.status, house.release) == (1, 1)
    assert "nothing was changed" in ran.err


def test_rows_of_a_wrong_type_are_named(house: House, portal: FakePortal) -> None:
    portal.rows[7] = {**portal.rows[7], "title": 7}
    ran = house("import", "e-mongolia", "--address", portal.address, "--apply", "--yes")
    assert (ran.status, house.release) == (1, 1)
    assert "row 8: title: wants a text" in ran.err


@pytest.mark.parametrize(("typed", "release"), [("y\n", 2), ("Тийм\n", 2), ("n\n", 1), ("\n", 1), ("", 1)])
def test_only_a_yes_applies(house: House, typed: str, release: int) -> None:
    rows = house.json()
    rows[0]["operation"] = "changed"
    house.put("c.json", rows)
    ran = house("import", "c.json", "--apply", typed=typed)
    assert (ran.status, house.release) == (0 if release == 2 else 1, release)


def test_without_apply_nothing_is_asked_and_nothing_changes(house: House) -> None:
    rows = house.json()
    rows[0]["operation"] = "changed"
    house.put("c.json", rows)
    ran = house("import", "c.json")
    assert (ran.status, house.release) == (0, 1)
    assert "operation: " in ran.out
    assert house("import", "c.json", "--yes").status == 1


def test_an_editors_version_stays_until_it_is_named(house: House) -> None:
    rows = house.json()
    rows[0]["operation"] = rows[1]["operation"] = "imported"
    first, second = rows[0]["id"], rows[1]["id"]
    house.put("c.json", rows)
    house.edit(first)
    ran = house("import", "c.json", "--apply", "--yes")
    assert f"! {first}" in ran.out
    assert "published by Оюун (oyun)" in ran.out
    assert [house.services()[key].operation for key in (first, second)] == ["edited", "imported"]
    assert house("import", "c.json", "--apply", "--yes", "--take-theirs", first).status == 0
    assert house.services()[first].operation == "imported"


def test_gone_services_go_only_when_asked(house: House) -> None:
    rows = house.json()
    house.put("c.json", rows[1:])
    assert house("import", "c.json", "--apply", "--yes").status == 0
    assert rows[0]["id"] in house.services()
    assert house("import", "c.json", "--apply", "--yes", "--remove-gone").status == 0
    assert rows[0]["id"] not in house.services()


def test_one_bad_row_stops_the_whole_file_and_every_bad_row_is_named(house: House) -> None:
    rows = house.json()
    rows[0]["operation"] = "good"
    rows[3]["category"], rows[5]["organisation"] = "x", "nobody"
    house.put("c.json", rows)
    ran = house("import", "c.json", "--apply", "--yes")
    assert (ran.status, house.release) == (1, 1)
    assert "2 mistakes in c.json" in ran.err
    assert "row 4, category:" in ran.err
    assert "row 6, organisation:" in ran.err


@pytest.mark.parametrize("source", ["nothing.json", "x.txt", ".", "e-mongoliа"])
def test_a_source_that_is_none_is_told_in_one_line(house: House, source: str) -> None:
    (house.folder / "x.txt").write_text("x")
    assert house("import", source).status == 1


def test_an_export_never_writes_over_a_file_unasked(tmp_path: Path) -> None:
    house = House(tmp_path, None, f"sqlite:///{tmp_path}/none.db")  # type: ignore[arg-type]  # never opened here
    (tmp_path / "c.csv").write_text("mine")
    assert house("export", "c.csv").status == 1
    assert (tmp_path / "c.csv").read_text() == "mine"
    assert house("export", "c.csv", "--force").status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv"]


def test_looking_makes_no_database(tmp_path: Path, portal: FakePortal) -> None:
    house = House(tmp_path, None, f"sqlite:///{tmp_path}/none.db")  # type: ignore[arg-type]  # never opened here
    assert house("import", "e-mongolia", "--address", portal.address).status == 0
    assert list(tmp_path.iterdir()) == []
