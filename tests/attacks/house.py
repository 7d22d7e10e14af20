"""The process that is attacked, with three services so that it is up in two seconds, and what its database holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bots.first_data import files_digest
from knowledge import releases
from knowledge.database import Database
from knowledge.migrate import upgrade
from tests.attacks.citizen import Citizen
from tests.bots.wired import CATALOGUE, START
from tests.process import Process, process

CARD = "иргэний үнэмлэхийн лавлагаа"
MANY = "100000"
GENEROUS = {"LINKS_A_DAY": MANY, "LINKS_OPEN": MANY, "WEB_MESSAGES_A_MINUTE": MANY, "TURNS_A_MINUTE": MANY}


def runs(usual: int) -> int:
    """How often an attack is tried: `ATTACK_RUNS=500` for a longer run by hand."""
    return int(os.environ.get("ATTACK_RUNS", str(usual)))


@contextmanager
def house(folder: Path, **environment: str) -> Iterator[Process]:
    database = Database(address(folder))
    with database.write() as connection:
        upgrade(connection)
        releases.publish_files(connection, CATALOGUE, files_digest(), "catalogue files", "test", START)
    database.close()
    with process(folder, **environment) as running:
        yield running


def address(folder: Path) -> str:
    return f"sqlite:///{folder}/var/tuslakh.db"


def rows(folder: Path, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What the process has committed."""
    database = Database(address(folder))
    try:
        with database.read() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]
    finally:
        database.close()


def wish(url: str, way: str = "Банкаар нэвтрэх", citizen: Citizen | None = None) -> Citizen:
    """Somebody who wants their card and has been sent a page to prove who they are."""
    chat = citizen or Citizen(url).start()
    chat.says(CARD, "Өөрийн мэдээллийг харах")
    chat.presses("Өөрийн мэдээллийг харах", "Аль аргаар")
    chat.presses(way, "/link/")
    return chat
