"""Logs: one JSON object a line, every field encoded, secrets taken out; exceptions told by class and place only.

What ends a thread, a task or the process, and warnings, come the same way: nothing else writes to standard error.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from traceback import walk_tb
from types import TracebackType
from typing import Any, TextIO

Redact = Callable[[str], str]
QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "alembic",
    "uvicorn.access",
)  # they print addresses with tokens or queries
OURS = ("bots", "config", "connectors", "dialogs", "knowledge", "nlu")
_SHOWN = re.compile(r"(?<!\w)['\"]|<|exception=|\n")  # here a library begins to show what it was given
_MOST = 2_000  # signs of one message
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # what a terminal obeys, or a reader takes for a new line
_STEPS = 6  # of where an exception came from
log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """`redact` is applied to every text. What a library says is cut where it begins to show what it was given."""

    def __init__(self, redact: Redact) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": self._redact(record.name),
            "message": self._message(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = self._redact(_class(record.exc_info[0], record.exc_info[1]))
            entry["where"] = _place(record.exc_info[2])
        return _encoded(entry)

    def _message(self, record: logging.LogRecord) -> str:
        try:
            message = record.getMessage()
        except Exception as error:  # an argument that cannot be shown; what it said is not shown either
            return f"a message that could not be made ({type(error).__name__})"
        if record.name.partition(".")[0] not in OURS and record.name != "tuslakh":
            message = _SHOWN.split(message, 1)[0]
        return self._redact(message[:_MOST])


class SafeHandler(logging.StreamHandler[TextIO]):
    """A record that cannot be written is told without what it holds."""

    def handleError(self, record: logging.LogRecord) -> None:
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, OSError):  # else nobody could read it either
            told = {"level": "ERROR", "logger": __name__, "message": f"a record was lost ({kind.__name__})"}
            self.stream.write(f"{json.dumps(told)}\n")


def configure(level: str, redact: Redact) -> None:
    """Everything to standard error, crashes and warnings too; client libraries only from WARNING on."""
    handler = SafeHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _process_ends
    sys.unraisablehook = _unraisable
    threading.excepthook = _thread_ends
    warnings.showwarning = _warned


def _process_ends(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("the process ends with an exception nobody caught", exc_info=(kind, error, traceback))


def _thread_ends(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit and args.exc_value is not None:
        kind, error, traceback = args.exc_type, args.exc_value, args.exc_traceback
        log.error("a thread ended with an exception nobody caught", exc_info=(kind, error, traceback))


def _unraisable(args: Any) -> None:
    """Where nobody can catch it: in `__del__`, at the end of the process."""
    error = args.exc_value or args.exc_type()
    log.error("an exception where none can be raised", exc_info=(args.exc_type, error, args.exc_traceback))


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """By kind and place: a library's words may quote what it was given."""
    log.warning("%s at %s:%s", category.__name__, filename.rpartition("/")[2], lineno)


def _class(kind: type[BaseException], error: BaseException | None) -> str:
    """Of a group its members' too, and what it was raised from."""
    inner = [type(each).__name__ for each in error.exceptions] if isinstance(error, BaseExceptionGroup) else []
    cause = error.__cause__ if error is not None else None
    name = f"{kind.__name__}({', '.join(inner)})" if inner else kind.__name__
    return f"{name} from {type(cause).__name__}" if cause is not None else name


def _place(traceback: TracebackType | None) -> list[str]:
    """`file:line` of the last steps, innermost last."""
    places = [f"{frame.f_code.co_filename.rpartition('/')[2]}:{line}" for frame, line in walk_tb(traceback)]
    return places[-_STEPS:]


def _encoded(entry: dict[str, object]) -> str:
    """JSON on one line whatever reads it; letters stay as they are."""
    text = json.dumps(entry, ensure_ascii=False)
    return "".join(_escaped(sign) if unicodedata.category(sign) in _UNSAFE else sign for sign in text)


def _escaped(sign: str) -> str:
    return json.dumps(sign)[1:-1] if ord(sign) != 0x7F else "\\u007f"
