"""The release in force with its search index, replaced whole when a newer release is published."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from dialogs.around import NOTHING, Around
from dialogs.services import Catalogue
from knowledge import releases
from knowledge.database import Connection, Database
from nlu import Index
from nlu.memory import give_back
from nlu.vectors import Vectors


@dataclass(frozen=True)
class Live:
    catalogue: Catalogue
    index: Index


class LiveCatalogue:
    """Asked in every turn's transaction, so a published change counts from the next message on.

    `around` comes from files and stays while the process runs; `vectors` are those of `nlu.model` when not given.
    """

    def __init__(self, around: Around = NOTHING, vectors: Vectors | None = None) -> None:
        self.around = around
        self._vectors = vectors
        self._lock = threading.Lock()
        self._live: Live | None = None

    @property
    def release(self) -> int:
        """Whose index is built; 0 before the first."""
        live = self._live
        return live.catalogue.release if live else 0

    def current(self, connection: Connection) -> Live:
        """Of the release in force; who asks before its index is built waits for it."""
        number = releases.current_number(connection)
        live = self._live
        if live is not None and live.catalogue.release == number:
            return live
        with self._lock:
            live = self._live
            if live is None or live.catalogue.release != number:
                catalogue = releases.load(connection, number)
                live = self._live = Live(catalogue, Index.build(catalogue, vectors=self._vectors))
                give_back()
            return live

    def refresh(self, database: Database) -> None:
        """Builds the index of a new release now, so that no citizen waits for it; nothing when there is none."""
        with database.read() as connection:
            self.current(connection)
