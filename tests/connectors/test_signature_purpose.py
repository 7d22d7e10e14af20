"""Row G7: a signature given for one text counts for no other; and the text itself cannot be bent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dialogs.verification.signing_text import signing_text
from tests.connectors.signature_desk import Desk, small_pki
from tests.fakes.pki import sign
from tests.fakes.pki_messages import b64url, sign_cms, sign_jws

ASKED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
USUAL: dict[str, Any] = {
    "audience": "https://tuslakh.example",
    "service_mn": "Иргэний үнэмлэхийн лавлагаа",
    "service_en": "Identity card reference",
    "channel": "Telegram",
    "chat_name": "Сараа",
    "chat_ref": "K7Q2",
    "asked_at": ASKED,
    "expires_at": ASKED + timedelta(minutes=5),
    "nonce": "00112233445566778899aabbccddeeff",
}
OTHERS: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "ff112233445566778899aabbccddeeff"},
    "another chat": {"chat_ref": "K7Q3"},
    "another chat name": {"chat_name": "Сараа Б"},
    "another channel": {"channel": "Messenger"},
    "another service": {"service_mn": "Хөрөнгийн лавлагаа", "service_en": "Property reference"},
    "another audience": {"audience": "https://tuslakh.example.evil"},
    "another time": {"asked_at": ASKED + timedelta(seconds=1)},
    "another end": {"expires_at": ASKED + timedelta(minutes=6)},
}


def text(**changes: Any) -> bytes:
    return signing_text(**(USUAL | changes)).encode()


@pytest.mark.parametrize("what", OTHERS)
@pytest.mark.parametrize("kind", ["cms", "jws", "bare"])
def test_row_g7_a_signature_over_another_text_is_refused(what: str, kind: str) -> None:
    person, other = small_pki().person, text(**OTHERS[what])
    made = {"cms": sign_cms(person, other), "jws": sign_jws(person, other), "bare": sign(person.private, other)}
    assert Desk().judged(made[kind], text(), kind, person.der)[0] == "bad"


def test_row_g7_a_signature_for_the_registry_does_not_prove_a_person() -> None:
    person = small_pki().person
    assert Desk().judged(sign(person.private, "ТТ90010111.1795163400".encode()), text(), "bare", person.der)[0] == "bad"


def test_row_g7_the_parts_of_one_form_do_not_make_another() -> None:
    person = small_pki().person
    token = sign_jws(person, text()).decode()
    whole = f"{b64url(text())}".encode()
    assert Desk().judged(sign(person.private, whole), text(), "bare", person.der)[0] == "bad"
    assert Desk().judged(token.encode(), text(), "cms")[0] == "bad"


def test_the_text_that_was_shown_counts() -> None:
    assert Desk().judged(sign_cms(small_pki().person, text()), text()) == ("good", "good")


def test_the_text_reads_as_written() -> None:
    assert signing_text(**USUAL).split("\n") == [
        "Туслах: гарын үсэг зурахаасаа өмнө уншина уу",
        "Tuslakh: please read before you sign",
        "Зорилго: зөвхөн энэ чатад хэн болохоо батлах. Өөр юунд ч хүчингүй.",
        "Purpose: to prove who you are in this one chat. It counts for nothing else.",
        "Үйлчилгээ: Иргэний үнэмлэхийн лавлагаа",
        "Service: Identity card reference",
        "Чат / Chat: Telegram, «Сараа», K7Q2",
        "Хүссэн / Asked: 2026-11-20 16:30:00 Улаанбаатар (2026-11-20 08:30:00 UTC)",
        "Дуусна / Ends: 2026-11-20 16:35:00 Улаанбаатар (2026-11-20 08:35:00 UTC)",
        "Хаана / For: https://tuslakh.example",
        "Дугаар / Nonce: 00112233445566778899aabbccddeeff",
        "Манай ажилтан өөрийн өмнөөс гарын үсэг зурахыг танаас хэзээ ч хүсэхгүй.",
        "Our staff never ask you to sign for them.",
        "Энэ чат таных биш бол бүү зураарай. / If this is not your chat, do not sign.",
    ]


BENT = [
    "a\nNonce: 0", "a\r\nb",
    "a\u2028b", "a\u2029b", "a\x0bb", "a\x85b", "\u202egnp", "\u2066a\u2069", "\u200b", "a\x00b",
    "\ue000", "»\n«", "«fake», K1", "x" * 5000, "", " ", "\ud800", "\U000e0041",
]  # fmt: skip


@pytest.mark.parametrize("name", BENT)
@pytest.mark.parametrize("where", ["chat_name", "service_mn", "service_en", "channel", "chat_ref", "audience"])
def test_a_value_adds_no_line_and_hides_no_sign(name: str, where: str) -> None:
    made = signing_text(**(USUAL | {where: name}))
    assert len(made.splitlines()) == 14
    assert made.encode()
    assert all(sign.isprintable() or sign == "\n" for sign in made)
    assert made.count("«") == made.count("»") == 1


@pytest.mark.parametrize("nonce", ["", "0" * 31, "G" * 32, "0" * 32 + "\n", "ABCDEF00112233445566778899AABBCC"])
def test_a_weak_nonce_is_a_mistake(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        text(nonce=nonce)


def test_a_time_without_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="zone"):
        text(asked_at=datetime(2026, 11, 20))
