"""The event a process is handling, noted where it outlives the process: what kills it again and again is found.

A small file a process, held by a lock of the operating system; it need not survive the machine, so nothing waits for
the disk. Without a folder to write to the note is kept in memory only.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

log = logging.getLogger(__name__)
MAX_PROCESSES = 64  # of one database on one machine
_WIDTH = 20  # a row's number, filled up with blanks


class InHand:
    """`left_over`: what processes that are gone had in hand. `turn`: grows with each event, 0 between two turns."""

    def __init__(self, folder: Path | None = None, database_url: str = "") -> None:
        self.turn, self._turns = 0, 0
        self.left_over: tuple[int, ...] = ()
        self.alone = True  # no other living process of this machine has a file of the same database
        self._file = -1
        if folder is not None:
            name = f"in-hand-{sha256(database_url.encode()).hexdigest()[:8]}"
            try:
                self._open(folder, name)
            except OSError as error:
                log.warning("%s is not writable (%s): what kills the process will not be found", folder, error.strerror)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """One turn: what is noted in it is forgotten when it is committed, or has failed."""
        try:
            yield
        finally:
            if self.turn:
                self.turn = 0
                self._write("")

    def note(self, row_id: int) -> None:
        """This one now: of a pile each is noted while it is read. From here on the turn's time counts."""
        self._turns += 1
        self.turn = self._turns
        self._write(str(row_id))

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, text: str) -> None:
        if self._file >= 0:
            os.pwrite(self._file, text.ljust(_WIDTH).encode("ascii"), 0)

    def _open(self, folder: Path, name: str) -> None:
        """The first file that no living process has; what stands in the others of dead ones is taken along."""
        folder.mkdir(parents=True, exist_ok=True)
        left_over: list[int] = []
        for number in range(MAX_PROCESSES):
            path = folder / f"{name}-{number}"
            if self._file >= 0 and not path.exists():
                continue
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            if not _locked(file):
                os.close(file)
                self.alone = False
                continue
            left_over += _noted(file)
            if self._file < 0:
                self._file = file
            else:
                os.pwrite(file, b" " * _WIDTH, 0)
                os.close(file)
        self.left_over = tuple(left_over)

    def forget_left_over(self) -> None:
        """They are charged: not a second time."""
        self.left_over = ()
        self._write("")


def _locked(file: int) -> bool:
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _noted(file: int) -> list[int]:
    text = os.pread(file, _WIDTH, 0).decode("ascii", "replace").strip()
    return [int(text)] if text.isdigit() else []
