"""Logs hold no personal numbers, no exception texts, and one record is one line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from config import logs
from dialogs.masking import mask_text

SECRETS = ("УБ90010112", "482913", "99112233", "123456789012@e-mongolia.mn")


def line(record: logging.LogRecord) -> dict[str, object]:
    text = logs.JsonFormatter(mask_text).format(record)
    assert "\n" not in text
    parsed: dict[str, object] = json.loads(text)
    return parsed


def record(message: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("test", logging.INFO, "x.py", 1, message, arguments, None)


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


@pytest.mark.parametrize("payload", ["a\nb", "a\r\nb", "\x1b[31mred", '"},{"level":"', "\u2028", "\x00"])
def test_a_message_cannot_break_out_of_its_line(payload: str) -> None:
    assert line(record("%s", payload))["level"] == "INFO"


@pytest.fixture
def _own_logging() -> Iterator[None]:
    """The root logger as it was before: other tests, and what runs after them, write to theirs."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_own_logging")
def test_client_libraries_that_print_addresses_are_quiet() -> None:
    logs.configure("INFO", mask_text)
    assert all(logging.getLogger(name).getEffectiveLevel() >= logging.WARNING for name in logs.QUIET)
