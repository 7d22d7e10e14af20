"""`tuslakh link SERVICE`: the links that open a service at once, for a web page, a letter or a printed notice."""

from __future__ import annotations

import argparse
import re

from bots.commands import Verbs
from bots.commands.release import release_in_force
from bots.entry_links import links, payload_of
from bots.stores import open_vault
from config.settings import Settings

_BOT_NAME = re.compile(r"@?[A-Za-z0-9_]{3,32}")


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("link", help="print the links that open a service at once")
    verb.add_argument("service", metavar="SERVICE", help="id of the service, as in `tuslakh catalogue`")
    verb.add_argument("--telegram", metavar="NAME", default="", help="the bot's name on Telegram")
    verb.set_defaults(work=work)


def work(arguments: argparse.Namespace) -> int:
    """Raises `ValueError` for a service that is not in the release in force, or a name that is no bot's."""
    settings = Settings()
    if arguments.telegram and not _BOT_NAME.fullmatch(arguments.telegram):
        raise ValueError(f"not the name of a bot: {arguments.telegram}")
    if arguments.service not in release_in_force(settings).services:
        raise ValueError(f"no such service: {arguments.service}")
    payload = payload_of(open_vault(settings), arguments.service)
    for link in links(payload, arguments.telegram, settings.messenger_page_id, settings.base_url):
        print(link)
    return 0
