"""The page that explains a message: for editors, without keeping a word, step by step."""

from __future__ import annotations

import logging

import pytest

from bots.editor.why_words import ACTIONS, ASPECTS, CHECKS, ENDS, ENTITIES, GROUPS, LANGUAGES, SCRIPTS
from dialogs.understanding import Action, Aspect, EntityKind, Script
from nlu import understand
from nlu.language import CYRILLIC, LATIN
from nlu.probability import GROUPS as MESSAGE_GROUPS
from nlu.understanding import End
from tests.bots.staff_parts import Browser, House

PAGE = "/editor/why"
CANDIDATES = "//ol[contains(@class, 'why')]/li"


def explained(house: House, message: str) -> Browser:
    return house.browser("sarnai").get(PAGE).submit(PAGE, message=message)


def test_the_form_is_reached_from_every_page_of_the_editor(house: House) -> None:
    browser = house.browser("sarnai").get("/editor")
    assert browser.page.xpath(f"//nav//a[@href='{PAGE}']")
    assert browser.get(PAGE).page.xpath(f"//nav//a[@href='{PAGE}' and @aria-current='page']")


def test_the_candidates_are_those_that_citizens_are_offered(house: House) -> None:
    page = explained(house, "паспорт гээсэн").page
    with house.parts.database.read() as connection:
        index = house.parts.catalogue.current(connection).index
    (need,) = understand("паспорт гээсэн", index).needs
    shown = page.xpath(f"{CANDIDATES}//code[1]/text()")
    assert shown[: len(need.candidates)] == [candidate.service_id for candidate in need.candidates]


def test_a_candidate_leads_to_the_page_of_its_service(house: House) -> None:
    browser = explained(house, "паспорт гээсэн")
    link = browser.page.xpath(f"{CANDIDATES}[1]//p/a/@href")[0]
    assert browser.get(link).status == 200


def test_every_step_is_told_in_order(house: House) -> None:
    headings = explained(house, "паспорт гээсэн").words("//main//h2")[1:]
    assert [heading[:2] for heading in headings] == ["1.", "2.", "3.", "4."]


ODD = ("👍", "аааа", "x", "我的护照丢了", "УБ99112233", "паспорт " * 1_000, "\u202eпаспорт", "\ufffe<b>")
ENDINGS = ("баярлалаа", "намайг зодоод байна тусал", "хэд вэ", "паспорт хэд вэ", "герман виз", "хүнтэй ярья")
SPLIT = "паспорт гээсэн бас төрсний лавлагаа"


@pytest.mark.parametrize("message", [*ODD, *ENDINGS, SPLIT])
def test_any_message_is_explained(house: House, message: str) -> None:
    browser = explained(house, message)
    assert browser.status == 200
    assert browser.page.xpath("//*[@id='result']")


@pytest.mark.parametrize("message", ["", "   ", "\n"])
def test_an_empty_message_is_asked_for_kindly(house: House, message: str) -> None:
    browser = explained(house, message)
    assert browser.status == 422
    assert "бичээд" in browser.words("//*[@role='alert']")[0]
    assert browser.page.xpath("//textarea[@aria-invalid='true' and contains(@aria-describedby, 'refusal')]")


def test_a_message_is_read_as_far_as_the_assistant_reads_it(house: House) -> None:
    most = house.parts.settings.max_message_characters
    browser = explained(house, "а" * most + " паспорт")
    assert len(browser.page.xpath("//textarea")[0].text.strip()) == most
    assert browser.page.xpath(f"//textarea[@maxlength='{most}']")


def test_nothing_of_the_message_is_stored(house: House) -> None:
    before = house.content()
    explained(house, "pasport geesen Zzyzx")
    assert house.content() == before
    assert "Zzyzx" not in str(house.rows("SELECT * FROM audit"))


def test_nothing_of_the_message_is_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = explained(house, "pasport geesen Zzyzx")
    assert browser.status == 200
    assert "Zzyzx" not in caplog.text


def test_the_message_never_stands_in_an_address(house: House) -> None:
    (form,) = [each for each in house.browser("sarnai").get(PAGE).page.forms if each.get("action") == PAGE]
    assert form.method == "POST"


def test_personal_numbers_are_shown_as_marks_among_what_was_named(house: House) -> None:
    named = explained(house, "УБ99112233 паспорт").words("//dd[contains(., 'Регистрийн дугаар')]")
    assert len(named) == 1
    assert "[РД]" in named[0]
    assert "99112233" not in named[0]


def test_what_is_typed_is_only_text(house: House) -> None:
    browser = explained(house, "<script>alert(1)</script> паспорт </textarea><b id='x'>")
    assert not browser.page.xpath("//script[not(@src)] | //b[@id='x']")


def test_nothing_on_the_page_is_inline(house: House) -> None:
    browser = explained(house, "паспорт гээсэн")
    assert not browser.page.xpath("//@style | //style | //@onclick")
    assert "unsafe" not in browser.headers["content-security-policy"]


def test_every_table_and_meter_has_a_name(house: House) -> None:
    page = explained(house, "паспорт гээсэн").page
    assert page.xpath("//table")
    assert not page.xpath("//table[not(caption)] | //meter[not(@aria-label)] | //svg[not(@aria-hidden)]")


def test_every_identifier_stands_once(house: House) -> None:
    found = explained(house, SPLIT).page.xpath("//@id")
    assert len(found) == len(set(found))


def test_agents_and_strangers_are_not_let_in(house: House) -> None:
    agent = house.browser("bolor")
    assert agent.get(PAGE).status == 403
    assert house.browser().get(PAGE).status == 303
    fields = agent.get("/desk").form("sign-out") | {"message": "паспорт"}
    assert agent.post(PAGE, fields).status == 403


def test_a_form_without_the_pages_token_is_refused(house: House) -> None:
    assert house.browser("sarnai").get(PAGE).post(PAGE, {"message": "паспорт", "csrf": "x"}).status == 403


def test_everything_that_is_told_has_a_name() -> None:
    assert (set(ACTIONS), set(ENDS), set(SCRIPTS)) == (set(Action), set(End), set(Script))
    assert (set(ENTITIES), set(GROUPS)) == (set(EntityKind), set(MESSAGE_GROUPS))
    assert set(ASPECTS) == {"none", *(aspect.value for aspect in Aspect)}
    assert set(CHECKS) == {"nothing", "faint", "faint_named", "sure", "lead"}
    assert set(LANGUAGES) >= {*LATIN, *CYRILLIC, "ko", "ja", "zh", "und"}
