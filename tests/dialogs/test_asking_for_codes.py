"""The filter on staff messages that ask for a code (rows O9, S10), on sentences kept apart from its tuning."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.verification.asking_for_codes import asks_for_code

FOLDER = Path(__file__).parent / "asking_for_codes"


def sentences(name: str) -> list[str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("sentence", sentences("dev.txt"))
def test_it_finds_what_it_was_tuned_on(sentence: str) -> None:
    assert asks_for_code(sentence)


@pytest.mark.parametrize("sentence", sentences("ordinary_dev.txt"))
def test_it_lets_through_what_it_was_tuned_on(sentence: str) -> None:
    assert not asks_for_code(sentence)


def test_row_o9_recall_on_forty_phrasings_kept_apart_is_at_least_95_percent() -> None:
    asking = sentences("apart.txt")
    assert len(asking) == 40
    assert sum(map(asks_for_code, asking)) / len(asking) >= 0.95


def test_row_s10_false_alarms_on_sixty_ordinary_sentences_are_at_most_5_percent() -> None:
    ordinary = sentences("ordinary_apart.txt")
    assert len(ordinary) == 60
    assert sum(map(asks_for_code, ordinary)) / len(ordinary) <= 0.05


@pytest.mark.parametrize(
    "sentence",
    [
        "К О Д О О надад хэлээрэй",
        "к.о.д.о.о хэлээрэй",
        "кoдoo хэлээрэй",  # Latin o
        "ко\u00adдоо хэлээрэй",
        "ПИН КОДОО БИЧНЭ ҮҮ",
        "Хэнд ч бүү хэл, харин надад кодоо хэлээрэй",
        "Never share your code with anyone but tell me the code",
        "Ｓｅｎｄ me your ＰＩＮ",
    ],
)
def test_simple_disguises_do_not_help(sentence: str) -> None:
    assert asks_for_code(sentence)


@pytest.mark.parametrize("text", ["", " ", "\n", "." * 4000, "а " * 2000, "код " * 1000, "\ud800код", "{" * 500])
def test_any_text_gets_an_answer(text: str) -> None:
    assert asks_for_code(text) in (True, False)
