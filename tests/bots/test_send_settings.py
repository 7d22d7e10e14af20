"""What the settings say about sending arrives at the outbox."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bots.send_settings import pace_of, send_rules
from config.settings import Settings


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_each_channel_has_its_own_pause_between_two_messages_to_a_chat() -> None:
    rules = send_rules(settings(telegram_chat_pause_seconds=2, messenger_chat_pause_seconds=0.5))
    found = [rules.chat_pause(wire) for wire in ("telegram", "messenger", "registry")]
    assert found == [timedelta(seconds=2), timedelta(seconds=0.5), timedelta(0)]


def test_the_limits_of_files_are_those_of_the_settings() -> None:
    rules = send_rules(settings(file_max_bytes=2_097_152, files_a_day=3, file_timeout_seconds=5))
    assert (rules.files.largest, rules.files.a_day, rules.file_seconds) == (2_097_152, 3, 5.0)


def test_each_channel_has_its_own_limit_a_second() -> None:
    pace = pace_of(settings(telegram_sends_a_second=30, messenger_sends_a_second=300))
    granted = [asyncio.run(pace.grant(wire, 99)).number for wire in ("telegram", "messenger")]
    assert granted == [3, 30]
