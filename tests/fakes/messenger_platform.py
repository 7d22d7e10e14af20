"""Meta as the side that brings Messenger's events: signed batches in any order, repeats, and the switch-off.

A machine without a clock or a wire, like `telegram_platform`. Meta publishes fewer figures than Telegram; where it
gives none (how retries grow rarer) ours is a guess and says so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
OK = range(200, 300)
LARGEST_BATCH = 1000


@dataclass(frozen=True)
class MetaPace:
    """Seconds."""

    answer: float = 5.0  # no official figure: 5 to 20 are quoted
    first_pause: float = 15.0  # a guess; the first try again is at once
    longest_pause: float = 3600.0  # a guess
    gives_up: float = 36 * 3600.0
    warns: float = 15 * 60.0
    unsubscribes: float = 3600.0


@dataclass(frozen=True)
class Post:
    """One signed POST that Meta makes now."""

    number: int
    body: bytes
    headers: dict[str, str]


@dataclass
class _Batch:
    events: list[Json]
    since: float  # when it was first tried
    due: float
    failures: int = 0


@dataclass
class MessengerPlatform:
    """`repeats`: the share of delivered events that come a second time; `disorder`: batches are drawn and shuffled.

    `keeps_waiting`: whether what waited at the switch-off still comes once the page is subscribed again. Meta's pages
    say 36 hours of retries and one hour until the switch-off, and not which of them wins.
    """

    page_id: str
    secret: bytes
    seed: int = 0
    pace: MetaPace = field(default_factory=MetaPace)
    largest: int = LARGEST_BATCH
    repeats: float = 0.0
    disorder: bool = False
    keeps_waiting: bool = False
    connections: int = 4
    subscribed: bool = True
    warnings: list[float] = field(default_factory=list)  # when the page's owner got the e-mail
    dropped: list[Json] = field(default_factory=list)  # tried for 36 hours
    missed: list[Json] = field(default_factory=list)  # happened while nobody was subscribed, or waited then
    delivered: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._waiting: list[Json] = []
        self._batches: dict[int, _Batch] = {}
        self._under_way: set[int] = set()
        self._number = 0
        self._failing_since: float | None = None
        self._warned = False

    def put(self, event: Json) -> None:
        (self._waiting if self.subscribed else self.missed).append(event)

    def subscribe(self) -> None:
        """What an administrator, or a watch, does by hand: events come again; what was missed stays missed."""
        self.subscribed, self._failing_since, self._warned = True, None, False

    @property
    def pending(self) -> int:
        return len(self._waiting) + sum(len(batch.events) for batch in self._batches.values())

    def next_actions(self, now: float) -> list[Post]:
        self._judge(now)
        if not self.subscribed:
            return []
        self._collect(now)
        found = []
        for number, batch in self._batches.items():
            if batch.due <= now and number not in self._under_way and len(self._under_way) < self.connections:
                self._under_way.add(number)
                found.append(self._post(number, batch.events))
        return found

    def next_time(self) -> float | None:
        """When something is to be done; None while nothing waits, or only for answers."""
        if not self.subscribed:
            return None
        times = [batch.due for number, batch in self._batches.items() if number not in self._under_way]
        if self._failing_since is not None:
            limit = self.pace.unsubscribes if self._warned else self.pace.warns
            times.append(self._failing_since + limit)
        return min(times, default=None) if len(self._under_way) < self.connections else None

    def answered(self, number: int, status: int, now: float) -> None:
        """A batch is taken whole or comes again whole."""
        self._under_way.discard(number)
        batch = self._batches.get(number)
        if batch is None:
            return
        if status in OK:
            del self._batches[number]
            self._failing_since, self._warned = None, False
            self.delivered += batch.events
            self._waiting += [event for event in batch.events if self._random.random() < self.repeats]
            return
        self._failing_since = now if self._failing_since is None else self._failing_since
        batch.failures += 1
        pause = 0.0 if batch.failures == 1 else self.pace.first_pause * 2.0 ** min(batch.failures - 2, 20)
        batch.due = now + min(pause, self.pace.longest_pause)
        if batch.due - batch.since >= self.pace.gives_up:
            self.dropped += self._batches.pop(number).events

    def unanswered(self, number: int, now: float) -> None:
        self.answered(number, 0, now)

    def _judge(self, now: float) -> None:
        """After a quarter of an hour of failures an e-mail, after an hour the page's subscription is gone."""
        failing = 0.0 if self._failing_since is None else now - self._failing_since
        if failing >= self.pace.warns and not self._warned:
            self._warned = True
            self.warnings.append(now)
        if failing >= self.pace.unsubscribes and self.subscribed:
            self.subscribed = False
            if self.keeps_waiting:
                return
            self.missed += [event for batch in self._batches.values() for event in batch.events] + self._waiting
            self._waiting, self._batches = [], {}
            self._under_way.clear()

    def _collect(self, now: float) -> None:
        if self.disorder:
            self._random.shuffle(self._waiting)
        while self._waiting:
            size = self._random.randint(1, self.largest) if self.disorder else self.largest
            events, self._waiting = self._waiting[:size], self._waiting[size:]
            self._number += 1
            self._batches[self._number] = _Batch(events, now, now)

    def _post(self, number: int, events: list[Json]) -> Post:
        entry = {"id": self.page_id, "time": events[-1]["timestamp"], "messaging": events}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()  # Meta signs the escaped form
        signature = hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
        return Post(number, body, headers)


def _event(person: str, page: str, at: float, **content: Any) -> Json:
    return {"sender": {"id": person}, "recipient": {"id": page}, "timestamp": int(at * 1000), **content}


def text(person: str, page: str, mid: str, words: str, at: float) -> Json:
    """`at`: seconds since 1970, as everywhere here; Meta's own stamps are milliseconds."""
    return _event(person, page, at, message={"mid": mid, "text": words})


def postback(person: str, page: str, title: str, payload: str, at: float) -> Json:
    return _event(person, page, at, postback={"title": title, "payload": payload})


def echo(person: str, page: str, mid: str, words: str, app_id: int | None, at: float) -> Json:
    """What somebody else said in the page's name; without an app it was a person in the page's own inbox."""
    message = {"mid": mid, "text": words, "is_echo": True} | ({} if app_id is None else {"app_id": app_id})
    return _event(page, person, at, message=message)


def delivery(person: str, page: str, mids: list[str], at: float) -> Json:
    return _event(person, page, at, delivery={"mids": mids, "watermark": int(at * 1000)})


def seen(person: str, page: str, at: float) -> Json:
    return _event(person, page, at, read={"watermark": int(at * 1000)})
