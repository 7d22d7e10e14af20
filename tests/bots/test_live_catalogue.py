"""A published change is found by the next message; the index is replaced whole, what did not change is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bots.live_catalogue import LiveCatalogue
from bots.signals import CATALOGUE
from bots.workers import keep_current
from knowledge import releases
from nlu.encoder import Encoded
from nlu.vectors import Vectors
from tests.bots.wired import CATALOGUE as SMALL
from tests.bots.wired import Wired, wire

NEW = "ембүүлийн цэнхэр дэвтэр"


class CountingEncoder:
    """Keeps every text it was asked for; its vectors mean nothing."""

    name, width = "counting", 8

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Encoded:
        self.asked.extend(texts)
        return Encoded(np.full((len(texts), self.width), self.width**-0.5, dtype=np.float32))


@pytest.fixture
def wired(tmp_path: Path) -> Wired:
    return wire(tmp_path)


def publish(wired: Wired, words: str = NEW, service_id: str = "marriage") -> int:
    """A release in which one service has one more example message."""
    with wired.parts.database.write() as connection:
        version = releases.version_id(connection, service_id)
        assert version is not None
        before = releases.load(connection).services[service_id]
        releases.save_draft(connection, replace(before, says=(*before.says, words)), version, "sarnai", wired.clock())
        return releases.publish_draft(connection, service_id, "sarnai", "new words", wired.clock())


def test_a_published_change_is_found_by_the_next_message(wired: Wired) -> None:
    citizen = wired.citizen()
    before = citizen.says(NEW)
    publish(wired)
    assert "Гэрлэсний бүртгэлийн лавлагаа" not in before
    assert "Гэрлэсний бүртгэлийн лавлагаа" in citizen.says(NEW)


def test_only_texts_that_are_new_are_encoded(wired: Wired) -> None:
    encoder = CountingEncoder()
    live = LiveCatalogue(vectors=Vectors(encoder))
    live.refresh(wired.parts.database)
    whole = len(encoder.asked)
    publish(wired)
    live.refresh(wired.parts.database)
    assert whole > sum(len(service.says) for service in SMALL.services.values())
    assert encoder.asked[whole:] == [NEW]


def test_words_that_come_back_with_an_old_release_are_not_encoded_again(wired: Wired) -> None:
    encoder = CountingEncoder()
    live = LiveCatalogue(vectors=Vectors(encoder))
    publish(wired)
    live.refresh(wired.parts.database)
    known = len(encoder.asked)
    with wired.parts.database.write() as connection:
        releases.roll_back(connection, 1, "sarnai", wired.clock())
    live.refresh(wired.parts.database)
    assert len(encoder.asked) == known


def test_an_index_in_use_stays_as_it_was_when_a_newer_one_takes_its_place(wired: Wired) -> None:
    live = LiveCatalogue()
    with wired.parts.database.read() as connection:
        old = live.current(connection)
    publish(wired)
    live.refresh(wired.parts.database)
    assert (old.index.release, live.release) == (1, 2)
    assert all(view.text != NEW for service in old.index.ranking.services for view in service.views)


def test_what_was_built_ahead_is_what_the_next_turn_uses(wired: Wired) -> None:
    live = LiveCatalogue()
    publish(wired)
    live.refresh(wired.parts.database)
    with wired.parts.database.read() as connection:
        assert live.current(connection) is live.current(connection)


def test_a_release_of_another_process_is_built_before_a_message_comes(wired: Wired) -> None:
    number = publish(wired)
    asyncio.run(until(wired, lambda: wired.parts.catalogue.release == number))
    assert wired.parts.catalogue.release == number


async def until(wired: Wired, done: Callable[[], bool]) -> None:
    """The worker runs, woken as by another process, until `done` (ten seconds at most)."""
    stop = asyncio.Event()
    working = asyncio.create_task(keep_current(wired.parts, stop))
    for _ in range(200):
        await asyncio.sleep(0.05)
        wired.parts.signals.send(CATALOGUE)
        if done():
            break
    stop.set()
    wired.parts.signals.send(CATALOGUE)
    await working
