"""What it takes to have the understanding in a process: time and memory, measured in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.evaluation.tables import Cell, Table

STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Footprint:
    """Seconds and milliseconds of processor time, megabytes (10^6 bytes)."""

    import_seconds: float
    catalogue_seconds: float
    index_seconds: float
    first_message_ms: float
    before_mb: float
    resident_mb: float
    peak_mb: float


def measured() -> Footprint:
    """Starts the process and waits for it."""
    work = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, check=True)
    return Footprint(**json.loads(work.stdout))


def table(found: Footprint) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("import", f"{found.import_seconds:.1f} s"),
        ("read the catalogue's files", f"{found.catalogue_seconds:.1f} s"),
        ("build the index, encoder and vectors read", f"{found.index_seconds:.1f} s"),
        ("first message", f"{found.first_message_ms:.1f} ms"),
        ("resident before", f"{found.before_mb:.0f} MB"),
        ("resident with catalogue and index", f"{found.resident_mb:.0f} MB"),
        ("most on the way", f"{found.peak_mb:.0f} MB"),
    )
    note = "Seconds and milliseconds of processor time: what else the machine does is not counted."
    return Table("footprint", "Start and memory, in a process of its own", ("", "measured"), rows, note)


def _here() -> Footprint:
    before, start = _resident(), time.process_time()
    from knowledge.catalogue_files import load
    from nlu import Index, understand

    imported = time.process_time()
    catalogue = load()
    read = time.process_time()
    index = Index.build(catalogue)
    built, spent = time.process_time(), time.process_time()
    understand("паспортоо сунгуулмаар байна", index)
    first = 1000 * (time.process_time() - spent)
    return Footprint(imported - start, read - imported, built - read, first, before, _resident(), _peak())


def _resident() -> float:
    """Megabytes in memory now; the most so far where the system does not tell."""
    if not STATUS.exists():
        return _peak()
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024 / 1e6


def _peak() -> float:
    """macOS tells bytes, Linux kibibytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


if __name__ == "__main__":
    print(json.dumps(asdict(_here())))
