"""Cleaning: what cannot be seen goes, what looks alike becomes alike, the length is bounded."""

from __future__ import annotations

import time

import pytest

from nlu.normalise import LIMIT, clean


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\x00b", "ab"),
        ("a\u200bb\u202e", "ab"),
        ("\ud800a", "a"),
        ("ＰＡＳＳ", "PASS"),
        ("  a \n\t b ", "a b"),
        ("и\u0306", "й"),
        ("a\u0301\u0301\u0301", "á"),
        ("\u180bᠮᠣᠩ", "ᠮᠣᠩ"),
    ],
)
def test_the_invisible_is_dropped_and_forms_are_joined(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("typed", "meant"), [("єєрчлєх", "өөрчлөх"), ("тєрсний", "төрсний"), ("ѳрх", "өрх"), ("їнэ", "үнэ")]
)
def test_old_font_letters_become_mongolian(typed: str, meant: str) -> None:
    assert clean(typed) == meant


@pytest.mark.parametrize(("typed", "meant"), [("хvvхэд", "хүүхэд"), ("паcпорт", "паспорт"), ("pаsport", "pasport")])
def test_a_look_alike_letter_joins_the_alphabet_of_its_word(typed: str, meant: str) -> None:
    assert clean(typed) == meant


def test_a_word_truly_of_two_alphabets_is_left() -> None:
    assert clean("pasportын") == "pasportын"


def test_a_huge_message_is_cut_in_bounded_time() -> None:
    start = time.perf_counter()
    assert len(clean("өү\u0301 " * 50_000)) <= LIMIT
    assert time.perf_counter() - start < 0.5
