"""Telegram as the side that brings updates to a webhook: its queues, retries and expiry, without a clock or a wire.

Whoever drives it asks for `next_actions(now)`, carries them out and tells it how each was `answered`. The figures are
those of Telegram's own open-source server; where it rolls dice, ours are seeded.
"""

from __future__ import annotations

import heapq
import json
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
OK, GONE = range(200, 300), 410


@dataclass(frozen=True)
class Pace:
    """Telegram's own figures, in seconds; who drives it in real time gives shorter ones."""

    answer: float = 60.0  # then it hangs up
    first_pause: float = 2.0  # after the second failure; the first is followed by a try at once
    longest_pause: tuple[float, float] = (60.0, 120.0)  # a random one of these ends the doubling
    longest_asked: float = 3600.0  # of a `Retry-After`
    message_lives: float = 86_400.0  # from the message's own date
    press_lives: float = 150.0
    inline_lives: float = 30.0
    gone_closes: float = 23 * 3600.0  # so long nothing but 410
    connections: int = 40  # `max_connections` of setWebhook


@dataclass(frozen=True)
class Delivery:
    """One POST that Telegram makes now."""

    update_id: int
    body: bytes
    attempt: int  # from 1


@dataclass
class _Waiting:
    update: Json
    queue: str
    expires: float
    failures: int = 0


@dataclass
class TelegramPlatform:
    """`lost_answers`: the share of good answers that never reach Telegram, which then brings the update again.

    `date_offset`: what a message's `date` is ahead of the clock that drives this (both in seconds).
    """

    seed: int = 0
    pace: Pace = field(default_factory=Pace)
    lost_answers: float = 0.0
    date_offset: float = 0.0
    delivered: set[int] = field(default_factory=set)
    expired: list[int] = field(default_factory=list)
    executed: list[Json] = field(default_factory=list)  # Bot API calls found in answers: nobody ever wants one
    repeated: int = 0
    closed: bool = False

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._backlog: deque[_Waiting] = deque()
        self._queues: dict[str, deque[_Waiting]] = {}
        self._ready: list[tuple[float, int, str]] = []  # heap of heads nobody is being asked about
        self._under_way: dict[int, _Waiting] = {}
        self._serial = 0
        self._gone_since: float | None = None

    def put(self, update: Json, now: float) -> None:
        """Something happened in a chat."""
        self._backlog.append(_Waiting(update, queue_of(update), self._expiry(update, now)))

    @property
    def pending(self) -> int:
        """What `getWebhookInfo` would say is waiting."""
        return len(self._backlog) + sum(map(len, self._queues.values()))

    def next_actions(self, now: float) -> list[Delivery]:
        """What is sent now: the heads of the loaded queues that are due, as many as there are connections."""
        found: list[Delivery] = []
        self._load(now)
        while not self.closed and self._ready and self._ready[0][0] <= now:
            if len(self._under_way) >= self.pace.connections:
                break
            queue = heapq.heappop(self._ready)[2]
            head = self._queues[queue][0]
            if head.expires <= now:
                self.expired.append(head.update["update_id"])
                self._advance(queue, now)
                continue
            self._under_way[head.update["update_id"]] = head
            body = json.dumps(head.update).encode()  # Telegram escapes what is not ASCII
            found.append(Delivery(head.update["update_id"], body, head.failures + 1))
        return found

    def next_time(self) -> float | None:
        """When there will be something to do; None while nothing waits, or only for answers."""
        full = len(self._under_way) >= self.pace.connections
        return None if self.closed or full or not self._ready else self._ready[0][0]

    def answered(
        self, update_id: int, status: int, now: float, headers: Mapping[str, str] = NO_HEADERS, body: bytes = b""
    ) -> None:
        """How the receiver answered. Only 2xx counts; a `method` in its body is carried out and never reported."""
        if status == GONE:
            self._gone_since = now if self._gone_since is None else self._gone_since
            self.closed = now - self._gone_since >= self.pace.gone_closes
        else:
            self._gone_since = None
        if status not in OK:
            self._again(update_id, now, _retry_after(headers))
            return
        self._execute(body)
        if self._random.random() < self.lost_answers:
            self.repeated += 1
            self._again(update_id, now, 0.0)
            return
        self.delivered.add(update_id)
        self._advance(self._under_way.pop(update_id).queue, now)

    def unanswered(self, update_id: int, now: float) -> None:
        """Nothing came within the time, or the connection broke."""
        self._gone_since = None
        self._again(update_id, now, 0.0)

    def _expiry(self, update: Json, now: float) -> float:
        if "callback_query" in update:
            return now + self.pace.press_lives
        if "inline_query" in update:
            return now + self.pace.inline_lives
        content: Json = next((value for value in update.values() if isinstance(value, dict)), {})
        sent = content.get("edit_date") or content.get("date")
        return (now if sent is None else sent - self.date_offset) + self.pace.message_lives

    def _load(self, now: float) -> None:
        """In order, until twice `max_connections` queues have a head that is not delivered: then nothing more."""
        while self._backlog and len(self._queues) < 2 * self.pace.connections:
            waiting = self._backlog.popleft()
            queue = self._queues.setdefault(waiting.queue, deque())
            queue.append(waiting)
            if len(queue) == 1:
                self._due(waiting.queue, now)

    def _due(self, queue: str, when: float) -> None:
        self._serial += 1
        heapq.heappush(self._ready, (when, self._serial, queue))

    def _advance(self, queue: str, now: float) -> None:
        """The head is over; the next of its queue may go."""
        self._queues[queue].popleft()
        if self._queues[queue]:
            self._due(queue, now)
        else:
            del self._queues[queue]
        self._load(now)

    def _again(self, update_id: int, now: float, asked: float) -> None:
        waiting = self._under_way.pop(update_id)
        waiting.failures += 1
        pause = min(asked, self.pace.longest_asked) or self._pause(waiting.failures)
        self._due(waiting.queue, now + pause)

    def _pause(self, failures: int) -> float:
        if failures == 1:
            return 0.0
        longest = self._random.uniform(*self.pace.longest_pause)
        return min(longest, self.pace.first_pause * 2.0 ** min(failures - 2, 20))

    def _execute(self, body: bytes) -> None:
        try:
            answer = json.loads(body) if body else None
        except ValueError:
            return
        if isinstance(answer, dict) and "method" in answer:
            self.executed.append(answer)


