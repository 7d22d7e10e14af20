"""The ladder in a real browser on a real process: bank login, signing app, ESIGN; then every store is searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bots.sandbox.people import PEOPLE
from tests.browser.test_story import browser as browser
from tests.browser.test_story import newest, open_page, picture, say
from tests.process import Process, process

PERSON = PEOPLE[0]
PHONE = (390, 844)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with process(tmp_path_factory.mktemp("ladder")) as running:
        yield running


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).last.click()


def wish(browser: Browser, server: Process, way: str) -> Page:
    """A citizen on a phone who wants their card and has chosen a way."""
    chat = open_page(browser, server.url, *PHONE)
    say(chat, "иргэний үнэмлэхийн лавлагаа")
    press(chat, "Өөрийн мэдээллийг харах")
    newest(chat, "Аль аргаар баталгаажуулах вэ")
    press(chat, way)
    return chat


def opened(chat: Page) -> Page:
    """The page of the link in the same browser, begun."""
    address = chat.locator("a[href*='/link/']").last.get_attribute("href")
    assert address
    page = chat.context.new_page()
    page.goto(address)
    assert_accessible(page)
    return page


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()


def shown_number(page: Page) -> str:
    number = page.get_by_text(re.compile(r"^\s*\d{3}\s\d{3}\s*$"))
    expect(number).to_be_visible()
    return re.sub(r"\D", "", number.inner_text())


def confirm(chat: Page, number: str) -> None:
    """The number in the chat that started, then "that is me"."""
    newest(chat, "6 оронтой")
    say(chat, number)
    newest(chat, "Энэ та мөн үү")
    newest(chat, "УБ******15")
    press(chat, "^Тийм, би мөн")


def all_bytes(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in folder.rglob("*"):
        if file.is_file() and "chromium" not in str(file):
            yield file.name, file.read_bytes()


def test_a_bank_login_proves_a_citizen_and_nothing_of_it_is_left_readable(browser: Browser, server: Process) -> None:
    chat = wish(browser, server, "Банкаар нэвтрэх")
    page = opened(chat)
    expect(page.locator("main")).to_contain_text("Веб чат")
    yes, no = (
        page.get_by_role("button", name="Тийм, би энэ чатаас эхлүүлсэн"),
        page.get_by_role("button", name="Энэ би биш"),
    )
    yes_box, no_box = yes.bounding_box(), no.bounding_box()
    assert yes_box is not None
    assert no_box is not None
    assert (yes_box["width"], yes_box["height"]) == (no_box["width"], no_box["height"])
    picture(page, "link")
    token = page.url.partition("/link/")[2].partition("?")[0]
    yes.click()
    expect(page).to_have_url(re.compile("/sandbox/dan/oauth2/authorize"))
    press(page, "^Нэвтрэх ·")
    assert_accessible(page)
    page.get_by_role("button").first.click()
    number = shown_number(page)
    assert_accessible(page)
    picture(page, "link-number")
    say(chat, "000000" if number != "000000" else "000001")
    newest(chat, "2 удаа")
    confirm(chat, number)
    newest(chat, "таныг баталгаажууллаа")
    newest(chat, "2040-04-02")
    picture(chat, "proven-by-bank")
    expect(page.locator("main")).to_contain_text("Таны чат баталгаажлаа")
    for name, content in all_bytes(server.folder):
        for secret in (PERSON.register_number, PERSON.given_name, PERSON.address, token, number):
            assert secret.encode() not in content, f"{secret} stands in {name}"


def test_a_signing_app_proves_a_citizen_and_khur_still_asks_for_its_own_consent(
    browser: Browser, server: Process
) -> None:
    chat = wish(browser, server, "Тоон гарын үсэг")
    page = opened(chat)
    press(page, "^Тийм")
    expect(page.locator("main")).to_contain_text("Туслах: гарын үсэг зурахаасаа өмнө уншина уу")
    assert_accessible(page)
    picture(page, "sign")
    with page.context.expect_page() as app_page:
        page.get_by_role("link", name="Аппыг нээх").click()
    app = app_page.value
    press(app, "^Зурах")
    press(app, "^Илгээх")
    confirm(chat, shown_number(page))
    newest(chat, "зөвшөөрлийг кодоор асуудаг")
    newest(chat, "E-Mongolia апп-д ирнэ")


def test_the_esign_client_proves_a_citizen_and_reads_with_the_same_signature(browser: Browser, server: Process) -> None:
    chat = wish(browser, server, "Тоон гарын үсэг")
    token = chat.context.new_page()
    token.goto(f"{server.url}/sandbox/sign")
    token.locator("select").first.select_option(index=1)
    token.locator("main button").first.click()
    page = opened(chat)
    press(page, "^Тийм")
    press(page, "ESIGN")
    confirm(chat, shown_number(page))
    newest(chat, "2040-04-02")


def test_who_says_not_me_ends_the_page_and_the_chat_hears_of_it(browser: Browser, server: Process) -> None:
    chat = wish(browser, server, "Банкаар нэвтрэх")
    page = opened(chat)
    press(page, "Энэ би биш")
    expect(page.locator("main")).to_contain_text("зогсоо")
    newest(chat, "Энэ би биш")
