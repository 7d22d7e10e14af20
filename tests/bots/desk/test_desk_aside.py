"""What was set aside: shown with its words masked, tried again or dropped once, and every act recorded."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bots.desk.aside import MAX_READ, MAX_WORDS, read_words
from connectors.channel import Heard
from connectors.web_chat import WebChat
from tests.bots.staff_parts import House

LINES = "//section[1]//tbody/tr"
SENDS = "//section[2]//tbody/tr"


def set_aside(house: House, words: str = "паспорт", chat: str = "chat-1") -> int:
    """An event of the citizen that could not be handled; its row's id."""
    house.citizen(words, chat)
    (row,) = house.rows("SELECT max(id) FROM inbox")
    body = house.parts.vault.seal(f'{{"text": "{words}", "id": "e9", "language": ""}}')
    with house.parts.database.write() as connection:
        values = {"id": row[0], "body": body}
        change = "status = 'aside', tries = 5, problem = 'ValueError', done_at = received_at, body_sealed = :body"
        connection.execute(text(f"UPDATE inbox SET {change} WHERE id = :id"), values)
    return int(str(row[0]))


def status_of(house: House, row_id: int) -> object:
    return house.rows("SELECT status FROM inbox WHERE id = :id", id=row_id)[0][0]


def audit(house: House, action: str) -> list[tuple[object, ...]]:
    return house.rows("SELECT subject FROM audit WHERE action = :action", action=action)


def test_an_empty_page_says_so(house: House) -> None:
    page = house.browser("bolor").get("/desk/aside")
    assert "Хойш тавьсан мессеж алга" in page.text
    assert "Бүх мессеж хүрсэн" in page.text


def test_an_event_is_shown_with_channel_words_tries_and_problem(house: House) -> None:
    set_aside(house)
    (line,) = house.browser("bolor").get("/desk/aside").words(LINES)
    assert all(part in line for part in ("Веб чат", "паспорт", "5", "ValueError"))


def test_personal_numbers_are_masked(house: House) -> None:
    set_aside(house, "УБ90010112 миний регистр, утас 99112233")
    page = house.browser("bolor").get("/desk/aside").text
    assert "УБ******12" in page
    assert not any(number in page for number in ("90010112", "99112233"))


def test_looking_at_words_is_recorded(house: House) -> None:
    set_aside(house)
    house.browser("bolor").get("/desk/aside")
    assert audit(house, "aside.viewed") == [("inbox",)]


def test_the_conversation_s_case_is_one_click_away(house: House) -> None:
    case = house.waiting_case()
    set_aside(house)
    page = house.browser("bolor").get("/desk/aside").page
    assert page.xpath(f"{LINES}//a/@href") == [f"/desk/cases/{case}"]


def test_what_is_tried_again_waits_in_the_queue_and_the_page_says_so(house: House) -> None:
    row = set_aside(house)
    browser = house.browser("bolor").get("/desk/aside").submit("/again")
    assert browser.status == 303
    assert status_of(house, row) == "waiting"
    assert "дараалалд орлоо" in browser.follow().words("//*[@role='status']")[0]
    assert audit(house, "aside.retried") == [(f"inbox {row}",)]


def test_what_is_tried_again_is_handled(house: House) -> None:
    row = set_aside(house)
    house.browser("bolor").get("/desk/aside").submit("/again")
    while house.parts.assistant.run_next():
        pass
    assert status_of(house, row) == "done"


def test_what_is_dropped_is_wiped_and_stays_counted(house: House) -> None:
    row = set_aside(house)
    browser = house.browser("bolor").get("/desk/aside").submit("/drop")
    assert house.rows("SELECT status, body_sealed FROM inbox WHERE id = :id", id=row) == [("dropped", None)]
    assert "Хаялаа" in browser.follow().words("//*[@role='status']")[0]
    assert audit(house, "aside.dropped") == [(f"inbox {row}",)]


@pytest.mark.parametrize("act", ["again", "drop"])
def test_a_second_click_changes_nothing_and_says_so(house: House, act: str) -> None:
    set_aside(house)
    first, second = (house.browser(login).get("/desk/aside") for login in ("bolor", "temuujin"))
    first.submit(f"/{act}")
    before = house.content()
    assert "аль хэдийн" in second.submit(f"/{act}").follow().words("//*[@role='status']")[0]
    assert house.content() == before


@pytest.mark.parametrize("number", ["99", "99999999999999999999999"])
def test_a_row_that_is_not_there_changes_nothing(house: House, number: str) -> None:
    set_aside(house)
    browser = house.browser("bolor").get("/desk/aside")
    form = browser.form("/again")
    assert browser.post(f"/desk/aside/{number}/again", form).location == "/desk/aside?done=gone"


def test_sends_that_did_not_certainly_arrive_are_shown_for_a_week(house: House) -> None:
    house.citizen("паспорт")
    with house.parts.database.write() as connection:
        values = {"at": house.clock().timestamp()}
        connection.execute(text("UPDATE outbox SET status = 'unknown', problem = 'ReadTimeout', sent_at = :at"), values)
    browser = house.browser("bolor").get("/desk/aside")
    assert all(part in browser.words(SENDS)[0] for part in ("Туслахын хариу", "тодорхойгүй", "ReadTimeout"))
    house.clock.move(days=8)
    assert house.browser("bolor").get("/desk/aside").words(SENDS) == []


# --- reading what nobody could handle ------------------------------------------------------------------------------


class Crashing:
    """A channel whose reader fails at whatever it is given."""

    name = "crashing"

    def read(self, body: str) -> Heard:
        raise RecursionError


def what(body: str) -> str:
    words, instead = read_words(WebChat(), body)
    assert words == ""
    return instead.en if instead else ""


def test_a_body_that_cannot_be_read_is_called_unreadable() -> None:
    assert [what(body) for body in ("", "{", "[1]", '"x"')] == ["Unreadable"] * 4


def test_a_body_that_is_very_large_is_not_read() -> None:
    assert what('{"text": "' + "а" * MAX_READ + '", "id": "1"}') == "Unreadable"


def test_a_reader_that_fails_does_not_fail_the_page() -> None:
    assert read_words(Crashing(), "{}")[1] is not None


def test_what_comes_from_no_citizen_is_never_read() -> None:
    words, instead = read_words(None, '{"rows": [["field.given-name", "Сараа"]]}')
    assert (words, instead.en if instead else "") == ("", "No words")


@pytest.mark.parametrize(
    ("body", "said"),
    [('{"button": "3.1"}', "A button was pressed"), ('{"start": true}', "The conversation was started")],
)
def test_what_is_no_text_is_named(body: str, said: str) -> None:
    assert what(body) == said


def test_long_words_are_cut_after_they_were_masked() -> None:
    text_at_the_cut = "а" * (MAX_WORDS - 4) + " УБ90010112"
    words, _ = read_words(WebChat(), f'{{"text": "{text_at_the_cut}", "id": "1"}}')
    assert words.endswith("…")
    assert "9001" not in words
