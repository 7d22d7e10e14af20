"""`tuslakh migrate` and `tuslakh settings`: what an operator does now and then."""

from __future__ import annotations

import argparse

from bots.commands import Verbs
from bots.first_data import prepare
from bots.stores import open_database
from bots.world import now_utc
from config.settings import Settings


def add(verbs: Verbs) -> None:
    verbs.add_parser("migrate", help="bring the database to the present tables and load the catalogue").set_defaults(
        work=migrate
    )
    verbs.add_parser("settings", help="print every setting with its default as a table").set_defaults(work=settings)


def migrate(_arguments: argparse.Namespace) -> int:
    chosen = Settings()
    release = prepare(open_database(chosen), now_utc(), chosen.staff_accounts == "invented")
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
