"""Danger that no word list names: what the fitted model must never do; how much it hears is in the evaluation."""

from __future__ import annotations

import pytest

from nlu import Index
from nlu.danger import is_danger, model, signs_of
from nlu.reading import read


@pytest.mark.parametrize("message", ["", "?", "\x00", "🙂", "1234", "аюултай " * 20_000])
@pytest.mark.parametrize("heard", [True, False])
def test_any_message_is_danger_or_not(message: str, heard: bool, index: Index) -> None:
    encoded = index.encode([read(message)], "mn") if heard else None
    assert is_danger(read(message), encoded) in (True, False)


def test_both_scripts_count_as_one() -> None:
    cyrillic, latin = (model().odds(signs_of(read(text))) for text in ("намайг зодож байна", "namaig zodoj baina"))
    assert abs(cyrillic - latin) < 0.3


@pytest.mark.parametrize(
    ("danger", "harmless"),
    [
        ("namaig ajil olgogch maani tugjeed garahgui bna tuslaarai", "ajil olgogchoos todorhoilolt avmaar bna"),
        ("help someone is following me i am scared", "how do i follow my request"),
    ],
)
def test_what_means_danger_is_heard_beside_what_only_sounds_like_it(danger: str, harmless: str, index: Index) -> None:
    heard = [is_danger(read(text), index.encode([read(text)], "en")) for text in (danger, harmless)]
    assert heard == [True, False]


@pytest.mark.parametrize("message", ["хүүхэд", "цэрэг", "эмнэлэг"])
def test_one_word_alone_is_never_heard_as_danger(message: str, index: Index) -> None:
    assert not is_danger(read(message), index.encode([read(message)], "mn"))
