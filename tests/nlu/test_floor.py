"""The floor under understanding on the real catalogue; the figures are a little under those measured (`score`)."""

from __future__ import annotations

import time

import pytest

from dialogs.services import Catalogue
from knowledge.catalogue_files import load
from nlu import Index, understand
from tests.evaluation.pairs import Pair, kept_apart, typed_pairs
from tests.evaluation.score import outcome, score

FIRST, THREE, TEN = 66.0, 80.0, 92.0
APART_FIRST, APART_THREE = 59.0, 77.0


@pytest.fixture(scope="module")
def real_catalogue() -> Catalogue:
    return load()


@pytest.fixture(scope="module")
def real_index(real_catalogue: Catalogue) -> Index:
    return Index.build(real_catalogue)


def test_typed_messages_find_their_service(real_index: Index) -> None:
    found = score(outcome(pair, understand(pair.typed, real_index)) for pair in typed_pairs())
    assert (found.first >= FIRST, found.three >= THREE, found.ten >= TEN) == (True, True, True), found


def test_messages_kept_apart_find_their_service(real_index: Index) -> None:
    asked = ((message, frozenset({service_id})) for service_id, message in kept_apart())
    found = score(outcome(Pair(text, ids, ask=False), understand(text, real_index)) for text, ids in asked)
    assert (found.first >= APART_FIRST, found.three >= APART_THREE) == (True, True), found


def test_every_evaluation_service_is_in_the_catalogue(real_catalogue: Catalogue) -> None:
    assert not {name for pair in typed_pairs() for name in pair.services} - set(real_catalogue.services)


def test_a_message_takes_a_few_milliseconds(real_index: Index) -> None:
    messages = [pair.typed for pair in typed_pairs()]
    for message in messages:
        understand(message, real_index)
    start = time.process_time()
    for message in messages:
        understand(message, real_index)
    assert (time.process_time() - start) / len(messages) < 0.02  # 2-3 ms measured; room for a busy machine
