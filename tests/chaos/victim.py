"""One life of the product: intake, workers and sender as `tuslakh run` starts them, quickened and armed for chaos."""

from __future__ import annotations

import functools
import os
import random
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn

import bots.taking_down
import connectors.messenger
import connectors.telegram
from bots.app import web_application
from config import logs
from config.settings import Settings
from connectors.messenger_requests import Limits as GraphLimits
from connectors.telegram_requests import Limits
from dialogs.redacting import redact
from knowledge import elections_file, inbox_rows, missions_file, outbox_rows
from nlu import Index, understand
from tests.bots.wired import CATALOGUE
from tests.kill.hops import arm

API_PATIENCE_SECONDS = 3.0  # a Bot API that hangs is waited for this long; the product's own figure is longer


def warm() -> None:
    """What every life would read anew is read once, before the first fork; no thread is started by it."""
    missions_file.load = functools.cache(missions_file.load)
    elections_file.load = functools.cache(elections_file.load)
    missions_file.load(), elections_file.load()
    understand("сайн байна уу", Index.build(CATALOGUE))


def live(folder: Path, environment: dict[str, str]) -> None:
    """Runs until it is told to stop, or killed."""
    os.chdir(folder)
    os.environ.update(environment)
    random.seed()  # the parent's dice would fall the same way in every life
    _quicken()
    settings = Settings(_env_file=None)
    logs.configure(settings.log_level, redact)
    uvicorn.run(
        web_application(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _quicken() -> None:
    """Pauses of the product that only cost time here, and the poison."""
    _replace(connectors.telegram, "bot_request", _impatient)
    _replace(connectors.messenger, "Graph", _impatient)
    inbox_rows.BACK_OFF = (timedelta(seconds=0.1),)  # type: ignore[assignment]
    if "CHAOS_LEASE" in os.environ:
        outbox_rows.LEASE = timedelta(seconds=float(os.environ["CHAOS_LEASE"]))
    if "CHAOS_STOP" in os.environ:
        arm(os.environ["CHAOS_STOP"], 1, signal.SIGSTOP)
    if poison := os.environ.get("CHAOS_POISON"):
        _replace(bots.taking_down, "understand", lambda known: _poisoned(known, poison))


def _replace(module: ModuleType, name: str, made_of: Callable[[Any], Any]) -> None:
    setattr(module, name, made_of(getattr(module, name)))


def _shorter(limits: Any) -> Any:
    return replace(limits, read_seconds=API_PATIENCE_SECONDS)


def _impatient(known: Callable[..., Any]) -> Callable[..., Any]:
    """One of the arguments says how long an API is waited for."""

    def hurried(*args: Any) -> Any:
        return known(*(_shorter(each) if isinstance(each, Limits | GraphLimits) else each for each in args))

    return hurried


def _poisoned(original: Any, poison: str) -> Any:
    @functools.wraps(original)
    def wrapped(text: str, *rest: Any) -> Any:
        if poison in text:
            raise RuntimeError("poison")
        return original(text, *rest)

    return wrapped
