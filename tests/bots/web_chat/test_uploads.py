"""A file from the page: kept once, looked at before it is taken, and refused with words a person understands."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from lxml import html
from starlette.testclient import TestClient

from bots.web_chat.routes import MOST_OF_ONE
from dialogs.messages import CaseTaken
from knowledge import case_rows, file_rows
from tests.bots import samples
from tests.bots.web_chat.whole_chat import OWN_PAGE, Chat

JPEG, PDF = samples.picture("JPEG"), samples.PDF
SCRIPT = {"Accept": "application/json"}
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NAUGHTY = ("<script>alert(1)</script>.jpg", '"><img src=x onerror=alert(1)>.jpg', "{{ 7 * 7 }}.jpg", "a\u202egpj.exe")


def upload(
    browser: TestClient, event_id: str = "f1", content: bytes = JPEG, name: str = "a.jpg", headers: Any = None
) -> httpx.Response:
    files = {"file": (name, content, "image/jpeg")}
    response: httpx.Response = browser.post(
        "/web/files", data={"id": event_id}, files=files, headers=SCRIPT if headers is None else headers
    )
    return response


def mine(browser: TestClient) -> list[str]:
    items = browser.get("/web/history").json()["items"]
    return [item["text"] for item in items if item["author"] == "citizen"]


def files(chat: Chat, browser: TestClient) -> list[file_rows.FileRow]:
    with chat.parts.database.read() as connection:
        return file_rows.of_conversation(connection, chat.parts.vault, chat.conversation_of(browser))


def rows(chat: Chat) -> int:
    """How many files are stored, whoever's they are."""
    with chat.parts.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM files").scalar_one())


def test_an_accepted_file_is_stored_before_the_answer(chat: Chat) -> None:
    answer = upload(chat.visitor())
    assert (answer.status_code, answer.json(), rows(chat), chat.stored()) == (202, {"accepted": True}, 1, 1)


def test_the_citizen_sees_their_file_by_its_name_and_is_answered(chat: Chat) -> None:
    browser = chat.visitor()
    upload(browser, name="үнэмлэх.jpg")
    chat.work()
    items = browser.get("/web/history").json()["items"]
    assert [(item["author"], item["ref"]) for item in items] == [("citizen", "f1"), ("bot", "")]
    assert mine(browser) == ["[зураг] үнэмлэх.jpg"]


@pytest.mark.parametrize(
    ("content", "shown"), [(PDF, "[файл] a.jpg"), (samples.mp3(), "[дуу] a.jpg"), (JPEG, "[зураг] a.jpg")]
)
def test_what_it_is_called_follows_from_its_content(chat: Chat, content: bytes, shown: str) -> None:
    browser = chat.visitor()
    upload(browser, content=content)
    chat.work()
    assert mine(browser) == [shown]


