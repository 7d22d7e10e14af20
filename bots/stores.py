"""The keys and the database as the settings name them: for the server and for verbs of the command line alike."""

from __future__ import annotations

from config.settings import Settings
from knowledge.database import Database
from knowledge.key_file import KeyFile
from knowledge.vault import Vault


def open_vault(settings: Settings) -> Vault:
    """`DATA_KEYS` if there are any; else the file, made when missing and followed while it changes."""
    if settings.data_key_list:
        return Vault(settings.data_key_list)
    file = KeyFile(settings.data_key_file)
    return Vault(file.lines, file)


def open_database(settings: Settings, vault: Vault | None = None) -> Database:
    """One that can write its audit."""
    return Database(settings.database_url, (vault or open_vault(settings)).audit_key)
