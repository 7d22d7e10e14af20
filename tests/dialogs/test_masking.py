"""What is hidden of personal numbers and names."""

from __future__ import annotations

import pytest

from dialogs.flows.showing import mask_row
from dialogs.masking import holds_secret, mask_digits, mask_hidden, mask_name, mask_register_number, mask_text
from tests.dialogs.test_codes import ACCEPTED
from tests.dialogs.test_register_numbers import ONE_READING

TEXTS = {
    "УБ90010112": "УБ******12",
    "миний РД уб 90010112 байна": "миний РД уб******12 байна",
    "ub90-01-01-12": "ub******12",
    "УБ９００１０１１２": "УБ******１２",
    "123456789012": "******",
    "123456789012@e-mongolia.mn": "******@e-mongolia.mn",
    "99112233": "******33",
    "+976 9911 2233": "******33",
    "код 123456": "код ******",
    "код 123-456": "код ******",
    "22,500₮": "22,500₮",
    "100 000 ₮": "100 000 ₮",
    "120000₮": "120000₮",
    "үнэ нь 120000 төгрөг": "үнэ нь 120000 төгрөг",
    "120 000 төгрөгийн хураамж": "120 000 төгрөгийн хураамж",
    "350000 tugrug": "350000 tugrug",
    "1 100 000 төгрөг": "1 100 000 төгрөг",
    "150000 won, 100000 USD, 100-000 EUR": "150000 won, 100000 USD, 100-000 EUR",
    "150000 вонын": "150000 вонын",
    "123456 wonderful": "****** wonderful",
    "код 123456, үнэ 120000₮": "код ******, үнэ 120000₮",
    "2026-11-02": "2026-11-02",
    "12345": "12345",
    "": "",
    "\ud800": "\ud800",
}
ROWS = {
    ("field.register-number", "УБ90010112"): "УБ******12",
    ("field.given-name", "Сараа"): "С****",
    ("field.patronymic", "Болд"): "Б****",
    ("field.family-name", "Боржигин"): "Б****",
    ("field.civil-id", "123456789012"): "******12",
    ("field.birth-date", "1990-01-01"): "1990-**-**",
    ("field.birth-date", "01.01.1990"): "******",
    ("field.address", "Баянзүрх дүүрэг"): "******",
    ("field.birth-place", "Архангай"): "******",
    ("field.sex", "Эмэгтэй"): "Эмэгтэй",
    ("field.valid-until", "2030-01-01"): "2030-01-01",
    ("field.something-new", "нууц"): "******",
}


@pytest.mark.parametrize(("text", "masked"), TEXTS.items(), ids=ascii)
def test_numbers_in_free_text_are_hidden(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("1234567", "******"),
        ("код 12345 шүү", "код ****** шүү"),
        ("12-34", "******"),
        ("1 2 3 4", "******"),
        ("12  34", "******"),
        ("１２３４５", "******"),
        ("123", "123"),
        ("УБ90010112", "УБ******12"),
        ("99112233", "******33"),
    ],
)
def test_a_message_that_left_the_chat_keeps_no_run_of_digits(text: str, masked: str) -> None:
    assert mask_hidden(text) == masked


@pytest.mark.parametrize(("row", "masked"), ROWS.items(), ids=lambda value: str(value))
def test_a_row_of_personal_data_is_masked_by_default(row: tuple[str, str], masked: str) -> None:
    assert mask_row(*row) == masked


def test_the_length_of_a_name_does_not_show() -> None:
    assert mask_name("Аа") == mask_name("Аррррр")


def test_nothing_is_made_of_no_name() -> None:
    assert mask_name("") == ""


def test_the_letters_and_last_digits_of_a_register_number_stay() -> None:
    assert mask_register_number("УБ90010112") == "УБ******12"


@pytest.mark.parametrize(("number", "masked"), [("", "******"), ("12", "******"), ("123", "******23")])
def test_a_short_number_is_hidden_whole(number: str, masked: str) -> None:
    assert mask_digits(number) == masked


@pytest.mark.parametrize("typed", ACCEPTED, ids=ascii)
def test_a_code_that_was_read_is_masked_in_the_record(typed: str) -> None:
    assert _digits(mask_text(typed)) == 0


@pytest.mark.parametrize("typed", [typed for typed, number in ONE_READING.items() if number], ids=ascii)
def test_a_register_number_that_was_read_is_masked_in_the_record(typed: str) -> None:
    assert _digits(mask_text(typed)) <= 2


def test_a_decomposed_letter_does_not_uncover_a_number() -> None:
    assert _digits(mask_text("У\u0418\u030605210112")) <= 2


SECRET = (*ACCEPTED, "УХ90010112", "эхнэр УХ90010112, би УХ85050511", "УХ9001011", "УХ900101123", "123456 654321")
HARMLESS = ("", "паспорт", "2027 онд", "22,500₮", "1 100 000 төгрөг", "утас нь 99112233", "нь 1100000", "2026-11-02",
    "120000₮", "100 000 ₮", "150000 вон")  # fmt: skip


@pytest.mark.parametrize("text", SECRET, ids=ascii)
def test_a_message_with_a_number_or_a_code_is_known(text: str) -> None:
    assert holds_secret(text)


@pytest.mark.parametrize("text", SECRET, ids=ascii)
def test_what_leaves_the_chat_is_masked_in_the_record_too(text: str) -> None:
    assert not holds_secret(mask_text(text))


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_other_digits_stay_in_the_chat(text: str) -> None:
    assert not holds_secret(text)


def _digits(text: str) -> int:
    return sum(char.isdecimal() for char in text)
