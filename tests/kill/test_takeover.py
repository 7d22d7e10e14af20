"""Killed in the middle of a take-over: one owner when it is over, and the bot is silent from then on."""

from __future__ import annotations

import re
import time

import httpx
import pytest

from tests.kill.hops import HOPS
from tests.kill.story import Keeper, Page, until
from tests.process import Process

HIDDEN = re.compile(r'name="(csrf|key|owner_number)" value="([^"]*)"')
CASE = re.compile(r'href="(/desk/cases/[^"/?#]+)"')
TAKEOVER_HOPS = [hop for hop in HOPS if hop.startswith("K18")]


class Agent:
    """At the desk with the invented account; a click that got no answer is made again."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Origin": url}, timeout=10)
        self._client.get("/staff/sign-in")
        signed_in = self._client.post("/staff/sign-in", data={"login": "bat", "password": "tuslakh-bat"})
        assert signed_in.status_code == 303, signed_in.status_code

    def take_the_first_case(self) -> None:
        place = until(lambda: CASE.search(self._client.get("/desk").text), "a case in the queue")[1]
        fields = dict(HIDDEN.findall(self._client.get(place).text))
        until(lambda: self._client.post(f"{place}/take", data=fields).status_code == 303, "taken")


@pytest.mark.parametrize("hop", TAKEOVER_HOPS)
def test_a_takeover_leaves_one_owner_and_a_silent_bot(victim: Process, hop: str) -> None:
    keeper = Keeper(victim, hop, on=1)
    page = Page(victim)
    page.post({"text": "хүнтэй ярья"})
    page.wait_for(lambda items: any(item["author"] == "bot" for item in items), "the bot")
    Agent(victim.url).take_the_first_case()
    items = page.wait_for(lambda found: "Одоо тантай ажилтан" in str(found) and found, "the agent is announced")
    page.post({"text": "баярлалаа"})
    time.sleep(1.0)
    after = page.history()
    keeper.stop()
    assert keeper.deaths == 1
    assert sum("Одоо тантай ажилтан" in str(item) for item in after) == 1
    assert len(after) == len(items) + 1
