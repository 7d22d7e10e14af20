"""Bringing a database to the present tables, and saying whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

import knowledge.proof_tables  # noqa: F401 - its tables belong to the metadata
from knowledge.database import Connection, Database, hold_alone
from knowledge.house_tables import metadata

FOLDER = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """To the newest version, in one transaction."""
    with database.write() as connection:
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """To the newest version. Until the transaction ends, nobody else who asks for this goes on."""
    hold_alone(connection, "migrate")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def differences(database: Database) -> list[object]:
    """What the tables in the code have that the migrated database does not; empty when they agree."""
    with database.write() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


def make_revision(database: Database, message: str, number: str) -> None:
    """A new migration file from the difference (for developers)."""
    with database.write() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message=message, autogenerate=True, rev_id=number)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config
