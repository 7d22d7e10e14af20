"""The word files are whole: every row reads, and no evaluation message stands in them."""

from __future__ import annotations

import pytest

from dialogs.understanding import Action, Aspect
from nlu.word_lists import keys_of, rows
from tests.evaluation.sets import typed_pairs


def test_every_command_is_an_action() -> None:
    assert {Action(row[0]) for row in rows("commands.tsv")}


def test_every_aspect_has_phrases() -> None:
    assert {Aspect(row[0]) for row in rows("aspects.tsv")} == set(Aspect)


@pytest.mark.parametrize("name", ["chat_words.tsv", "everyday_words.tsv"])
def test_both_columns_are_filled(name: str) -> None:
    assert all(len(row) == 2 and all(cell.strip() for cell in row) for row in rows(name))


@pytest.mark.parametrize("name", ["out_of_scope.tsv", "commands.tsv", "aspects.tsv", "emergencies.tsv"])
def test_no_evaluation_message_stands_in_a_word_file(name: str) -> None:
    held = {keys_of(cell) for row in rows(name) for cell in row}
    assert not [pair.message for pair in typed_pairs() if keys_of(pair.message) in held]
