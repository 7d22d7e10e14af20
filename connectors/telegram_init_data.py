"""What a page that Telegram opened is told about its user, signed with the bot's token (Mini App `initData`).

Telegram: key = HMAC-SHA256("WebAppData", bot token), hash = HMAC-SHA256(key, sorted fields, one `name=value` a line).
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

LIVES = timedelta(minutes=5)  # after `auth_date` (row L13 of the threat model)
AHEAD = timedelta(seconds=60)  # how far Telegram's clock may be ahead of ours
_MOST_CHARACTERS = 4096
_MOST_FIELDS = 20
_HASH = re.compile(r"[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True)
class Vouched:
    """`user_id` is the address of the private chat with the bot; `mark` names this very initData, to take it once."""

    user_id: str
    mark: str
    until: datetime


class TelegramInitData:
    """Of one bot."""

    def __init__(self, bot_token: str) -> None:
        self._key = hmac.new(b"WebAppData", bot_token.encode(), sha256).digest()

    def check(self, init_data: str, now: datetime) -> Vouched | None:
        """Whom Telegram vouches for; None when it is forged, old, from the future or not a person's."""
        fields = _fields(init_data)
        given = fields.pop("hash", "")
        if not _HASH.fullmatch(given) or not hmac.compare_digest(given, self._hash_of(fields)):
            return None
        at = _moment(fields.get("auth_date", ""))
        if at is None or not at - AHEAD <= now <= at + LIVES:
            return None
        user_id = _user_id(fields.get("user", ""))
        private = fields.get("chat_type", "sender") in ("sender", "private") and "chat" not in fields
        return Vouched(user_id, given, at + LIVES) if user_id and private else None

    def _hash_of(self, fields: Mapping[str, str]) -> str:
        lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
        return hmac.new(self._key, lines.encode("utf-8", "replace"), sha256).hexdigest()


def _fields(init_data: str) -> dict[str, str]:
    """Empty when a field comes twice or it is no query."""
    try:
        pairs = parse_qsl(
            init_data[: _MOST_CHARACTERS + 1], keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return {}
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) and len(init_data) <= _MOST_CHARACTERS else {}


def _moment(text: str) -> datetime | None:
    if not _SECONDS.fullmatch(text):
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _user_id(text: str) -> str:
    """Of a person; empty for a bot and for what is no user."""
    try:
        user = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(user, dict) or type(user.get("id")) is not int or user["id"] <= 0 or user.get("is_bot"):
        return ""
    return str(user["id"])
