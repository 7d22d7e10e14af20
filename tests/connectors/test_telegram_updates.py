"""Updates: whatever arrives is kept, and what is documented is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.channel import UnreadableArrival
from connectors.telegram_updates import arrivals, arrivals_of, callback_id, heard, next_offset
from dialogs.messages import Edited, Pressed, Shared, SharedKind, Started, Unsupported, Words

# How fast the machine is says nothing about the claim.
ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BAT = {"id": 77, "is_bot": False, "first_name": "Бат", "last_name": "Дорж", "language_code": "mn"}
PRIVATE = {"id": 77, "type": "private", "first_name": "Бат"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Сөүл дэх монголчууд"}


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_790_000_000, "chat": PRIVATE, "from": BAT} | fields


def update(**fields: Any) -> str:
    return json.dumps({"update_id": 900} | fields)


def press(**fields: Any) -> str:
    asked = {"id": "4382", "from": BAT, "chat_instance": "1", "message": message(), "data": "3.1"}
    return update(callback_query=asked | fields)


# --- arriving ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"message": message(text="сайн уу")}, "77"),
        ({"message": message(chat=GROUP, text="сайн уу")}, "-100123"),
        ({"edited_message": message(text="сайн уу")}, "77"),
        ({"callback_query": {"id": "1", "from": BAT, "message": message()}}, "77"),
        ({"callback_query": {"id": "1", "from": BAT, "inline_message_id": "x"}}, "user:77"),
        ({"my_chat_member": {"chat": GROUP, "from": BAT}}, "-100123"),
        ({"message_reaction": {"chat": GROUP, "user": BAT}}, "-100123"),
        ({"inline_query": {"id": "1", "from": BAT, "query": ""}}, "user:77"),
        ({"poll_answer": {"poll_id": "1", "user": BAT}}, "user:77"),
        ({"something_new_in_2030": {"chat": {"id": 2**63}}}, str(2**63)),
        ({"poll": {"id": "1"}}, "unknown"),
        ({"message": {"chat": "not an object"}}, "unknown"),
        ({"message": {"chat": {"id": True}}}, "unknown"),
        ({"message": {"chat": {"id": 1.5}}}, "unknown"),
        ({"message": {"chat": {"id": 10**50}}}, "unknown"),
        ({"message": None}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_an_arrival_is_addressed_by_its_chat_or_else_by_its_person(fields: dict[str, Any], address: str) -> None:
    assert [arrival.address for arrival in arrivals(update(**fields).encode())] == [address]


@pytest.mark.parametrize("update_id", [0, 900, 2**53 + 1, 2**63])
def test_an_update_id_is_kept_to_the_last_digit(update_id: int) -> None:
    assert arrivals(json.dumps({"update_id": update_id}).encode())[0].event_id == str(update_id)


NO_UPDATES = {
    "empty": b"",
    "no json": b"<html>",
    "a list": b"[]",
    "a number": b"7",
    "no id": b"{}",
    "text for an id": b'{"update_id": "900"}',
    "an endless id": b'{"update_id": ' + b"9" * 5000 + b"}",
    "a fraction": b'{"update_id": 1.0}',
    "truth": b'{"update_id": true}',
    "deep": b"[" * 100_000,
    "not utf-8": b'{"update_id": 1, "\xe9',
    "utf-16": '{"update_id": 1}'.encode("utf-16"),
    "nul": b'{"update_id": \x00}',
}


@pytest.mark.parametrize("raw", NO_UPDATES.values(), ids=NO_UPDATES.keys())
def test_a_body_that_is_no_update_is_kept_under_a_digest_of_itself(raw: bytes) -> None:
    (arrival,) = arrivals(raw)
    assert arrival.event_id.startswith("digest:")
    assert arrival.address == "unknown"
    assert arrivals(raw) == [arrival]


def test_two_different_bodies_that_are_no_updates_have_different_ids() -> None:
    assert len({arrivals(raw)[0].event_id for raw in NO_UPDATES.values()}) == len(NO_UPDATES)


@settings(ANY_MACHINE)
@given(st.binary(max_size=300))
def test_no_body_makes_storing_fail_or_leaves_text_that_cannot_be_stored(raw: bytes) -> None:
    (arrival,) = arrivals(raw)
    assert "\0" not in arrival.body
    arrival.body.encode()


def test_the_stored_body_is_the_text_that_came() -> None:
    raw = '{"update_id":900,  "message": {"text": "Сайн уу \\ud83d \\u0000", "chat": {"id": 77}}}'
    assert arrivals(raw.encode())[0].body == raw


def test_a_polled_update_is_stored_under_the_same_id_and_address_as_a_pushed_one() -> None:
    polled = {"update_id": 900, "message": message(text="\ud83d сайн")}
    (kept,) = arrivals_of([polled])
    (pushed,) = arrivals(json.dumps(polled).encode())
    assert kept == pushed
    kept.body.encode()


@pytest.mark.parametrize(
    ("updates", "offset"),
    [
        ([], None),
        ([{"update_id": 7}], 8),
        ([{"update_id": 9}, {"update_id": 7}], 10),
        ([{"update_id": True}, "x", {}], None),
        ([{"update_id": 7}, {}], 8),
    ],
)
def test_the_next_offset_is_one_more_than_the_highest_id(updates: list[object], offset: int | None) -> None:
    assert next_offset(updates) == offset


# --- reading -------------------------------------------------------------------------------------------------------

ODD_TEXTS = {
    "plain": ("Паспорт сунгуулах", "Паспорт сунгуулах"),
    "empty": ("", ""),
    "blank": (" \n", " \n"),
    "100,000 characters": ("ү" * 100_000, "ү" * 100_000),
    "emoji only": ("👍🏽", "👍🏽"),
    "right-to-left override": ("a\u202eb", "a\u202eb"),
    "markup": ("<b>_*[", "<b>_*["),
    "traditional script": ("ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ"),
    "lone high half": ("a\ud83d", "a\ufffd"),
    "lone low half": ("\ude00a", "\ufffda"),
    "halves the wrong way round": ("\ude00\ud83d", "\ufffd\ufffd"),
    "nul": ("a\0b", "a\ufffdb"),
    "a path": ("/home/bat", "/home/bat"),
    "a bare slash": ("/", "/"),
    "a slash and a Cyrillic word": ("/тусламж", "/тусламж"),
}


@pytest.mark.parametrize(("sent", "read"), ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_words_are_read_as_they_were_written_or_with_a_visible_replacement(sent: str, read: str) -> None:
    assert heard(update(message=message(text=sent))).event == Words(read, "5")


COMMANDS: list[tuple[str, Started | Words]] = [
    ("/start", Started()),
    ("/start  ", Started()),
    ("/start s_123-x", Started("s_123-x")),
    ("/start@tuslakh_bot s1", Started("s1")),
    ("/START s1", Started("s1")),
    ("/start a b", Started()),
    ("/start <script>", Started()),
    (f"/start {'x' * 65}", Started()),
    ("/help", Words("help", "5")),
    ("/help@tuslakh_bot", Words("help", "5")),
    ("/cancel", Words("cancel", "5")),
    ("/human", Words("human", "5")),
    ("/human одоо", Words("human одоо", "5")),
    ("/my_data", Words("my data", "5")),
    ("/language en", Words("english", "5")),
    ("/language MN", Words("mongolian", "5")),
    ("/language", Started()),
    ("/language ko", Started()),
]


@pytest.mark.parametrize(("text", "event"), COMMANDS, ids=[text[:30] for text, _ in COMMANDS])
def test_a_command_is_read_as_a_start_or_as_the_plain_word(text: str, event: Started | Words) -> None:
    assert heard(update(message=message(text=text))).event == event


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"photo": [{"file_id": "x"}]}, SharedKind.PHOTO),
        ({"sticker": {"emoji": "👍"}}, SharedKind.STICKER),
        ({"voice": {"file_id": "x"}}, SharedKind.VOICE),
        ({"document": {"file_name": "<b>.svg"}}, SharedKind.FILE),
        ({"location": {"latitude": 47.9, "longitude": 106.9}}, SharedKind.LOCATION),
        ({"venue": {}, "location": {"latitude": 47.9, "longitude": 106.9}}, SharedKind.LOCATION),
        ({"contact": {"phone_number": "+976", "user_id": 1}}, SharedKind.CONTACT),
        ({"animation": {}, "document": {}}, SharedKind.OTHER),
        ({"video_note": {}}, SharedKind.OTHER),
        ({"dice": {"value": 6}}, SharedKind.OTHER),
    ],
)
def test_what_is_shared_is_told_by_kind(fields: dict[str, Any], kind: SharedKind) -> None:
    assert heard(update(message=message(**fields))).event == Shared(kind)


def test_the_caption_of_a_photo_is_words() -> None:
    event = heard(update(message=message(photo=[{"file_id": "x"}], caption="энэ юу вэ"))).event
    assert event == Words("энэ юу вэ", "5")


@pytest.mark.parametrize(
    ("data", "event"),
    [
        ("3.1", Pressed(3, 1)),
        ("12.0", Pressed(12, 0)),
        ("", Pressed(0, 0)),
        ("3", Pressed(0, 0)),
        ("3.1.2", Pressed(0, 0)),
        ("-3.1", Pressed(0, 0)),
        ("3.1\n", Pressed(0, 0)),
        ("٣.١", Pressed(0, 0)),
        ("³.1", Pressed(0, 0)),
        ("9" * 63 + ".", Pressed(0, 0)),
        ("show:passport", Pressed(0, 0)),
        (None, Pressed(0, 0)),
        (7, Pressed(0, 0)),
    ],
)
def test_a_press_is_two_numbers_and_anything_else_an_old_button(data: object, event: Pressed) -> None:
    assert heard(press(data=data)).event == event


def test_a_press_on_a_message_telegram_no_longer_shows_is_still_a_press() -> None:
    old = {"chat": PRIVATE, "message_id": 5, "date": 0}
    assert heard(press(message=old)).event == Pressed(3, 1)
    assert heard(press(message=old)).private


def test_an_edited_message_is_told_apart_so_that_nothing_runs_twice() -> None:
    assert heard(update(edited_message=message(text="сайн уу"))).event == Edited()


@pytest.mark.parametrize(
    "fields",
    [
        {"my_chat_member": {"chat": PRIVATE, "from": BAT}},
        {"channel_post": message(text="сайн уу")},
        {"something_new_in_2030": {"x": 1}},
        {"message": message(new_chat_title="x")},
        {"message": message(something_new_in_2030={"x": 1})},
        {"message": {}},
        {},
    ],
)
def test_an_update_without_a_word_for_it_is_unsupported(fields: dict[str, Any]) -> None:
    assert heard(update(**fields)).event == Unsupported()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "[" * 100_000,
        update(message={"text": "no chat"}),
        update(message=message(chat={"id": 77})),
        update(message=message(text=7)),
        update(message=message(text={"a": 1})),
        update(message=message(message_id="5", text="x")),
        update(callback_query={"data": "3.1"}),
        update(message=message(text="x", **{"from": {"first_name": "no id"}})),
    ],
)
def test_an_update_that_lacks_what_is_documented_is_unreadable_and_nothing_else(body: str) -> None:
    with pytest.raises(UnreadableArrival) as raised:
        heard(body)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*message(), "x"]), inner, max_size=4),
    max_leaves=12,
)


@settings(ANY_MACHINE)
@given(st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "x"]), JSON))
def test_reading_either_works_or_says_unreadable(fields: dict[str, Any]) -> None:
    try:
        heard(update(**fields))
    except UnreadableArrival:
        return


@settings(ANY_MACHINE)
@given(st.dictionaries(st.sampled_from(["text", "caption", "from", "chat", "message_id", "photo", "entities"]), JSON))
def test_reading_a_message_with_a_strange_field_works_or_says_unreadable(fields: dict[str, Any]) -> None:
    try:
        event = heard(update(message=message(**fields))).event
    except UnreadableArrival:
        return
    if isinstance(event, Words):
        event.text.encode()


def test_a_field_the_library_cannot_read_does_not_make_the_words_unreadable() -> None:
    strange = message(text="сайн уу", reply_to_message={"new": "shape"}, entities=[{"type": 7}], date="yesterday")
    assert heard(update(message=strange)).event == Words("сайн уу", "5")


CHATS = {
    "private": (PRIVATE, BAT, True),
    "another person's private chat": ({"id": 78, "type": "private"}, BAT, False),
    "group": ({"id": -5, "type": "group"}, BAT, False),
    "supergroup": (GROUP, BAT, False),
    "channel": ({"id": -1007, "type": "channel"}, BAT, False),
    "a group with the person's own id": ({"id": 77, "type": "group"}, BAT, False),
    "a kind of chat of 2030": ({"id": 77, "type": "hologram"}, BAT, False),
    "a kind that is no text": ({"id": 77, "type": []}, BAT, False),
    "anonymous admin": (GROUP, {"id": 1087968824, "is_bot": True, "first_name": "Group"}, False),
    "nobody": (PRIVATE, None, False),
    "an id that is no number": ({"id": "77", "type": "private"}, BAT | {"id": "77"}, False),
}


@pytest.mark.parametrize(("chat", "user", "private"), CHATS.values(), ids=CHATS.keys())
def test_only_a_persons_own_private_chat_is_private(
    chat: dict[str, Any], user: dict[str, Any] | None, private: bool
) -> None:
    fields = message(chat=chat, text="сайн уу") | {"from": user}
    if user is None:
        del fields["from"]
    assert heard(update(message=fields)).private is private


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Бат", "Дорж", "Бат Дорж"),
        (" Бат\n", None, "Бат"),
        ("<b>Бат</b>", None, "<b>Бат</b>"),
        ("Бат\u202eгом.онм\u202c", "\u2066x", "Батгом.онм x"),
        ("a\0b\ud83d", None, "a\ufffdb\ufffd"),
        ("x" * 150, "y", "x" * 100),
        ("👨‍👩‍👧", None, "👨‍👩‍👧"),
        ("\n", None, ""),
        (7, "Дорж", "Дорж"),
    ],
)
def test_a_name_is_one_short_line_without_control_and_direction_signs(first: object, last: object, name: str) -> None:
    user = BAT | {"first_name": first, "last_name": last}
    assert heard(update(message=message(text="x", **{"from": user}))).name == name


@pytest.mark.parametrize(("code", "language"), [("en", "en"), ("pt-br", "pt-br"), (None, ""), ("<b>", ""), (7, "")])
def test_the_platforms_language_is_a_hint_or_nothing(code: object, language: str) -> None:
    user = BAT | {"language_code": code}
    assert heard(update(message=message(text="x", **{"from": user}))).language == language


@pytest.mark.parametrize(("body", "id_"), [(press(), "4382"), (update(message=message()), ""), ("x", ""), ("[]", "")])
def test_only_a_press_has_an_id_to_be_answered(body: str, id_: str) -> None:
    assert callback_id(body) == id_
