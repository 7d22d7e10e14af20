"""Storms of the size that fits an ordinary run; `make chaos` blows the large one."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.chaos.ground import Ground, prepare_ground
from tests.chaos.plan import Plan
from tests.chaos.storm import blow
from tests.chaos.traffic import Mix, happenings

EVENTS = int(os.environ.get("CHAOS_EVENTS", "4000"))
KILLS = int(os.environ.get("CHAOS_KILLS", "200"))
STORMS = 2
SEED = int(os.environ.get("CHAOS_SEED", "20261124"))


def stormed(plan: Plan, ground: Ground) -> None:
    outcome = blow(plan, ground)
    assert outcome.verdict.problems == [], "\n".join(outcome.rows(plan))
    assert outcome.kills == plan.kills


def test_killed_again_and_again_the_product_loses_nothing_doubles_nothing_and_keeps_order(tmp_path: Path) -> None:
    """Storms of their own side by side, because one product uses one core."""
    plans = [Plan(EVENTS // STORMS, KILLS // STORMS, SEED + number) for number in range(STORMS)]
    grounds = [prepare_ground(tmp_path / str(number)) for number in range(STORMS)]
    with ThreadPoolExecutor(STORMS) as pool:
        list(pool.map(stormed, plans, grounds))


def test_told_to_stop_under_load_the_product_loses_nothing_and_doubles_no_effect(tmp_path: Path) -> None:
    stormed(Plan(300, 6, SEED + 1, kill_with=signal.SIGTERM), prepare_ground(tmp_path))


def test_poison_in_twenty_chats_is_set_aside_and_the_other_chats_are_answered(tmp_path: Path) -> None:
    stormed(Plan(300, 0, SEED + 2, poisoned_chats=20), prepare_ground(tmp_path))


def test_the_same_seed_makes_the_same_traffic() -> None:
    assert list(happenings(200, 1, Mix())) == list(happenings(200, 1, Mix()))
