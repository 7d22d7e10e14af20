"""A process to be killed, with three services, so that being born again takes a second and not five."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.first_data import files_digest
from knowledge import releases
from knowledge.database import Database
from knowledge.migrate import upgrade
from tests.bots.wired import CATALOGUE, START
from tests.process import Process


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Process]:
    database = Database(f"sqlite:///{tmp_path}/var/tuslakh.db")
    with database.write() as connection:
        upgrade(connection)
        releases.publish_files(connection, CATALOGUE, files_digest(), "catalogue files", "test", START)
    database.close()
    made = Process(tmp_path, module="tests.kill.victim", environment={"WEB_MESSAGES_A_MINUTE": "1000"})
    yield made
    made.stop()
