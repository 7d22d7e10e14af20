"""What a stored update says: what is documented is read, and where others read along nothing is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.channel import UnreadableArrival
from connectors.telegram_reading import Itself, heard
from dialogs.incoming import (
    AddressedInGroup,
    Edited,
    FileOffer,
    Incoming,
    Left,
    Pressed,
    Returned,
    Shared,
    SharedKind,
    Started,
    Unsupported,
    Words,
)
from tests.connectors.telegram_samples import BAT, GROUP, PRIVATE, message, press, update

# How fast the machine is says nothing about the claim.
ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
    event = heard(update(message=message(**fields))).event
    assert isinstance(event, Shared)
    assert (event.what, event.ref) == (kind, "5")


PHOTO = [
    {"file_id": "small", "width": 90, "height": 67, "file_size": 900},
    {"file_id": "large", "width": 1280, "height": 960, "file_size": 90_000},
    {"file_id": "middle", "width": 320, "height": 240, "file_size": 9_000},
]
OFFERS: list[tuple[dict[str, Any], FileOffer | None]] = [
    ({"photo": PHOTO}, FileOffer("large", 90_000)),
    ({"photo": []}, None),
    ({"photo": "x"}, None),
    ({"photo": [{"file_id": 7}]}, None),
    ({"voice": {"file_id": "v", "mime_type": "audio/ogg", "file_size": 5}}, FileOffer("v", 5, "audio/ogg")),
    (
        {"document": {"file_id": "d", "mime_type": "application/pdf", "file_size": 7, "file_name": "гэрчилгээ.pdf"}},
        FileOffer("d", 7, "application/pdf", "гэрчилгээ.pdf"),
    ),
    ({"document": {"file_id": "d", "file_name": "a\u202efdp.exe\n\0"}}, FileOffer("d", 0, "", "afdp.exe \ufffd")),
    ({"document": {"file_id": "d", "mime_type": "<b>", "file_size": True}}, FileOffer("d")),
    ({"document": {"file_id": "d", "file_size": 10**30, "file_name": 7}}, FileOffer("d")),
    ({"document": {"file_id": "../getMe?x="}}, None),
    ({"document": {"file_id": "x" * 600}}, None),
    ({"document": {}}, None),
    ({"video": {"file_id": "v"}}, None),
    ({"audio": {"file_id": "a"}}, None),
    ({"animation": {"file_id": "a"}, "document": {"file_id": "a"}}, None),
]


@pytest.mark.parametrize(("fields", "offer"), OFFERS)
def test_a_photo_a_voice_and_a_document_can_be_fetched_and_nothing_else(
    fields: dict[str, Any], offer: FileOffer | None
) -> None:
    event = heard(update(message=message(**fields))).event
    assert isinstance(event, Shared)
    assert event.file == offer


def test_what_is_written_with_a_photo_is_words_that_carry_it() -> None:
    event = heard(update(message=message(photo=PHOTO, caption="энэ юу вэ"))).event
    assert event == Words("энэ юу вэ", "5", Shared(SharedKind.PHOTO, "5", FileOffer("large", 90_000)))


def test_a_caption_is_no_command_so_that_its_photo_is_not_lost() -> None:
    event = heard(update(message=message(photo=PHOTO, caption="/start x"))).event
    assert event == Words("/start x", "5", Shared(SharedKind.PHOTO, "5", FileOffer("large", 90_000)))


OWN_CARD = {"phone_number": "+97699112233", "first_name": "Бат", "user_id": 77}
CARDS: list[tuple[dict[str, Any], bool]] = [
    ({"contact": OWN_CARD}, True),
    ({"contact": OWN_CARD | {"user_id": 78}}, False),
    ({"contact": {"phone_number": "+97699112233", "first_name": "Бат"}}, False),
    ({"contact": OWN_CARD | {"user_id": "77"}}, False),
    ({"contact": OWN_CARD | {"user_id": 77.0}}, False),
    ({"contact": OWN_CARD | {"user_id": None}}, False),
    ({"contact": OWN_CARD, "forward_origin": {"type": "user"}}, False),
    ({"contact": OWN_CARD, "via_bot": {"id": 5, "is_bot": True}}, False),
    ({"contact": OWN_CARD, "edit_date": 1_790_000_001}, False),
]


@pytest.mark.parametrize(("fields", "own"), CARDS)
def test_only_the_senders_own_card_as_they_sent_it_is_own(fields: dict[str, Any], own: bool) -> None:
    assert heard(update(message=message(**fields))).event == Shared(SharedKind.CONTACT, "5", own=own)


def test_an_edited_card_is_no_card() -> None:
    assert heard(update(edited_message=message(contact=OWN_CARD))).event == Edited("", "5")


def test_of_a_place_only_that_it_was_sent_is_read() -> None:
    place = {"latitude": 47.918, "longitude": 106.917}
    event = heard(update(message=message(venue={"location": place, "title": "x"}, location=place))).event
    assert event == Shared(SharedKind.LOCATION, "5")


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


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"text": "сайн уу"}, Edited("сайн уу", "5")),
        ({"caption": "энэ", "photo": PHOTO}, Edited("энэ", "5")),
        ({"text": "/start x"}, Edited("/start x", "5")),
        ({"text": "a\ud83d"}, Edited("a\ufffd", "5")),
        ({"location": {"latitude": 47.9, "longitude": 106.9}}, Edited("", "5")),
    ],
)
def test_an_edited_message_is_told_apart_so_that_nothing_runs_twice(fields: dict[str, Any], event: Edited) -> None:
    assert heard(update(edited_message=message(**fields))).event == event


def membership(before: str, after: str, **fields: Any) -> str:
    states = {"old_chat_member": {"status": before}, "new_chat_member": {"status": after}}
    return update(my_chat_member={"chat": PRIVATE, "from": BAT, "date": 1_790_000_000} | states | fields)


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [("member", "kicked", Left()), ("member", "left", Left()), ("kicked", "member", Returned())],
)
def test_a_person_who_blocks_or_unblocks_the_bot_is_heard(before: str, after: str, event: Incoming) -> None:
    read = heard(membership(before, after))
    assert (read.event, read.private) == (event, True)


CHANGES: list[tuple[str, str, str, Incoming]] = [
    ("group", "left", "member", AddressedInGroup()),
    ("supergroup", "kicked", "administrator", AddressedInGroup()),
    ("supergroup", "member", "administrator", Unsupported()),
    ("supergroup", "member", "kicked", Unsupported()),
    ("supergroup", "left", "restricted", Unsupported()),
    ("channel", "left", "administrator", Unsupported()),
]


@pytest.mark.parametrize(("kind", "before", "after", "event"), CHANGES)
def test_being_added_to_a_group_is_being_spoken_to_there(kind: str, before: str, after: str, event: Incoming) -> None:
    read = heard(membership(before, after, chat={"id": -100123, "type": kind}))
    assert (read.event, read.private) == (event, False)


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
@given(st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "x"]), JSON))
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


BOT = Itself(5, "tuslakh_bot")
ADDRESSED: list[tuple[dict[str, Any], bool]] = [
    ({"text": "/start"}, True),
    ({"text": "/help@tuslakh_bot"}, True),
    ({"text": "/help@Tuslakh_Bot одоо"}, True),
    ({"text": "/help@other_bot"}, False),
    ({"text": "@tuslakh_bot паспорт"}, True),
    ({"text": "асуу: @TUSLAKH_BOT"}, True),
    ({"text": "@tuslakh_bot2 паспорт"}, False),
    ({"text": "bat@example.mn"}, False),
    ({"text": "сайн уу"}, False),
    ({"caption": "@tuslakh_bot энэ юу вэ", "photo": PHOTO}, True),
    ({"photo": PHOTO}, False),
    ({"text": "тийм", "reply_to_message": {"from": {"id": 5, "is_bot": True}}}, True),
    ({"text": "тийм", "reply_to_message": {"from": {"id": 6, "is_bot": True}}}, False),
    ({"text": "/start", "from": {"id": 6, "is_bot": True, "first_name": "x"}}, False),
    ({"text": "/start", "from": {"id": 6, "is_bot": True, "first_name": "x"}, "sender_chat": GROUP}, True),
    ({"text": "/start", "via_bot": {"id": 5, "is_bot": True}}, False),
    ({"text": 7}, False),
]


@pytest.mark.parametrize(("fields", "addressed"), ADDRESSED)
def test_in_a_group_only_who_speaks_to_the_bot_is_heard_and_not_what_they_say(
    fields: dict[str, Any], addressed: bool
) -> None:
    read = heard(update(message=message(chat=GROUP) | fields), BOT)
    assert (read.event, read.private) == (AddressedInGroup() if addressed else Unsupported(), False)


@pytest.mark.parametrize("fields", [{"text": "@somebot x"}, {"text": "/x@somebot"}])
def test_while_the_bots_name_is_not_known_any_name_may_be_its_own(fields: dict[str, Any]) -> None:
    assert heard(update(message=message(chat=GROUP, **fields)), Itself(5)).event == AddressedInGroup()


def test_a_card_of_our_own_search_is_not_taken_for_the_citizens_words() -> None:
    sent = message(text="Гадаад паспорт", via_bot={"id": 5, "is_bot": True, "first_name": "Туслах"})
    assert heard(update(message=sent), BOT).event == Unsupported()
    assert heard(update(message=sent), Itself(6)).event == Words("Гадаад паспорт", "5")


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
    "another bot": ({"id": 6, "type": "private"}, {"id": 6, "is_bot": True, "first_name": "x"}, False),
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


@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_who_speaks_for_a_chat_is_nobody_in_private(kind: str) -> None:
    assert not heard(update(**{kind: message(text="сайн уу", sender_chat=GROUP)})).private


@pytest.mark.parametrize(("chat", "user", "private"), CHATS.values(), ids=CHATS.keys())
@pytest.mark.parametrize("kind", ["message", "edited_message", "channel_post"])
def test_what_is_said_where_others_read_along_is_not_read(
    kind: str, chat: dict[str, Any], user: dict[str, Any] | None, private: bool
) -> None:
    fields = message(chat=chat, text="УБ90010112 482913") | {"from": user}
    if user is None:
        del fields["from"]
    assert private or "УБ90010112" not in repr(heard(update(**{kind: fields})))


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
