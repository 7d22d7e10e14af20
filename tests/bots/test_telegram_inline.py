"""Inline search from typing to what is shown: public, in the asker's language, the newest question only, not stored."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest

from bots.telegram_inline import InlineSearch, public_card
from bots.telegram_intake import TelegramIntake
from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.telegram_updates import arrivals
from dialogs.services import Language
from tests.bots.wired import CATALOGUE, START, Wired, wire
from tests.connectors.telegram_samples import message, press, update
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind, Json


@pytest.fixture
def api() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Wired:
    return wire(tmp_path_factory.mktemp("inline"))


def asked(text: str, number: int = 1, language: str = "mn", user: int = 77) -> Arrival:
    person = {"id": user, "is_bot": False, "first_name": "Бат", "language_code": language}
    query = {"id": f"s{number}", "from": person, "query": text, "offset": ""}
    return arrivals(update(update_id=number, inline_query=query).encode())[0]


def taken(wired: Wired, api: FakeTelegram, *brought: Arrival) -> None:
    """As a webhook or a poll hands them over, until every search is over."""

    async def run() -> None:
        telegram = Telegram(TOKEN, api.url)
        parts = wired.parts
        search = InlineSearch(telegram, parts.database, parts.catalogue, lambda id_: f"s1-{id_}", parts.clock, 5)
        intake = TelegramIntake(telegram, parts.inbox, parts.settings, search)
        await telegram.username()
        await intake.accept(brought)
        await search.finish_under_way()
        await telegram.close()

    asyncio.run(run())


def results(api: FakeTelegram, number: int = 1) -> list[Json]:
    return list(json.loads(api.searches[f"s{number}"]["results"]))


@pytest.mark.parametrize("text", ["паспорт сунгах", "pasport sungah", "Гадаад паспорт", "гада"])
def test_what_is_typed_finds_its_service(wired: Wired, api: FakeTelegram, text: str) -> None:
    taken(wired, api, asked(text))
    first = results(api)[0]
    assert (first["id"], first["title"]) == ("passport", "Гадаад паспорт дахин захиалах")


def test_the_card_that_is_sent_tells_summary_fee_and_date(wired: Wired, api: FakeTelegram) -> None:
    taken(wired, api, asked("паспорт сунгах"))
    text = results(api)[0]["input_message_content"]["message_text"]
    assert "Гадаад паспорт дахин захиалах олгоно. Шууд гарна." in text
    assert "50,000₮" in text
    assert "2026-11-23" in text


def test_the_card_and_the_button_open_the_service_with_the_bot(wired: Wired, api: FakeTelegram) -> None:
    taken(wired, api, asked("паспорт сунгах"))
    ((button,),) = results(api)[0]["reply_markup"]["inline_keyboard"]
    assert button["url"] == "https://t.me/tuslakh_test_bot?start=s1-passport"
    assert json.loads(api.searches["s1"]["button"])["start_parameter"] == "s1-passport"


def test_who_reads_english_is_answered_in_english(wired: Wired, api: FakeTelegram) -> None:
    taken(wired, api, asked("паспорт сунгах", language="en-GB"))
    assert results(api)[0]["title"] == "Re-order a passport"
    assert json.loads(api.searches["s1"]["button"])["text"] == "Ask the assistant"


@pytest.mark.parametrize("text", ["", " ", "сайн уу", "😀", "\ud83d", "ү" * 100_000, "zzzqqq"])
def test_whatever_is_typed_is_answered(wired: Wired, api: FakeTelegram, text: str) -> None:
    taken(wired, api, asked(text))
    assert "s1" in api.searches


def test_of_one_person_who_types_on_the_newest_waiting_question_wins(wired: Wired, api: FakeTelegram) -> None:
    taken(wired, api, *(asked("паспорт"[:end], end) for end in range(1, 8)))
    assert list(api.searches) == ["s7"]


def test_another_persons_question_is_not_put_aside(wired: Wired, api: FakeTelegram) -> None:
    taken(wired, api, asked("паспорт", 1, user=77), asked("паспорт", 2, user=78))
    assert set(api.searches) == {"s1", "s2"}


def test_of_too_many_people_those_who_wait_longest_are_forgotten(wired: Wired, api: FakeTelegram) -> None:
    taken(wired, api, *(asked("", number, user=number) for number in range(1, 8)))
    assert set(api.searches) == {f"s{number}" for number in range(3, 8)}


def test_a_search_is_not_stored_and_what_came_with_it_is(wired: Wired, api: FakeTelegram) -> None:
    words = arrivals(update(update_id=50, message=message(text="сайн уу")).encode())[0]
    taken(wired, api, asked("паспорт"), words)
    assert wired.parts.inbox.accept([words]) == 0  # it is there already
    assert wired.parts.inbox.accept([asked("паспорт")]) == 1


def test_a_press_that_comes_with_a_search_is_answered_too(wired: Wired, api: FakeTelegram) -> None:
    async def run() -> None:
        telegram = Telegram(TOKEN, api.url)
        intake = TelegramIntake(telegram, wired.parts.inbox, wired.parts.settings)
        await intake.accept([arrivals(press().encode())[0], asked("паспорт")])
        async with asyncio.timeout(5):
            while not api.answered:
                await asyncio.sleep(0.01)
        await telegram.close()

    asyncio.run(run())
    assert api.searches == {}  # nobody was given the searches


# HANG is left out: nobody waits for the wire's own limit of ten seconds here.
@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.HANG])
def test_a_search_that_cannot_be_answered_is_given_up_quietly(
    wired: Wired, api: FakeTelegram, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("answerInlineQuery", kind)
    taken(wired, api, asked("УБ90010112", 1, user=77), asked("паспорт", 2, user=78))
    assert "s2" in api.searches or "s1" in api.searches
    assert "УБ90010112" not in caplog.text


@pytest.mark.parametrize("body", ['{"inline_query": {}}', '{"inline_query": {"id": 7}}', '{"inline_query": null}'])
def test_a_search_nobody_can_read_is_dropped(wired: Wired, api: FakeTelegram, body: str) -> None:
    taken(wired, api, Arrival("telegram", "1", "unknown", body))
    assert api.searches == {}


@pytest.mark.parametrize("language", list(Language))
def test_the_public_card_is_the_same_for_everybody(language: Language) -> None:
    for service in CATALOGUE.services.values():
        card = public_card(service, CATALOGUE, language, START)
        assert not card.private
        assert card.buttons == ()
