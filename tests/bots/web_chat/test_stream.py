"""The stream over a real server: exactly what is missing, as it comes, and to nobody else."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from connectors.web_chat import address_of
from knowledge import conversation_rows
from tests.bots.web_chat.whole_chat import OWN_PAGE, Chat, started_anew, token_of

Event = dict[str, Any]


@pytest.fixture
def served(chat: Chat) -> Iterator[str]:
    with chat.working(), chat.serving() as url:
        yield url


@contextmanager
def visitor(url: str, cookies: httpx.Cookies | None = None) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, headers=OWN_PAGE, cookies=cookies, timeout=5) as browser:
        browser.get("/")
        yield browser


@contextmanager
def stream(browser: httpx.Client, path: str = "/web/events", last: str | None = None) -> Iterator[Iterator[Event]]:
    headers = {} if last is None else {"Last-Event-ID": last}
    with browser.stream("GET", path, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield events(response)


def events(response: httpx.Response) -> Iterator[Event]:
    """`{id, event, data}` of each."""
    found: Event = {}
    for line in response.iter_lines():
        name, _, value = line.partition(": ")
        if line:
            found[name] = json.loads(value) if name == "data" else value
        elif "data" in found:
            yield found
            found = {}


def say(browser: httpx.Client, event_id: str, text: str) -> None:
    assert browser.post("/web/messages", json={"id": event_id, "text": text}).status_code == 202


def until(browser: httpx.Client, position: int) -> list[Event]:
    """The history, once it is that long."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        items: list[Event] = browser.get("/web/history").json()["items"]
        if len(items) >= position:
            return items
        time.sleep(0.02)
    raise AssertionError("nothing more came")


def test_a_stream_opened_before_the_first_message_brings_it_and_its_answer(served: str) -> None:
    with visitor(served) as browser, stream(browser) as come:
        say(browser, "a1", "hello")
        first, second = next(come), next(come)
    assert (first["id"], first["event"], first["data"]["ref"]) == ("1", "message", "a1")
    assert (second["id"], second["data"]["author"], bool(second["data"]["blocks"])) == ("2", "bot", True)


def test_coming_back_with_the_last_event_id_gives_exactly_the_missing_items(served: str) -> None:
    with visitor(served) as browser:
        say(browser, "a1", "hello")
        with stream(browser) as come:
            seen = [next(come), next(come)]
        say(browser, "a2", "thanks")
        items = until(browser, 4)
        with stream(browser, last=seen[-1]["id"]) as come:
            missing = [next(come), next(come)]
    assert [event["data"] for event in seen + missing] == items
    assert [event["id"] for event in seen + missing] == ["1", "2", "3", "4"]


def test_coming_back_after_the_server_was_started_anew_gives_exactly_the_missing_items(chat: Chat) -> None:
    with chat.working(), chat.serving() as url, visitor(url) as browser:
        say(browser, "a1", "hello")
        with stream(browser) as come:
            seen = [next(come), next(come)]
        cookies = browser.cookies
        say(browser, "a2", "thanks")
        until(browser, 4)
    with started_anew(chat) as later, later.working(), later.serving() as url, visitor(url, cookies) as browser:
        say(browser, "a3", "hello again")
        items = until(browser, 6)
        with stream(browser, last=seen[-1]["id"]) as come:
            missing = [next(come) for _ in items[2:]]
    assert [event["data"] for event in seen + missing] == items


def test_the_last_event_id_counts_more_than_the_address(served: str) -> None:
    with visitor(served) as browser:
        say(browser, "a1", "hello")
        until(browser, 2)
        with stream(browser, "/web/events?after=0", last="1") as come:
            assert next(come)["id"] == "2"
        with stream(browser, "/web/events?after=1") as come:
            assert next(come)["id"] == "2"


def test_two_streams_never_bring_each_others_items(served: str) -> None:
    with visitor(served) as one, visitor(served) as two, stream(one) as of_one, stream(two) as of_two:
        say(one, "a1", "hello one")
        say(two, "a1", "hello two")
        assert next(of_one)["data"]["text"] == "hello one"
        assert next(of_two)["data"]["text"] == "hello two"
        assert [next(of_one)["data"]["author"], next(of_two)["data"]["author"]] == ["bot", "bot"]


def test_a_hidden_message_is_an_event_that_replaces_its_text(served: str) -> None:
    with visitor(served) as browser, stream(browser) as come:
        say(browser, "a1", "УБ90010112")
        found = next(event for event in come if event["event"] == "hide")
    assert (found["data"]["ref"], found["data"]["text"]) == ("a1", "УБ******12")


def test_a_lost_wake_up_only_delays(chat: Chat, served: str) -> None:
    with visitor(served) as browser, stream(browser) as come:
        say(browser, "a1", "hello")
        assert [next(come)["id"], next(come)["id"]] == ["1", "2"]
        token = token_of(browser)
        with chat.parts.database.write() as connection:  # nobody is woken by this
            from_database = conversation_rows.find(connection, "web", address_of(token))
            assert from_database is not None
            connection.exec_driver_sql(
                "INSERT INTO feed SELECT conversation_id, 3, at, author, ref, expires_at, body_sealed FROM feed "
                "WHERE position = 2"
            )
        assert next(come)["id"] == "3"


def test_a_body_that_does_not_arrive_in_time_is_408(chat: Chat, served: str) -> None:
    parts = urlsplit(served)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as wire:
        wire.sendall(
            b"POST /web/messages HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
            b'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id": "a1", '
        )
        assert wire.recv(100).startswith(b"HTTP/1.1 408")
    assert chat.stored() == 0


def test_a_body_without_a_length_is_cut_off_at_the_cap(chat: Chat, served: str) -> None:
    with visitor(served) as browser:
        chunks = (b"a" * 65_536 for _ in range(100))
        headers = {"Content-Type": "application/json"}
        try:
            status = browser.post("/web/messages", content=chunks, headers=headers).status_code
        except httpx.WriteError:  # the server hung up while we were still sending
            status = 413
    assert (status, chat.stored()) == (413, 0)
