"""Row T7: an intake that is off for 61 minutes is switched off by Meta, and is switched on again by the watch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bots.channel_watch_absences import loss_windows
from bots.channel_watch_messenger import MessengerWatch
from connectors.messenger import FIELDS, Messenger
from knowledge.mark_rows import Absence
from tests.chaos.ground import APP_SECRET
from tests.fakes.graph_api import APP, PAGE, TOKEN, FakeGraph
from tests.fakes.messenger_platform import MessengerPlatform, Post, text
from tests.fakes.virtual_time import VirtualTime

MINUTE = 60.0
OFF_MINUTES, STORY_MINUTES = 61, 75
START = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass
class Story:
    """A citizen writes every minute; the process is away for the first 61 and then looks after its page every one."""

    graph: FakeGraph
    runner: asyncio.Runner
    time: VirtualTime = field(default_factory=VirtualTime)
    back_at: float | None = None

    def __post_init__(self) -> None:
        self.meta = MessengerPlatform(PAGE, APP_SECRET.encode())
        self.watch = MessengerWatch(Messenger(PAGE, APP, TOKEN, (APP_SECRET,), "verify", self.graph.url))
        self.graph.fields = set(FIELDS)

    def tell(self) -> None:
        for minute in range(STORY_MINUTES):
            event = text("7", PAGE, f"m.{minute}", "сайн байна уу", minute * MINUTE)
            self.time.at(minute * MINUTE, lambda event=event: self.meta.put(event))  # type: ignore[misc]
            if minute >= OFF_MINUTES:
                self.time.at(minute * MINUTE, self.look)
        self.time.play(self.meta, self.receive, STORY_MINUTES * MINUTE)

    def receive(self, post: Post, now: float) -> None:
        self.meta.answered(post.number, 200 if now >= OFF_MINUTES * MINUTE else 503, now)

    def look(self) -> None:
        """One look of the watch; what Meta knows and what its API says are the same thing."""
        if not self.meta.subscribed:
            self.graph.fields = None
        self.runner.run(self.watch.look(START))
        if self.graph.fields and not self.meta.subscribed:
            self.meta.subscribe()
            self.back_at = self.time.now


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with FakeGraph() as graph, asyncio.Runner() as runner:
        told = Story(graph, runner)
        told.tell()
        yield told


def test_the_page_is_subscribed_again_within_five_minutes_of_the_return(story: Story) -> None:
    assert story.back_at is not None
    assert story.back_at <= (OFF_MINUTES + 5) * MINUTE


def test_what_is_written_from_then_on_arrives(story: Story) -> None:
    last = {event["message"]["mid"] for event in story.meta.delivered}
    assert {f"m.{minute}" for minute in range(OFF_MINUTES + 1, STORY_MINUTES)} <= last


def test_the_reported_gap_holds_every_message_that_was_lost(story: Story) -> None:
    assert story.back_at is not None
    absence = Absence(START, START + timedelta(seconds=story.back_at))
    gap = next(window for window in loss_windows(absence) if window.channel == "messenger")
    times = [START + timedelta(milliseconds=event["timestamp"]) for event in story.meta.missed]
    assert len(times) >= OFF_MINUTES
    assert [time for time in times if not gap.since <= time <= gap.until] == []
