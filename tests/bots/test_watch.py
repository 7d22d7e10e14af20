"""The watch of a process: when it speaks, what it remembers, and that nothing ends it (rows R27, R30)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from bots.channel_watch_absences import loss_windows
from bots.channel_watch_findings import Finding
from bots.channel_watch_telegram import TelegramWatch, WantedIntake
from bots.watch import Look, Watch, lately
from connectors.telegram import Telegram
from knowledge import inbox_rows
from knowledge.database import Database
from knowledge.mark_rows import Absence
from knowledge.migrate import migrate
from knowledge.vault import Vault
from tests.bots.wired import START as NOW
from tests.bots.wired import Clock
from tests.fakes.telegram_api import TOKEN, FakeTelegram

OURS = "https://tuslakh.example/hooks/telegram"


@dataclass
class Scripted:
    """A look that finds what the test wants."""

    name: str = "telegram"
    finds: Sequence[Finding] = ()
    fails: bool = False
    looked: int = 0

    async def look(self, now: datetime) -> Sequence[Finding]:
        self.looked += 1
        if self.fails:
            raise RuntimeError("сайн уу")
        return self.finds


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/watch.db")
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "bots.watch"]


def audited(database: Database) -> list[str]:
    with database.read() as connection:
        return [row[0] for row in connection.execute(text("SELECT subject FROM audit WHERE action = 'watch.found'"))]


@pytest.mark.asyncio
async def test_a_channel_is_unchecked_then_well_then_unwell(database: Database, clock: Clock) -> None:
    look = Scripted()
    watch = Watch(database, clock, [look])
    words = [watch.states[0].word]
    for finds in ([], [Finding("pending", "7")]):
        look.finds = finds
        await watch.look()
        words.append(watch.states[0].word)
    assert words == ["unchecked", "well", "unwell"]


@pytest.mark.asyncio
async def test_a_finding_is_logged_once_when_it_begins_and_once_when_it_ends(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    look = Scripted()
    watch = Watch(database, clock, [look])
    for finds in ([], [Finding("pending", "7")], [Finding("pending", "9")], [], []):
        look.finds = finds
        await watch.look()
    assert told(caplog) == [
        ("WARNING", "telegram: Many messages wait at Telegram. 7"),
        ("INFO", "telegram: over: Many messages wait at Telegram."),
    ]


@pytest.mark.asyncio
async def test_what_a_person_has_to_act_on_is_an_error_and_stands_in_the_audit_once(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(database, clock, [Scripted(finds=[Finding("webhook-elsewhere", "thief.example", True)])])
    for _ in range(3):
        await watch.look()
    assert [level for level, _ in told(caplog)] == ["ERROR"]
    assert audited(database) == ["telegram:webhook-elsewhere"]


@pytest.mark.asyncio
async def test_a_finding_that_goes_on_keeps_its_beginning(database: Database, clock: Clock) -> None:
    watch = Watch(database, clock, [Scripted(finds=[Finding("pending", "7")])])
    await watch.look()
    clock.move(minutes=5)
    await watch.look()
    (state,) = watch.states
    assert (state.findings[0].since, state.checked_at) == (NOW, NOW + timedelta(minutes=5))


@pytest.mark.asyncio
async def test_what_was_found_is_known_to_other_processes_for_a_week(database: Database, clock: Clock) -> None:
    await Watch(database, clock, [Scripted(finds=[Finding("webhook-elsewhere")])]).look()
    with database.read() as connection:
        assert lately(connection, NOW + timedelta(days=7)) == [("telegram", "webhook-elsewhere", NOW)]
        assert lately(connection, NOW + timedelta(days=8)) == []


@pytest.mark.asyncio
async def test_several_looks_at_one_channel_are_one_state(database: Database, clock: Clock) -> None:
    looks = [Scripted(finds=[Finding("pending")]), Scripted(finds=[Finding("not-stored")]), Scripted("messenger")]
    watch = Watch(database, clock, looks)
    await watch.look()
    found = {state.name: [each.finding.key for each in state.findings] for state in watch.states}
    assert found == {"telegram": ["pending", "not-stored"], "messenger": []}


@pytest.mark.asyncio
async def test_a_webhook_that_cannot_store_for_a_minute_is_a_finding_of_its_channel(
    database: Database, clock: Clock
) -> None:
    watch = Watch(database, clock, [Scripted(), Scripted("messenger")])
    watch.intakes["messenger"].failed()
    clock.move(seconds=60)
    await watch.look()
    assert [state.word for state in watch.states] == ["well", "unwell"]


@pytest.mark.asyncio
async def test_a_look_that_fails_is_a_finding_and_the_other_channels_are_looked_at(
    database: Database, clock: Clock
) -> None:
    watch = Watch(database, clock, [Scripted(fails=True), Scripted("messenger")])
    await watch.look()
    assert [state.word for state in watch.states] == ["unwell", "well"]
    assert watch.states[0].findings[0].finding == Finding("watch-failed", "RuntimeError")


async def run_until(watch: Watch, done: asyncio.Event) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(watch.run(stop))
    async with asyncio.timeout(5):
        await done.wait()
        stop.set()
        await running


@dataclass
class Counting(Scripted):
    """Says when it was looked at that often."""

    wanted: int = 3
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self, now: datetime) -> Sequence[Finding]:
        found = await super().look(now)
        if self.looked >= self.wanted:
            self.done.set()
        return found


@pytest.mark.asyncio
async def test_the_watch_goes_on_without_a_database_until_it_is_stopped(tmp_path: Path, clock: Clock) -> None:
    look = Counting(finds=[Finding("pending")])
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    await run_until(Watch(database, clock, [look], every_seconds=0.01), look.done)
    assert look.looked >= 3
    database.close()


@pytest.mark.asyncio
async def test_a_running_watch_turns_a_stolen_webhook_back(database: Database, clock: Clock) -> None:
    with FakeTelegram(webhook={"url": "https://thief.example/hooks"}) as api:
        telegram = Telegram(TOKEN, api.url)
        await telegram.initialize()
        looked = Counting(wanted=2)
        looks: list[Look] = [TelegramWatch(telegram, WantedIntake(OURS, "s", pending=100)), looked]
        await run_until(Watch(database, clock, looks, every_seconds=0.01), looked.done)
        await telegram.close()
        assert api.webhook["url"] == OURS


@dataclass
class Hanging(Counting):
    """A platform that never answers."""

    async def look(self, now: datetime) -> Sequence[Finding]:
        await super().look(now)
        await asyncio.Event().wait()
        return []


@pytest.mark.asyncio
async def test_a_platform_that_never_answers_does_not_hold_up_the_end(database: Database, clock: Clock) -> None:
    look = Hanging(wanted=1)
    await run_until(Watch(database, clock, [look], every_seconds=0.01), look.done)
    assert look.looked == 1


# --- signs of life and the sum rule --------------------------------------------------------------------------------


def test_an_absence_is_logged_with_what_may_be_lost(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    Watch(database, clock).beat()
    clock.move(hours=30)
    Watch(database, clock).beat()
    ((level, message),) = told(caplog)
    assert level == "WARNING"
    assert "2026-11-23 04:00:00–2026-11-24 10:00:00 UTC" in message
    assert "telegram messages 2026-11-23 04:00:00–2026-11-23 10:00:00" in message


def away(**time: float) -> list[tuple[str, str, timedelta, timedelta]]:
    """Of such an absence: channel, what, from how long after its beginning, until how long before its end."""
    absence = Absence(NOW, NOW + timedelta(**time))
    windows = loss_windows(absence)
    return [(w.channel, w.what.en, w.since - absence.away_since, absence.back_at - w.until) for w in windows]


NOTHING = timedelta(0)
PRESSES = ("telegram", "presses of buttons", NOTHING, timedelta(seconds=150))


def test_a_short_absence_loses_nothing() -> None:
    assert away(seconds=150) == []


def test_presses_are_lost_after_150_seconds() -> None:
    assert away(minutes=59) == [PRESSES]


def test_after_an_hour_messenger_may_lose_also_what_waited_for_us() -> None:
    assert away(hours=1) == [PRESSES, ("messenger", "messages", NOTHING, NOTHING)]


def test_telegram_drops_messages_after_a_day() -> None:
    assert away(hours=30)[0] == ("telegram", "messages", NOTHING, timedelta(hours=24))


def test_the_sum_rule_is_silent_while_it_holds(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write() as connection:
        inbox_rows.accept(connection, Vault([Fernet.generate_key().decode()]), "web", "1", "a", "{}", NOW)
    Watch(database, clock).check_sum()
    assert told(caplog) == []


def test_an_event_of_which_nobody_knows_what_became_breaks_the_sum_rule(
    database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write() as connection:
        inbox_rows.accept(connection, Vault([Fernet.generate_key().decode()]), "web", "1", "a", "{}", NOW)
        connection.execute(text("UPDATE inbox SET status = 'mislaid'"))
    Watch(database, clock).check_sum()
    assert [level for level, _ in told(caplog)] == ["ERROR"]


def test_the_balance_is_read_anew_after_a_few_seconds(database: Database, clock: Clock) -> None:
    watch, vault = Watch(database, clock), Vault([Fernet.generate_key().decode()])
    seen = []
    for seconds in (0, 4, 1):
        clock.move(seconds=seconds)
        seen.append(watch.balances.at(clock()).received)
        with database.write() as connection:
            inbox_rows.accept(connection, vault, "web", str(seconds), "a", "{}", NOW)
    assert seen == [0, 0, 2]
