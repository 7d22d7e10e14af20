"""A link that opens the chat at a service: its payload goes with the first event, once a visit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html
from starlette.testclient import TestClient

from tests.bots.web_chat.whole_chat import Chat


def posted(chat: Chat) -> list[dict[str, Any]]:
    """The events as they were stored, oldest first."""
    with chat.parts.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT body_sealed FROM inbox ORDER BY id").all()
    return [json.loads(chat.parts.vault.open(row[0])) for row in rows]


def start_form(browser: TestClient, path: str) -> list[tuple[str, str]]:
    forms = html.fromstring(browser.get(path).content).xpath("//form[@id='start']")
    return [field for form in forms for field in form.form_values()]


def test_the_page_of_an_entry_link_carries_its_payload(chat: Chat) -> None:
    assert ("entry", "s1abc_-9") in start_form(chat.visitor(), "/?entry=s1abc_-9")


def test_it_is_offered_in_a_chat_of_long_ago_too(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/messages", json={"id": "a1", "text": "hello"})
    chat.work()
    assert start_form(browser, "/") == []
    assert ("entry", "s1abc") in start_form(browser, "/?entry=s1abc&embed=1")


@pytest.mark.parametrize("entry", ["", "<script>", "a b", "a" * 201, "ы", '"onload=x'])
def test_what_cannot_be_a_payload_is_left_out(chat: Chat, entry: str) -> None:
    assert "entry" not in dict(start_form(chat.visitor(), f"/?entry={entry}"))


def test_the_payload_is_posted_with_the_start(chat: Chat) -> None:
    assert chat.visitor().post("/web/start", json={"id": "x1", "entry": "s1abc"}).status_code == 202
    (event,) = posted(chat)
    assert (event["start"], event["payload"]) == (True, "s1abc")


@pytest.mark.parametrize("limits", [{"web_reply_wait_seconds": 0.0}])
def test_a_form_without_scripts_posts_it_too(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/start", data=dict(start_form(browser, "/?entry=s1abc")))
    (event,) = posted(chat)
    assert event["payload"] == "s1abc"


def test_each_visit_is_an_event_and_a_repeat_of_one_is_none(chat: Chat) -> None:
    browser = chat.visitor()
    for event_id in ("x1", "x1", "x2"):
        browser.post("/web/start", json={"id": event_id, "entry": "s1abc"})
    assert chat.stored() == 2


def test_a_start_without_an_entry_is_the_one_start_of_the_chat(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/start", json={"id": "x1"})
    browser.post("/web/start", json={"id": "x2", "entry": "not a payload"})
    assert (chat.stored(), "payload" in posted(chat)[0]) == (1, False)


@pytest.mark.parametrize(("body", "status"), [(b"", 202), (b"{}", 202), (b"[", 400), (b'{"entry": 7}', 400)])
def test_an_odd_body_of_a_start_has_its_status(chat: Chat, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    assert chat.visitor().post("/web/start", content=body, headers=headers).status_code == status
