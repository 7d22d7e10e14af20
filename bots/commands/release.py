"""The catalogue for verbs that only read: the release in force, or the files where no database was made yet."""

from __future__ import annotations

from config.settings import Settings
from dialogs.services import Catalogue
from knowledge import catalogue_files, releases
from knowledge.database import Database, exists


def release_in_force(settings: Settings) -> Catalogue:
    """Never makes or changes a database."""
    if not exists(settings.database_url):
        return catalogue_files.load()
    database = Database(settings.database_url)
    try:
        with database.read() as connection:
            return releases.load(connection)
    finally:
        database.close()
