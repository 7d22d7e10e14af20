"""Row G8: sixty names: the right person or nobody, never somebody else."""

from __future__ import annotations

import unicodedata

import pytest
from asn1crypto import core, x509

from connectors.signature_identity import named_by
from tests.connectors.signature_desk import CONTENT, Desk, small_pki, trust_in
from tests.fakes.pki import COMMON_NAME, SERIAL_NUMBER, UID, Part, name, plain_name
from tests.fakes.pki_messages import sign_cms

NUMBER = "ЁЙ90010111"
UTF8, PRINTABLE, BMP = core.UTF8String, core.PrintableString, core.BMPString
PERSON: Part = (COMMON_NAME, "Турших Сараа", UTF8)


def uid(text: str) -> x509.Name:
    return name((UID, text, UTF8), PERSON)


RIGHT: dict[str, tuple[x509.Name, str]] = {
    "plain": (uid("УБ90010111"), "УБ90010111"),
    "with Ё and Й": (uid(NUMBER), NUMBER),
    "decomposed Й and Ё": (uid(unicodedata.normalize("NFD", NUMBER)), NUMBER),
    "with Ө and Ү": (uid("ӨҮ90010111"), "ӨҮ90010111"),
    "born 2005": (uid("УА05210111"), "УА05210111"),
    "born in December 2009": (uid("УА09323111"), "УА09323111"),
    "the last of the alphabet": (uid("ЯЮ85123199"), "ЯЮ85123199"),
    "as BMP string": (name((UID, "УБ90010111", BMP)), "УБ90010111"),
    "last in the name": (name(PERSON, (UID, "УБ90010111", UTF8)), "УБ90010111"),
    "in one part with the name": (name([(UID, "УБ90010111", UTF8), PERSON]), "УБ90010111"),
    "another number in another attribute": (
        name((UID, "УБ90010111", UTF8), (SERIAL_NUMBER, "УБ80010111", UTF8)),
        "УБ90010111",
    ),
    "another number as name": (name((UID, "УБ90010111", UTF8), (COMMON_NAME, "УБ80010111", UTF8)), "УБ90010111"),
}
NOBODY: dict[str, x509.Name] = {
    "two of it": name((UID, "УБ90010111", UTF8), (UID, "УБ80010111", UTF8)),
    "the same twice": name((UID, "УБ90010111", UTF8), (UID, "УБ90010111", UTF8)),
    "two in one part": name([(UID, "УБ90010111", UTF8), (UID, "УБ80010111", UTF8)]),
    "none": name(PERSON),
    "only in another attribute": name((SERIAL_NUMBER, "УБ90010111", UTF8), PERSON),
    "empty name": name(),
    "empty": uid(""),
    "Latin UB": uid("UB90010111"),
    "Latin A in УA": uid("УA90010111"),
    "Latin Y": uid("YБ90010111"),
    "Latin B": uid("УB90010111"),
    "Latin TT": uid("TT90010111"),
    "Latin O": uid("OО90010111"),
    "Latin H": uid("HН90010111"),
    "Latin X": uid("XХ90010111"),
    "Greek Α": uid("ΑА90010111"),
    "Greek Τ": uid("ΤТ90010111"),
    "Ukrainian Є": uid("ЄБ90010111"),
    "Ukrainian Ї": uid("ЇБ90010111"),
    "Ukrainian І": uid("ІІ90010111"),
    "fita for Ө": uid("ѲБ90010111"),
    "Kazakh Қ": uid("ҚБ90010111"),
    "barred Ұ": uid("ҰБ90010111"),
    "small letters": uid("уб90010111"),
    "hard sign": uid("ЪБ90010111"),
    "yery": uid("УЫ90010111"),
    "space inside": uid("УБ 90010111"),
    "space before": uid(" УБ90010111"),
    "space after": uid("УБ90010111 "),
    "line end after": uid("УБ90010111\n"),
    "line end before": uid("\nУБ90010111"),
    "NUL after": uid("УБ90010111\x00"),
    "NUL and another": uid("УБ90010111\x00УБ80010111"),
    "no-break space": uid("УБ\u00a090010111"),
    "zero-width space": uid("УБ\u200b90010111"),
    "soft hyphen": uid("УБ\u00ad90010111"),
    "right-to-left": uid("\u202eУБ90010111"),
    "combining on a letter": uid("У\u0301Б90010111"),
    "combining after a digit": uid("УБ90010111\u0306"),
    "hyphen": uid("УБ-90010111"),
    "seven digits": uid("УБ9001011"),
    "nine digits": uid("УБ900101111"),
    "one letter": uid("У90010111"),
    "three letters": uid("УБА90010111"),
    "full-width digits": uid("УБ９００１０１１１"),
    "Arabic digits": uid("УБ٩٠٠١٠١١١"),
    "Mongolian digits": uid("УБ᠙᠐᠐᠑᠐᠑᠑᠑"),
    "letter O for zero": uid("УБ9О010111"),
    "month 13": uid("УБ90130111"),
    "month 0": uid("УБ90000111"),
    "month 33": uid("УБ90330111"),
    "day 32": uid("УБ90013211"),
    "day 0": uid("УБ90010011"),
    "with a prefix": uid("PNOMN-УБ90010111"),
    "two with a comma": uid("УБ90010111,УБ80010111"),
    "organisation's seven digits": uid("1234567"),
    "T61 string": name((UID, "UB90010111", core.TeletexString), PERSON),
    "mathematical letters": uid("𝐔𝐁90010111"),
}


@pytest.mark.parametrize("what", RIGHT)
def test_row_g8_the_right_person(what: str) -> None:
    subject, number = RIGHT[what]
    found = named_by(subject, "UID")
    assert found is not None
    assert found.register_number == number


@pytest.mark.parametrize("what", NOBODY)
def test_row_g8_nobody(what: str) -> None:
    assert named_by(NOBODY[what], "UID") is None


def test_row_g8_has_sixty_names() -> None:
    assert len(RIGHT) + len(NOBODY) >= 60


@pytest.mark.parametrize(("attribute", "oid"), [("UID", UID), ("serialNumber", SERIAL_NUMBER), ("CN", COMMON_NAME)])
def test_the_attribute_is_a_setting(attribute: str, oid: str) -> None:
    found = named_by(name((oid, "УБ90010111", UTF8)), attribute)
    assert found is not None
    assert found.register_number == "УБ90010111"


def test_the_name_is_without_unseen_signs() -> None:
    found = named_by(name((UID, "УБ90010111", UTF8), (COMMON_NAME, "Са\u202eр\nаа", UTF8)), "UID")
    assert found is not None
    assert found.name == "Са р аа"


def test_surname_and_given_name_are_preferred() -> None:
    found = named_by(
        name((UID, "УБ90010111", UTF8), PERSON, ("2.5.4.4", "Бат", UTF8), ("2.5.4.42", "Сараа", UTF8)), "UID"
    )
    assert found is not None
    assert found.name == "Бат Сараа"


def test_a_good_signature_of_a_name_we_cannot_read_is_nobodys() -> None:
    signer = small_pki().signer(subject=plain_name("Foreigner", "UB90010111"))
    assert Desk().judged(sign_cms(signer, CONTENT)) == ("nobody", "no-register-number")


def test_the_number_is_looked_for_where_the_operator_says() -> None:
    desk = Desk(trust=trust_in(small_pki(), attribute="serialNumber"))
    assert desk.judged(sign_cms(small_pki().person, CONTENT)) == ("nobody", "no-register-number")


def test_person_data_stays_out_of_the_printed_form() -> None:
    assert "УБ90010111" not in repr(named_by(uid("УБ90010111"), "UID"))
