"""Batches taken apart and read: every event once, in order, nothing lost, nothing understood too early."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.channel import Arrival, UnreadableArrival
from connectors.messenger_events import UNKNOWN_ADDRESS, Page, arrivals
from connectors.messenger_reading import MENU_LANGUAGE, MENU_WORDS, heard
from dialogs.incoming import (
    Edited,
    FileOffer,
    Incoming,
    Pressed,
    Shared,
    SharedKind,
    SpokenElsewhere,
    Started,
    Unsupported,
    Words,
)
from dialogs.understanding import Action
from nlu.commands import whole_command
from nlu.reading import read

ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PAGE = Page("104000000000001", "555000000000001")
PSID = "7700000000000077"
AT = 1_795_000_000_000
Json = dict[str, Any]


def event(at: int = AT, psid: str = PSID, **content: Any) -> Json:
    return {"sender": {"id": psid}, "recipient": {"id": PAGE.id}, "timestamp": at, **content}


def said(text: str, mid: str = "m_1", at: int = AT, **more: Any) -> Json:
    return event(at, message={"mid": mid, "text": text, **more})


def sent(*attachments: Json, mid: str = "m_1", **more: Any) -> Json:
    return event(message={"mid": mid, "attachments": list(attachments), **more})


def echo(**message: Any) -> Json:
    return {
        "sender": {"id": PAGE.id},
        "recipient": {"id": PSID},
        "timestamp": AT,
        "message": {"mid": "m_e", "is_echo": True, **message},
    }


def batch(*events: Any, kind: str = "messaging", page: str = PAGE.id) -> bytes:
    return json.dumps({"object": "page", "entry": [{"id": page, "time": AT, kind: list(events)}]}).encode()


def brought(*events: Any, kind: str = "messaging", page: str = PAGE.id) -> list[Arrival]:
    return arrivals(batch(*events, kind=kind, page=page), PAGE)


def understood(*events: Any, kind: str = "messaging", page: str = PAGE.id) -> list[Incoming]:
    return [heard(arrival.body, PAGE).event for arrival in brought(*events, kind=kind, page=page)]


# --- taking apart --------------------------------------------------------------------------------------------------


def test_every_event_of_every_entry_is_brought() -> None:
    entries = [
        {"id": PAGE.id, "time": AT, "messaging": [said("a", f"m_{n}_{k}") for k in range(5)]} for n in range(200)
    ]
    found = arrivals(json.dumps({"object": "page", "entry": entries}).encode(), PAGE)
    assert len({arrival.event_id for arrival in found}) == 1000


def test_a_message_is_known_by_its_mid_and_addressed_by_its_sender() -> None:
    (arrival,) = brought(said("сайн уу"))
    assert (arrival.channel, arrival.event_id, arrival.address) == ("messenger", "m_1", PSID)


def test_the_time_is_the_platforms_in_milliseconds() -> None:
    (arrival,) = brought(said("сайн уу", at=1_458_692_752_478))
    assert arrival.sent_at == datetime(2016, 3, 23, 0, 25, 52, 478_000, tzinfo=UTC)


@pytest.mark.parametrize("at", [None, "soon", -5, 0, 10**18, True, 1.5])
def test_a_time_that_is_none_is_left_out(at: object) -> None:
    (arrival,) = brought(said("сайн уу") | {"timestamp": at})
    assert arrival.sent_at is None


def test_a_batch_is_brought_in_the_order_of_its_times() -> None:
    events = [said(str(n), f"m_{n}", AT + n) for n in (3, 1, 2)]
    assert [arrival.event_id for arrival in brought(*events)] == ["m_1", "m_2", "m_3"]


def test_an_escaped_body_and_a_plain_one_are_the_same_event() -> None:
    plain = json.dumps(json.loads(batch(said("сайн уу"))), ensure_ascii=False).encode()
    assert arrivals(plain, PAGE) == brought(said("сайн уу"))


def test_a_postback_has_the_same_id_however_it_is_wrapped() -> None:
    first = event(postback={"title": "Хүн", "payload": "7.1"})
    again = event(postback={"title": "Хүн", "payload": "7.1", "mid": "m_9"}) | {"prior_message": {}}
    assert brought(first)[0].event_id == brought(again)[0].event_id


@pytest.mark.parametrize(
    "other",
    [
        event(AT + 1, postback={"payload": "7.1"}),
        event(postback={"payload": "7.2"}),
        event(psid="8", postback={"payload": "7.1"}),
    ],
    ids=["later", "another button", "another person"],
)
def test_another_press_is_another_event(other: Json) -> None:
    assert brought(event(postback={"payload": "7.1"}))[0].event_id != brought(other)[0].event_id


def test_an_unsent_message_does_not_take_the_place_of_the_message() -> None:
    unsent, message = brought(said("", is_deleted=True))[0], brought(said("сайн уу"))[0]
    assert unsent.event_id != message.event_id


def test_two_edits_of_one_message_are_two_events() -> None:
    first = event(message_edit={"mid": "m_1", "text": "нэг", "num_edit": 1})
    second = event(message_edit={"mid": "m_1", "text": "хоёр", "num_edit": 2})
    assert brought(first)[0].event_id != brought(second)[0].event_id


@pytest.mark.parametrize(
    "receipt",
    [
        event(delivery={"mids": ["m_1"], "watermark": AT}),
        event(read={"watermark": AT}),
        echo(text="hi", app_id=int(PAGE.app_id)),
        echo(text="hi", app_id=PAGE.app_id),
    ],
    ids=["delivered", "seen", "our own words", "our own words, id as text"],
)
def test_what_nothing_follows_from_is_dropped_at_the_door(receipt: Json) -> None:
    assert brought(receipt, said("сайн уу")) == brought(said("сайн уу"))


@pytest.mark.parametrize("app", [{}, {"app_id": 263902037430900}], ids=["no app", "another app"])
def test_the_words_of_another_inbox_belong_to_the_citizen(app: Json) -> None:
    (arrival,) = brought(echo(text="Сайн байна уу, би Сараа", **app))
    assert arrival.address == PSID
    assert heard(arrival.body, PAGE).event == SpokenElsewhere("Сайн байна уу, би Сараа", "m_e")


def test_events_of_another_page_are_kept_but_belong_to_nobody() -> None:
    (arrival,) = brought(said("сайн уу"), page="999")
    assert arrival.address == UNKNOWN_ADDRESS
    assert not heard(arrival.body, PAGE).private


@pytest.mark.parametrize("holder", [said("сайн уу") | {"sender": {"user_ref": "x"}}, 7, "text", None, []])
def test_an_event_without_a_sender_is_kept_and_nothing_is_said_to_it(holder: object) -> None:
    (arrival,) = brought(holder)
    assert arrival.address == UNKNOWN_ADDRESS
    assert not heard(arrival.body, PAGE).private


NO_BATCHES = [
    b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"object":"page","entry":' + b"9" * 100_000 + b"}",
    b'{"object":"page","entry":[]}', b'{"object":"page","entry":{}}', b'{"object":"user","entry":[{}]}',
    b'{"object":"page","entry":' + b"[" * 5000 + b"]" * 5000 + b"}", b"a\0b",
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_BATCHES, ids=[repr(raw[:24]) for raw in NO_BATCHES])
def test_what_is_no_batch_is_kept_under_its_digest(raw: bytes) -> None:
    (arrival,) = arrivals(raw, PAGE)
    assert arrival.event_id.startswith("digest:")
    assert arrival.address == UNKNOWN_ADDRESS
    assert "\0" not in arrival.body


def test_one_odd_entry_does_not_hide_the_others() -> None:
    entries = [7, {"id": PAGE.id, "changes": [{"field": "feed"}]}, {"id": PAGE.id, "messaging": [None, said("a")]}]
    found = arrivals(json.dumps({"object": "page", "entry": entries}).encode(), PAGE)
    assert sorted(arrival.address for arrival in found) == [PSID, UNKNOWN_ADDRESS, UNKNOWN_ADDRESS, UNKNOWN_ADDRESS]


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(("message", "postback", "mid", "text", "attachments", "payload", "sender", "id", "referral",
                         "timestamp", "is_echo", "app_id", "quick_reply", "ref", "url", "type", "optin")),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(ANY_MACHINE, max_examples=300)
@given(st.lists(any_json, max_size=3), st.sampled_from(("messaging", "standby", "changes")))
def test_whatever_an_event_is_it_is_kept_and_can_be_read(events: list[object], kind: str) -> None:
    raw = json.dumps({"object": "page", "entry": [{"id": PAGE.id, kind: events}]}).encode()
    for arrival in arrivals(raw, PAGE):
        assert len(arrival.event_id) <= 200
        arrival.body.encode()
        try:
            heard(arrival.body, PAGE)
        except UnreadableArrival:
            continue


@settings(ANY_MACHINE, max_examples=200)
@given(st.binary(max_size=300))
def test_no_body_makes_the_taking_apart_fail(raw: bytes) -> None:
    assert all(arrival.channel == "messenger" for arrival in arrivals(raw, PAGE))


# --- reading -------------------------------------------------------------------------------------------------------


def test_words_carry_the_mid() -> None:
    assert understood(said("паспорт")) == [Words("паспорт", "m_1")]


def test_halves_of_characters_and_nul_do_not_reach_the_store() -> None:
    assert understood(said("a\ud83db\0")) == [Words("a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}", "m_1")]


@pytest.mark.parametrize("by", ["postback", "quick reply"])
def test_a_choice_is_pressed(by: str) -> None:
    tapped = said("Хүн", quick_reply={"payload": "7.1"})
    if by == "postback":
        tapped = event(postback={"title": "Хүн", "payload": "7.1"})
    assert understood(tapped) == [Pressed(7, 1)]


def test_a_button_nobody_here_gave_out_is_answered_like_an_old_one() -> None:
    assert understood(event(postback={"title": "Buy", "payload": "SHOP_NOW"})) == [Pressed(0, 0)]


def test_a_quick_reply_nobody_here_gave_out_counts_as_its_words() -> None:
    assert understood(said("паспорт", quick_reply={"payload": "X"})) == [Words("паспорт", "m_1")]


@pytest.mark.parametrize(
    ("opened", "payload"),
    [
        (event(postback={"payload": "GET_STARTED"}), ""),
        (event(postback={"payload": "GET_STARTED", "referral": {"ref": "s-Ab_1", "source": "SHORTLINK"}}), "s-Ab_1"),
        (event(postback={"payload": "GET_STARTED", "referral": {"ref": "<b>"}}), ""),
        (event(postback={"payload": "AD", "referral": {"ref": "s-Ab_1"}}), "s-Ab_1"),
        (event(referral={"ref": "s-Ab_1", "source": "SHORTLINK", "type": "OPEN_THREAD"}), "s-Ab_1"),
        (event(referral={"ref": "x" * 65}), ""),
        (event(optin={"ref": "s-Ab_1"}), "s-Ab_1"),
        (event(postback={"payload": MENU_LANGUAGE}), ""),
    ],
)
def test_an_entry_link_starts_with_what_it_carries(opened: Json, payload: str) -> None:
    assert understood(opened) == [Started(payload)]


def test_a_message_that_came_by_a_link_starts_and_is_read() -> None:
    came = said("паспорт", referral={"ref": "s-Ab_1"})
    assert understood(came) == [Started("s-Ab_1"), Words("паспорт", "m_1")]
    assert [arrival.event_id for arrival in brought(came)] == ["m_1#referral", "m_1"]


@pytest.mark.parametrize(
    ("payload", "action"), [("menu:examples", Action.HELP), ("menu:person", Action.HUMAN)]
)  # fmt: skip
def test_an_entry_of_the_menu_is_a_word_that_is_understood(payload: str, action: Action) -> None:
    assert understood(event(postback={"payload": payload})) == [Words(MENU_WORDS[payload])]
    assert whole_command(read(MENU_WORDS[payload])) is action


@pytest.mark.parametrize(
    ("kind", "what", "media_type"),
    [
        ("image", SharedKind.PHOTO, "image/*"),
        ("audio", SharedKind.VOICE, "audio/*"),
        ("video", SharedKind.OTHER, "video/*"),
    ],
)
def test_a_file_is_offered_by_its_address(kind: str, what: SharedKind, media_type: str) -> None:
    url = "https://scontent.xx.fbcdn.net/v/1.jpg?oh=1"
    shared = Shared(what, "m_1", FileOffer(url, media_type=media_type))
    assert understood(sent({"type": kind, "payload": {"url": url}})) == [shared]


def test_a_document_keeps_its_name() -> None:
    url = "https://cdn.fbsbx.com/v/t59/%D0%BB%D0%B0%D0%B2%D0%BB%D0%B0%D0%B3%D0%B0%D0%B0.pdf?oh=1"
    shared = Shared(SharedKind.FILE, "m_1", FileOffer(url, name="лавлагаа.pdf"))
    assert understood(sent({"type": "file", "payload": {"url": url}})) == [shared]


@pytest.mark.parametrize(
    ("attachment", "what"),
    [
        ({"type": "location", "payload": {"coordinates": {"lat": 47.9, "long": 106.9}}}, SharedKind.LOCATION),
        ({"type": "image", "payload": {"url": "https://x", "sticker_id": 369239263222822}}, SharedKind.STICKER),
        ({"type": "fallback", "title": "A page", "payload": None}, SharedKind.STICKER),
        ({"type": "template", "payload": {}}, SharedKind.OTHER),
        ({"type": "image"}, SharedKind.OTHER),
        (7, SharedKind.OTHER),
    ],
)
def test_what_is_no_file_is_told_apart(attachment: Json, what: SharedKind) -> None:
    assert understood(sent(attachment)) == [Shared(what, "m_1")]


def test_each_attachment_of_a_message_is_an_event_of_its_own() -> None:
    images = [{"type": "image", "payload": {"url": f"https://a.fbcdn.net/{n}"}} for n in range(3)]
    found = brought(sent(*images))
    assert [arrival.event_id for arrival in found] == ["m_1", "m_1#1", "m_1#2"]
    offered = [heard(arrival.body, PAGE).event for arrival in found]
    assert [each.file.source for each in offered if isinstance(each, Shared) and each.file] == [
        f"https://a.fbcdn.net/{n}" for n in range(3)
    ]


def test_words_keep_the_picture_they_were_written_under() -> None:
    image = {"type": "image", "payload": {"url": "https://a.fbcdn.net/1"}}
    shared = Shared(SharedKind.PHOTO, "m_1", FileOffer("https://a.fbcdn.net/1", media_type="image/*"))
    assert understood(sent(image, text="энэ юу вэ")) == [Words("энэ юу вэ", "m_1", shared)]


def test_a_link_in_the_words_is_only_words() -> None:
    assert understood(sent({"type": "fallback"}, text="https://e-mongolia.mn")) == [
        Words("https://e-mongolia.mn", "m_1")
    ]


def test_an_edit_carries_the_new_words() -> None:
    edit = event(message_edit={"mid": "m_1", "text": "өөр үг", "num_edit": 1})
    assert understood(edit) == [Edited("өөр үг", "m_1")]


@pytest.mark.parametrize(
    "other",
    [
        said("", is_deleted=True),
        event(reaction={"reaction": "love", "mid": "m_1"}),
        event(account_linking={"status": "linked"}),
        event(pass_thread_control={"new_owner_app_id": "1"}),
        event(optin={"type": "notification_messages"}),
        event(),
    ],
)
def test_what_this_version_has_no_word_for_is_kept_without_an_answer(other: Json) -> None:
    assert understood(other) == [Unsupported()]


def test_a_person_in_the_inbox_that_has_the_thread_is_heard() -> None:
    (arrival,) = brought(echo(text="Сайн байна уу", app_id=263902037430900), kind="standby")
    assert isinstance(heard(arrival.body, PAGE).event, SpokenElsewhere)


def test_what_another_app_answers_is_not_ours() -> None:
    (arrival,) = brought(said("сайн уу"), kind="standby")
    found = heard(arrival.body, PAGE)
    assert (found.event, found.private) == (Unsupported(), False)
    assert arrival.event_id != brought(said("сайн уу"))[0].event_id


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"event": 7}', "[" * 100_000])
def test_a_body_that_was_never_kept_like_this_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableArrival):
        heard(body, PAGE)


def test_events_far_apart_keep_their_distance() -> None:
    early, late = brought(said("b", "m_2", AT + 3_600_000), said("a", "m_1", AT))
    assert late.sent_at is not None
    assert early.sent_at is not None
    assert late.sent_at - early.sent_at == timedelta(hours=1)
