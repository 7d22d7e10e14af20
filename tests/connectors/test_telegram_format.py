"""Formatting: nothing Telegram would refuse, nothing lost, no link that was not meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from connectors.plain_text import units
from connectors.telegram_format import MAX_UNITS, Part, keyboard, parts_of
from dialogs.rendering import Block, Button, Rendered, Style
from tests.fakes.telegram_api import wrong_message

# How fast the machine is says nothing about the claim.
ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NASTY = (
    "<b>Бат</b>", "_*[x](tg://user?id=1)", "tg://resolve?domain=x", "Бат\u202eгом", "😀👨‍👩‍👧", "\ud83d", "\ude00",
    "a\0b", "\r\n", "\u2028", "ᠮᠣᠩᠭᠣᠯ", "Й", " ", "\u200b", "&lt;", "ё" * 40, "𝕏" * 9,
)  # fmt: skip
names = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), max_size=4).map("".join)
blocks = st.builds(
    Block, st.sampled_from(list(Style)), names, names, st.sampled_from(["", "https://e-mongolia.mn/x?a=1", "tg://x"])
)


def one(*given_blocks: Block) -> Part:
    (part,) = parts_of(Rendered(given_blocks))
    return part


def marked(part: Part) -> list[tuple[str, str]]:
    """What each entity covers, cut out by UTF-16 offsets as Telegram does."""
    text = part.text.encode("utf-16-le")
    return [
        (entity.type, text[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        for entity in part.entities
    ]


def params(part: Part) -> dict[str, str]:
    return {"text": part.text, "entities": json.dumps([entity.to_dict() for entity in part.entities])}


def test_each_style_is_an_entity_over_exactly_its_words() -> None:
    part = one(
        Block(Style.TITLE, "😀 Паспорт"),
        Block(Style.TEXT, "Сайн уу"),
        Block(Style.FACT, "32 000 ₮", "Төлбөр 𝕏"),
        Block(Style.LINK, "Нээх", url="https://e-mongolia.mn/1"),
        Block(Style.NOTE, "2026-11-23"),
        Block(Style.QUOTE, "Туслъя", "Сараа"),
    )
    assert part.text == "😀 Паспорт\nСайн уу\nТөлбөр 𝕏: 32 000 ₮\nНээх\n2026-11-23\nСараа: Туслъя"
    assert marked(part) == [
        ("bold", "😀 Паспорт"),
        ("bold", "Төлбөр 𝕏"),
        ("text_link", "Нээх"),
        ("italic", "2026-11-23"),
    ]
    assert part.entities[2].url == "https://e-mongolia.mn/1"


@pytest.mark.parametrize("url", ["tg://user?id=1", "javascript:alert(1)", "", "https://", "https://[x", "http://a b"])
def test_a_link_that_is_no_web_page_hides_behind_no_words(url: str) -> None:
    part = one(Block(Style.LINK, "Нээх", url=url))
    assert part.entities == ()
    assert part.text == f"Нээх: {url}"


def test_a_link_without_words_shows_its_address() -> None:
    assert marked(one(Block(Style.LINK, " ", url="https://e-mongolia.mn"))) == [("text_link", "https://e-mongolia.mn")]


@settings(ANY_MACHINE, max_examples=500)
@given(st.lists(blocks, max_size=6))
def test_no_name_makes_a_message_telegram_refuses_or_adds_a_link(given_blocks: list[Block]) -> None:
    links = {block.url for block in given_blocks if block.style is Style.LINK}
    for part in parts_of(Rendered(tuple(given_blocks))):
        assert wrong_message(params(part)) == ""
        assert {entity.url for entity in part.entities if entity.type == MessageEntity.TEXT_LINK} <= links


@settings(ANY_MACHINE, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from([Style.TITLE, Style.NOTE]), names), max_size=6))
def test_entities_stay_on_their_words_however_the_names_are_written(styled: list[tuple[Style, str]]) -> None:
    given_blocks = tuple(Block(style, text.replace("\n", " ")) for style, text in styled)
    alone = [mark for block in given_blocks for part in parts_of(Rendered((block,))) for mark in marked(part)]
    together = [mark for part in parts_of(Rendered(given_blocks)) for mark in marked(part)]
    assert together == alone


LONG = {
    "one word": "ү" * 9000,
    "one word of astral characters": "😀" * 5000,
    "odd offset before astral characters": "x" + "😀" * 5000,
    "words": "Паспорт сунгуулах " * 900,
    "lines": "Паспорт сунгуулах\n" * 900,
    "100,000 characters": "0123456789" * 10_000,
    "exactly the limit": "x" * MAX_UNITS,
    "one more": "x" * (MAX_UNITS + 1),
    "limit in astral characters": "😀" * (MAX_UNITS // 2),
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
@pytest.mark.parametrize("style", [Style.TEXT, Style.TITLE, Style.LINK, Style.FACT, Style.QUOTE])
def test_splitting_keeps_all_text_within_the_limit(text: str, style: Style) -> None:
    parts = parts_of(Rendered((Block(style, text, "Сараа", "https://e-mongolia.mn"),)))
    assert all(wrong_message(params(part)) == "" for part in parts)
    label = "Сараа:" if style in (Style.FACT, Style.QUOTE) else ""
    assert "".join("".join(part.text.split()) for part in parts) == label + "".join(text.split())


@pytest.mark.parametrize(("length", "count"), [(MAX_UNITS, 1), (MAX_UNITS + 1, 2)])
def test_a_message_is_split_only_when_it_must_be(length: int, count: int) -> None:
    assert len(parts_of(Rendered((Block(Style.TEXT, "x" * length),)))) == count


@settings(ANY_MACHINE, max_examples=50)
@given(st.lists(st.text("ab ү😀\n", min_size=1, max_size=40).map(lambda seed: (seed * 200)[:6000]), max_size=4))
def test_splitting_loses_no_character_but_spaces(texts: list[str]) -> None:
    parts = parts_of(Rendered(tuple(Block(Style.TEXT, text) for text in texts)))
    assert all(0 < units(part.text) <= MAX_UNITS for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join("".join(texts).split())


def test_a_message_is_cut_between_blocks_first() -> None:
    first, second = parts_of(Rendered((Block(Style.TEXT, "a b\n" * 800), Block(Style.TITLE, "c d\n" * 800))))
    assert "c" not in first.text
    assert "a" not in second.text


def test_a_long_block_is_cut_between_lines() -> None:
    parts = parts_of(Rendered((Block(Style.TEXT, "\n".join(["нэг хоёр гурав"] * 700)),)))
    assert {line for part in parts for line in part.text.split("\n")} == {"нэг хоёр гурав"}


def test_a_long_line_is_cut_between_words() -> None:
    parts = parts_of(Rendered((Block(Style.TEXT, "гурав " * 2000),)))
    assert {word for part in parts for word in part.text.split()} == {"гурав"}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\u202e"])
def test_nothing_to_see_is_no_message(text: str) -> None:
    assert parts_of(Rendered((Block(Style.TEXT, text),))) == []


def test_buttons_stand_in_one_row_each_with_their_payload() -> None:
    shown = keyboard((Button("Тийм", "3.0"), Button("Үгүй", "3.1")))
    assert shown is not None
    assert [[(button.text, button.callback_data) for button in row] for row in shown.inline_keyboard] == [
        [("Тийм", "3.0")],
        [("Үгүй", "3.1")],
    ]


def test_without_buttons_there_is_no_keyboard() -> None:
    assert keyboard(()) is None


@pytest.mark.parametrize(
    ("label", "seen"),
    [
        ("x" * 60, "x" * 60),
        ("a" * 30 + "b" * 31, "a" * 30 + "…" + "b" * 29),
        ("Гадаад\nпаспорт \u202eсунгах", "Гадаад паспорт сунгах"),
    ],
)
def test_a_label_is_one_line_of_at_most_sixty_characters(label: str, seen: str) -> None:
    shown = keyboard((Button(label, "3.0"),))
    assert shown is not None
    assert shown.inline_keyboard[0][0].text == seen
