"""The invented people fit what the rest of the house expects of real ones."""

import re

import pytest

from bots.sandbox.people import BY_PHONE, BY_REGISTER_NUMBER, MALE, PEOPLE, Certificate, Person
from dialogs.verification.register_number import FIRST_LETTERS, read_register_number

everyone = pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.phone)


@everyone
def test_a_register_number_is_read_back_unchanged_and_plausible(person: Person) -> None:
    typed = read_register_number(person.register_number)
    assert typed is not None
    assert typed.readings == (person.register_number,)
    assert typed.plausible


@everyone
def test_the_digits_of_a_register_number_are_the_birth_date(person: Person) -> None:
    born = person.birth_date
    month = born.month + (20 if born.year >= 2000 else 0)
    assert person.register_number[2:8] == f"{born.year % 100:02}{month:02}{born.day:02}"


@everyone
def test_the_ninth_sign_is_odd_for_men_and_even_for_women(person: Person) -> None:
    assert (int(person.register_number[8]) % 2 == 1) == (person.sex == MALE)


@everyone
def test_the_first_letter_is_in_use(person: Person) -> None:
    assert person.register_number[0] in FIRST_LETTERS


@everyone
def test_nobody_can_have_the_phone_or_the_civil_id(person: Person) -> None:
    assert re.fullmatch(r"0000\d{4}", person.phone)
    assert re.fullmatch(r"(0000\d{4})?", person.next_phone)
    assert re.fullmatch(r"0{9}\d{3}", person.civil_id)


def test_no_number_belongs_to_two_people() -> None:
    assert len(BY_REGISTER_NUMBER) == len({p.phone for p in PEOPLE}) == len({p.civil_id for p in PEOPLE}) == len(PEOPLE)


def test_a_phone_leads_to_its_owner() -> None:
    assert all(BY_PHONE[p.phone] is p for p in PEOPLE)
    assert all(BY_PHONE[p.next_phone] is p for p in PEOPLE if p.next_phone)


def test_for_each_thing_that_goes_wrong_somebody_is_there() -> None:
    assert any(p.birth_date.year >= 2000 for p in PEOPLE)
    assert any(not p.receives_sms and p.has_app for p in PEOPLE)
    assert any(not (p.receives_sms or p.has_app) and p.has_mail for p in PEOPLE)
    assert any(not (p.receives_sms or p.has_app or p.has_mail) for p in PEOPLE)
    assert any(p.sms_late for p in PEOPLE)
    assert any(p.registry_down for p in PEOPLE)
    assert any(p.next_phone for p in PEOPLE)
    assert {p.certificate for p in PEOPLE} == set(Certificate)


def test_the_first_two_work_in_every_way() -> None:
    for person in PEOPLE[:2]:
        works = (person.receives_sms, person.has_app, person.has_mail, person.certificate is Certificate.GOOD)
        assert works == (True,) * 4
