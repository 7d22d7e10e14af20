"""The people around a process that is killed: who starts it again, who writes to it, and what they are told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from tests.process import Process

# What is asked and a piece of its answer: fixed sentences, so that every answer can be told from the others.
TALK = {
    "сайн байна уу": "Би бол Туслах",
    "баярлалаа": "Зүгээр ээ",
    "та робот уу": "хүн биш",
    "болих": "Өөр зүйл хэрэгтэй бол",
    "english please": "continue in English",
}
PATIENCE_SECONDS = 40.0


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


def answers(texts: list[str]) -> list[str]:
    """Each answer as the piece that names it; one that is none of them stays as it is and fails the comparison."""
    return [next((piece for piece in TALK.values() if piece in text), text) for text in texts]


def update(number: int, text: str) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Сараа", "language_code": "mn"}
    message = {"message_id": number, "date": int(time.time()), "chat": {"id": 7, "type": "private"}}
    return {"update_id": 100 + number, "message": {**message, "from": person, "text": text}}
