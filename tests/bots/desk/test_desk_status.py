"""The status page: channels, queues, the sum and absences in words, for agents and editors."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from bots.channel_watch_findings import FINDINGS, Finding
from bots.desk.routes import desk_routes
from bots.watch import Watch
from bots.web.sign_in import sign_in_routes
from tests.bots.staff_parts import House

NOTICE = "//div[@id='status']/div[1]"


class Telegram:
    """What the watch finds on the channel, as the test wants it."""

    name = "telegram"

    def __init__(self) -> None:
        self.finds: Sequence[Finding] = ()

    async def look(self, now: datetime) -> Sequence[Finding]:
        return self.finds


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest.fixture
def watch(house: House, telegram: Telegram) -> Watch:
    """The watch behind the house's pages."""
    made = Watch(house.parts.database, house.clock, [telegram])
    house.app = Starlette(routes=[*sign_in_routes(house.parts), *desk_routes(house.parts, made)])
    return made


def find(watch: Watch, telegram: Telegram, *findings: Finding) -> None:
    telegram.finds = findings
    asyncio.run(watch.look())


def status(house: House, login: str = "bolor") -> str:
    return " ".join(house.browser(login).get("/desk/status").words("//div[@id='status']"))


@pytest.mark.parametrize("login", ["bolor", "sarnai"])
def test_agents_and_editors_see_that_all_is_well(house: House, watch: Watch, telegram: Telegram, login: str) -> None:
    find(watch, telegram)
    page = house.browser(login).get("/desk/status")
    assert page.status == 200
    assert page.words(NOTICE) == ["Бүх зүйл хэвийн. Everything is well."]


def test_nobody_else_sees_it(house: House, watch: Watch) -> None:
    assert house.browser().get("/desk/status").location.startswith("/staff/sign-in")
    assert house.browser().get("/desk/status/now").status == 401


def test_the_navigation_leads_there(house: House) -> None:
    for login, home in (("bolor", "/desk"), ("sarnai", "/editor")):
        assert "/desk/status" in house.browser(login).get(home).page.xpath("//nav/a/@href")


def test_the_fragment_is_what_stands_on_the_page(house: House, watch: Watch, telegram: Telegram) -> None:
    find(watch, telegram, Finding("pending", "312"))
    browser = house.browser("sarnai")
    pages = [browser.get(path).words("//*[@id='status']") for path in ("/desk/status", "/desk/status/now")]
    assert pages[0] == pages[1]


def test_looking_by_itself_keeps_no_session_alive(house: House, watch: Watch) -> None:
    browser = house.browser("bolor").get("/desk/status")
    before = house.rows("SELECT seen_at FROM staff_sessions")
    house.clock.move(minutes=5)
    assert browser.get("/desk/status/now").status == 200
    assert house.rows("SELECT seen_at FROM staff_sessions") == before


def test_a_finding_is_told_with_its_detail_what_to_do_and_since_when(
    house: House, watch: Watch, telegram: Telegram
) -> None:
    find(watch, telegram, Finding("webhook-elsewhere", "thief.example", repaired=True))
    words = FINDINGS["webhook-elsewhere"]
    shown = status(house)
    told = (words.says.mn, words.todo.mn, "thief.example", "Өөрөө засагдсан", "2026-11-23 12:00-ээс хойш")
    assert all(part in shown for part in told)


def test_what_a_platform_says_is_shown_as_text(house: House, watch: Watch, telegram: Telegram) -> None:
    find(watch, telegram, Finding("delivery-errors", "<script>alert(1)</script>"))
    assert "<script>alert" not in house.browser("bolor").get("/desk/status").text


def test_what_was_put_right_stays_on_the_page_for_a_week(house: House, watch: Watch, telegram: Telegram) -> None:
    find(watch, telegram, Finding("webhook-elsewhere", "thief.example", repaired=True))
    find(watch, telegram)
    assert FINDINGS["webhook-elsewhere"].todo.mn in status(house)
    house.clock.move(days=8)
    assert FINDINGS["webhook-elsewhere"].todo.mn not in status(house)


def test_what_came_is_shown_by_what_became_of_it(house: House, watch: Watch) -> None:
    house.citizen("паспорт")
    house.citizen("паспорт")
    page = house.browser("bolor").get("/desk/status")
    assert page.words("//tr[th[contains(., 'Боловсруулсан')]]/td") == ["2"]
    assert "Нийлбэр таарч байна" in page.text


def test_a_sum_that_does_not_hold_is_told_loudly(house: House, watch: Watch, telegram: Telegram) -> None:
    find(watch, telegram)
    house.citizen("паспорт")
    with house.parts.database.write() as connection:
        connection.execute(text("UPDATE inbox SET status = 'mislaid'"))
    page = house.browser("bolor").get("/desk/status")
    assert "1 зүйл анхаарал" in page.words(NOTICE)[0]
    assert "Нийлбэр таарахгүй" in page.text


@pytest.mark.parametrize(("login", "links"), [("bolor", ["/desk/aside"]), ("sarnai", [])])
def test_what_is_set_aside_is_one_click_away_for_agents(
    house: House, watch: Watch, login: str, links: list[str]
) -> None:
    house.citizen("паспорт")
    with house.parts.database.write() as connection:
        connection.execute(text("UPDATE inbox SET status = 'aside'"))
    page = house.browser(login).get("/desk/status").page
    assert page.xpath("//div[@id='status']//a/@href") == links


def test_an_absence_is_shown_with_what_may_be_lost_on_our_channels(house: House, watch: Watch) -> None:
    watch.beat()
    house.clock.move(hours=30)
    watch.beat()
    shown = status(house)
    assert "Telegram, мессеж messages: 2026-11-23 12:00 – 2026-11-23 18:00" in shown
    assert "Messenger" not in shown


def test_an_absence_without_a_loss_says_so(house: House) -> None:
    watch = Watch(house.parts.database, house.clock)  # no channel but the web chat
    watch.beat()
    house.clock.move(minutes=6)
    watch.beat()
    assert "Юу ч алдагдаагүй" in status(house)


def test_absences_of_long_ago_are_left_out(house: House, watch: Watch) -> None:
    watch.beat()
    house.clock.move(hours=30)
    watch.beat()
    house.clock.now += timedelta(days=31)
    assert "Тасралтгүй ажилласан" in status(house)
