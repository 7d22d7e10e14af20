"""`tuslakh catalogue`: check the files, count them, load them as a new release; import and export."""

from __future__ import annotations

import argparse
import json
from collections import Counter

from bots.commands import Verbs, catalogue_export, catalogue_import
from bots.commands.progress import Steps, say
from bots.first_data import load_files, prepare
from bots.stores import open_database
from bots.world import now_utc
from config.settings import Settings
from dialogs.services import Catalogue, Usable
from knowledge import catalogue_files, elections_file, missions_file
from nlu.shadow import ShadowReport, shadow_report


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("catalogue", help="check, count or load the catalogue files; import, export")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    check_ = parts.add_parser(
        "check", help="read every file, naming each mistake; then which services words cannot tell apart"
    )
    check_.add_argument("--files-only", action="store_true", help="without the shadow report, which takes a minute")
    check_.add_argument("--most", type=int, default=30, metavar="N", help="pairs and services that are listed")
    check_.set_defaults(work=check)
    count_ = parts.add_parser("count", help="services, organisations, usable from abroad, by source and level")
    count_.add_argument("--json", action="store_true")
    count_.set_defaults(work=count)
    parts.add_parser("load", help="publish the files as a new release; editors' changes stay").set_defaults(work=load)
    catalogue_import.add(parts)
    catalogue_export.add(parts)


def check(arguments: argparse.Namespace) -> int:
    """The files alone decide whether it passes: what is in the shadow is for editors to read."""
    catalogue = catalogue_files.load()  # raises with every problem
    missions, elections = missions_file.load(), elections_file.load()
    print(f"catalogue: {len(catalogue.services)} services of {len(catalogue.organisations)} organisations, no mistakes")
    print(f"around it: {len(missions.missions)} missions, {len(elections)} elections, no mistakes")
    if not arguments.files_only:
        say("the shadow report: every message of the catalogue is asked of an index that does not hold it")
        _print_shadow(shadow_report(catalogue, Steps("{:,} messages", 1_000)), catalogue, arguments.most)
    return 0


def _print_shadow(report: ShadowReport, catalogue: Catalogue, most: int) -> None:
    print(f"\n{report.asked:,} messages and names, each left out in turn: right service first {report.first:.1%}, "
          f"in the first three {report.three:.1%}")  # fmt: skip
    print(
        f"\n{len(report.pairs)} pairs of services that ordinary words cannot tell apart{_of(len(report.pairs), most)}"
    )
    for pair in report.pairs[:most]:
        print(f"\n{pair.share:4.0%} of {pair.asked} messages   {pair.one}   {pair.other}")
        for service_id in (pair.one, pair.other):
            print(f"     {catalogue.services[service_id].title.mn}")
        for wrong in pair.astray[:2]:
            print(f"     «{wrong.text}» is of {wrong.meant}")
    print(f"\n{len(report.unfound)} services that none of their messages finds{_of(len(report.unfound), most)}")
    for service_id in report.unfound[:most]:
        print(f"     {service_id}   {catalogue.services[service_id].title.mn}")


def _of(count: int, most: int) -> str:
    return f", the first {most}" if count > most else ""


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
    database = open_database(settings)
    prepare(database, now_utc(), invented_staff=False)
    print(f"release {load_files(database, now_utc())} is in force")
    return 0
