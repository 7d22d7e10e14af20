"""A real process, killed at each hop and started again: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bots.first_data import files_digest
from knowledge import releases
from knowledge.database import Database
from knowledge.migrate import upgrade
from tests.bots.wired import CATALOGUE, START
from tests.fakes.telegram_api import TOKEN, FakeTelegram
from tests.kill.hops import HOPS
from tests.process import Process

WEB_HOPS = [hop for hop in HOPS if hop.startswith(("K1 ", "K2", "K3", "K5", "K6", "K7", "K8")) or "delivered" in hop]
TELEGRAM_HOPS = [hop for hop in HOPS if "Telegram" in hop or hop in ("K5 event taken", "K11 recorded")]
CODE_HOPS = [hop for hop in HOPS if hop.startswith(("K12", "K13"))]
# What is asked and a piece of its answer: fixed sentences, so that every answer can be told from the others.
TALK = {
    "сайн байна уу": "Би бол Туслах",
    "баярлалаа": "Зүгээр ээ",
    "та робот уу": "хүн биш",
    "болих": "Өөр зүйл хэрэгтэй бол",
    "english please": "continue in English",
}
TEXTS = list(TALK)
PATIENCE_SECONDS = 90.0
NUMBER = re.compile(r"[А-ЯӨҮ]{2}\d{8}")


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Process]:
    """With three services, so that being born again takes a second and not five."""
    database = Database(f"sqlite:///{tmp_path}/var/tuslakh.db")
    with database.write() as connection:
        upgrade(connection)
        releases.publish_files(connection, CATALOGUE, files_digest(), "catalogue files", "test", START)
    database.close()
    made = Process(tmp_path, module="tests.kill.victim", environment={"WEB_MESSAGES_A_MINUTE": "1000"})
    yield made
    made.stop()


class Keeper:
    """Starts the process again, unarmed, as soon as it has died."""

    def __init__(self, victim: Process, hop: str, on: int) -> None:
        self.deaths, self._victim, self._done = 0, victim, threading.Event()
        victim.start(DIE_AT=hop, DIE_ON=str(on))
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.is_set():
            if not self._victim.is_alive():
                self.deaths += 1
                self._victim.start()
            time.sleep(0.02)

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def until(condition: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


class Page:
    """A web chat that keeps every message until the server said that it has it, like the real page."""

    def __init__(self, victim: Process) -> None:
        self._client = httpx.Client(base_url=victim.url, headers={"Origin": victim.url}, timeout=10)
        self._sent = 0
        until(lambda: self._client.get("/").status_code == 200, "the page")

    def post(self, event: dict[str, str]) -> None:
        self._sent += 1
        body = {"id": f"m{self._sent}", **event}
        until(lambda: self._client.post("/web/messages", json=body).status_code == 202, "accepted")

    def history(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._client.get("/web/history").json()["items"]
        return items

    def wait_for(self, condition: Callable[[list[dict[str, Any]]], Any], what: str) -> Any:
        return until(lambda: condition(self.history()), what)


def authors(items: list[dict[str, Any]]) -> list[str]:
    return [item["author"] for item in items]


@pytest.mark.parametrize("hop", WEB_HOPS)
def test_on_the_web_no_message_is_lost_or_answered_twice_and_order_is_kept(victim: Process, hop: str) -> None:
    keeper = Keeper(victim, hop, on=3)
    page = Page(victim)
    for text in TEXTS:
        page.post({"text": text})
    items = page.wait_for(lambda found: authors(found).count("bot") >= len(TEXTS) and found, "every answer")
    time.sleep(1.0)
    items = page.wait_for(lambda found: found, "the feed")
    keeper.stop()
    assert keeper.deaths >= 1
    assert [item["text"] for item in items if item["author"] == "citizen"] == TEXTS
    assert answers([str(item["blocks"]) for item in items if item["author"] == "bot"]) == list(TALK.values())


@pytest.mark.parametrize("hop", TELEGRAM_HOPS)
def test_on_telegram_nothing_is_lost_and_only_an_ambiguous_send_may_come_twice(victim: Process, hop: str) -> None:
    with FakeTelegram() as telegram:
        victim.environment |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        for number, text in enumerate(TEXTS, 1):
            telegram.pending.append(update(number, text))
        keeper = Keeper(victim, hop, on=2)
        until(lambda: len({shown.text for shown in telegram.shown}) >= len(TEXTS), "every answer")
        time.sleep(1.0)
        keeper.stop()
        seen = answers([shown.text for shown in telegram.shown])
    assert keeper.deaths >= 1
    assert list(dict.fromkeys(seen)) == list(TALK.values())
    assert len(seen) - len(TALK) <= (1 if "K10" in hop else 0)


def answers(texts: list[str]) -> list[str]:
    """Each answer as the piece that names it; one that is none of them stays as it is and fails the comparison."""
    return [next((piece for piece in TALK.values() if piece in text), text) for text in texts]


def update(number: int, text: str) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Сараа", "language_code": "mn"}
    message = {"message_id": number, "date": 1_795_400_000 + number, "chat": {"id": 7, "type": "private"}}
    return {"update_id": 100 + number, "message": {**message, "from": person, "text": text}}


@pytest.mark.parametrize("hop", CODE_HOPS)
def test_a_code_is_compared_once_at_most_and_nobody_is_left_half_proven(victim: Process, hop: str) -> None:
    keeper = Keeper(victim, hop, on=1)
    page = Page(victim)
    phone = httpx.Client(base_url=victim.url, timeout=10)
    page.post({"text": "иргэний үнэмлэхийн лавлагаа миний мэдээлэл"})
    button = page.wait_for(own_data_button, "the card")
    page.post({"button": button})
    people = NUMBER.findall(phone.get("/sandbox").text)
    page.post({"text": people[0]})
    page.wait_for(lambda items: "6 оронтой код" in str(items), "the question for the code")
    code = until(lambda: re.search(r"ХУР код: (\d{6})", sms(phone)), "the SMS")
    page.post({"text": code[1]})
    end = "K13" in hop
    said = "таныг баталгаажууллаа" if end else "хариу ирсэнгүй"
    items = page.wait_for(lambda found: said in str(found) and found, "how it ended")
    keeper.stop()
    assert keeper.deaths == 1
    assert sum("таныг баталгаажууллаа" in str(item) for item in items) == (1 if end else 0)


def own_data_button(items: list[dict[str, Any]]) -> str | None:
    buttons = [button for item in items for button in item.get("buttons") or []]
    return next((str(button["payload"]) for button in buttons if "Өөрийн" in button["label"]), None)


def sms(phone: httpx.Client) -> str:
    """Every message on the invented phones."""
    return json.dumps(phone.get("/sandbox/messages.json").json(), ensure_ascii=False)
