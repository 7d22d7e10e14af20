"""`tuslakh telegram set-up` and `status`: what people see of the bot before they write, and how updates come."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from bots.commands import Verbs
from bots.telegram_webhook import PATH
from bots.world import telegram_of
from config.settings import Settings
from connectors.telegram import Telegram
from connectors.telegram_requests import TelegramProblem
from dialogs.introducing import Introduction, introduction
from dialogs.services import Language

Answer = TypeVar("Answer")


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser("telegram", help="the Telegram bot: set up its commands and description, ask how it is")
    parts = verb.add_subparsers(dest="part", required=True, metavar="PART")
    parts.add_parser("set-up", help="once, and again after an update").set_defaults(work=set_up)
    parts.add_parser("status", help="where updates go, how many wait, the last error").set_defaults(work=status)


def set_up(_arguments: argparse.Namespace) -> int:
    """Mongolian for everybody, English for those whose app is in English."""
    words = {"": introduction(Language.MN), "en": introduction(Language.EN)}
    name = _asked(Settings(), lambda telegram: _set_up(telegram, words))
    print(f"@{name} has its commands and descriptions in Mongolian and English")
    return 0


def status(_arguments: argparse.Namespace) -> int:
    settings = Settings()
    print("\n".join(_asked(settings, lambda telegram: _status(telegram, settings))))
    return 0


async def _set_up(telegram: Telegram, words: Mapping[str, Introduction]) -> str:
    await telegram.set_up(words)
    return await telegram.username()


async def _status(telegram: Telegram, settings: Settings) -> list[str]:
    name, info = await telegram.username(), await telegram.webhook_info()
    lines = [f"bot      @{name}", f"updates  {_way(info.url, settings)}", f"waiting  {info.pending_update_count}"]
    if info.last_error_date:
        lines.append(f"error    {info.last_error_date:%Y-%m-%d %H:%M} UTC: {info.last_error_message}")
    return lines


def _way(url: str, settings: Settings) -> str:
    if not url:
        return "long polling: no webhook is set"
    ours = settings.public_url and url == f"{settings.base_url}{PATH}"
    return f"webhook {url}" if ours else f"webhook {url}, which is NOT what the settings say"


def _asked(settings: Settings, ask: Callable[[Telegram], Awaitable[Answer]]) -> Answer:
    """Raises `ValueError` when Telegram is off or says no."""
    telegram = telegram_of(settings)
    if telegram is None:
        raise ValueError("TELEGRAM_TOKEN is not set: Telegram is off")
    try:
        return asyncio.run(_closing(telegram, ask))
    except TelegramProblem as problem:
        name = problem.name
    raise ValueError(f"Telegram did not do it: {name}")


async def _closing(telegram: Telegram, ask: Callable[[Telegram], Awaitable[Answer]]) -> Answer:
    try:
        return await ask(telegram)
    finally:
        await telegram.close()
