"""Logs hold no personal numbers, no exception texts, and one record is one line (rows P1 and P2)."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import logs
from dialogs.redacting import redact
from tests.config.odd_places import CANARIES

ROOT = Path(__file__).parents[2]
SECRETS = ("УБ90010112", "482913", "99112233", "123456789012@e-mongolia.mn")
BREAKOUTS = (
    *("a\nb", "a\r\nb", "a\rb", "\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", '"},{"level":"', '"}\n{"level":"INFO"}'),
    *("\u2028", "\u2029", "\x00", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x7f", "\b\b\b", "\\", '\\"'),
    *("\\u000a", "%s%n%d", "{0.__class__}", "\ud800", "\udfff", "\u202egnirts", "\u2066x", "\ufeff", "\u200b"),
    "\ue000",
)  # fmt: skip


def line(record: logging.LogRecord) -> dict[str, object]:
    text = logs.JsonFormatter(redact).format(record)
    assert len(text.splitlines()) == 1
    assert text.isprintable()
    text.encode()
    parsed: dict[str, object] = json.loads(text)
    return parsed


def record(message: str, *arguments: object, name: str = "bots.test") -> logging.LogRecord:
    return logging.LogRecord(name, logging.INFO, "x.py", 1, message, arguments, None)


@pytest.mark.parametrize("secret", SECRETS)
def test_personal_numbers_are_taken_out(secret: str) -> None:
    assert secret not in str(line(record("said %s today", secret)))


def test_an_exceptions_text_is_not_written() -> None:
    try:
        raise ValueError("УБ90010112 хаяг: Баянзүрх")
    except ValueError as error:
        made = record("failed")
        made.exc_info = (type(error), error, error.__traceback__)
    written = line(made)
    assert written["exception"] == "ValueError"
    assert "Баянзүрх" not in str(written)


def test_there_are_thirty_ways_to_break_out() -> None:
    assert len(set(BREAKOUTS)) >= 30


@pytest.mark.parametrize("payload", BREAKOUTS)
def test_a_message_cannot_break_out_of_its_line(payload: str) -> None:
    """Row P2."""
    assert line(record("%s", payload))["level"] == "INFO"


@pytest.mark.parametrize("payload", BREAKOUTS)
def test_a_loggers_name_cannot_break_out_either(payload: str) -> None:
    assert line(record("x", name=payload))["message"] == "x"


def test_letters_of_all_languages_stay_readable() -> None:
    assert line(record("Өнөөдөр ᠮᠣᠩᠭᠣᠯ"))["message"] == "Өнөөдөр ᠮᠣᠩᠭᠣᠯ"


def test_what_a_library_quotes_is_left_out() -> None:
    written = line(record("Task exception\nfuture: ValueError('Баянзүрх')", name="asyncio"))
    assert written["message"] == "Task exception"
    for text in ("odd value 'Баянзүрх'", "<Task Баянзүрх>", "it can't: exception=E(Баянзүрх)"):
        assert "Баянзүрх" not in str(line(record(text, name="somebody.elses")))


@pytest.fixture
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The root logger and the hooks as they were before: other tests, and what runs after them, have theirs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_own_logging")
def test_client_libraries_that_print_addresses_are_quiet() -> None:
    logs.configure("INFO", redact)
    assert all(logging.getLogger(name).getEffectiveLevel() >= logging.WARNING for name in logs.QUIET)


def test_fifty_exceptions_from_odd_places_leave_no_canary() -> None:
    """Row P1: whatever breaks wherever, standard output and error hold no name, number, code, token or word."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.config.odd_places"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.stdout == "51 raised\n"
    lines = [json.loads(each) for each in ended.stderr.splitlines()]
    assert len(lines) >= 50
    assert [canary for canary in CANARIES if canary in ended.stderr] == []
