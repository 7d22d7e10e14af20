"""What is held is given out once, by a button on a page of its own (rows P5, P6; GET has no effect: L5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from bots.held_data import EXPORT
from bots.link_pages.export import export_routes
from bots.link_pages.providers import Providers
from bots.link_pages.routes import link_routes
from bots.web.headers import SecurityHeaders
from dialogs.linking import LinkEnd
from knowledge import erasing, link_rows
from knowledge.house_tables import audit
from tests.bots.silent_registry import SilentRegistry
from tests.bots.web_chat.whole_chat import OWN_PAGE, Chat, whole_chat

SAID = "зөвхөн миний үг"
FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"}


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with whole_chat(tmp_path, {"web_reply_wait_seconds": 0.0}) as made:
        yield made


@pytest.fixture
def pages(chat: Chat) -> Iterator[TestClient]:
    routes = [*export_routes(chat.parts), *link_routes(chat.parts, Providers(SilentRegistry()))]
    middleware = [Middleware(SecurityHeaders, https=False)]
    with TestClient(Starlette(routes=routes, middleware=middleware), headers=OWN_PAGE) as made:
        yield made


def said(chat: Chat, words: str = SAID) -> str:
    """Of a visitor who wrote these words; the conversation's id."""
    visitor = chat.visitor()
    visitor.post("/web/messages", data={"text": words, "id": "1"})
    chat.work()
    return chat.conversation_of(visitor)


def opened(chat: Chat, conversation_id: str, way: str = EXPORT) -> tuple[str, str]:
    """A page of that way opened from the chat: its row and its token."""
    with chat.parts.database.write() as connection:
        return link_rows.open_link(
            connection,
            chat.parts.vault,
            conversation_id=conversation_id,
            channel="web",
            address="a",
            way=way,
            purpose="mydata",
            operation="",
            level="none",
            provider="",
            now=chat.clock(),
            lives=timedelta(minutes=5),
        )


def status(chat: Chat, conversation_id: str, link_id: str) -> str:
    with chat.parts.database.read() as connection:
        found = link_rows.find(connection, chat.parts.vault, link_id, conversation_id)
    assert found is not None
    return found.status


def entries(chat: Chat) -> list[tuple[str, str, str]]:
    with chat.parts.database.read() as connection:
        rows = connection.execute(select(audit.c.actor, audit.c.subject, audit.c.detail, audit.c.action))
        return [(row.actor, row.subject, row.detail) for row in rows if row.action == "data.exported"]


def test_looking_at_the_page_changes_nothing_and_gives_nothing_out(chat: Chat, pages: TestClient) -> None:
    conversation_id = said(chat)
    link_id, token = opened(chat, conversation_id)
    for _ in range(5):
        answer = pages.get(f"/mydata/{token}")
        assert (answer.status_code, SAID in answer.text) == (200, False)
        assert pages.head(f"/mydata/{token}").status_code == 200
    assert (status(chat, conversation_id, link_id), entries(chat)) == ("open", [])


def test_the_button_gives_the_file_once_and_it_is_recorded(chat: Chat, pages: TestClient) -> None:
    conversation_id = said(chat)
    link_id, token = opened(chat, conversation_id)
    answer = pages.post(f"/mydata/{token}")
    assert SAID in [message["text"] for message in json.loads(answer.content)["messages"]]
    assert answer.headers["content-disposition"].startswith("attachment;")
    again = [pages.post(f"/mydata/{token}"), pages.get(f"/mydata/{token}")]
    assert [(one.status_code, SAID in one.text) for one in again] == [(404, False)] * 2
    assert entries(chat) == [("citizen", conversation_id, link_id)]


def test_of_eight_who_press_at_once_one_gets_the_file(chat: Chat, pages: TestClient) -> None:
    _, token = opened(chat, said(chat))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: pages.post(f"/mydata/{token}").status_code, range(8)))
    assert sorted(answers) == [200] + [404] * 7
    assert len(entries(chat)) == 1


