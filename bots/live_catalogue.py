"""The release in force with its search index, replaced whole when a newer release is published."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from dialogs.around import NOTHING, Around
from dialogs.services import Catalogue
from knowledge import releases
from knowledge.database import Connection
from nlu import Index


@dataclass(frozen=True)
class Live:
    catalogue: Catalogue
    index: Index


class LiveCatalogue:
    """Asked in every turn's transaction, so a published change counts from the next message on.

    `around` comes from files and stays while the process runs.
    """

    def __init__(self, around: Around = NOTHING) -> None:
        self.around = around
        self._lock = threading.Lock()
        self._live: Live | None = None

    def current(self, connection: Connection) -> Live:
        number = releases.current_number(connection)
        live = self._live
        if live is not None and live.catalogue.release == number:
            return live
        with self._lock:
            if self._live is None or self._live.catalogue.release != number:
                catalogue = releases.load(connection, number)
                self._live = Live(catalogue, Index.build(catalogue))
            return self._live
