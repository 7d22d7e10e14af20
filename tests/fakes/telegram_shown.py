"""A message in somebody's chat, as the fake Bot API keeps it and tells of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from tests.fakes.telegram_rules import Json


@dataclass
class Shown:
    """A message in somebody's chat. `params` is what was asked for, as it came."""

    chat_id: int
    message_id: int
    text: str
    params: Json
    deleted: bool = False

    @property
    def entities(self) -> list[Json]:
        return list(json.loads(self.params.get("entities", "[]")))

    @property
    def buttons(self) -> list[list[Json]]:
        return list(json.loads(self.params.get("reply_markup", "{}")).get("inline_keyboard", []))


def as_message(message: Shown) -> Json:
    chat = {"id": message.chat_id, "type": "private", "first_name": "Бат"}
    return {"message_id": message.message_id, "date": int(time.time()), "chat": chat, "text": message.text}
