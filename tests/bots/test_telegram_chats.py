"""Personal answers in a person's own chat only, and rights that hang on a number and never on a name."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from connectors.channel import Fetched, SendResult, Sent
from connectors.telegram import Telegram
from connectors.telegram_updates import arrivals
from dialogs.rendering import Rendered
from dialogs.services import Language
from dialogs.wording import sentence
from tests.bots.wired import CODE, NUMBER, ROWS, Wired, wire
from tests.connectors.telegram_samples import BAT, GROUP, PRIVATE, message, update
from tests.fakes.telegram_api import TOKEN

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
KINDS: dict[str, dict[str, Any]] = {
    "group": {"chat": {"id": -5, "type": "group"}},
    "supergroup": {"chat": GROUP},
    "topic of a forum": {"chat": GROUP | {"is_forum": True}, "message_thread_id": 3, "is_topic_message": True},
    "channel": {"chat": {"id": -1007, "type": "channel"}},
    "anonymous admin": {"chat": GROUP, "from": ANONYMOUS, "sender_chat": GROUP},
    "post of a linked channel": {"chat": GROUP, "sender_chat": {"id": -1007, "type": "channel"}},
    "group with the person's own id": {"chat": {"id": 77, "type": "group"}},
    "another person's private chat": {"chat": {"id": 78, "type": "private"}},
    "somebody who speaks for a group in private": {"chat": PRIVATE, "sender_chat": GROUP},
    "another bot": {"chat": {"id": 6, "type": "private"}, "from": {"id": 6, "is_bot": True, "first_name": "x"}},
    "a kind of chat of 2030": {"chat": {"id": 77, "type": "hologram"}},
    "forwarded into a group": {"chat": GROUP, "forward_origin": {"type": "user", "sender_user": BAT}},
}
WANTED = ("үнэмлэхний лавлагаа", NUMBER, CODE, "/start s1-abc", "/help@tuslakh_bot", "@tuslakh_bot хүн", "/cancel")
_NUMBERS = count(1)


@dataclass
class Ledger:
    """What was sent to which chat."""

    sent: list[tuple[str, Rendered]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    async def send(self, address: str, rendered: Rendered, *, by_person: bool = False, late: bool = False) -> Sent:
        self.sent.append((address, rendered))
        return Sent(SendResult.SENT, str(len(self.sent)))

    async def amend(self, address: str, ref: str, rendered: Rendered) -> Sent:
        return await self.send(address, rendered)

    async def hide(self, address: str, ref: str) -> Sent:
        return Sent(SendResult.SENT, ref)

    async def show_typing(self, address: str) -> Sent:
        return Sent(SendResult.SENT)

    async def fetch(self, source: str, largest: int, seconds: float) -> Fetched:
        self.fetched.append(source)
        return Fetched(SendResult.NOT_SENT)

    def told(self, address: str = "77") -> str:
        return "\n".join(rendered.plain for to, rendered in self.sent if to == address)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, ledger: Ledger) -> Wired:
    return wire(tmp_path_factory.mktemp("chats"), senders={"telegram": ledger}, channel=Telegram(TOKEN))


@pytest.fixture
def wired(shared: Wired, ledger: Ledger) -> Wired:
    """One application for all tests, which are about different people."""
    ledger.sent.clear()
    shared.registry.asked.clear()
    return shared


def put(wired: Wired, kind: str = "message", **fields: Any) -> None:
    said = message(date=int(wired.clock().timestamp())) | fields
    wired.parts.inbox.accept(arrivals(update(update_id=next(_NUMBERS), **{kind: said}).encode()))
    wired.run()
    wired.clock.move(seconds=30)


def everything(place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for text in WANTED:
        yield place | {"text": text}
    yield place | {"contact": {"phone_number": "+97699112233", "first_name": "Бат", "user_id": 77}}
    yield place | {"photo": [{"file_id": "p1", "width": 9, "height": 9}], "caption": NUMBER}


@pytest.mark.parametrize("place", KINDS.values(), ids=KINDS.keys())
def test_where_others_read_along_nothing_personal_is_said_asked_or_fetched(
    wired: Wired, ledger: Ledger, place: dict[str, Any]
) -> None:
    for kind in ("message", "edited_message", "channel_post"):
        for fields in everything(place):
            put(wired, kind, **fields)
    allowed = {sentence("greeting.private-only", language) for language in Language}
    told = {rendered.plain for _, rendered in ledger.sent}
    assert (told - allowed, wired.registry.asked, ledger.fetched) == (set(), [], [])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (-9001, {"text": "/help"}),
        (-9002, {"text": "@tuslakh_bot паспорт"}),
        (-9003, {"text": "/x", "sender_chat": GROUP}),
    ],
)
def test_who_speaks_to_the_bot_in_a_group_is_asked_to_write_in_private(
    wired: Wired, ledger: Ledger, number: int, said: dict[str, Any]
) -> None:
    put(wired, chat={"id": number, "type": "supergroup"}, **said)
    ((address, rendered),) = ledger.sent
    assert (address, rendered.plain) == (str(number), sentence("greeting.private-only", Language.MN))


def person(id_: int, **names: str) -> dict[str, Any]:
    return {"chat": {"id": id_, "type": "private"}, "from": BAT | {"id": id_} | names}


def press(wired: Wired, who: dict[str, Any], data: object) -> None:
    pressed = {"id": str(next(_NUMBERS)), "from": who["from"], "data": data, "message": message(chat=who["chat"])}
    wired.parts.inbox.accept(arrivals(update(update_id=next(_NUMBERS), callback_query=pressed).encode()))
    wired.run()
    wired.clock.move(seconds=30)


def wants_the_reference(wired: Wired, ledger: Ledger, who: dict[str, Any]) -> None:
    """Asks for it and presses the button that begins the proof."""
    put(wired, text="үнэмлэхний лавлагаа", **who)
    button = next(each for _, rendered in ledger.sent[::-1] for each in rendered.buttons if "Өөрийн" in each.label)
    press(wired, who, button.payload)


def test_in_a_persons_own_chat_the_same_words_do_lead_to_the_answer(wired: Wired, ledger: Ledger) -> None:
    wants_the_reference(wired, ledger, person(101))
    put(wired, text=NUMBER, **person(101))
    put(wired, text=CODE, **person(101))
    assert [asked[0] for asked in wired.registry.asked] == ["request", "read"]
    assert dict(ROWS)["field.valid-until"] in ledger.told("101")


def test_a_name_that_changes_hands_carries_no_right_over(wired: Wired, ledger: Ledger) -> None:
    """A code is asked for; then somebody else has taken the @username and the name, and types it."""
    wants_the_reference(wired, ledger, person(102, username="bat"))
    put(wired, text=NUMBER, **person(102, username="bat"))
    put(wired, text=CODE, **person(103, username="bat"))
    assert [asked[0] for asked in wired.registry.asked] == ["request"]


def test_a_new_name_loses_nothing(wired: Wired, ledger: Ledger) -> None:
    wants_the_reference(wired, ledger, person(104))
    put(wired, text=NUMBER, **person(104, first_name="Дорж", username="new_name"))
    assert [asked[0] for asked in wired.registry.asked] == ["request"]


def test_no_forged_foreign_or_expired_press_does_anything_but_is_answered(wired: Wired, ledger: Ledger) -> None:
    """The button that begins the proof was shown to somebody else; junk is as long as Telegram lets it be."""
    put(wired, text="үнэмлэхний лавлагаа", **person(105))
    foreign = [button.payload for _, rendered in ledger.sent for button in rendered.buttons]
    chance = random.Random(7)
    junk = ["".join(chance.choices(string.printable, k=64)) for _ in range(20)]
    numbers = [f"{chance.randrange(10**9)}.{chance.randrange(1000)}" for _ in range(20)]
    for data in [*foreign, *junk, *numbers, "1.0", "prove:id-card", None, 7]:
        ledger.sent.clear()
        press(wired, person(106), data)
        assert ledger.told("106")
        assert ledger.told("105") == ""
    assert wired.registry.asked == []
