"""What an empty database needs before the first visitor: tables, the catalogue as release 1, invented staff."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from knowledge import catalogue_files, releases, staff_rows
from knowledge.database import Database
from knowledge.migrate import migrate

log = logging.getLogger(__name__)
FILES_AUTHOR = "catalogue files"
# Sign-ins for trying things out on one machine; `config.settings` refuses them anywhere else.
INVENTED_STAFF = (
    ("bat", "Бат", "agent", "tuslakh-bat"),
    ("sarnai", "Сарнай", "agent", "tuslakh-sarnai"),
    ("oyun", "Оюун", "editor", "tuslakh-oyun"),
)


def prepare(database: Database, now: datetime, invented_staff: bool) -> int:
    """Tables, catalogue, staff; what is there stays. The number of the release in force."""
    migrate(database)
    with database.read() as connection:
        number = releases.current_number(connection)
        loaded, staff_there = releases.loaded_digest(connection), staff_rows.any_staff(connection)
    if number == 0:
        number = load_files(database, now)
    elif loaded != files_digest():
        log.warning("the catalogue files differ from the loaded ones; `tuslakh catalogue load` makes a new release")
    if invented_staff and not staff_there:
        with database.write() as connection:
            for login, alias, role, password in INVENTED_STAFF:
                staff_rows.add(connection, login, alias, role, password)
    return number


def load_files(database: Database, now: datetime) -> int:
    """The files as a new release; what editors changed stays. Raises `CatalogueError` naming what is wrong."""
    catalogue = catalogue_files.load()
    with database.write() as connection:
        return releases.publish_files(connection, catalogue, files_digest(), FILES_AUTHOR, "from the files", now)


def files_digest(folder: Path = catalogue_files.FOLDER) -> str:
    digest = sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
