"""What `/health` answers: to the container by its status, to people by its words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from bots.channel_watch_findings import Finding
from bots.health import health
from bots.watch import Watch
from tests.bots.wired import Wired, wire


class Sick:
    """A channel with something to find."""

    name = "telegram"

    async def look(self, now: datetime) -> Sequence[Finding]:
        return [Finding("webhook-elsewhere", "thief.example")]


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Wired]:
    made = wire(tmp_path)
    yield made
    made.parts.database.close()


def ask(wired: Wired, watch: Watch, all_well: bool = True) -> tuple[int, dict[str, object], str]:
    """Status, what it says, and the whole text."""
    app = Starlette(routes=[Route("/health", health(wired.parts, lambda: all_well, watch))])
    answer = TestClient(app).get("/health")
    return answer.status_code, answer.json(), answer.text


def watch_of(wired: Wired) -> Watch:
    return Watch(wired.parts.database, wired.clock, [Sick()])


def test_a_well_process_tells_its_release_channels_and_balance(wired: Wired) -> None:
    wired.citizen().says("паспорт")
    inbox = {"received": 1, "done": 1, "aside": 0, "in_flight": 0, "expired": 0, "dropped": 0}
    told = {"status": "ok", "release": 1, "channels": {"telegram": "unchecked"}, "inbox": inbox, "sum_rule_holds": True}
    assert ask(wired, watch_of(wired))[:2] == (200, told)


def test_a_sick_channel_is_told_without_ending_the_process(wired: Wired) -> None:
    watch = watch_of(wired)
    asyncio.run(watch.look())
    status, told, _ = ask(wired, watch)
    assert (status, told["status"], told["channels"]) == (200, "ok", {"telegram": "unwell"})


def test_no_address_and_no_words_are_told(wired: Wired) -> None:
    wired.citizen("chat-77").says("паспорт")
    watch = watch_of(wired)
    asyncio.run(watch.look())
    text_of_it = ask(wired, watch)[2]
    assert not any(each in text_of_it for each in ("thief.example", "chat-77", "паспорт"))


def test_a_worker_that_ended_is_503(wired: Wired) -> None:
    status, told, _ = ask(wired, watch_of(wired), all_well=False)
    assert (status, told["status"]) == (503, "ending")


def test_a_sum_that_does_not_hold_is_told(wired: Wired) -> None:
    wired.citizen().says("паспорт")
    with wired.parts.database.write() as connection:
        connection.execute(text("UPDATE inbox SET status = 'mislaid'"))
    assert ask(wired, watch_of(wired))[1]["sum_rule_holds"] is False


def test_a_database_that_does_not_answer_is_503(wired: Wired) -> None:
    with wired.parts.database.write() as connection:
        connection.execute(text("DROP TABLE inbox"))
    assert ask(wired, watch_of(wired))[:2] == (503, {"status": "no-database"})
