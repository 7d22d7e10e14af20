"""`tuslakh messenger set-up`: what people see of the page before they write, and the events we want of it."""

from __future__ import annotations

import argparse
import asyncio

from bots.commands import Verbs
from bots.world import messenger_of
from config.settings import Settings
from connectors.messenger import FIELDS, Messenger
from connectors.messenger_requests import MessengerProblem


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("messenger", help="set the Facebook page up: first button, greeting, menu, events")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    parts.add_parser("set-up", help="once, and again after an update").set_defaults(work=set_up)


def set_up(_arguments: argparse.Namespace) -> int:
    """Raises `ValueError` when Messenger is off or Meta refuses."""
    messenger = messenger_of(Settings())
    if messenger is None:
        raise ValueError("MESSENGER_PAGE_ID is not set: Messenger is off")
    try:
        asyncio.run(_set_up(messenger))
    except MessengerProblem as problem:
        raise ValueError(f"Meta did not take it: {problem.name}") from None
    print(f"the page is set up and sends: {', '.join(sorted(FIELDS))}")
    return 0


async def _set_up(messenger: Messenger) -> None:
    try:
        await messenger.set_up()
        await messenger.subscribe()
    finally:
        await messenger.close()
