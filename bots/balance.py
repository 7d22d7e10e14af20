"""The sum rule over what came in: received = done + set aside + in flight + expired + dropped. Nothing is hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from knowledge import inbox_rows
from knowledge.database import Connection, Database

FRESH = timedelta(seconds=5)  # counting a long inbox takes its time, and anybody may ask for /health


@dataclass(frozen=True)
class Balance:
    """Events that were ever received, by what became of them."""

    received: int
    done: int
    aside: int
    in_flight: int
    expired: int
    dropped: int

    @property
    def holds(self) -> bool:
        return self.received == self.done + self.aside + self.in_flight + self.expired + self.dropped


def read_balance(connection: Connection) -> Balance:
    counts = inbox_rows.balance(connection)
    return Balance(
        received=counts["received"],
        done=counts["done"],
        aside=counts["aside"],
        in_flight=counts["waiting"],
        expired=counts["expired"],
        dropped=counts["dropped"],
    )


class Balances:
    """The balance at most a few seconds old, for everybody who asks."""

    def __init__(self, database: Database) -> None:
        self._database, self._lock = database, Lock()
        self._read: tuple[datetime, Balance] | None = None

    def at(self, now: datetime) -> Balance:
        with self._lock:
            if self._read is None or not timedelta(0) <= now - self._read[0] < FRESH:
                with self._database.read() as connection:
                    self._read = now, read_balance(connection)
            return self._read[1]
