"""Updates as the Bot API documents them."""

from __future__ import annotations

import json
from typing import Any

BAT = {"id": 77, "is_bot": False, "first_name": "Бат", "last_name": "Дорж", "language_code": "mn"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Бат"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Сөүл дэх монголчууд"}


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_790_000_000, "chat": PRIVATE, "from": BAT} | fields


def update(**fields: Any) -> str:
    return json.dumps({"update_id": 900} | fields)


def press(**fields: Any) -> str:
    asked = {"id": "4382", "from": BAT, "chat_instance": "1", "message": message(), "data": "3.1"}
    return update(callback_query=asked | fields)
