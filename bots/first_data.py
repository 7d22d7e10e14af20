"""What an empty database needs before the first visitor: tables, the catalogue as release 1, invented staff."""

from __future__ import annotations

import logging
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from dialogs.services import Catalogue
from knowledge import catalogue_files, releases, staff_rows
from knowledge.database import Connection, Database
from knowledge.migrate import upgrade

log = logging.getLogger(__name__)
FILES_AUTHOR = "catalogue files"
# Sign-ins for trying things out on one machine; `config.settings` refuses them anywhere else.
INVENTED_STAFF = (
    ("bat", "Бат", "agent", "tuslakh-bat"),
    ("sarnai", "Сарнай", "agent", "tuslakh-sarnai"),
    ("oyun", "Оюун", "editor", "tuslakh-oyun"),
)


def prepare(database: Database, now: datetime, invented_staff: bool) -> int:
    """Tables, catalogue, staff; what is there stays. The number of the release in force.

    One transaction, so that of several processes that start at once the first does it and the others find it done.
    """
    digest = files_digest()
    with database.write() as connection:
        upgrade(connection)
        number = releases.current_number(connection)
        if number == 0:
            number = _publish(connection, catalogue_files.load(), digest, now)
        elif releases.loaded_digest(connection) != digest:
            log.warning("the catalogue files differ from the loaded ones; `tuslakh catalogue load` makes a new release")
        if invented_staff and not staff_rows.any_staff(connection):
            for login, alias, role, password in INVENTED_STAFF:
                staff_rows.add(connection, login, alias, role, password)
    return number


def load_files(database: Database, now: datetime) -> int:
    """The files as a new release; what editors changed and what an import made stays. Raises `CatalogueError`."""
    catalogue, digest = catalogue_files.load(), files_digest()
    with database.write() as connection:
        return _publish(connection, catalogue, digest, now)


def _publish(connection: Connection, catalogue: Catalogue, digest: str, now: datetime) -> int:
    return releases.publish_files(connection, catalogue, digest, FILES_AUTHOR, "from the files", now)


def files_digest(folder: Path = catalogue_files.FOLDER) -> str:
    digest = sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
