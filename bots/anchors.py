"""The head of the audit, written every hour where who owns the database does not write: a file, and the log.

One JSON object a line: `place`, `mac`, `at`, and `seal`, which covers the seal of the line before.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from knowledge import audit_check
from knowledge.database import Database

log = logging.getLogger(__name__)
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # in the log, where digits may be masked
_LONGEST_LINE = 400  # bytes; the last one is looked for in that much of the end


class AnchorProblem(ValueError):
    """The file is not as it was written; the text names the line."""


@dataclass(frozen=True)
class Anchor:
    place: int
    mac: str
    at: datetime
    seal: str


def drop(database: Database, keys: Sequence[bytes], path: Path, every: timedelta, now: datetime) -> Anchor | None:
    """A new anchor when the last is older than `every` (several processes share a file); None: it is not time yet.

    `keys`: of the audit, newest first. A database that does not fit the last anchor is told as an error. One that is
    not chained has nothing to anchor. Raises `OSError`.
    """
    with database.read() as connection:
        if not audit_check.head_of(connection)[1]:
            return None
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        last = _last(file)
        if last is not None and timedelta(0) <= now - last.at < every:
            return None
        made = _made(database, keys, last, now)
        _append(file, made)
    finally:
        os.close(file)
    log.info("audit anchor: place %s mac %s", f"{made.place:,}", made.mac.translate(_LETTERS))
    return made


def read(lines: Iterable[str], keys: Sequence[bytes]) -> dict[int, str]:
    """The mac by place. Raises `AnchorProblem` with the first line that is not ours, or was moved.

    A line that is none (a process died writing it) is passed over: as each seal covers the one before, it hides
    nothing.
    """
    found: dict[int, str] = {}
    before = ""
    for number, line in enumerate(lines, 1):
        anchor = _parsed(line)
        if anchor is None:
            continue
        if not any(_is_sealed(key, before, anchor) for key in keys):
            raise AnchorProblem(f"line {number} of the anchors was changed, or a line before it is missing")
        if found.setdefault(anchor.place, anchor.mac) != anchor.mac:
            raise AnchorProblem(f"line {number} of the anchors: place {anchor.place} had another mac before")
        before = anchor.seal
    return found


def _made(database: Database, keys: Sequence[bytes], last: Anchor | None, now: datetime) -> Anchor:
    with database.read() as connection:
        place, mac = audit_check.head_of(connection)
        fits = last is None or last.place == 0 or audit_check.mac_at(connection, last.place) == last.mac
    if not fits:
        log.error("the audit does not fit its last anchor: run `tuslakh audit verify`")
    unsealed = Anchor(place, mac, now, "")
    return Anchor(place, mac, now, _seal(keys[0], last.seal if last else "", unsealed))


def _append(file: int, anchor: Anchor) -> None:
    """Behind a line that a dying process left unfinished, on a line of its own."""
    values = {"place": anchor.place, "mac": anchor.mac, "at": anchor.at.isoformat(), "seal": anchor.seal}
    start = "" if _ends_whole(file) else "\n"
    os.write(file, f"{start}{json.dumps(values)}\n".encode())
    os.fsync(file)


def _last(file: int) -> Anchor | None:
    """The last line that can be read."""
    lines = _tail(file).decode("utf-8", "replace").splitlines()
    return next(filter(None, map(_parsed, reversed(lines))), None)


def _ends_whole(file: int) -> bool:
    end = _tail(file)
    return not end or end.endswith(b"\n")


def _tail(file: int) -> bytes:
    size = os.fstat(file).st_size
    return os.pread(file, 2 * _LONGEST_LINE, max(0, size - 2 * _LONGEST_LINE))


def _parsed(line: str) -> Anchor | None:
    try:
        values = json.loads(line)
        at = datetime.fromisoformat(values["at"])
        return Anchor(int(values["place"]), str(values["mac"]), at, str(values["seal"])) if at.tzinfo else None
    except (ValueError, KeyError, TypeError):
        return None


def _is_sealed(key: bytes, before: str, anchor: Anchor) -> bool:
    return hmac.compare_digest(_seal(key, before, anchor).encode(), anchor.seal.encode("utf-8", "replace"))


def _seal(key: bytes, before: str, anchor: Anchor) -> str:
    text = json.dumps(["anchor", before, anchor.place, anchor.mac, anchor.at.isoformat()])
    return hmac.new(key, text.encode(), sha256).hexdigest()
