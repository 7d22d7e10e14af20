"""`tuslakh migrate`, `tuslakh settings`, `tuslakh staff`: what an operator does now and then."""

from __future__ import annotations

import argparse
import getpass
import sys

from bots.app import now_utc
from bots.commands import Verbs
from bots.first_data import prepare
from config.settings import Settings
from knowledge import staff_rows
from knowledge.database import Database

MIN_PASSWORD = 12  # ASVS 5.0, 6.2.1 asks for 8 and recommends 15


def add(verbs: Verbs) -> None:
    verbs.add_parser("migrate", help="bring the database to the present tables and load the catalogue").set_defaults(
        work=migrate
    )
    verbs.add_parser("settings", help="print every setting with its default as a table").set_defaults(work=settings)
    staff = verbs.add_parser("staff", help="add an account for the desk or the editor")
    staff.add_argument("login")
    staff.add_argument("alias", help="the name citizens see")
    staff.add_argument("role", choices=("agent", "editor"))
    staff.set_defaults(work=add_staff)


def migrate(_arguments: argparse.Namespace) -> int:
    chosen = Settings()
    release = prepare(Database(chosen.database_url), now_utc(), chosen.staff_accounts == "invented")
    print(f"the database is ready, release {release} is in force")
    return 0


def settings(_arguments: argparse.Namespace) -> int:
    print(settings_table())
    return 0


def settings_table() -> str:
    """The Markdown table of docs/settings.md, made from the settings themselves."""
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if "SecretStr" in str(field.annotation) else field.default
        shown = (
            f"`{sorted(default) if isinstance(default, frozenset) else default}`" if default not in ("", None) else ""
        )
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def add_staff(arguments: argparse.Namespace) -> int:
    password = getpass.getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"a password has at least {MIN_PASSWORD} characters")
    database = Database(Settings().database_url)
    prepare(database, now_utc(), invented_staff=False)
    with database.write() as connection:
        if staff_rows.find_login(connection, arguments.login):
            raise ValueError(f"{arguments.login} exists already")
        staff_rows.add(connection, arguments.login, arguments.alias, arguments.role, password)
    print(f"{arguments.login} can sign in as {arguments.role}")
    return 0
