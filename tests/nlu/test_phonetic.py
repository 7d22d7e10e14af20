"""The key: one for all spellings of a word, different for different words."""

from __future__ import annotations

import pytest

from nlu.normalise import clean
from nlu.phonetic import key, pieces, skeleton, stem


@pytest.mark.parametrize(
    "spellings",
    [
        ("үнэмлэх", "унэмлэх", "unemleh", "vnemlex", "ynemleh", "ünemlekh"),
        ("лавлагаа", "lavlagaa", "lawlaga", "лавлага"),
        ("төрсний", "торсний", "torsnii", "tursnii", "törsnii", "тєрсний"),
        ("хугацаа", "hugatsaa", "hugacaa", "xugatsaa"),
        ("жолоо", "joloo", "zholoo"),
        ("ерөнхий", "yeronhii", "erunhii", "yeronkhii"),
        ("хүүхэд", "huuhed", "hvvhed", "хvvхэд", "khuukhed"),
        ("паспорт", "passport", "pasport"),
        ("шийтгэл", "shiitgel", "shitgel"),
    ],
)
def test_spellings_of_one_word_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({key(clean(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("чулуу", "шулуун"), ("цаг", "чаг"), ("газар", "гадаад"), ("хот", "код")])
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("паспортын", "паспорт"),
        ("pasportoo", "паспорт"),
        ("хүүхдийн", "хүүхэд"),
        ("цэргийн", "цэрэг"),
        ("үнэмлэхний", "үнэмлэх"),
        ("лавлагаагаа", "лавлагаа"),
        ("burtguuleh", "бүртгэл"),
    ],
)
def test_endings_and_fleeting_vowels_do_not_change_the_stem(form: str, base: str) -> None:
    assert stem(key(form)) == stem(key(base))


def test_a_word_of_not_has_its_own_stem() -> None:
    assert stem(key("бүртгэлгүй")) != stem(key("бүртгэлийн"))


def test_the_skeleton_forgives_an_exchanged_vowel() -> None:
    assert skeleton(key("терсний")) == skeleton(key("төрсний"))


def test_pieces_of_syllable_scripts_are_single_signs_and_pairs() -> None:
    assert pieces("여권") == ("여", "권", "여권")
