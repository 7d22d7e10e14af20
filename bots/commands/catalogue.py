"""`tuslakh catalogue`: check the files, count them, load them as a new release; import and export."""

from __future__ import annotations

import argparse
import json
from collections import Counter

from bots.app import now_utc
from bots.commands import Verbs, catalogue_export, catalogue_import
from bots.first_data import load_files, prepare
from config.settings import Settings
from dialogs.services import Catalogue, Usable
from knowledge import catalogue_files
from knowledge.database import Database


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("catalogue", help="check, count or load the catalogue files; import, export")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    parts.add_parser("check", help="read every file; names file, line and field of each mistake").set_defaults(
        work=check
    )
    count_ = parts.add_parser("count", help="services, organisations, usable from abroad, by source and level")
    count_.add_argument("--json", action="store_true")
    count_.set_defaults(work=count)
    parts.add_parser("load", help="publish the files as a new release; editors' changes stay").set_defaults(work=load)
    catalogue_import.add(parts)
    catalogue_export.add(parts)


def check(_arguments: argparse.Namespace) -> int:
    catalogue = catalogue_files.load()  # raises with every problem
    print(f"catalogue: {len(catalogue.services)} services of {len(catalogue.organisations)} organisations, no mistakes")
    return 0


def count(arguments: argparse.Namespace) -> int:
    counted = counts(catalogue_files.load())
    if arguments.json:
        print(json.dumps(counted, ensure_ascii=False))
        return 0
    for name, value in counted.items():
        shown = ", ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value
        print(f"{name:14} {shown}")
    return 0


def counts(catalogue: Catalogue) -> dict[str, int | dict[str, int]]:
    """`abroad` counts services that can be used from abroad fully or partly."""
    services = catalogue.services.values()
    return {
        "services": len(catalogue.services),
        "organisations": len(catalogue.organisations),
        "abroad": sum(service.abroad.usable is not Usable.NO for service in services),
        "by_provenance": dict(Counter(service.source.kind.value for service in services)),
        "by_level": dict(Counter(service.proof.value for service in services)),
    }


def load(_arguments: argparse.Namespace) -> int:
    settings = Settings()
    database = Database(settings.database_url)
    prepare(database, now_utc(), invented_staff=False)
    print(f"release {load_files(database, now_utc())} is in force")
    return 0
