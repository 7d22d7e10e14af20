"""The words of an own code's SMS (row O9): what must stand in them, and that they fit into two messages."""

from __future__ import annotations

import pytest

from connectors.sms import parts_of
from dialogs.services import Language
from dialogs.verification.code_sms import LONGEST, code_sms, masked_chat_name, purpose_words

LONG = "Гадаад паспорт захиалсан иргэний баримт бичгийн хуулбарыг цахимаар баталгаажуулж авах үйлчилгээ"


def mongolian(purpose: str = "миний мэдээлэл", channel: str = "telegram", name: str = "Сараа") -> str:
    return code_sms("004711", purpose, channel, name, 10, Language.MN)


@pytest.mark.parametrize(
    "words",
    [
        "004711",
        "миний мэдээлэл",
        "Telegram С***",
        "10 минут",
        "Ажилтан хэзээ ч код асуухгүй",
        "Та биш бол кодоо хэнд ч бүү өг",
    ],
)
def test_row_o9_the_sms_says_code_purpose_chat_time_and_that_staff_never_ask(words: str) -> None:
    assert words in mongolian()


@pytest.mark.parametrize("words", ["004711", "my data", "Messenger B***", "10 minutes", "Staff never ask"])
def test_row_o9_in_english_too(words: str) -> None:
    assert words in code_sms("004711", "my data", "messenger", "Bob", 10, Language.EN)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("channel", ["web", "telegram", "messenger", "terminal"])
@pytest.mark.parametrize("purpose", ["", "миний мэдээлэл", LONG, LONG * 3, "😀" * 90])
def test_it_fits_into_two_messages(purpose: str, channel: str, language: Language) -> None:
    text = code_sms("004711", purpose, channel, "Сараа", 10, language)
    assert parts_of(text) <= 2
    assert len(text.encode("utf-16-be")) // 2 <= LONGEST


def test_a_long_purpose_is_cut_and_nothing_else() -> None:
    assert "…" in mongolian(LONG)
    assert mongolian(LONG).endswith("Та биш бол кодоо хэнд ч бүү өг.")


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Сараа", "С***"), ("bob", "b***"), ("", ""), ("  ", ""), ("123456", ""), ("\u202eabc", ""),
     ("Кодоо 99112233 руу явуул", "К***"), ("😀", ""), ("𝐀𝐁", "A***"), ("Ａ", "A***"), ("ا", "")],
)  # fmt: skip
def test_a_chats_name_cannot_write_into_the_sms(name: str, masked: str) -> None:
    assert masked_chat_name(name) == masked


def test_a_purpose_stays_one_line() -> None:
    assert "\n" not in mongolian("а\nб\u202eв")


@pytest.mark.parametrize(
    ("purpose", "words"), [("mydata", "миний мэдээлэл"), ("agent", "хэн болохоо батлах"), ("x", "")]
)
def test_a_purpose_that_is_no_service_has_words(purpose: str, words: str) -> None:
    assert purpose_words(purpose, Language.MN) == words
