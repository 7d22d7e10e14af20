"""The page of phones: everybody is on it, it escapes what it shows, and a strict content policy lets it work."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from lxml import html
from starlette.applications import Starlette

from bots.sandbox.people import PEOPLE
from bots.sandbox.phone_page import phone_routes
from bots.sandbox.records import ID_CARD
from bots.sandbox.switches import Switch
from bots.sandbox.world import Box, SandboxWorld

NOW = datetime(2026, 1, 31, 16, 30, tzinfo=UTC)  # the first of February in Ulaanbaatar
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
STATIC = Path(__file__).parents[3] / "bots" / "web" / "static"


@pytest.fixture
def world(tmp_path: Path) -> SandboxWorld:
    return SandboxWorld(tmp_path / "world", b"a secret of the sandbox tests", lambda: NOW)


async def get(world: SandboxWorld, path: str = "/sandbox") -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=phone_routes(world)))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
        return await http.get(path)


async def page(world: SandboxWorld) -> html.HtmlElement:
    return html.fromstring((await get(world)).content)


@pytest.mark.asyncio
async def test_everybody_is_shown_with_number_phone_and_remark(world: SandboxWorld) -> None:
    text = (await get(world)).text
    for person in PEOPLE:
        phone = f"+976 {person.phone[:4]} {person.phone[4:]}"
        assert all(part in text for part in (person.given_name, person.register_number, phone, person.remark_en))


@pytest.mark.asyncio
async def test_a_message_is_shown_at_its_ulaanbaatar_time(world: SandboxWorld) -> None:
    world.issue_code(PEOPLE[0], "Туршихад", [ID_CARD])
    (item,) = (await page(world)).xpath("//ol[@data-box]/li")
    assert world.messages(PEOPLE[0].phone)[0].text in item.text_content()
    assert "2026-02-01 00:30:00" in item.text_content()


@pytest.mark.asyncio
async def test_what_a_message_says_is_escaped(world: SandboxWorld) -> None:
    world.issue_code(PEOPLE[0], "<script>alert(1)</script>", [ID_CARD])
    assert "<script>alert" not in (await get(world)).text


@pytest.mark.asyncio
async def test_the_json_holds_every_phone_with_newest_message_first(world: SandboxWorld) -> None:
    world.issue_code(PEOPLE[1], "Нэг", [ID_CARD])
    world.issue_code(PEOPLE[1], "Хоёр", [ID_CARD])
    phones = (await get(world, "/sandbox/messages.json")).json()["phones"]
    assert [phone["number"] for phone in phones] == [person.phone for person in PEOPLE]
    assert ["Хоёр" in sms["text"] for sms in phones[1]["messages"]] == [True, False]
    assert phones[1]["messages"][0]["at"] == "2026-01-31T16:30:00+00:00"


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/sandbox", "/sandbox/messages.json"])
async def test_nothing_is_kept_in_a_cache(world: SandboxWorld, path: str) -> None:
    assert (await get(world, path)).headers["cache-control"] == "no-store"


@pytest.mark.asyncio
async def test_no_script_or_style_is_inline(world: SandboxWorld) -> None:
    tree = await page(world)
    assert tree.xpath("//style | //@style | //@*[starts-with(name(), 'on')] | //script[not(@src) or text()]") == []


@pytest.mark.asyncio
async def test_the_script_and_the_style_it_names_are_there(world: SandboxWorld) -> None:
    names = (await page(world)).xpath("//script/@src | //link[@rel='stylesheet']/@href")
    assert sorted(names) == ["/static/sandbox.css", "/static/sandbox.js"]
    assert all((STATIC / Path(name).name).is_file() for name in names)


@pytest.mark.asyncio
async def test_the_banner_says_that_all_is_invented_mongolian_first(world: SandboxWorld) -> None:
    (banner,) = (await page(world)).xpath("//*[@id='banner']")
    text = banner.text_content()
    assert 0 <= text.index("зохиомол") < text.index("invented")


@pytest.mark.asyncio
async def test_landmarks_headings_and_a_polite_status_are_there(world: SandboxWorld) -> None:
    tree = await page(world)
    assert [len(tree.xpath(f"//{name}")) for name in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert len(tree.xpath("//section[@class='phone'][@aria-labelledby]/h2")) == len(PEOPLE)
    assert tree.xpath("//*[@aria-live='polite']/@role") == ["status"]
    assert tree.xpath("/html/@lang") == ["mn"]


@pytest.mark.asyncio
async def test_each_box_is_shown_and_told_apart_in_the_json(world: SandboxWorld) -> None:
    world.issue_code(PEOPLE[0], "Апп дээр", [ID_CARD], [Box.APP])
    world.issue_code(PEOPLE[0], "И-мэйлээр", [ID_CARD], [Box.MAIL])
    phone = (await get(world, "/sandbox/messages.json")).json()["phones"][0]
    assert ["Апп дээр" in got["text"] for got in phone["app"]] == [True]
    assert ["И-мэйлээр" in got["text"] for got in phone["mail"]] == [True]
    assert phone["messages"] == []
    boxes = (await page(world)).xpath("//ol/@data-box")
    assert list(phone["addresses"].values()) == boxes[:3]


@pytest.mark.asyncio
async def test_every_switch_can_be_set_by_name_and_taken_back(world: SandboxWorld) -> None:
    names = (await page(world)).xpath("//input[@type='checkbox']/@name")
    assert names == [switch.value for switch in Switch]
    assert (await post(world, dict.fromkeys(names, "on"))).status_code == 303
    assert all(world.switches.is_on(switch) for switch in Switch)
    await post(world, {})
    assert not any(world.switches.is_on(switch) for switch in Switch)


@pytest.mark.asyncio
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_a_foreign_page_switches_nothing(world: SandboxWorld, headers: dict[str, str]) -> None:
    assert (await post(world, {Switch.BANK_DOWN.value: "on"}, headers)).status_code == 403
    assert not world.switches.is_on(Switch.BANK_DOWN)


@pytest.mark.asyncio
async def test_every_field_of_the_switches_has_its_label(world: SandboxWorld) -> None:
    tree = await page(world)
    assert len(tree.xpath("//label[input]")) == len(tree.xpath("//input")) == len(Switch)


async def post(world: SandboxWorld, form: dict[str, str], headers: dict[str, str] = OWN_PAGE) -> httpx.Response:
    transport = httpx.ASGITransport(Starlette(routes=phone_routes(world)))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
        return await http.post("/sandbox/switches", data=form, headers=headers)