def queue_of(update: Json) -> str:
    """Messages wait in line by chat, presses by person in another line, and so on: across lines there is no order."""
    kind, content = next((key, value) for key, value in update.items() if isinstance(value, dict))
    match kind:
        case "callback_query":
            return f"press {content['from']['id']}"
        case "inline_query":
            return f"inline {content['from']['id']}"
        case "my_chat_member":
            return f"member {content['chat']['id']}"
        case _:
            return f"chat {content['chat']['id']}"


def _retry_after(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(given) if given.isascii() and given.isdigit() else 0.0


def message(update_id: int, chat: int, text: str, date: float, language: str = "mn") -> Json:
    """A private text message as Telegram hands it over; its message id is the update's."""
    person = {"id": chat, "is_bot": False, "first_name": "Сараа", "language_code": language}
    fields = {"message_id": update_id, "date": int(date), "chat": {"id": chat, "type": "private"}}
    return {"update_id": update_id, "message": {**fields, "from": person, "text": text}}


def press(update_id: int, chat: int, data: str, date: float) -> Json:
    """A pressed button under a message of the bot."""
    person = {"id": chat, "is_bot": False, "first_name": "Сараа", "language_code": "mn"}
    under = {"message_id": 1, "date": int(date), "chat": {"id": chat, "type": "private"}}
    content = {"id": str(update_id), "from": person, "message": under, "chat_instance": "1", "data": data}
    return {"update_id": update_id, "callback_query": content}


def group_talk(update_id: int, group: int, text: str, date: float) -> Json:
    """What people say to each other in a group the bot is in: nothing for it to answer."""
    person = {"id": 7, "is_bot": False, "first_name": "Бат", "language_code": "mn"}
    chat = {"id": group, "type": "supergroup", "title": "Гэр бүл"}
    fields = {"message_id": update_id, "date": int(date), "chat": chat}
    return {"update_id": update_id, "message": {**fields, "from": person, "text": text}}
