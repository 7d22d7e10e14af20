"""Logs: one JSON object a line, every field encoded, personal numbers taken out by a last filter."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from traceback import walk_tb
from types import TracebackType

QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "alembic",
    "uvicorn.access",
)  # they print addresses with tokens or queries


class JsonFormatter(logging.Formatter):
    """`redact` is applied to every text; exceptions are told by class and place, never by their message."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            entry["where"] = _place(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False)


def configure(level: str, redact: Callable[[str], str]) -> None:
    """Everything to standard error; client libraries only from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _place(traceback: TracebackType | None) -> list[str]:
    """`file:line` of the last steps, innermost last."""
    places = [f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}" for frame, line in walk_tb(traceback)]
    return places[-6:]
