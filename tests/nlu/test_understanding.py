"""A need finds its service, in every way of typing; nothing that can be typed breaks it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.services import Catalogue
from dialogs.understanding import Action, Script
from nlu import Index, understand
from nlu.normalise import LIMIT


@pytest.mark.parametrize(
    ("message", "service"),
    [
        ("гадаад паспортын хугацаа дууссан", "passport-expired"),
        ("gadaad pasportiin xugacaa duuschihlaa", "passport-expired"),
        ("my passport is expired", "passport-expired"),
        ("загран сунгах", "passport-expired"),
        ("pasportoo geechihlee", "passport-lost"),
        ("lost passport", "passport-lost"),
        ("унэмлэх солих", "id-card"),
        ("тєрсний бvртгэл", "birth"),
        ("tursnii lavlagaa", "birth"),
        ("torsnii lavlagaa angliar", "birth-english"),
        ("prav", "driver"),
        ("prav angliar", "driver-english"),
        ("gerlesen lavlagaa", "marriage"),
        ("gerlegui lavlagaa", "no-marriage"),
        ("ndsh", "contributions"),
        ("kompaniin tatvariin todorhoilolt", "company-debt"),
    ],
)
def test_a_need_finds_its_service_first(message: str, service: str, index: Index) -> None:
    assert understand(message, index).needs[0].candidates[0].service_id == service


def test_who_asks_in_english_without_saying_which_is_offered_both_versions(index: Index) -> None:
    found = understand("birth reference", index)
    offered = {candidate.service_id for candidate in found.needs[0].candidates[:2]}
    assert (found.action, offered) == (Action.CHOICE, {"birth", "birth-english"})


@pytest.mark.parametrize(
    "message", ["onoodor tsag agaar yamar bna", "pizza zahialah utas", "what is the capital of france"]
)
def test_what_no_service_answers_is_nothing(message: str, index: Index) -> None:
    assert understand(message, index).action is Action.NOTHING


def test_candidates_come_best_first_and_their_probabilities_stay_within_one(index: Index) -> None:
    chances = [candidate.probability for candidate in understand("pasport", index).needs[0].candidates]
    assert chances == sorted(chances, reverse=True)
    assert len(chances) <= 10
    assert sum(chances) <= 1.0


def test_every_word_has_its_script(index: Index) -> None:
    found = understand("миний passport 여권 12", index)
    assert found.word_scripts == (Script.CYRILLIC, Script.LATIN, Script.OTHER, Script.NONE)


@pytest.mark.parametrize(
    "message", ["", "\ud800", "\x00", "🐎", "123", "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ", "\u202eпаспорт", "паспорт " * 20_000]
)
def test_odd_messages_are_understood_as_something(message: str, index: Index) -> None:
    assert isinstance(understand(message, index).action, Action)


@given(st.text(max_size=300) | st.text(alphabet="абвөүabcuhx *\ud800\u202e\u1820여", max_size=300))
@settings(max_examples=200, deadline=1_000)
def test_understanding_never_raises_and_stays_bounded(index: Index, text: str) -> None:
    found = understand(text, index)
    assert len(found.word_scripts) <= LIMIT
    assert all(0 <= candidate.probability <= 1 for need in found.needs for candidate in need.candidates)


@pytest.mark.parametrize("unit", ["паспорт ", "a", "код ", "ө\u0301", "hun uu ", "\u200b", "паспортыг x "])
def test_a_hundred_thousand_characters_take_bounded_time(unit: str, index: Index) -> None:
    start = time.perf_counter()
    understand(unit * (100_000 // len(unit)), index)
    assert time.perf_counter() - start < 1.0


def test_the_same_message_is_understood_the_same_from_many_threads(index: Index) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: understand("torsnii lavlagaa angliar", index), range(64)))
    assert len(found) == 1


def test_an_empty_catalogue_offers_nothing() -> None:
    index = Index.build(Catalogue(release=1, services={}, organisations={}))
    assert understand("паспорт", index).action is Action.NOTHING


def test_the_index_knows_its_release(index: Index) -> None:
    assert index.release == 7
