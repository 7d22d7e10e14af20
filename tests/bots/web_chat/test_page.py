"""The page: whole without JavaScript, safe whatever was said in it, and nobody else's."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient

from connectors.web_chat import address_of
from dialogs.messages import AgentSaid, CaseTaken
from dialogs.rendering import Block, Rendered, Style
from knowledge import feed_rows
from knowledge.codec import RENDERED, dumps
from tests.bots.web_chat.whole_chat import Chat, token_of

STATIC = Path(__file__).parents[3] / "bots" / "web" / "static"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def tree(browser: TestClient, path: str = "/") -> html.HtmlElement:
    return html.fromstring(browser.get(path).content)


def bubbles(page: html.HtmlElement) -> list[str]:
    found = page.xpath("//*[contains(@class, 'item') and @data-position]//*[@class='bubble']")
    return [" ".join(bubble.text_content().split()) for bubble in found]


def said(chat: Chat, browser: TestClient, *messages: str) -> None:
    for number, text in enumerate(messages):
        assert browser.post("/web/messages", json={"id": f"m{number}", "text": text}).status_code == 202
    chat.work()


def show(chat: Chat, browser: TestClient, rendered: Rendered) -> None:
    """Something of the bot, put into the feed."""
    now, body, conversation_id = chat.clock(), dumps(RENDERED, rendered), chat.conversation_of(browser)
    until = now + timedelta(minutes=5) if rendered.private else None
    with chat.parts.database.write() as connection:
        feed_rows.append(connection, chat.parts.vault, conversation_id, "bot", body, now, expires_at=until)


def test_the_cookie_is_a_signed_unguessable_token_that_scripts_cannot_read(chat: Chat) -> None:
    cookie = chat.browser().get("/").headers["set-cookie"]
    assert re.fullmatch(
        r"tuslakh_chat=[A-Za-z0-9_-]{43}\.[A-Za-z0-9_-]{43}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax", cookie
    )


@pytest.mark.parametrize(
    "limits",
    [{"public_url": "https://chat.example", "xyp_base_url": "https://xyp.example", "xyp_access_token": "token",
      "xyp_private_key": "key.pem", "staff_accounts": "none"}],
)  # fmt: skip
def test_with_https_the_cookie_works_in_a_frame_of_another_site(chat: Chat) -> None:
    cookie = chat.browser().get("/").headers["set-cookie"]
    assert cookie.endswith("; HttpOnly; SameSite=None; Secure; Partitioned")


def test_the_database_does_not_hold_the_token(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "pasport")
    token = token_of(browser)
    files = [path.read_bytes() for path in Path(chat.parts.settings.database_url[10:]).parent.iterdir()]
    assert not any(token.encode() in content for content in files)
    assert any(address_of(token).encode() in content for content in files)


@pytest.mark.parametrize(
    "cookie", ["short", "x" * 44, "ы" * 20, "a" * 42 + "=", "a" * 43, f"{'a' * 43}.{'b' * 43}", f"{'a' * 43}.", "."]
)
def test_a_cookie_that_we_did_not_sign_starts_a_new_chat(chat: Chat, cookie: str) -> None:
    answer = chat.browser().get("/", headers={"Cookie": f"tuslakh_chat={cookie}".encode()})
    assert (answer.status_code, f"={cookie};" in answer.headers["set-cookie"]) == (200, False)


def test_a_known_chat_keeps_its_token(chat: Chat) -> None:
    browser = chat.visitor()
    token = browser.cookies["tuslakh_chat"]
    assert f"tuslakh_chat={token};" in browser.get("/").headers["set-cookie"]


def test_opening_the_page_stores_nothing(chat: Chat) -> None:
    chat.visitor()
    assert chat.stored() == 0


def test_two_chats_never_see_each_other(chat: Chat) -> None:
    first, second = chat.visitor(), chat.visitor()
    said(chat, first, "pasport one")
    said(chat, second, "pasport two")
    for own, other, browser in (("one", "two", first), ("two", "one", second)):
        for path in ("/", "/web/history"):
            assert f"pasport {own}" in browser.get(path).text
            assert f"pasport {other}" not in browser.get(path).text


@pytest.mark.parametrize("path", ["/web/history", "/web/events"])
def test_without_a_session_there_is_nothing_to_read(chat: Chat, path: str) -> None:
    answer = chat.browser().get(path)
    assert (answer.status_code, answer.json()["error"]) == (401, "no-session")


def test_what_was_said_is_on_the_page_in_order(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "hello", "thanks")
    mine = tree(browser).xpath("//*[contains(@class, 'item me')]/@data-ref")
    assert mine == ["m0", "m1"]


def test_the_history_behind_a_position_is_only_what_is_missing(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "hello", "thanks")
    whole = browser.get("/web/history").json()
    assert [item["position"] for item in whole["items"]] == list(range(1, whole["position"] + 1))
    assert browser.get("/web/history?after=2").json()["items"] == whole["items"][2:]
    assert browser.get("/web/history?after=junk").json() == whole


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</p><img src=x onerror=alert(1)>", "\"'><b>x</b>"])
def test_whatever_is_said_stays_text(chat: Chat, text: str) -> None:
    browser = chat.visitor()
    said(chat, browser, text)
    chat.parts.assistant.apply(chat.conversation_of(browser), CaseTaken("a1", text), "k1", "a1")
    chat.parts.assistant.apply(chat.conversation_of(browser), AgentSaid("a1", text), "k2", "a1")
    chat.work()
    page = tree(browser)
    assert page.xpath("//*[@onerror] | //b | //script[not(@src)]") == []
    (quote,) = page.xpath("//blockquote")
    assert (text in bubbles(page)[0], quote.text_content()) == (True, text)


def test_control_signs_do_not_reach_the_page(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "a\x00b\x1bc")
    assert bubbles(tree(browser))[0] == "a\ufffdb\ufffdc"


def test_only_https_links_are_links(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "hello")
    good = ("https://e-mongolia.mn/x",)
    bad = ("javascript:alert(1)", "http://x.mn", "tg://x", "data:text/html,x", "https:///", "")
    show(chat, browser, Rendered(tuple(Block(Style.LINK, "нээх", url=url) for url in (*good, *bad))))
    links = tree(browser).xpath("//*[contains(@class, 'item')]//a")
    assert [link.get("href") for link in links] == list(good)
    assert [(link.get("rel"), link.get("target")) for link in links] == [("noopener noreferrer", "_blank")]


def test_only_a_person_has_the_badge_of_a_person(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "хүн / person")
    chat.parts.assistant.apply(chat.conversation_of(browser), CaseTaken("a1", "Болор"), "k1", "a1")
    chat.parts.assistant.apply(chat.conversation_of(browser), AgentSaid("a1", "Сайн уу"), "k2", "a1")
    chat.work()
    (badge,) = tree(browser).xpath("//*[@class='badge']")
    assert "Болор" in badge.getparent().text_content()
    assert badge.xpath("ancestor::*[contains(@class, 'item')]//blockquote/text()") == ["Сайн уу"]


def test_a_private_item_says_when_it_ends_and_is_gone_after_its_time(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "hello")
    show(chat, browser, Rendered((Block(Style.FACT, "УБ******12", "Регистр"),), private=True))
    item = browser.get("/web/history").json()["items"][-1]
    assert (item["expires_at"], item["expires_in"]) == ("2026-03-02T08:05:00+00:00", 300)
    assert tree(browser).xpath("//@data-expires-in") == ["300.0"]
    chat.clock.pass_by(300)  # nobody has wiped it yet
    later = browser.get("/web/history").json()["items"][-1]
    assert (later["gone"], later["text"], later["blocks"]) == (True, "", [])
    assert "УБ******12" not in browser.get("/").text


def test_a_wiped_item_comes_as_gone(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "hello")
    show(chat, browser, Rendered((Block(Style.FACT, "УБ******12", "Регистр"),), private=True))
    chat.clock.pass_by(300)
    with chat.parts.database.write() as connection:
        assert feed_rows.wipe_expired(connection, chat.clock()) == 1
    assert browser.get("/web/history").json()["items"][-1]["gone"] is True
    assert "нуугдлаа" in bubbles(tree(browser))[-1]


def test_a_long_history_shows_its_newest_part_and_a_way_to_the_rest(chat: Chat) -> None:
    browser = chat.visitor()
    said(chat, browser, "hello")
    for number in range(210):
        show(chat, browser, Rendered((Block(Style.TEXT, f"line {number}"),)))
    page = tree(browser)
    assert len(page.xpath("//@data-position")) == 200 + 1  # the log has one too
    assert bubbles(page)[-1] == "line 209"
    assert len(bubbles(tree(browser, page.xpath("//*[@class='earlier']/a/@href")[0]))) == 212


def test_without_scripts_start_is_a_button_that_brings_the_greeting(chat: Chat) -> None:
    browser = chat.visitor()
    (form,) = tree(browser).xpath("//form[@id='start']")
    with chat.working():
        answer = browser.post(form.get("action"), headers=FORM)
    assert (answer.history[0].status_code, answer.url.path) == (303, "/")
    assert "автомат туслах" in bubbles(html.fromstring(answer.content))[0]


def test_without_scripts_a_message_and_its_answer_come_with_the_next_page(chat: Chat) -> None:
    browser = chat.visitor()
    event_id = tree(browser).xpath("//form[@id='composer']//input[@name='id']/@value")[0]
    with chat.working():
        answer = browser.post("/web/messages", data={"id": event_id, "text": "сайн уу\r\nпаспорт"})
    shown = bubbles(html.fromstring(answer.content))
    assert (answer.history[0].status_code, shown[0]) == (303, "сайн уу паспорт")
    assert len(shown) > 1


def test_without_scripts_a_button_is_pressed_by_a_form(chat: Chat) -> None:
    browser = chat.visitor()
    with chat.working():
        page = html.fromstring(browser.post("/web/start", headers=FORM).content)
        (form,) = page.xpath("//form[@class='choices']")
        button, event_id = form.xpath(".//button")[0], form.xpath(".//input/@value")[0]
        answer = browser.post(form.get("action"), data={"id": event_id, "button": button.get("value")})
    assert bubbles(html.fromstring(answer.content))[1] == button.text_content()


@pytest.mark.parametrize("limits", [{"web_reply_wait_seconds": 0.0}])
def test_a_form_sent_twice_is_stored_once_but_changed_text_is_new(chat: Chat) -> None:
    browser = chat.visitor()
    for text in ("pasport", "pasport", "pasport ok"):
        assert browser.post("/web/messages", data={"id": "f1", "text": text}).status_code == 200
    assert chat.stored() == 2


@pytest.mark.parametrize("limits", [{"web_messages_a_minute": 1, "web_reply_wait_seconds": 0.0}])
def test_a_refused_form_keeps_what_was_written(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/messages", data={"id": "f1", "text": "first"})
    answer = browser.post("/web/messages", data={"id": "f2", "text": "second </textarea><b>"})
    page = html.fromstring(answer.content)
    assert (answer.status_code, page.xpath("//textarea")[0].text) == (429, "second </textarea><b>")
    assert page.xpath("//*[@role='alert']")


@pytest.mark.parametrize("body", [b"id=f1&text=+", b"text=a", b"id=f1&id=f2&text=a", b"a=1&" * 30, b"\xff\xfe=%ff"])
def test_an_odd_form_is_answered_with_the_page_and_a_4xx(chat: Chat, body: bytes) -> None:
    answer = chat.visitor().post("/web/messages", content=body, headers=FORM)
    assert answer.status_code in (400, 422)
    assert html.fromstring(answer.content).xpath("//*[@role='alert'] and //textarea")


def test_a_foreign_form_is_refused(chat: Chat) -> None:
    browser = chat.browser({"Sec-Fetch-Site": "cross-site"})
    assert browser.post("/web/messages", data={"id": "f1", "text": "a"}).status_code == 403
    assert chat.stored() == 0


def test_the_page_may_be_framed_and_allows_nothing_inline(chat: Chat) -> None:
    answer = chat.visitor().get("/?embed=1")
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors *"
    )
    page = html.fromstring(answer.content)
    assert page.xpath("//style | //@style | //@*[starts-with(name(), 'on')] | //script[not(@src) or text()]") == []
    assert set(page.xpath("//form/@action")) == {"/web/start?embed=1", "/web/messages?embed=1", "/web/files?embed=1"}


def test_every_script_and_style_it_names_is_there(chat: Chat) -> None:
    names = tree(chat.visitor()).xpath("//script/@src | //link[@rel='stylesheet']/@href")
    imported = re.findall(r'from "\./([\w.]+)"', (STATIC / "chat.js").read_text(encoding="utf-8"))
    assert all((STATIC / Path(name).name).is_file() for name in (*names, *imported, "embed.js"))


@pytest.mark.parametrize("path", ["/", "/web/history"])
def test_nothing_is_kept_in_a_cache(chat: Chat, path: str) -> None:
    assert chat.visitor().get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "greeting"), [("en-US,en;q=0.9", "Hello"), ("en-US,mn;q=0.5", "Сайн"), ("ko", "Сайн"), ("", "Сайн")]
)
def test_the_greeting_is_mongolian_unless_the_browser_wants_english_only(chat: Chat, asked: str, greeting: str) -> None:
    browser = chat.visitor()
    browser.post("/web/start", json={}, headers={"Accept-Language": asked})
    chat.work()
    assert bubbles(tree(browser))[0].startswith(greeting)


def test_the_page_opens_while_the_database_fails(chat: Chat) -> None:
    browser = chat.visitor()
    with chat.parts.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE conversations RENAME TO gone")
    answer = browser.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert html.fromstring(answer.content).xpath("//*[@role='alert'] and //textarea")
