"""A real process, killed at each hop and started again: nothing lost, nothing twice, order kept."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import httpx
import pytest

from tests.fakes.telegram_api import TOKEN, FakeTelegram
from tests.kill.hops import HOPS
from tests.kill.story import TALK, Keeper, Page, answers, until, update
from tests.process import Process

TELEGRAM_HOPS = [hop for hop in HOPS if "Telegram" in hop or hop in ("K5 event taken", "K11 recorded")]
ON_THE_WEB = ("K1 ", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K11 delivered")
WEB_HOPS = [hop for hop in HOPS if hop.startswith(ON_THE_WEB) and "Telegram" not in hop]
CODE_HOPS = [hop for hop in HOPS if hop.startswith(("K12", "K13"))]
TEXTS = list(TALK)
NUMBER = re.compile(r"[А-ЯӨҮ]{2}\d{8}")


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
