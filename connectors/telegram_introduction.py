"""What Telegram shows of the bot before anybody has written: description, short description, list of commands."""

from __future__ import annotations

from collections.abc import Mapping

from telegram import Bot, BotCommand

from dialogs.introducing import Introduction

MAX_DESCRIPTION = 512  # characters; Bot API, setMyDescription
MAX_SHORT = 120  # setMyShortDescription
MAX_COMMAND = 256  # BotCommand.description


async def introduce(bot: Bot, by_language: Mapping[str, Introduction]) -> None:
    """`by_language`: two-letter code of the person's app; the empty code is for everybody else."""
    for code, words in by_language.items():
        commands = [BotCommand(name, what) for name, what in words.commands]
        await bot.set_my_commands(commands, language_code=code or None)
        await bot.set_my_description(words.description, language_code=code or None)
        await bot.set_my_short_description(words.short, language_code=code or None)
