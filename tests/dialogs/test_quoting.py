"""What of a citizen's words is said back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.quoting import MOST, quoted
from tests.dialogs.states import often


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  паспорт \n алдсан ", "паспорт алдсан"),
        ("2027 онд паспорт авах", "2027 онд паспорт авах"),
        ("УБ90010112 лавлагаа", "УБ******12 лавлагаа"),
        ("код 123456 ирсэн", "код ****** ирсэн"),
        ("99112233 руу залга", "******33 руу залга"),
        ("\u202eпаспорт\x00", "паспорт"),
        ("\ud800", "…"),
        ("", "…"),
        ("үг " * 40, "үг " * 19 + "үг…"),
        ("а" * 100, "а" * MOST + "…"),
    ],
)
def test_a_part_is_quoted_like_this(text: str, line: str) -> None:
    assert quoted(text) == line


@often
@given(st.text(st.characters(categories=("L", "M", "N", "P", "S", "Z", "C")), max_size=300))
def test_a_quote_is_one_short_line_that_can_be_sent(text: str) -> None:
    line = quoted(text)
    assert 0 < len(line) <= MOST + 1
    assert line.isprintable()
    line.encode("utf-8")
