"""What a Messenger message looks like: every word and every choice is there, no limit is broken."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.messenger_format import messages_of
from connectors.messenger_profile import profile
from connectors.messenger_reading import GET_STARTED, MENU_LANGUAGE, MENU_WORDS
from dialogs.rendering import Block, Button, Rendered, Style
from tests.fakes.graph_rules import wrong_message
from tests.fakes.messenger_referee import judge_message

ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
Json = dict[str, Any]
OPEN = Block(Style.LINK, "E-Mongolia дээр нээх", url="https://e-mongolia.mn/passport")
SITE = Block(Style.LINK, "Байгууллагын цахим хуудас", url="https://burtgel.gov.mn")
TITLE = Block(Style.TITLE, "Гадаад паспорт дахин захиалах")
NOTE = Block(Style.NOTE, "Эх сурвалж: нийтийн хуудас, 2026-11-23")
PERSON = Button("Хүнтэй ярих", "3.1")
WHOLE = Button("Бүх мэдээлэл", "3.0")
LONG = ("Иргэний үнэмлэхийн лавлагаа авах", "Иргэний үнэмлэхийн лавлагаа сэргээх")


def text(said: str) -> Block:
    return Block(Style.TEXT, said)


def buttons(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(label, f"3.{place}") for place, label in enumerate(labels))


def sent(*blocks: Block, choices: tuple[Button, ...] = ()) -> list[Json]:
    """What goes out, once our own rules and a validator that is not ours have nothing against it."""
    messages = messages_of(Rendered(blocks, choices))
    for message in messages:
        assert wrong_message(message) == ""
        judge_message(message)
    return messages


def titles(message: Json) -> list[str]:
    return [reply["title"] for reply in message.get("quick_replies", [])]


def template(message: Json) -> Json:
    payload: Json = message["attachment"]["payload"]
    return payload


def payloads(found: object) -> list[str]:
    """Every payload of choices in it, in order."""
    if isinstance(found, dict):
        own = [found["payload"]] if isinstance(found.get("payload"), str) else []
        return own + [each for value in found.values() for each in payloads(value)]
    return [each for value in found for each in payloads(value)] if isinstance(found, list) else []


def strings(found: object) -> list[str]:
    if isinstance(found, dict):
        return [each for value in found.values() for each in strings(value)]
    if isinstance(found, list):
        return [each for value in found for each in strings(value)]
    return [found] if isinstance(found, str) else []


# --- text ----------------------------------------------------------------------------------------------------------


def test_each_block_is_a_line() -> None:
    fact = Block(Style.FACT, "50,000₮", "Хураамж")
    quote = Block(Style.QUOTE, "Сайн байна уу", "Бат")
    (message,) = sent(text("Нэг"), fact, quote)
    assert message == {"text": "Нэг\nХураамж: 50,000₮\nБат: Сайн байна уу"}


@pytest.mark.parametrize("style", list(Style))
def test_what_shows_nothing_is_not_sent(style: Style) -> None:
    assert sent(Block(style, " \u200b\n")) == []


def test_a_text_of_exactly_two_thousand_is_one_message() -> None:
    assert [len(message["text"]) for message in sent(text("х" * 2000))] == [2000]


def test_one_letter_more_makes_two() -> None:
    assert [len(message["text"]) for message in sent(text("х" * 2001))] == [2000, 1]


def test_signs_outside_the_first_plane_count_twice() -> None:
    assert [len(message["text"]) for message in sent(text("😀" * 1001))] == [1000, 1]


def test_a_long_text_is_cut_between_its_blocks() -> None:
    first, second = "нэг " * 300, "хоёр " * 200
    assert [message["text"] for message in sent(text(first), text(second))] == [first, second]


def test_a_long_block_is_cut_between_words() -> None:
    messages = sent(text("паспорт " * 600))
    assert "".join(message["text"] for message in messages) == "паспорт " * 600
    assert all(message["text"].endswith("паспорт ") for message in messages)


def test_the_choices_are_at_the_last_message_only() -> None:
    first, second = sent(text("паспорт " * 300), choices=(PERSON,))
    assert (titles(first), titles(second)) == ([], ["Хүнтэй ярих"])


def test_a_link_that_is_no_web_page_is_shown_as_it_is() -> None:
    (message,) = sent(Block(Style.LINK, "Энд", url="javascript:alert(1)"))
    assert message == {"text": "Энд: javascript:alert(1)"}


# --- choices -------------------------------------------------------------------------------------------------------


def test_short_choices_are_quick_replies_with_their_whole_words() -> None:
    (message,) = sent(text("Аль нь вэ?"), choices=(WHOLE, PERSON))
    assert message["quick_replies"] == [
        {"content_type": "text", "title": "Бүх мэдээлэл", "payload": "3.0"},
        {"content_type": "text", "title": "Хүнтэй ярих", "payload": "3.1"},
    ]


def test_twenty_cyrillic_letters_fit_whole() -> None:
    assert titles(sent(text("?"), choices=buttons("щ" * 20))[0]) == ["щ" * 20]


def test_too_long_choices_are_numbered_in_the_text() -> None:
    (message,) = sent(text("Аль нь вэ?"), choices=buttons(*LONG, "Аль нь ч биш"))
    assert message["text"] == f"Аль нь вэ?\n1. {LONG[0]}\n2. {LONG[1]}"
    assert titles(message) == ["1", "2", "Аль нь ч биш"]


def test_a_number_is_always_the_place_in_the_list() -> None:
    (message,) = sent(text("Аль нь вэ?"), choices=buttons("Паспорт", LONG[0]))
    assert titles(message) == ["1", "2"]


@pytest.mark.parametrize("labels", [("Хүн", "Хүн"), (LONG[0], "1"), (LONG[0], LONG[0])])
def test_no_two_choices_look_the_same(labels: tuple[str, ...]) -> None:
    (message,) = sent(text("?"), choices=buttons(*labels))
    assert titles(message) == ["1", "2"]


def test_thirteen_choices_are_quick_replies() -> None:
    (message,) = sent(text("?"), choices=buttons(*(f"Сонголт {n}" for n in range(13))))
    assert len(titles(message)) == 13


def test_more_choices_are_numbered_three_a_template() -> None:
    question, *lists = sent(text("?"), choices=buttons(*(f"{LONG[0]} {n}" for n in range(14))))
    assert question == {"text": "?"}
    assert [len(template(each)["buttons"]) for each in lists] == [3, 3, 3, 3, 2]
    assert template(lists[4])["text"] == f"13. {LONG[0]} 12\n14. {LONG[0]} 13"
    assert payloads(lists) == [f"3.{n}" for n in range(14)]


# --- templates -----------------------------------------------------------------------------------------------------


def test_a_short_card_is_a_button_template() -> None:
    (message,) = sent(TITLE, NOTE, choices=(WHOLE, PERSON))
    assert template(message)["text"] == f"{TITLE.text}\n{NOTE.text}"
    assert [button["title"] for button in template(message)["buttons"]] == ["Бүх мэдээлэл", "Хүнтэй ярих"]


def test_of_a_long_card_the_last_block_carries_the_buttons() -> None:
    card, last = sent(TITLE, text("үг " * 300), NOTE, choices=(WHOLE, PERSON))
    assert card["text"].startswith(TITLE.text)
    assert template(last)["text"] == NOTE.text


def test_a_card_whose_last_block_is_too_long_has_quick_replies() -> None:
    (message,) = sent(TITLE, text("үг " * 300), choices=(PERSON,))
    assert titles(message) == ["Хүнтэй ярих"]


def test_a_card_with_four_choices_has_quick_replies() -> None:
    (message,) = sent(TITLE, NOTE, choices=buttons("а", "б", "в", "г"))
    assert titles(message) == ["а", "б", "в", "г"]


def test_a_card_with_a_link_ends_in_an_element_that_opens_it() -> None:
    card, last = sent(TITLE, OPEN, NOTE, choices=(WHOLE, PERSON))
    assert card == {"text": f"{TITLE.text}\n{NOTE.text}"}
    (element,) = template(last)["elements"]
    assert (element["title"], element["subtitle"]) == (OPEN.text, "e-mongolia.mn")
    assert element["buttons"][0] == {"type": "web_url", "url": OPEN.url, "title": OPEN.text}
    assert [button["title"] for button in element["buttons"]] == [OPEN.text, "Бүх мэдээлэл", "Хүнтэй ярих"]


def test_with_three_choices_the_element_keeps_its_link_and_the_choices_stand_below() -> None:
    _, last = sent(TITLE, OPEN, choices=buttons("а", "б", "в"))
    assert len(template(last)["elements"][0]["buttons"]) == 1
    assert titles(last) == ["а", "б", "в"]


def test_a_link_with_more_words_than_a_button_takes_is_opened_by_where_it_leads() -> None:
    _, last = sent(TITLE, SITE, choices=(PERSON,))
    (element,) = template(last)["elements"]
    assert (element["title"], element["buttons"][0]["title"]) == (SITE.text, "burtgel.gov.mn")


def test_a_link_that_no_button_can_name_stays_in_the_text() -> None:
    far = Block(Style.LINK, "Байгууллагын цахим хуудас", url="https://washington.embassy.example.mn/")
    (message,) = sent(text("Төлөөлөгчийн газар"), far)
    assert message == {"text": f"Төлөөлөгчийн газар\n{far.text}: {far.url}"}


def test_several_links_stay_where_they_stand_in_the_text() -> None:
    (message,) = sent(text("Төлөөлөгчийн газрууд"), OPEN, text("Консул"), SITE, choices=(PERSON,))
    places = [message["text"].index(words) for words in (OPEN.url, "Консул", SITE.url)]
    assert places == sorted(places)
    assert titles(message) == ["Хүнтэй ярих"]


def test_links_stay_in_the_text_where_choices_are_numbered() -> None:
    (message,) = sent(TITLE, OPEN, choices=buttons(*LONG))
    assert OPEN.url in message["text"]


# --- whatever is said ----------------------------------------------------------------------------------------------

odd = st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.sampled_from(
    ("<b>_*[](tg://x)", "\u202eабв", "🇲🇳" * 30, "ᠮᠣᠩᠭᠣᠯ", "й" * 21, "\ud83d", "a\0b", "x" * 2500, "щ " * 1200)
)
blocks = st.builds(Block, st.sampled_from(Style), odd, odd, odd | st.just(OPEN.url))


@settings(ANY_MACHINE, max_examples=300)
@given(st.lists(blocks, max_size=6), st.lists(odd, max_size=16))
def test_nothing_that_can_be_said_breaks_a_limit_or_loses_a_choice(said: list[Block], labels: list[str]) -> None:
    messages = sent(*said, choices=buttons(*labels))
    if messages:
        assert payloads(messages) == [f"3.{place}" for place in range(len(labels))]


@settings(ANY_MACHINE, max_examples=200)
@given(st.lists(st.text("абв гд\n", min_size=1, max_size=1500), max_size=5), st.lists(st.text("абв", min_size=1)))
def test_every_word_and_every_label_is_there(said: list[str], labels: list[str]) -> None:
    messages = sent(*map(text, said), choices=buttons(*labels))
    if messages:
        shown = "".join(strings(messages)).replace("\n", "").replace(" ", "")
        assert "".join(said).replace("\n", "").replace(" ", "") in shown
        assert all(label in shown for label in labels)


# --- before anybody writes -----------------------------------------------------------------------------------------


def test_the_profile_keeps_metas_limits() -> None:
    shown = profile()
    assert all(0 < len(greeting["text"]) <= 160 for greeting in shown["greeting"])
    entries = [entry for menu in shown["persistent_menu"] for entry in menu["call_to_actions"]]
    assert all(0 < len(entry["title"]) <= 30 for entry in entries)
    assert next(menu["locale"] for menu in shown["persistent_menu"]) == "default"


def test_every_payload_of_the_profile_is_one_that_is_read() -> None:
    shown = profile()
    given_out = {entry["payload"] for menu in shown["persistent_menu"] for entry in menu["call_to_actions"]}
    assert given_out == {*MENU_WORDS, MENU_LANGUAGE}
    assert shown["get_started"] == {"payload": GET_STARTED}


def test_the_greeting_says_that_it_is_automatic() -> None:
    assert any("автомат" in greeting["text"] for greeting in profile()["greeting"])
