"""`tuslakh audit verify`: whether the record of who did what is as it was written."""

from __future__ import annotations

import argparse
from pathlib import Path

from bots import anchors
from bots.commands import Verbs
from bots.commands.progress import Steps
from bots.stores import open_database, open_vault
from config.settings import Settings
from knowledge import audit_check
from knowledge.audit_check import Checked


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("audit", help="the record of who did what: verify")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    verifying = parts.add_parser("verify", help="walk the chain; names the first place that was changed")
    verifying.add_argument(
        "--anchors", type=Path, help="file of anchors; without it AUDIT_ANCHOR_FILE, if there is one"
    )
    verifying.set_defaults(work=verify)


def verify(arguments: argparse.Namespace) -> int:
    """0: all as it was written; 1: not. Reads only."""
    settings = Settings()
    vault = open_vault(settings)
    database = open_database(settings, vault)
    try:
        known = _anchors(arguments.anchors, settings.audit_anchor_file, vault.ring.audit)
        with database.read() as connection:
            found = audit_check.check(connection, vault.ring.audit, known, Steps("{:,} entries read", 10_000))
    finally:
        database.close()
    print(_told(found, len(known)))
    return 1 if found.fault else 0


def _anchors(named: Path | None, usual: Path, keys: tuple[bytes, ...]) -> dict[int, str]:
    path = named or usual
    if named is None and not usual.exists():
        return {}
    try:
        return anchors.read(path.read_text(encoding="utf-8").splitlines(), keys)
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read") from error


def _told(found: Checked, anchored: int) -> str:
    lines = [f"{found.entries:,} entries as they were written, of {found.head:,} there should be; {anchored:,} anchors"]
    if found.unchained:
        lines.append(f"{found.unchained:,} of them are older than the chain: their number is sure, not their content")
    if not anchored:
        lines.append("no anchors: a cut or rewritten end that a database owner covered up would not be found")
    if found.fault:
        lines.append(f"FAULT at place {found.fault.place:,}: {found.fault.what}")
    return "\n".join(lines)
