"""The sandbox's pages in a real browser, phone-wide: readable by everybody, usable by keyboard, live."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bots.sandbox.keys import DAN_CLIENT_ID, make_keys
from bots.sandbox.people import PEOPLE
from bots.sandbox.records import ID_CARD
from bots.sandbox.switches import Switch
from bots.sandbox.town import Town
from bots.sandbox.world import Box
from bots.web.headers import SecurityHeaders
from tests.bots.sandbox.test_dan_server import CARD_ENTRY, scope_of
from tests.browser.install import chromium
from tests.fakes.loopback import Loopback

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
STATIC = Path(__file__).parents[2] / "bots" / "web" / "static"
NARROW = {"width": 320, "height": 640}  # WCAG 1.4.10
PERSON = PEOPLE[0]


async def text(_request: Request) -> Response:
    return PlainTextResponse("Энэ чат миний чат мөн.\nThis chat is mine.\n")


async def came_back(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(f"back {sorted(form)} {sorted(request.query_params)}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    app = Starlette(middleware=[Middleware(SecurityHeaders, https=False)])
    server = Loopback(app)
    place, secret = tmp_path_factory.mktemp("town") / "world", b"a secret of the sandbox tests"
    town = Town(place, secret, lambda: datetime.now(UTC), make_keys(), own_url=server.url, base_url=server.url)
    ours = [
        Mount("/static", StaticFiles(directory=STATIC)),
        Route("/text", text),
        Route("/signed", came_back, methods=["POST"]),
        Route("/link/return/dan", came_back),
    ]
    app.router.routes.extend([*ours, *town.routes])
    server.start()
    yield town
    server.stop()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_context(viewport=NARROW, locale="mn-MN").new_page()  # type: ignore[arg-type]
        yield page
        browser.close()


def places(town: Town) -> dict[str, str]:
    url = town.own_url
    asked = f"challenge={quote(f'{url}/text', safe='')}&back={quote(f'{url}/signed', safe='')}"
    login = (
        f"response_type=code&client_id={DAN_CLIENT_ID}&redirect_uri={quote(town.dan_redirect_uri, safe='')}"
        f"&state=s&scope={quote(scope_of(CARD_ENTRY), safe='')}"
    )
    return {
        "phones": f"{url}/sandbox",
        "token": f"{url}/sandbox/sign",
        "sign": f"{url}/sandbox/sign?{asked}",
        "bank": f"{town.dan_authorize_url}?{login}&prompt=login",
        "bank session": f"{url}/sandbox/dan",
        "refusal": f"{url}/sandbox/dan/oauth2/authorize",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["phones", "token", "sign", "bank", "bank session", "refusal"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(town: Town, page: Page, name: str, scheme: str) -> None:
    town.world.issue_code(PERSON, "Туршихад", [ID_CARD], list(Box))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(places(town)[name])
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_new_code_appears_and_is_told_without_reloading(town: Town, page: Page) -> None:
    page.goto(places(town)["phones"])
    town.world.issue_code(PEOPLE[1], "Апп дээр", [ID_CARD], [Box.APP])
    expect(page.locator("#news")).to_contain_text("Апп дээр")
    expect(page.locator(f"[data-box='app:{PEOPLE[1].civil_id}'] li")).to_have_count(1)


def test_a_login_at_the_bank_by_keyboard_leads_back_with_a_code(town: Town, page: Page) -> None:
    page.goto(places(town)["bank"])
    page.locator("#person").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("back [] ['code', 'state']")


def test_signing_by_keyboard_hands_the_signature_back(town: Town, page: Page) -> None:
    page.goto(places(town)["sign"])
    page.locator("#flaw").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Илгээх").focus()
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("back ['format', 'signature'] []")


def test_a_switch_is_set_by_keyboard_and_told(town: Town, page: Page) -> None:
    page.goto(places(town)["phones"])
    page.get_by_role("checkbox", name="ДАН нэвтэрсний дараа ажиллахгүй").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Хадгалах").press("Enter")
    expect(page.locator("#news")).to_contain_text("Хадгаллаа")
    assert town.world.switches.is_on(Switch.BANK_DOWN)
