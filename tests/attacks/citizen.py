"""Somebody on the web chat, over HTTP: says, presses, reads; and the invented people's phones."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx

from bots.sandbox.people import Person
from tests.kill.story import until

Item = dict[str, Any]
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class Citizen:
    """A web chat; `heard` is the position of the last thing that was taken notice of."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=30)
        self.url, self.heard = url, 0
        self.client.get("/").raise_for_status()

    def start(self) -> Citizen:
        self.client.post("/web/start", json={}).raise_for_status()
        self.hears("")
        return self

    def says(self, text: str, expect: str = "") -> Item:
        """What is answered; the first answer that holds `expect`."""
        self.heard = self.last()
        self._post({"text": text})
        return self.hears(expect)

    def presses(self, label: str, expect: str = "") -> Item:
        """The newest button whose label holds this."""
        payload = until(lambda: self._payload(label), f"a button {label}")
        self.heard = self.last()
        self._post({"button": payload})
        return self.hears(expect)

    def hears(self, piece: str) -> Item:
        """The first thing behind `heard` that holds the piece."""
        found: Item = until(lambda: next((one for one in self.news() if piece in text_of(one)), None), piece)
        return found

    def news(self) -> list[Item]:
        return [item for item in self.history() if item["position"] > self.heard and item["author"] != "citizen"]

    def history(self) -> list[Item]:
        """Everything there is to see, page by page."""
        items: list[Item] = []
        while True:
            page = self.client.get("/web/history", params={"after": items[-1]["position"] if items else 0}).json()
            items += page["items"]
            if not page["more"]:
                return items

    def last(self) -> int:
        return max((item["position"] for item in self.history()), default=0)

    def link(self) -> str:
        """The address of the page that was sent last."""
        urls = [url for item in self.history() for url in re.findall(r"https?://[^\s\"']+/link/[\w-]{43}", str(item))]
        return str(urls[-1])

    def _payload(self, label: str) -> str:
        buttons = [button for item in self.history() for button in item.get("buttons", ())]
        return next((str(each["payload"]) for each in reversed(buttons) if label in each["label"]), "")

    def _post(self, event: dict[str, str]) -> None:
        self.client.post("/web/messages", json={"id": uuid4().hex, **event}).raise_for_status()


def text_of(item: Item) -> str:
    """Its words, with those of its buttons."""
    return " ".join([str(item.get("text", "")), *(str(button["label"]) for button in item.get("buttons", ()))])


def codes_of(url: str, person: Person) -> list[str]:
    """Every code in the person's boxes, newest first in each."""
    phones = httpx.get(f"{url}/sandbox/messages.json", timeout=30).json()["phones"]
    mine = next(phone for phone in phones if phone["number"] == person.phone)
    found = [mine["messages"], *(value for key, value in mine.items() if key in ("app", "mail"))]
    return [code for box in found for message in box for code in _CODE.findall(message["text"])]


def switch(url: str, *names: str) -> None:
    """These failures are on from now, all others off."""
    form = dict.fromkeys(names, "on")
    httpx.post(f"{url}/sandbox/switches", data=form, headers={"Origin": url}, timeout=30)