@pytest.mark.parametrize("headers", [FOREIGN, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://other.example"}])
def test_a_post_from_another_page_is_refused_and_uses_nothing_up(
    chat: Chat, pages: TestClient, headers: dict[str, str]
) -> None:
    _, token = opened(chat, said(chat))
    pages.headers.pop("Sec-Fetch-Site")
    refused = pages.post(f"/mydata/{token}", headers=headers)
    assert (refused.status_code, SAID in refused.text, refused.headers["cache-control"]) == (403, False, "no-store")
    assert pages.post(f"/mydata/{token}", headers=OWN_PAGE).status_code == 200


def test_when_its_time_is_over_nothing_is_given_out(chat: Chat, pages: TestClient) -> None:
    _, token = opened(chat, said(chat))
    chat.clock.pass_by(300)
    assert [pages.get(f"/mydata/{token}").status_code, pages.post(f"/mydata/{token}").status_code] == [404, 404]
    assert entries(chat) == []


@pytest.mark.parametrize("way", ["bank", "signature"])
def test_a_token_of_another_way_opens_no_export(chat: Chat, pages: TestClient, way: str) -> None:
    _, token = opened(chat, said(chat), way)
    assert [pages.get(f"/mydata/{token}").status_code, pages.post(f"/mydata/{token}").status_code] == [404, 404]


def test_a_token_of_an_export_opens_no_page_of_proof(chat: Chat, pages: TestClient) -> None:
    link_id, token = opened(chat, conversation_id := said(chat))
    looked = [pages.get(f"/link/{token}{place}").status_code for place in ("", "/number", "/status", "/sign")]
    acted = [pages.post(f"/link/{token}{place}").status_code for place in ("/begin", "/deny", "/cancel", "/move")]
    assert (set(looked + acted), status(chat, conversation_id, link_id)) == ({404}, "open")


@pytest.mark.parametrize("token", ["a", "a" * 43, "a" * 44, "%2e%2e", "а" * 43, "a" * 42 + "%00"])
def test_what_is_no_token_looks_like_one_that_is_over(pages: TestClient, token: str) -> None:
    gone = pages.get("/mydata/" + "b" * 43)
    found = pages.get(f"/mydata/{token}")
    assert (found.status_code, gone.status_code) == (404, 404)


def test_after_the_chat_was_erased_or_signed_out_of_its_proof_the_page_gives_nothing(
    chat: Chat, pages: TestClient
) -> None:
    conversation_id = said(chat)
    _, token = opened(chat, conversation_id)
    with chat.parts.database.write() as connection:
        erasing.erase(connection, chat.parts.vault, conversation_id, chat.clock())
    assert pages.post(f"/mydata/{token}").status_code == 404
    _, token = opened(chat, conversation_id)
    with chat.parts.database.write() as connection:
        link_rows.end_all(connection, conversation_id, LinkEnd.GONE, chat.clock())
    assert pages.post(f"/mydata/{token}").status_code == 404


def test_nobody_elses_words_are_in_the_file(chat: Chat, pages: TestClient) -> None:
    said(chat, "өөр хүний үг")
    _, token = opened(chat, said(chat))
    assert "өөр хүний" not in pages.post(f"/mydata/{token}").text


def test_neither_page_nor_file_is_kept_framed_or_told_to_others(chat: Chat, pages: TestClient) -> None:
    _, token = opened(chat, said(chat))
    page, file = pages.get(f"/mydata/{token}"), pages.post(f"/mydata/{token}")
    for answer in (page, file):
        kept = {name: answer.headers.get(name) for name in ("cache-control", "referrer-policy", "x-frame-options")}
        assert kept == {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers


def test_an_export_that_fails_can_be_pressed_again(
    chat: Chat, pages: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = opened(chat, said(chat))

    def broken(*_given: object) -> None:
        raise BlockingIOError

    with monkeypatch.context() as patched:
        patched.setattr("knowledge.held_rows.export", broken)
        with pytest.raises(BlockingIOError):
            pages.post(f"/mydata/{token}")
    assert entries(chat) == []
    assert pages.post(f"/mydata/{token}").status_code == 200
