"""Danger that no word list names: the fitted model on messages kept apart, and what it must never do."""

from __future__ import annotations

import pytest

from nlu.danger import chance_of_danger
from nlu.reading import read
from tests.evaluation.score import on_emergencies

FOUND, NEAR_MISSES, ORDINARY = 60.0, 15.0, 2.5
"""Per cent, a little worse than measured."""


def test_most_emergencies_are_found_and_few_others_taken_for_one() -> None:
    found, near_misses, ordinary = on_emergencies()
    assert (found >= FOUND, near_misses <= NEAR_MISSES, ordinary <= ORDINARY) == (True, True, True)


@pytest.mark.parametrize("message", ["", "?", "\x00", "🙂", "1234", "аюултай " * 20_000])
def test_any_message_has_a_chance_between_nothing_and_all(message: str) -> None:
    assert 0 <= chance_of_danger(read(message)) <= 1


def test_both_scripts_count_as_one() -> None:
    cyrillic, latin = (chance_of_danger(read(text)) for text in ("намайг зодож байна", "namaig zodoj baina"))
    assert abs(cyrillic - latin) < 0.05
