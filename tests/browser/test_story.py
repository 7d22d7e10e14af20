"""The story of the three people in a real browser, on a real process: citizen, agent, editor."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bots.first_data import INVENTED_STAFF
from bots.sandbox.people import PEOPLE
from tests.browser.install import chromium
from tests.process import Process, process

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
PATIENCE_MS = 20_000
PERSON = PEOPLE[0]
PASSWORDS = {login: password for login, _alias, _role, password in INVENTED_STAFF}
PICTURES = os.environ.get("PICTURES")  # a folder: the story leaves its pictures there


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with process(tmp_path_factory.mktemp("story")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield running
        running.close()


def open_page(browser: Browser, url: str, width: int = 1280, height: int = 860) -> Page:
    """A visitor of their own: cookies are not shared."""
    page = browser.new_context(viewport={"width": width, "height": height}, locale="mn-MN").new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page.goto(url)
    return page


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def say(page: Page, text: str) -> None:
    page.get_by_label("Мессеж").fill(text)
    page.keyboard.press("Enter")


def newest(page: Page, text: str) -> None:
    """Somewhere in the talk stands this."""
    expect(page.locator("#items")).to_contain_text(text)


def sign_in(page: Page, login: str) -> None:
    page.get_by_label("Нэвтрэх нэр").fill(login)
    page.get_by_label("Нууц үг").fill(PASSWORDS[login])
    page.get_by_role("button", name="Нэвтрэх").click()


def code_on_the_phone(browser: Browser, server: Process) -> str:
    phone = open_page(browser, f"{server.url}/sandbox")
    expect(phone.locator("body")).to_contain_text(re.compile(r"ХУР код: \d{6}"))
    picture(phone, "sandbox")
    found = re.search(r"ХУР код: (\d{6})", phone.locator("body").inner_text())
    assert found
    phone.context.close()
    return found[1]


def test_a_citizen_is_understood_proven_and_helped_by_a_person(browser: Browser, server: Process) -> None:
    citizen = open_page(browser, server.url, width=390, height=844)
    newest(citizen, "автомат туслах")
    picture(citizen, "chat-greeting")

    say(citizen, "unemleh")
    expect(citizen.get_by_role("button", name="Аль нь ч биш").last).to_be_visible()
    picture(citizen, "chat-choice")
    say(citizen, "unemlehiin lavlagaa mongol heleer")
    choice = citizen.get_by_role("button", name="Иргэний үнэмлэхийн лавлагаа", exact=True)
    prove = citizen.get_by_role("button", name="Өөрийн мэдээллийг харах")
    expect(choice.or_(prove).last).to_be_visible()
    if not prove.count():
        choice.last.click()
    newest(citizen, "Мэдээллийн огноо")
    say(citizen, "hed ve")
    newest(citizen, "Үнэгүй")
    prove.last.click()
    newest(citizen, "SMS гадаадад ирэхгүй байж магадгүй")
    citizen.get_by_role("button", name="Код SMS-ээр").last.click()
    newest(citizen, "Регистрийн дугаараа бичнэ үү")

    say(citizen, "хүүхдийн мөнгө хэд вэ")
    newest(citizen, "Үргэлжлүүлэх бол регистрийн дугаараа")
    say(citizen, PERSON.register_number)
    newest(citizen, "6 оронтой код")
    expect(citizen.locator("#items")).not_to_contain_text(PERSON.register_number)
    say(citizen, code_on_the_phone(browser, server))
    newest(citizen, "таныг баталгаажууллаа")
    expect(citizen.locator("#items")).not_to_contain_text(PERSON.given_name)
    picture(citizen, "chat-proven")

    citizen.reload()
    newest(citizen, "таныг баталгаажууллаа")
    expect(citizen.get_by_text("hed ve", exact=True)).to_have_count(1)

    say(citizen, "хүн")
    newest(citizen, "Ажилтанд дамжууллаа")
    agent = open_page(browser, f"{server.url}/desk")
    sign_in(agent, "bat")
    expect(agent.locator("#queue")).to_contain_text("Хүлээж байна: 1")
    picture(agent, "desk")
    agent.locator("#queue a.button").first.click()
    expect(agent.locator("#talk-log")).not_to_contain_text(PERSON.register_number)

    rival = open_page(browser, f"{server.url}/desk")
    sign_in(rival, "sarnai")
    rival.locator("#queue a.button").first.click()

    agent.get_by_role("button", name="Яриаг авах").click()
    newest(citizen, "тантай ажилтан Бат ярьж байна")
    rival.get_by_role("button", name="Яриаг авах").click()
    expect(rival.locator("main")).to_contain_text("Бат")
    expect(rival.get_by_role("button", name="Илгээх")).to_have_count(0)

    agent.get_by_label("Хариу").fill("Сайн байна уу, би тусалъя. Юу болсон бэ?")
    agent.get_by_role("button", name="Илгээх").click()
    newest(citizen, "Юу болсон бэ?")
    picture(citizen, "chat-person")
    say(citizen, "паспортын хугацаа дууссан")
    expect(agent.locator("#talk-log")).to_contain_text("паспортын хугацаа дууссан")
    picture(agent, "desk-case")
    agent.get_by_role("button", name="Туслахад буцаах").click()
    newest(citizen, "эргээд хариулж байна")
    say(citizen, "баярлалаа")
    newest(citizen, "Зүгээр ээ")
    for page in (citizen, agent, rival):
        page.context.close()


def test_an_editor_changes_a_fee_and_the_next_answer_says_it(browser: Browser, server: Process) -> None:
    citizen = open_page(browser, server.url, width=390, height=844)
    newest(citizen, "автомат туслах")
    editor = open_page(browser, f"{server.url}/editor")
    sign_in(editor, "oyun")
    picture(editor, "editor")
    editor.goto(f"{server.url}/editor/services/return-certificate")
    editor.get_by_label("Элчин сайдын яаман дахь хураамж").or_(editor.locator("#fee_mission_amount")).first.fill("17")
    editor.locator("#figure_source_kind").select_option("public-page")
    editor.locator("#figure_source_ref").fill("https://consul.mn/fees")
    editor.locator("#edit").get_by_role("button", name=re.compile("Ноорог|Хадгалах")).first.click()
    expect(editor.locator(".phone-card").first).to_contain_text("17 USD")
    picture(editor, "editor-service")
    editor.locator("[name=note]").fill("Хураамж өөрчлөгдсөн")
    editor.get_by_role("button", name=re.compile("Нийтлэх")).first.click()
    expect(editor.locator("main")).to_contain_text("2")
    say(citizen, "butsah unemleh")
    newest(citizen, "17 USD")
    for page in (citizen, editor):
        page.context.close()
