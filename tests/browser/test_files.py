"""A file from the chat page in a real browser: by keyboard, aloud, without a script, and at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FileChooser, FilePayload, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.bots import samples
from tests.browser.install import chromium
from tests.browser.test_story import FLAGS, newest, open_page, picture, say, sign_in
from tests.process import Process, process

PHOTO: FilePayload = {"name": "үнэмлэх.jpg", "mimeType": "image/jpeg", "buffer": samples.picture("JPEG", (800, 600))}
PAGE: FilePayload = {"name": "хуудас.html", "mimeType": "text/html", "buffer": samples.HTML}
LARGE: FilePayload = {"name": "том.jpg", "mimeType": "image/jpeg", "buffer": b"a" * 100_001}
CLIP = "Файл хавсаргах"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with process(tmp_path_factory.mktemp("files"), FILE_MAX_BYTES="100000") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        running.close()


def chosen_by_enter(page: Page) -> FileChooser:
    """A key pressed before the page's script is there does nothing: a person presses again."""
    for _ in range(4):
        try:
            with page.expect_file_chooser(timeout=5_000) as chooser:
                page.keyboard.press("Enter")
        except PlaywrightTimeout:
            continue
        return chooser.value
    raise AssertionError("Enter opens no file chooser")


def test_a_citizen_sends_a_photo_by_keyboard_and_the_agent_sees_it(browser: Browser, server: Process) -> None:
    citizen = open_page(browser, server.url, width=390, height=844)
    newest(citizen, "автомат туслах")
    citizen.get_by_label("Мессеж").focus()
    citizen.keyboard.press("Shift+Tab")
    expect(citizen.get_by_label(CLIP)).to_be_focused()
    chosen_by_enter(citizen).set_files(PHOTO)
    newest(citizen, "[зураг] үнэмлэх.jpg")
    newest(citizen, "Файлыг тань хүлээж авлаа")
    expect(citizen.locator(".item.me.pending")).to_have_count(0)
    picture(citizen, "chat-file")

    say(citizen, "хүн")
    newest(citizen, "Ажилтанд дамжууллаа")
    agent = open_page(browser, f"{server.url}/desk")
    sign_in(agent, "bat")
    agent.locator("#queue a.button").first.click()
    expect(agent.locator("#talk-log img")).to_have_js_property("naturalWidth", 320)
    picture(agent, "desk-file")
    with agent.expect_download() as download:
        agent.get_by_role("link", name="Татах").click()
    assert download.value.suggested_filename.startswith("tuslakh-")
    for page in (citizen, agent):
        page.context.close()


def test_a_refusal_is_said_aloud_and_can_be_put_away(browser: Browser, server: Process) -> None:
    citizen = open_page(browser, server.url)
    newest(citizen, "автомат туслах")
    for file, words in ((PAGE, "хадгалж чадахгүй"), (LARGE, "хэт том")):
        citizen.get_by_label(CLIP).set_input_files(file)
        expect(citizen.locator("#news")).to_contain_text(words)
        citizen.get_by_role("button", name="Устгах").click()
        expect(citizen.locator(".item.file")).to_have_count(0)
        expect(citizen.get_by_label(CLIP)).to_be_focused()
    citizen.context.close()


def test_a_file_that_did_not_get_through_goes_again(browser: Browser, server: Process) -> None:
    citizen = open_page(browser, server.url)
    newest(citizen, "автомат туслах")
    citizen.route("**/web/files*", lambda route: route.abort())
    citizen.get_by_label(CLIP).set_input_files(PHOTO)
    again = citizen.get_by_role("button", name="дахин илгээх")
    expect(again).to_be_visible()
    citizen.unroute("**/web/files*")
    again.click()
    newest(citizen, "Файлыг тань хүлээж авлаа")
    expect(citizen.locator(".item.me")).to_have_count(1)
    citizen.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_with_the_clip_and_a_refused_file(
    browser: Browser, server: Process, scheme: str
) -> None:
    citizen = open_page(browser, server.url, width=390, height=844)
    citizen.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    newest(citizen, "автомат туслах")
    citizen.get_by_label(CLIP).set_input_files(PAGE)
    expect(citizen.get_by_role("button", name="Устгах")).to_be_visible()
    found = Axe().run(citizen)
    assert found.violations_count == 0, found.generate_report()
    citizen.context.close()


def test_without_scripts_the_file_goes_with_a_button_of_its_own(browser: Browser, server: Process) -> None:
    page = browser.new_context(
        java_script_enabled=False, locale="mn-MN", viewport={"width": 390, "height": 844}
    ).new_page()
    page.goto(server.url)
    page.get_by_label(CLIP).set_input_files(PHOTO)
    picture(page, "chat-file-no-script")
    page.get_by_role("button", name="Файл илгээх").click()
    newest(page, "[зураг] үнэмлэх.jpg")
    newest(page, "Файлыг тань хүлээж авлаа")
    page.context.close()


def test_an_entry_link_is_sent_once_and_leaves_the_address(browser: Browser, server: Process) -> None:
    citizen = open_page(browser, f"{server.url}/?entry=s1nothing")
    newest(citizen, "автомат туслах")
    assert citizen.url == f"{server.url}/"
    citizen.context.close()


def test_the_one_line_on_another_site_opens_the_chat_by_keyboard(
    browser: Browser, server: Process, tmp_path: Path
) -> None:
    site = tmp_path / "site.html"
    line = f'<script src="{server.url}/static/embed.js" data-entry="s1abc" async></script>'
    site.write_text(f"<!doctype html><title>Site</title><main><h1>Site</h1></main>{line}", encoding="utf-8")
    page = open_page(browser, site.as_uri())
    button = page.get_by_role("button", name="Туслах")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.press("Enter")
    expect(page.locator("iframe")).to_be_focused()
    assert page.locator("iframe").get_attribute("src") == f"{server.url}/?embed=1&entry=s1abc"
    page.context.close()