def test_words_that_look_like_a_file_are_words(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/messages", json={"id": "a1", "text": "[photo]"})
    chat.work()
    assert mine(browser) == ["[photo]"]


def test_a_file_whose_time_is_over_keeps_its_place_without_its_name(chat: Chat) -> None:
    browser = chat.visitor()
    upload(browser, name="үнэмлэх.jpg")
    chat.work()
    chat.clock.pass_by(1)
    with chat.parts.database.write() as connection:
        file_rows.wipe_old(connection, chat.clock())
    assert mine(browser) == ["[зураг]"]


def test_a_file_in_a_chat_of_its_own_is_linked_by_its_turn(chat: Chat) -> None:
    browser = chat.visitor()
    upload(browser)
    chat.work()
    assert [file.status for file in files(chat, browser)] == ["kept"]


def test_the_agent_gets_what_was_sent(chat: Chat) -> None:
    browser = chat.visitor()
    upload(browser, content=PDF)
    chat.work()
    (file,) = files(chat, browser)
    with chat.parts.database.write() as connection:
        case_rows.open_case(connection, chat.conversation_of(browser), "asked", chat.clock())
        found = file_rows.read(connection, chat.parts.vault, file.id)
    assert found is not None
    assert file_rows.unseal(chat.parts.vault, found[1]) == PDF


def test_a_repeat_with_the_same_id_is_kept_once(chat: Chat) -> None:
    browser = chat.visitor()
    assert [upload(browser).status_code for _ in range(3)] == [202, 202, 202]
    chat.work()
    assert (rows(chat), len(mine(browser))) == (1, 1)


def test_nothing_of_it_can_be_read_on_the_disk(chat: Chat) -> None:
    upload(chat.visitor(), content=PDF, name="Хөхтолгойн-гэрээ.pdf")
    chat.work()
    folder = Path(chat.parts.settings.database_url[10:]).parent
    contents = [path.read_bytes() for path in folder.iterdir()]
    assert not any(secret in each for each in contents for secret in (PDF[:20], "Хөхтолгойн".encode()))


@pytest.mark.parametrize("limits", [{"uploads_a_minute": 100}])
def test_what_is_of_no_kind_that_is_kept_is_415_and_nothing_is_stored(chat: Chat) -> None:
    browser, odd = chat.visitor(), {name: content for name, content in samples.REFUSED.items() if content}
    answers = {name: upload(browser, content=content, name=name) for name, content in odd.items()}
    assert {(answer.status_code, answer.json()["error"]) for answer in answers.values()} == {(415, "file-wrong-kind")}
    assert rows(chat) == 0


def test_an_empty_file_is_422(chat: Chat) -> None:
    assert upload(chat.visitor(), content=b"").status_code == 422


def test_no_file_at_all_is_422(chat: Chat) -> None:
    boundary = {"Content-Type": "multipart/form-data; boundary=x", **SCRIPT}
    body = b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\nf1\r\n--x--\r\n'
    assert chat.visitor().post("/web/files", content=body, headers=boundary).status_code == 422


@pytest.mark.parametrize("limits", [{"file_max_bytes": 2_000_000}])
def test_a_file_over_the_limit_is_413_and_says_how_large_it_may_be(chat: Chat) -> None:
    answer = upload(chat.visitor(), content=b"%PDF-" + b"a" * 2_000_000)
    assert (answer.status_code, answer.json()["error"], rows(chat)) == (413, "file-too-large", 0)
    assert "1 МБ" in answer.json()["mn"]


@pytest.mark.parametrize("limits", [{"files_a_day": 2}])
def test_more_than_a_days_files_are_429(chat: Chat) -> None:
    browser = chat.visitor()
    assert [upload(browser, f"f{number}").status_code for number in range(3)] == [202, 202, 429]
    assert (rows(chat), chat.stored()) == (2, 2)
    chat.clock.pass_by(86_400)
    assert upload(browser, "f9").status_code == 202


@pytest.mark.parametrize("limits", [{"files_a_day": 2}])
def test_one_chats_files_do_not_count_for_another(chat: Chat) -> None:
    for browser in (chat.visitor(), chat.visitor()):
        assert [upload(browser, f"f{number}").status_code for number in range(2)] == [202, 202]


@pytest.mark.parametrize("limits", [{"web_messages_a_minute": 1}])
def test_files_count_like_messages_of_a_minute(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/messages", json={"id": "a1", "text": "pasport"})
    answer = upload(browser)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


@pytest.mark.parametrize("event_id", ["", "start", "a b", "a" * 101])
def test_a_wrong_id_is_400(chat: Chat, event_id: str) -> None:
    assert upload(chat.visitor(), event_id).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"junk", 400),
        (b"--x\r\n", 400),
        (b'--x\r\nContent-Disposition: form-data\r\n\r\nf1\r\n--x--\r\n', 400),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na\r\n' * 3 + b"--x--\r\n", 400),
        (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\na\r\n' * 9 + b"--x--\r\n", 400),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_400(chat: Chat, body: bytes, status: int) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", **SCRIPT}
    assert chat.visitor().post("/web/files", content=body, headers=headers).status_code == status


@pytest.mark.parametrize("content_type", ["multipart/form-data", "application/json", "text/plain", ""])
def test_another_kind_of_body_is_refused(chat: Chat, content_type: str) -> None:
    answer = chat.visitor().post("/web/files", content=b"{}", headers={"Content-Type": content_type, **SCRIPT})
    assert answer.status_code in (400, 415)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_only_our_own_page_may_send_files(chat: Chat, headers: dict[str, str]) -> None:
    assert upload(chat.browser(headers)).status_code == 403
    assert rows(chat) == 0


@pytest.mark.parametrize("name", NAUGHTY)
def test_a_name_is_only_text(chat: Chat, name: str) -> None:
    browser = chat.visitor()
    upload(browser, name=name)
    chat.work()
    page = html.fromstring(browser.get("/").content)
    assert page.xpath("//*[@onerror] | //img | //script[not(@src)]") == []
    assert "\u202e" not in mine(browser)[0]


def test_a_path_before_the_name_is_not_kept(chat: Chat) -> None:
    browser = chat.visitor()
    upload(browser, name="C:\\fakepath\\..\\бичиг.jpg")
    chat.work()
    assert mine(browser) == ["[зураг] бичиг.jpg"]


def test_a_failing_database_is_503_and_the_same_id_succeeds_later(chat: Chat) -> None:
    browser = chat.visitor()
    with chat.parts.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE files RENAME TO gone")
    refused = upload(browser)
    assert (refused.status_code, refused.json()["error"], chat.stored()) == (503, "unavailable", 0)
    with chat.parts.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO files")
    assert upload(browser).status_code == 202


class TestWithoutScripts:
    def test_the_form_of_the_page_brings_the_file_and_its_answer(self, chat: Chat) -> None:
        browser = chat.visitor()
        (form,) = html.fromstring(browser.get("/").content).xpath("//form[@id='attach']")
        assert (form.get("method"), form.get("enctype")) == ("post", "multipart/form-data")
        event_id = form.xpath(".//input[@name='id']/@value")[0]
        with chat.working():
            sent = {"file": ("a.pdf", PDF, "application/pdf")}
            answer = browser.post(form.get("action"), data={"id": event_id}, files=sent, headers=PAGE)
        shown = html.fromstring(answer.content).xpath("//*[@class='bubble']")
        assert (answer.history[0].status_code, shown[0].text_content().strip()) == (303, "[файл] a.pdf")
        assert len(shown) > 1

    def test_a_refusal_is_the_page_with_the_reason(self, chat: Chat) -> None:
        answer = upload(chat.visitor(), content=samples.HTML, headers=PAGE)
        (alert,) = html.fromstring(answer.content).xpath("//*[@role='alert']")
        assert (answer.status_code, "JPEG" in alert.text_content()) == (415, True)

    @pytest.mark.parametrize("limits", [{"web_reply_wait_seconds": 0.0}])
    def test_a_form_sent_twice_is_kept_once_but_another_file_is_new(self, chat: Chat) -> None:
        browser = chat.visitor()
        for content in (JPEG, JPEG, PDF):
            assert upload(browser, content=content, headers=PAGE).status_code == 200
        assert rows(chat) == 2


def test_a_file_in_a_talk_with_a_person_reaches_them_and_the_bot_is_silent(chat: Chat) -> None:
    browser = chat.visitor()
    browser.post("/web/messages", json={"id": "a1", "text": "хүн / person"})
    chat.work()
    chat.parts.assistant.apply(chat.conversation_of(browser), CaseTaken("a1", "Болор"), "k1", "a1")
    chat.work()
    upload(browser)
    chat.work()
    assert [file.ref for file in files(chat, browser)] == ["f1"]
    assert browser.get("/web/history").json()["items"][-1]["author"] == "citizen"


def test_a_body_that_stops_coming_is_408(chat: Chat) -> None:
    with chat.serving() as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as wire:
            wire.sendall(
                b"POST /web/files HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nAccept: application/json\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n\r\n--x\r\n"
            )
            assert wire.recv(100).startswith(b"HTTP/1.1 408")
    assert rows(chat) == 0


@pytest.mark.parametrize("limits", [{"file_max_bytes": 100_000}])
def test_a_body_without_an_end_is_cut_off_at_the_limit(chat: Chat) -> None:
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x", **SCRIPT, **OWN_PAGE}
    with chat.serving() as url:
        body = (begin if number == 0 else b"a" * 65_536 for number in range(1_000))
        try:
            status = httpx.post(f"{url}/web/files", content=body, headers=headers, timeout=5).status_code
        except (httpx.WriteError, httpx.ReadError):  # the server hung up while we were still sending
            status = 413
    assert (status, rows(chat)) == (413, 0)


@pytest.mark.parametrize("limits", [{"uploads_a_minute": 3}])
def test_a_new_session_for_each_file_does_not_get_around_the_limit(chat: Chat) -> None:
    with chat.serving() as url:
        files = {"file": ("a.jpg", JPEG, "image/jpeg")}
        answers = [
            httpx.post(f"{url}/web/files", data={"id": "f1"}, files=files, headers={**SCRIPT, **OWN_PAGE})
            for _ in range(5)
        ]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429, 429]


@pytest.mark.parametrize("limits", [{"upload_bytes_a_day": 1024}])
def test_when_the_room_of_the_day_is_used_up_nothing_more_is_kept(chat: Chat) -> None:
    with chat.serving() as url:
        files = {"file": ("a.jpg", samples.picture("JPEG", (600, 400)), "image/jpeg")}
        answer = httpx.post(f"{url}/web/files", data={"id": "f1"}, files=files, headers={**SCRIPT, **OWN_PAGE})
    assert (answer.status_code, rows(chat)) == (503, 0)


@pytest.mark.parametrize("limits", [{"body_timeout_seconds": 5.0, "uploads_a_minute": 1_000}])
def test_when_an_address_holds_its_places_it_is_told_to_come_back(chat: Chat) -> None:
    with chat.serving() as url, ExitStack() as stack:
        parts = urlsplit(url)
        for _ in range(MOST_OF_ONE):
            wire = stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=5))
            wire.sendall(
                b"POST /web/files HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
                b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n\r\n--x\r\n"
            )
        answer = httpx.Response(202)
        while answer.status_code == 202:
            files = {"file": ("a.jpg", JPEG, "image/jpeg")}
            answer = httpx.post(f"{url}/web/files", data={"id": "f1"}, files=files, headers={**SCRIPT, **OWN_PAGE})
    assert (answer.status_code, answer.json()["error"], answer.headers["retry-after"]) == (503, "busy", "2")
