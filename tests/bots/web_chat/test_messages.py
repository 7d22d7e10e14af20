"""What a page may post: taken once, or turned away with the stated status; never a 5xx for what a person typed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.bots.web_chat.whole_chat import Chat

MEGABYTE = 1_048_576


def post(browser: TestClient, event_id: str, text: str) -> int:
    status: int = browser.post("/web/messages", json={"id": event_id, "text": text}).status_code
    return status


def texts(browser: TestClient) -> list[str]:
    """What the citizen said, as the feed shows it."""
    items = browser.get("/web/history").json()["items"]
    return [item["text"] for item in items if item["author"] == "citizen"]


def test_an_accepted_message_is_stored_before_the_answer(chat: Chat) -> None:
    browser = chat.visitor()
    answer = browser.post("/web/messages", json={"id": "a1", "text": "pasport"})
    assert (answer.status_code, answer.json(), chat.stored()) == (202, {"accepted": True}, 1)


def test_a_repeat_with_the_same_id_is_stored_once(chat: Chat) -> None:
    browser = chat.visitor()
    assert [post(browser, "a1", "pasport") for _ in range(3)] == [202, 202, 202]
    chat.work()
    assert (chat.stored(), texts(browser)) == (1, ["pasport"])


def test_the_same_id_in_another_chat_is_another_message(chat: Chat) -> None:
    assert [post(chat.visitor(), "a1", "pasport") for _ in range(2)] == [202, 202]
    assert chat.stored() == 2


def test_a_repeated_start_greets_once(chat: Chat) -> None:
    browser = chat.visitor()
    for _ in range(3):
        assert browser.post("/web/start", json={}).status_code == 202
        chat.work()
    assert [item["author"] for item in browser.get("/web/history").json()["items"]] == ["bot"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"id": "a1", "text": ""}', 422),
        (b'{"id": "a1", "text": " \\n\\t "}', 422),
        (json.dumps({"id": "a1", "text": "а" * 100_000}).encode(), 202),
        (b'{"id": "a1", "text": "\\ud800"}', 202),
        (b'{"id": "a1", "text": "a\\u0000b"}', 202),
        (b'{"id": "a1", "text": "\xf0\x9f\x98\x80\xf0\x9f\x91\x8d"}', 202),
        (b'{"id": "a1", "text": "\\u202ernalsut"}', 202),
        (b'{"id": "a1", "text": "<b>pasport</b>"}', 202),
        (b'{"id": "a1", "button": "junk"}', 202),
        (b'{"id": "a1", "button": "1.0"}', 202),
        (b'{"id": "a1", "button": "99999999999999999999.5"}', 202),
        (b'{"id": "a1", "button": ""}', 400),
        (json.dumps({"id": "a1", "button": "1" * 101}).encode(), 400),
        (b'{"id": "a1", "button": 7}', 400),
        (b'{"id": "a1", "text": ["a"]}', 400),
        (b'{"id": "a1", "text": "a", "button": "1.0"}', 400),
        (b'{"id": "a1"}', 400),
        (b'{"text": "a"}', 400),
        (b'{"id": "", "text": "a"}', 400),
        (b'{"id": "start", "text": "a"}', 400),
        (b'{"id": "a b", "text": "a"}', 400),
        (b'{"id": 5, "text": "a"}', 400),
        (json.dumps({"id": "a" * 101, "text": "a"}).encode(), 400),
        (json.dumps({"id": "a" * 100, "text": "a"}).encode(), 202),
        (b'{"id": "a1", "text": "a", "id": "a2"}', 400),
        (b'{"id": "a1", "text": "a", "more": ' + b"9" * 1_000_000 + b"}", 400),
        (b'{"id": "a1", "text": "a", "more": ' + b"[" * 1000 + b"]" * 1000 + b"}", 400),
        (b"[" * 100_000, 400),
        (b'{"id": "a1", "text": "\xff\xfe"}', 400),
        (b"[]", 400),
        (b"null", 400),
        (b"", 400),
        (b"not json", 400),
    ],
)
def test_every_odd_body_has_its_status_and_is_handled_once(chat: Chat, body: bytes, status: int) -> None:
    browser = chat.visitor()
    for _ in range(2):
        answer = browser.post("/web/messages", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == status
        chat.work()
    assert chat.stored() == (1 if status == 202 else 0)
    history = browser.get("/web/history")
    authors = [item["author"] for item in history.json()["items"]]
    assert (history.status_code, authors.count("citizen")) == (200, chat.stored())
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/plain", 415), ("multipart/form-data; boundary=x", 415), ("", 415), ("application/json; charset=x", 202)],
)
def test_only_json_and_forms_are_read(chat: Chat, content_type: str, status: int) -> None:
    body, headers = b'{"id": "a1", "text": "pasport"}', {"Content-Type": content_type}
    assert chat.visitor().post("/web/messages", content=body, headers=headers).status_code == status


def test_compressed_bodies_are_refused(chat: Chat) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert chat.visitor().post("/web/messages", content=b"\x1f\x8b", headers=headers).status_code == 415


def test_a_refusal_says_why_in_both_languages(chat: Chat) -> None:
    answer = chat.visitor().post("/web/messages", json={"id": "a1", "text": ""}).json()
    assert answer["error"] == "empty"
    assert "хоосон" in answer["mn"]
    assert "empty" in answer["en"]


def test_a_button_of_yesterday_is_answered_in_words(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/start", json={})
    chat.work()
    for number in range(13):  # more offers than are kept
        browser.post("/web/messages", json={"id": f"a{number}", "text": "hello"})
        chat.work()
    chat.clock.pass_by(86_400)
    assert browser.post("/web/messages", json={"id": "b1", "button": "1.0"}).status_code == 202
    chat.work()
    assert "хуучирсан" in browser.get("/web/history").json()["items"][-1]["text"]


def test_a_pressed_button_is_shown_with_its_label(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/start", json={})
    chat.work()
    button = browser.get("/web/history").json()["items"][0]["buttons"][0]
    browser.post("/web/messages", json={"id": "b1", "button": button["payload"]})
    chat.work()
    assert texts(browser) == [button["label"]]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[bad"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Origin": "http://testserver"}, 202),
        ({"Origin": "http://127.0.0.1:8080"}, 202),
    ],
)
@pytest.mark.parametrize("path", ["/web/messages", "/web/start"])
def test_only_our_own_page_may_post(chat: Chat, path: str, headers: dict[str, str], status: int) -> None:
    browser = chat.browser(headers)
    assert browser.post(path, json={"id": "a1", "text": "pasport"}).status_code == status
    assert chat.stored() == (1 if status == 202 else 0)


def test_a_body_over_the_cap_is_413_and_nothing_is_stored(chat: Chat) -> None:
    assert post(chat.visitor(), "a1", "a" * (MEGABYTE + 1)) == 413
    assert chat.stored() == 0


@pytest.mark.parametrize("limits", [{"web_messages_a_minute": 3}])
class TestRate:
    def test_too_many_in_a_minute_are_429_with_the_time_to_wait(self, chat: Chat) -> None:
        browser = chat.visitor()
        assert [post(browser, f"a{n}", "pasport") for n in range(4)] == [202, 202, 202, 429]
        chat.clock.pass_by(20)
        refused = browser.post("/web/messages", json={"id": "a3", "text": "pasport"})
        assert refused.headers["retry-after"] == "40"
        assert "kept" in refused.json()["en"]

    def test_what_was_refused_is_taken_after_that_time(self, chat: Chat) -> None:
        browser = chat.visitor()
        assert [post(browser, f"a{n}", "pasport") for n in range(4)][-1] == 429
        chat.clock.pass_by(60)
        assert post(browser, "a3", "pasport") == 202
        assert chat.stored() == 4

    def test_one_chat_does_not_slow_another(self, chat: Chat) -> None:
        first, second = chat.visitor(), chat.visitor()
        assert [post(first, f"a{n}", "pasport") for n in range(4)][-1] == 429
        assert post(second, "a1", "pasport") == 202


def test_a_failing_database_is_503_and_the_same_id_succeeds_later(chat: Chat) -> None:
    browser = chat.visitor()
    with chat.parts.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
    refused = browser.post("/web/messages", json={"id": "a1", "text": "pasport"})
    assert (refused.status_code, refused.headers["retry-after"], refused.json()["error"]) == (503, "2", "unavailable")
    with chat.parts.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO inbox")
    assert post(browser, "a1", "pasport") == 202
    assert chat.stored() == 1


def test_a_register_number_is_hidden_and_the_page_is_told_to_hide_it(chat: Chat) -> None:
    browser = chat.visitor()
    post(browser, "a1", "УБ90010112")
    chat.work()
    history = browser.get("/web/history")
    shown: list[dict[str, Any]] = history.json()["items"]
    assert "90010112" not in history.text
    assert [(item["ref"], item["text"]) for item in shown if item["author"] == "hide"] == [("a1", "УБ******12")]
    assert texts(browser) == ["УБ******12"]
