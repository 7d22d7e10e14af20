"""The settings of sending, as the outbox takes them."""

from __future__ import annotations

from bots.files import FileRules
from bots.pace import LocalPace, Pace, SharedPace
from bots.sending import SendRules
from config.settings import Settings
from connectors.redis_pace import RedisPace


def send_rules(settings: Settings) -> SendRules:
    pauses = {
        "telegram": settings.telegram_chat_pause_seconds,
        "messenger": settings.messenger_chat_pause_seconds,
    }
    return SendRules(
        tries=settings.send_tries,
        back_off=settings.send_back_off_seconds,
        at_once=settings.senders,
        chat_pauses=pauses,
        files=FileRules(settings.file_max_bytes, settings.files_a_day),
        file_seconds=settings.file_timeout_seconds,
    )


def pace_of(settings: Settings, shared: RedisPace | None = None) -> Pace:
    """Of this process, or of all that share a Redis."""
    a_second = {
        "telegram": settings.telegram_sends_a_second,
        "messenger": settings.messenger_sends_a_second,
    }
    return SharedPace(a_second, shared) if shared else LocalPace(a_second)
