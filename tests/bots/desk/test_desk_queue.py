"""Who waits: the order, the words, and that the page is told at once."""

import asyncio
from collections.abc import AsyncIterator
from threading import Timer

import pytest
from sse_starlette import ServerSentEvent

from bots.desk.events import changes
from bots.signals import DESK, LocalSignals
from bots.web.pages import waited
from knowledge import staff_rows
from tests.bots.staff_parts import START, House

WAITING = "//section[1]//tbody/tr"


def test_an_empty_desk_says_so(house: House) -> None:
    assert "Одоогоор хүлээж байгаа хүн алга" in house.browser("bolor").get("/desk").text


def test_who_waits_is_shown_with_time_reason_language_and_channel(house: House) -> None:
    house.waiting_case()
    house.clock.move(minutes=4)
    (line,) = house.browser("bolor").get("/desk").words(WAITING)
    assert all(part in line for part in ("4 мин", "Хүн хүссэн", "Монгол", "Веб чат"))


def test_an_emergency_comes_first_and_is_marked_in_words(house: House) -> None:
    house.waiting_case("chat-1")
    house.clock.move(minutes=3)
    house.waiting_case("chat-2", "намайг цагдаа баривчилсан, туслаач яаралтай")
    page = house.browser("bolor").get("/desk")
    assert ["⚠ Яаралтай тусламж" in line for line in page.words(WAITING)] == [True, False]
    assert page.page.xpath(f"({WAITING})[1]/@class") == ["urgent"]


def test_who_is_with_whom_and_what_was_closed(house: House) -> None:
    first, second = house.waiting_case("chat-1"), house.waiting_case("chat-2")
    browser = house.browser("bolor")
    browser.get(f"/desk/cases/{first}").submit("/take")
    browser.get(f"/desk/cases/{second}").submit("/close")
    page = house.browser("temuujin").get("/desk")
    assert "Болор" in page.words("//section[2]//tbody/tr")[0]
    assert "Болор" in page.words("//section[3]//tbody/tr")[0]


def test_the_fragment_is_what_stands_on_the_page(house: House) -> None:
    house.waiting_case()
    browser = house.browser("bolor")
    whole, piece = browser.get("/desk").words("//*[@id='queue']"), browser.get("/desk/queue").words("//*[@id='queue']")
    assert piece == whole


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(-5, "дөнгөж сая"), (59, "дөнгөж сая"), (240, "4 мин"), (3900, "1 ц 5 мин"), (200_000, "2 өдөр")],
)
def test_waiting_is_told_in_words(seconds: int, told: str) -> None:
    assert waited(START.fromtimestamp(START.timestamp() + seconds, START.tzinfo), START) == told


async def names(events: AsyncIterator[ServerSentEvent]) -> list[str | None]:
    return [event.event async for event in events]


@pytest.mark.asyncio
async def test_a_change_is_told_to_whoever_watches() -> None:
    signals, answers = LocalSignals(), iter([True, False])
    listening = asyncio.create_task(names(changes(signals, lambda: next(answers), 0.3)))
    await asyncio.sleep(0.05)
    signals.send(DESK)
    assert await listening == ["changed", "ended"]


@pytest.mark.asyncio
async def test_the_feed_ends_with_the_session_and_tells_nothing_more() -> None:
    signals = LocalSignals()
    listening = asyncio.create_task(names(changes(signals, lambda: False, 5.0)))
    await asyncio.sleep(0.05)
    signals.send(DESK)
    assert await listening == ["ended"]


@pytest.mark.asyncio
async def test_a_session_that_ends_quietly_loses_its_feed_too() -> None:
    assert await asyncio.wait_for(names(changes(LocalSignals(), lambda: False, 0.05)), 5) == ["ended"]


def test_watching_needs_a_session(house: House) -> None:
    assert house.browser().get("/desk/events").status == 401
    assert house.browser("sarnai").get("/desk/events").status == 401


def test_a_feed_is_an_event_stream_that_ends_when_somebody_else_signs_the_session_out(house: House) -> None:
    browser = house.browser("bolor")

    def end_the_session() -> None:
        with house.parts.database.write() as connection:
            staff_rows.close_session(connection, browser.client.cookies["tuslakh_staff"])
        house.parts.signals.send(DESK)

    Timer(0.5, end_the_session).start()
    browser.get("/desk/events")
    assert browser.headers["content-type"].startswith("text/event-stream")
    assert "event: ended" in browser.text
