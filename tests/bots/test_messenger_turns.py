"""A citizen on Messenger, through all the hops: from the signed batch to what is seen in the chat."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bots.messenger_webhook import PATH, SIGNATURE_HEADER, messenger_routes
from connectors.messenger import Messenger
from dialogs.messages import CaseTaken
from knowledge import conversation_rows, outbox_rows
from tests.bots.wired import Wired, wire
from tests.fakes.graph_api import APP, PAGE, TOKEN, FakeGraph
from tests.fakes.messenger_referee import judge

SECRET = "app-secret"
PSID = "7700000000000077"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeGraph]:
    with FakeGraph() as fake:
        yield fake


class Chat:
    """Somebody on Messenger, as seen in the ledger of what was shown."""

    def __init__(self, graph: FakeGraph, folder: Path) -> None:
        graph.forget()
        graph.hear(PSID)
        self.graph, self.mids = graph, 0
        self.channel = Messenger(PAGE, APP, TOKEN, (SECRET,), "verify-me", graph.url)
        self.wired: Wired = wire(folder, senders={"messenger": self.channel}, channel=self.channel)

    def event(self, **content: Any) -> Json:
        at = int(self.wired.clock().timestamp() * 1000) + self.mids
        return {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": at, **content}

    def said(self, text: str, **more: Any) -> Json:
        self.mids += 1
        return self.event(message={"mid": f"m_in_{self.mids}", "text": text, **more})

    async def _deliver(self, events: list[Json]) -> int:
        body = json.dumps({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": events}]}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        routes = messenger_routes(self.channel, self.wired.parts.inbox.accept_async)
        transport = httpx.ASGITransport(Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:
            headers = {SIGNATURE_HEADER: f"sha256={signature}"}
            return (await client.post(PATH, content=body, headers=headers)).status_code

    async def put(self, *events: Json) -> list[Json]:
        """The new messages in the chat."""
        before = len(self.graph.shown)
        assert await self._deliver(list(events)) == 200
        await self.wired._run()
        return [shown.message for shown in self.graph.shown[before:]]

    @property
    def conversation_id(self) -> str:
        with self.wired.parts.database.read() as connection:
            return conversation_rows.find(connection, "messenger", PSID) or ""


@pytest.fixture
def chat(server: FakeGraph, tmp_path: Path) -> Chat:
    return Chat(server, tmp_path)


def words(messages: list[Json]) -> str:
    return json.dumps(messages, ensure_ascii=False)


def choice(messages: list[Json], label: str) -> str:
    """The payload of the quick reply or button with these words."""
    last = messages[-1]
    found = [*last.get("quick_replies", [])]
    payload = last.get("attachment", {}).get("payload", {})
    found += payload.get("buttons", []) + [b for e in payload.get("elements", []) for b in e.get("buttons", [])]
    return str(next(each["payload"] for each in found if label in each["title"]))


@pytest.mark.asyncio
async def test_who_gets_started_is_told_that_this_is_automatic(chat: Chat) -> None:
    assert "автомат" in words(await chat.put(chat.event(postback={"payload": "GET_STARTED"})))


@pytest.mark.asyncio
async def test_a_need_is_answered_with_the_card_of_its_service(chat: Chat) -> None:
    answer = await chat.put(chat.said("паспорт сунгах"))
    assert "Гадаад паспорт дахин захиалах" in words(answer)
    for shown in chat.graph.shown:
        judge(shown.asked)


@pytest.mark.asyncio
async def test_a_number_that_cannot_be_hidden_here_is_no_failed_send(chat: Chat) -> None:
    await chat.put(chat.said("миний регистр УБ90010112"))
    with chat.wired.parts.database.read() as connection:
        assert set(outbox_rows.counts(connection)) == {"sent"}


@pytest.mark.asyncio
async def test_a_tapped_button_is_carried_out(chat: Chat) -> None:
    answer = await chat.put(chat.said("паспорт сунгах"))
    called = await chat.put(chat.event(postback={"title": "Хүнтэй ярих", "payload": choice(answer, "Хүнтэй")}))
    assert called
    with chat.wired.parts.database.read() as connection:
        stored = conversation_rows.read(connection, chat.wired.parts.vault, chat.conversation_id)
    assert stored is not None
    assert stored.state.waiting_for_person


@pytest.mark.asyncio
async def test_a_batch_brought_three_times_in_any_order_is_answered_once_and_in_order(chat: Chat) -> None:
    events = [chat.said(text) for text in ("сайн байна уу", "паспорт сунгах", "gerlesen lavlagaa")]
    once = [*events * 3]
    random.Random(7).shuffle(once)
    answers = words(await chat.put(*once))
    assert answers.count("Гэрлэсний бүртгэлийн лавлагаа олгоно") == 1
    assert answers.index("дахин захиалах") < answers.index("Гэрлэсний")


@pytest.mark.asyncio
async def test_once_somebody_answers_in_another_inbox_the_bot_is_silent(chat: Chat) -> None:
    await chat.put(chat.said("сайн байна уу"))
    elsewhere = {"mid": "m_echo", "text": "Сайн байна уу, би Сараа", "is_echo": True, "app_id": 263902037430900}
    echo = chat.event(message=elsewhere) | {"sender": {"id": PAGE}, "recipient": {"id": PSID}}
    assert await chat.put(echo) == []
    assert await chat.put(chat.said("паспорт сунгах")) == []


@pytest.mark.asyncio
async def test_the_echo_of_its_own_words_does_not_silence_it(chat: Chat) -> None:
    await chat.put(chat.said("сайн байна уу"))
    own = {"mid": chat.graph.shown[-1].mid, "text": "x", "is_echo": True, "app_id": int(APP)}
    await chat.put(chat.event(message=own) | {"sender": {"id": PAGE}, "recipient": {"id": PSID}})
    assert await chat.put(chat.said("паспорт сунгах"))


@pytest.mark.asyncio
async def test_while_an_agent_has_it_nothing_automatic_is_said(chat: Chat) -> None:
    await chat.put(chat.said("сайн байна уу"))
    chat.wired.parts.assistant.apply(chat.conversation_id, CaseTaken("bat", "Бат"), "key", "bat")
    await chat.wired._run()
    assert await chat.put(chat.said("паспорт сунгах")) == []
