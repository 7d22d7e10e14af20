"""A process whose work has stopped must not look alive."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bots import supervision
from bots.supervision import Supervisor
from bots.workers import take_turns
from tests.bots.wired import wire


async def ends(_stop: asyncio.Event) -> None:
    return


async def fails(_stop: asyncio.Event) -> None:
    raise OSError


async def waits(stop: asyncio.Event) -> None:
    await stop.wait()


@pytest.mark.asyncio
@pytest.mark.parametrize("job", [ends, fails])
async def test_a_job_that_ends_by_itself_ends_the_process(job: object, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, stop, supervisor = asyncio.Event(), asyncio.Event(), Supervisor()
    monkeypatch.setattr(supervision, "end_process", ended.set)
    running = asyncio.create_task(supervisor.run([job(stop), waits(stop)], stop))  # type: ignore[operator]
    await asyncio.wait_for(ended.wait(), 5)
    assert not supervisor.all_well
    stop.set()
    await running


@pytest.mark.asyncio
async def test_jobs_that_are_told_to_stop_end_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, supervisor = asyncio.Event(), Supervisor()
    monkeypatch.setattr(supervision, "end_process", lambda: pytest.fail("ended the process"))
    running = asyncio.create_task(supervisor.run([waits(stop)], stop))
    stop.set()
    await running
    assert supervisor.all_well


@pytest.mark.asyncio
async def test_a_database_that_hiccups_while_the_worker_looks_for_work_does_not_end_it(tmp_path: Path) -> None:
    wired, stop, asked = wire(tmp_path), asyncio.Event(), 0

    def hiccup() -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise OSError("connection cut")
        stop.set()

    wired.parts.assistant.next_due = hiccup  # type: ignore[method-assign]
    await asyncio.wait_for(take_turns(wired.parts, stop), 10)
    assert asked == 2
