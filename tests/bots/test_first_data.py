"""The first start on an empty database, also of several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bots.first_data import INVENTED_STAFF
from knowledge import releases, staff_rows
from knowledge.database import Database

ROOT = Path(__file__).parents[2]


def test_processes_that_start_at_once_prepare_an_empty_database_once(tmp_path: Path, database_url: str) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "DATABASE_URL": database_url}
    command = [sys.executable, "-m", "bots", "migrate"]
    running = [
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [each.communicate(timeout=120) for each in running]
    assert [each.returncode for each in running] == [0] * 3, said
    database = Database(database_url)
    with database.read() as connection:
        assert [row.number for row in releases.history(connection)] == [1]
        assert len(staff_rows.accounts(connection)) == len(INVENTED_STAFF)
    database.close()
