"""`tuslakh staff`: accounts added, disabled and given another password from the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from bots.__main__ import main
from bots.world import now_utc
from knowledge import staff_rows
from knowledge.database import Database

OLD, NEW = "an old pass phrase", "a newer pass phrase"
Staff = Callable[..., int]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/staff.db")


@pytest.fixture
def staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """The command on a database that has the agent Bolor."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/staff.db")

    def run(*arguments: str, typed: str = "") -> int:
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        return main(["staff", *arguments])

    assert run("add", "bolor", "Болор", "agent", typed=f"{OLD}\n") == 0
    return run


def signs_in(database: Database, password: str) -> bool:
    with database.read() as connection:
        return staff_rows.password_is_right(staff_rows.find_login(connection, "bolor"), password)


def session(database: Database) -> str:
    with database.write() as connection:
        found = staff_rows.find_login(connection, "bolor")
        assert found is not None
        return staff_rows.open_session(connection, found[0].id, now_utc())


def is_open(database: Database, token: str) -> bool:
    with database.read() as connection:
        return staff_rows.find_session(connection, token, datetime.now(UTC)) is not None


def test_an_added_account_can_sign_in(staff: Staff, database: Database) -> None:
    assert signs_in(database, OLD)


def test_a_disabled_account_is_signed_out_at_once_and_cannot_sign_in(staff: Staff, database: Database) -> None:
    token = session(database)
    assert staff("disable", "bolor") == 0
    assert not is_open(database, token)
    assert not signs_in(database, OLD)


def test_another_password_ends_the_old_one_and_every_session(staff: Staff, database: Database) -> None:
    token = session(database)
    assert staff("password", "bolor", typed=f"{NEW}\n") == 0
    assert not is_open(database, token)
    assert (signs_in(database, OLD), signs_in(database, NEW)) == (False, True)


def test_the_list_tells_who_is_disabled(staff: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    staff("add", "sarnai", "Сарнай", "editor", typed=f"{OLD}\n")
    staff("disable", "bolor")
    capsys.readouterr()
    assert staff("list") == 0
    rows = [row.split() for row in capsys.readouterr().out.splitlines()]
    assert rows[1:] == [["bolor", "Болор", "agent", "disabled"], ["sarnai", "Сарнай", "editor", "active"]]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("disable", "nobody"), "there is no account nobody"),
        (("password", "nobody"), "there is no account nobody"),
        (("password", "bolor"), "bolor is disabled"),
        (("add", "bolor", "Болор", "agent"), "bolor exists already"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    staff: Staff, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    staff("disable", "bolor")
    assert staff(*arguments, typed=f"{NEW}\n") == 1
    assert capsys.readouterr().err == f"tuslakh: {why}\n"


def test_a_short_password_is_refused(staff: Staff, database: Database) -> None:
    assert staff("password", "bolor", typed="short\n") == 1
    assert signs_in(database, OLD)
