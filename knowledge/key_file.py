"""The file of the keys: made once, replaced whole, and read again by running processes when it was."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from knowledge.key_ring import KeyRing, new_key, parse


class KeyFile:
    """`lines`: as it was read last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines = read_or_make_key(path).split("\n")
        self._seen: tuple[int, int, int] | None = None
        self.has_changed()

    def has_changed(self) -> bool:
        """Since it was asked last. A file that is away for a moment has not."""
        with suppress(OSError):
            found = self._path.stat()
            seen = (found.st_mtime_ns, found.st_ino, found.st_size)
            if seen != self._seen:
                self._seen = seen
                self.lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
                return True
        return False


def read_or_make_key(path: Path) -> str:
    """The lines of the file; a new one with one data key, readable by its owner only, when there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write(path, [new_key()], new=True)
    return path.read_text(encoding="ascii").strip()


def read_ring(path: Path) -> KeyRing:
    return parse([read_or_make_key(path)])


def write_ring(path: Path, ring: KeyRing) -> None:
    """Replaces the file in one step; who reads it sees the old or the new one."""
    _write(path, ring.pinned(), new=False)


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """One at a time on this machine: two rotations at once would lose a key."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(path: Path, lines: list[str], new: bool) -> None:
    """Written whole and on the disk before it gets its name; a new one that another was first with gives way."""
    descriptor, unnamed = mkstemp(prefix=f".{path.name}.", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write("".join(f"{line}\n" for line in lines).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        if new:
            with suppress(FileExistsError):
                os.link(unnamed, path)
        else:
            os.replace(unnamed, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(unnamed)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
