"""`tuslakh evaluate`: how well typed messages find their service."""

from __future__ import annotations

import argparse
import runpy

from bots.commands import Verbs


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("evaluate", help="score understanding on the typed pairs (from a checkout)")
    verb.set_defaults(work=work)


def work(_arguments: argparse.Namespace) -> int:
    """The scoring lives with the tests, so that the product carries no test set."""
    try:
        runpy.run_module("tests.evaluation.score", run_name="__main__")
    except ModuleNotFoundError as error:
        raise ValueError("run this from a checkout: the test set is in tests/evaluation") from error
    return 0
