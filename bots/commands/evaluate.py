"""`tuslakh evaluate`: how well messages are understood."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from bots.commands import Verbs

CHECKOUT = Path(__file__).parents[2]


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("evaluate", help="score understanding on the sets kept apart (from a checkout)")
    verb.set_defaults(work=work)


def work(_arguments: argparse.Namespace) -> int:
    """The scoring lives with the tests, so that the product carries no test set; a process of its own, so that time
    and memory are its own."""
    if not (CHECKOUT / "tests" / "evaluation").is_dir():
        raise ValueError("run this from a checkout: the test sets are in tests/evaluation")
    return subprocess.run([sys.executable, "-m", "tests.evaluation"], cwd=CHECKOUT, check=False).returncode
