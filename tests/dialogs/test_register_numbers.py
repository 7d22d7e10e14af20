"""Reading a register number as people type it."""

from __future__ import annotations

from itertools import product
from string import ascii_uppercase

import pytest

from dialogs.verification.register_number import MAX_READINGS, PATTERN, read_register_number

ONE_READING = {
    "УБ90010112": "УБ90010112",
    "уб90010112": "УБ90010112",
    "Уб 90010112": "УБ90010112",
    "УБ-90010112": "УБ90010112",
    "УБ 90 01 01 12": "УБ90010112",
    "УБ90-01-01-12": "УБ90010112",
    "миний РД: УБ90010112.": "УБ90010112",
    "УБ９００１０１１２": "УБ90010112",  # full-width digits
    "УБ᠙᠐᠐᠑᠐᠑᠑᠒": "УБ90010112",  # Mongolian digits
    "ӨҮ05210112": "ӨҮ05210112",  # born in January 2005
    "Є Ү05210112": None,
    "ЄЇ05210112": "ӨҮ05210112",  # an older habit
    "У\u0418\u030690010112": "УЙ90010112",  # Й as two code points
    "ux90010112": "УХ90010112",
    "UX 90010112": "УХ90010112",
    "YБ90010112": "УБ90010112",  # a Latin letter that looks the same
    "TsG90010112": "ЦГ90010112",
    "dsh90010112": "ДШ90010112",
    "УБ9001011": None,
    "УБ900101123": None,
    "У90010112": None,
    "90010112": None,
    "УБВ90010112": None,
    "УБ90010112 УХ85050511": None,
    "бичиг90010112": None,
    "": None,
    "УБ": None,
    "УБ²0010112": None,
    "\ud800УБ90010112": "УБ90010112",
    "А" * 100_000: None,
    "1" * 100_000: None,
}
UNCLEAR = {
    "ub90010112": ("УБ90010112", "УВ90010112"),
    "ho90010112": ("ХО90010112", "ХӨ90010112", "НО90010112", "НӨ90010112"),
    "ce90010112": ("СЕ90010112", "СЭ90010112", "ЦЕ90010112", "ЦЭ90010112"),
    "pu90010112": ("ПУ90010112", "ПҮ90010112", "РУ90010112", "РҮ90010112"),
}
PLAUSIBLE = {
    "УБ90010112": True,
    "УБ90123112": True,
    "УБ05210112": True,
    "УБ05323112": True,
    "УБ90000112": False,
    "УБ90130112": False,
    "УБ90200112": False,
    "УБ90330112": False,
    "УБ90010012": False,
    "УБ90013212": False,
}


@pytest.mark.parametrize(("typed", "number"), ONE_READING.items(), ids=lambda value: ascii(value)[:30])
def test_a_number_is_read_however_it_is_typed(typed: str, number: str | None) -> None:
    found = read_register_number(typed)
    assert (found.readings if found else None) == ((number,) if number else None)


@pytest.mark.parametrize(("typed", "readings"), UNCLEAR.items())
def test_latin_letters_leave_every_reading_there_is(typed: str, readings: tuple[str, ...]) -> None:
    found = read_register_number(typed)
    assert found is not None
    assert found.readings == readings


@pytest.mark.parametrize(("typed", "usual"), [("УБ90010112", True), ("ӨҮ05210112", False), ("ЧБ90010112", False)])
def test_a_first_letter_that_is_not_in_use_is_doubted_not_refused(typed: str, usual: bool) -> None:
    found = read_register_number(typed)
    assert found is not None
    assert (found.usual, found.doubtful) == (usual, not usual)


@pytest.mark.parametrize("typed", ["УЬ90010112", "ЫБ90010112", "УЪ90010112"])
def test_signs_that_are_no_letters_of_a_number_are_refused(typed: str) -> None:
    assert read_register_number(typed) is None


def test_a_phone_number_beside_it_does_not_spoil_a_register_number() -> None:
    found = read_register_number("утас нь 99112233, РД УБ90010112")
    assert found is not None
    assert found.readings == ("УБ90010112",)


@pytest.mark.parametrize(("typed", "plausible"), PLAUSIBLE.items())
def test_digits_that_are_no_date_are_doubted_not_refused(typed: str, plausible: bool) -> None:
    found = read_register_number(typed)
    assert found is not None
    assert found.plausible is plausible


def test_every_reading_of_latin_letters_is_a_register_number() -> None:
    found = [read_register_number(f"{first}{second}90010112") for first, second in product(ascii_uppercase, repeat=2)]
    readings = [reading for number in found if number for reading in number.readings]
    assert readings
    assert all(PATTERN.fullmatch(reading) for reading in readings)


def test_no_more_readings_are_offered_than_fit_on_buttons() -> None:
    found = [read_register_number(f"{first}{second}90010112") for first, second in product(ascii_uppercase, repeat=2)]
    assert max(len(number.readings) for number in found if number) == MAX_READINGS


@pytest.mark.parametrize("typed", ["миний утас нь 99112233", "РД 90010112", "нь88112233", "on 20270105"])
def test_a_small_word_before_eight_digits_is_not_a_register_number(typed: str) -> None:
    assert read_register_number(typed) is None
