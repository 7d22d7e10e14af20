"""The chat app vouches for its user, where it can it must (row L13), and no page leads elsewhere (row L8)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from connectors.messenger_linking import way_back
from connectors.telegram_init_data import TelegramInitData
from tests.bots.link_pages.house import BOT_TOKEN, Asked, House, a_house

LIVE = {
    "link_chat_proof": "required",
    "public_url": "https://tuslakh.example",
    "staff_accounts": "none",
    "xyp_base_url": "https://xyp.gov.mn",
    "xyp_access_token": "token",
    "xyp_private_key": "key.pem",
}
NOW = datetime.fromisoformat("2026-11-24T05:00:00+00:00")


def init_data(user: object = 77, at: datetime = NOW, token: str = BOT_TOKEN, **fields: str) -> str:
    """As Telegram makes it."""
    told = user if isinstance(user, str) else json.dumps({"id": user, "first_name": "Бат"})
    data = {"auth_date": str(int(at.timestamp())), "query_id": "AAE", "user": told, **fields}
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    lines = "\n".join(f"{name}={value}" for name, value in sorted(data.items()))
    return urlencode({**data, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


def test_telegrams_own_data_names_its_user() -> None:
    vouched = TelegramInitData(BOT_TOKEN).check(init_data(), NOW)
    assert vouched is not None
    assert vouched.user_id == "77"


FORGED: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "no hash": lambda: init_data().partition("&hash=")[0],
    "another bot's": lambda: init_data(token="9:other"),
    "a changed user": lambda: init_data().replace("77", "78"),
    "a changed time": lambda: init_data(at=NOW - timedelta(days=1)).replace("auth_date=1795", "auth_date=1796"),
    "old": lambda: init_data(at=NOW - timedelta(minutes=5, seconds=1)),
    "from the future": lambda: init_data(at=NOW + timedelta(seconds=61)),
    "a field twice": lambda: init_data() + "&user=%7B%22id%22%3A1%7D",
    "a bot": lambda: init_data(json.dumps({"id": 77, "is_bot": True})),
    "a user as text": lambda: init_data(json.dumps({"id": "77"})),
    "a group": lambda: init_data(chat_type="supergroup"),
    "a hash in capitals": lambda: (lambda text: text[:-64] + text[-64:].upper())(init_data()),
    "a name of 5000 signs": lambda: init_data(json.dumps({"id": 77, "first_name": "a" * 5000})),
    "no user": lambda: init_data("null"),
}


@pytest.mark.parametrize("forged", FORGED, ids=list(FORGED))
def test_l13_what_is_forged_old_or_not_a_persons_vouches_for_nobody(forged: str) -> None:
    assert TelegramInitData(BOT_TOKEN).check(FORGED[forged](), NOW) is None


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[House]:
    """A server the platforms reach: their users have to be vouched for."""
    with a_house(tmp_path, LIVE) as made:
        yield made


def begin(house: House, asked: Asked, **fields: str) -> int:
    browser = house.browser()
    headers = {"Origin": "https://tuslakh.example"}
    return browser.client.post(f"{asked.path}/begin", data=fields, headers=headers).status_code


def test_without_telegrams_word_the_page_does_not_go_on(strict: House) -> None:
    asked = strict.asks(strict.chat(address="77"))
    assert begin(strict, asked) == 403
    assert strict.link(asked).status == "open"


def test_with_telegrams_word_for_the_same_user_it_does(strict: House) -> None:
    asked = strict.asks(strict.chat(address="77"))
    assert begin(strict, asked, init_data=init_data(77, strict.clock())) == 303
    assert strict.link(asked).chat_proof == "telegram"


def test_l1_the_word_for_another_user_does_not_open_an_attackers_link(strict: House) -> None:
    """The relay: the victim opens the attacker's link in her own Telegram."""
    asked = strict.asks(strict.chat("Халдагч", address="66"))
    assert begin(strict, asked, init_data=init_data(77, strict.clock())) == 403
    assert strict.link(asked).status == "open"


def test_l13_the_same_word_is_not_taken_twice(strict: House) -> None:
    word = init_data(77, strict.clock())
    first, second = (strict.asks(strict.chat(address="77" if number else "770")) for number in (1, 0))
    assert begin(strict, first, init_data=word) == 303
    third = strict.asks(first.conversation_id)
    assert begin(strict, third, init_data=word) == 403
    assert strict.link(second).status == "open"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example", "//evil.example", "https:evil.example", "https://facebook.com.evil.example",
        "https://evilfacebook.com", "https://facebook.com@evil.example", "https://user@facebook.com", "javascript:1",
        "http://facebook.com", "https://facebook.com:8443", "https://facebook.com\\@evil.example",
        "https://facebook.com\tevil", "https://evil.example/facebook.com", "https://facebook.com%2eevil.example",
        "https://fаcebook.com", "https://www..facebook.com", "data:text/html,x", "\nhttps://facebook.com", "",
        "https://messenger.com.evil", "https://[::1]", "https://facebook.com" + "a" * 5000, "/\\evil.example",
    ],
)  # fmt: skip
def test_l8_no_other_place_is_gone_back_to(address: str) -> None:
    assert way_back(address) == ""


@pytest.mark.parametrize("address", ["https://facebook.com/x?y=1", "https://www.messenger.com/t/1"])
def test_messengers_own_places_are(address: str) -> None:
    assert way_back(address) == address
