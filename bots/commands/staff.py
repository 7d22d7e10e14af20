"""`tuslakh staff`: accounts for the desk and the editor; passwords come from the terminal or standard input."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bots.commands import Verbs
from bots.commands.around import table
from bots.first_data import prepare
from bots.stores import open_database
from bots.world import now_utc
from config.settings import Settings
from knowledge import audit_rows, staff_rows
from knowledge.database import Connection
from knowledge.staff_rows import StaffMember

MIN_PASSWORD = 12  # ASVS 5.0, 6.2.1 asks for 8 and recommends 15


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("staff", help="accounts for the desk and the editor: add, disable, password, list")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    adding = parts.add_parser("add", help="a new account")
    adding.add_argument("login")
    adding.add_argument("alias", help="the name citizens see")
    adding.add_argument("role", choices=("agent", "editor"))
    adding.set_defaults(work=add_account)
    disabling = parts.add_parser("disable", help="no more sign-ins, and its sessions end at once")
    disabling.add_argument("login")
    disabling.set_defaults(work=disable)
    changing = parts.add_parser("password", help="another password; its sessions end at once")
    changing.add_argument("login")
    changing.set_defaults(work=change_password)
    parts.add_parser("list", help="every account").set_defaults(work=list_accounts)


def add_account(arguments: argparse.Namespace) -> int:
    password = _read_password()
    with _writing() as connection:
        if staff_rows.find_account(connection, arguments.login):
            raise ValueError(f"{arguments.login} exists already")
        staff_rows.add(connection, arguments.login, arguments.alias, arguments.role, password)
    print(f"{arguments.login} can sign in as {arguments.role}")
    return 0


def disable(arguments: argparse.Namespace) -> int:
    with _writing() as connection:
        member = _account(connection, arguments.login)
        staff_rows.disable(connection, member.id)
        audit_rows.record(connection, "system", "staff.disabled", member.id, now_utc())
    print(f"{member.login} is disabled and signed out everywhere")
    return 0


def change_password(arguments: argparse.Namespace) -> int:
    password = _read_password()
    with _writing() as connection:
        member = _account(connection, arguments.login)
        staff_rows.change_password(connection, member.id, password)
        audit_rows.record(connection, "system", "staff.password-changed", member.id, now_utc())
    print(f"{member.login} has another password and is signed out everywhere")
    return 0


def list_accounts(_arguments: argparse.Namespace) -> int:
    with _writing() as connection:
        accounts = staff_rows.accounts(connection)
    rows = [(each.login, each.alias, each.role, "active" if active else "disabled") for each, active in accounts]
    print(table(("login", "name", "role", "state"), rows))
    return 0


def _account(connection: Connection, login: str) -> StaffMember:
    """Raises `ValueError` when there is none or it is disabled."""
    found = staff_rows.find_account(connection, login)
    if found is None:
        raise ValueError(f"there is no account {login}")
    if not found[1]:
        raise ValueError(f"{login} is disabled")
    return found[0]


@contextmanager
def _writing() -> Iterator[Connection]:
    database = open_database(Settings())
    prepare(database, now_utc(), invented_staff=False)
    with database.write() as connection:
        yield connection
    database.close()


def _read_password() -> str:
    password = getpass.getpass("password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"a password has at least {MIN_PASSWORD} characters")
    return password
