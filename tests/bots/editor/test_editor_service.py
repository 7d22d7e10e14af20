"""Changing one service: draft, card, publish; every figure with its source; nobody's work overwritten unseen."""

import pytest
from sqlalchemy import text

from bots.editor.field_values import form_values, stated_source
from bots.editor.service_form import read_service
from dialogs.services import Service
from knowledge import catalogue_files, releases
from tests.bots.staff_parts import SERVICES, START, Browser, House

PATH = "/editor/services/passport-lost"
FEE = {
    "fee_base_amount": "45 000",
    "figure_source_kind": "public-page",
    "figure_source_ref": "https://burtgel.gov.mn/huraamj",
}
NOTE = "Хураамж шинэчлэгдсэн"


def second_editor(house: House) -> Browser:
    with house.parts.database.write() as connection:
        connection.execute(text("UPDATE staff SET role = 'editor', alias = 'Дорж' WHERE login = 'temuujin'"))
    return house.browser("temuujin")


def alert(browser: Browser) -> str:
    return browser.words("//*[@role='alert']")[0]


def test_a_saved_change_is_a_draft_that_citizens_do_not_see(house: House) -> None:
    before = house.fee("passport-lost")
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    assert house.fee("passport-lost") == before
    assert "Ноорог: Сарнай (sarnai), 2026-11-23 12:00" in browser.words("//*[contains(@class, 'warn')]")[0]


def test_the_card_shows_the_draft_as_a_citizen_will_see_it(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE, title_en="Passport, lost").follow()
    mn, en = browser.words("//*[@class='phone-card']")
    assert "45,000₮" in mn
    assert "45,000₮" in en
    assert en.startswith("Passport, lost")


def test_what_differs_from_the_published_one_is_shown(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    changes = browser.words("//*[@class='before-after']")
    assert any("Fee in Mongolia" in change and "45000" in change for change in changes)
    assert any("https://burtgel.gov.mn/huraamj" in change for change in changes)


def test_publishing_gives_citizens_the_new_fee_at_once_and_says_which_release(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/save", to="/publish", note=NOTE).follow()
    assert house.fee("passport-lost") == 45_000
    assert "Хувилбар 2 нийтлэгдлээ" in browser.words("//*[@role='status']")[0]


def test_the_index_is_built_before_the_editor_is_told_of_the_release(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/save", to="/publish", note=NOTE)
    assert house.parts.catalogue.release == 2


def test_a_changed_figure_gets_the_source_the_editor_states(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/save", to="/publish", note=NOTE)
    with house.parts.database.read() as connection:
        source = releases.load(connection).services["passport-lost"].fee.source
    assert source is not None
    assert (source.kind, source.ref, source.date) == ("public-page", FEE["figure_source_ref"], "2026-11-23")


def test_a_draft_of_yesterday_is_published_with_the_day_its_source_was_stated(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE)
    house.clock.move(days=1)
    browser.sign_in("sarnai")
    assert browser.get(PATH).submit("/save", to="/publish", note=NOTE).status == 303


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"fee_base_amount": "1"}, "figure_source_kind"),
        ({"duration_mn": "5 хоног", "duration_en": "5 days"}, "figure_source_kind"),
        (FEE | {"figure_source_ref": "http://burtgel.gov.mn"}, "figure_source_ref"),
        (FEE | {"figure_source_ref": "javascript:alert(1)"}, "figure_source_ref"),
        (FEE | {"figure_source_kind": "editorial", "figure_source_ref": " "}, "figure_source_ref"),
        (FEE | {"figure_source_kind": "e-mongolia"}, "figure_source_kind"),
        (FEE | {"fee_base_amount": "дөчин мянга"}, "fee_base_amount"),
        (FEE | {"fee_base_amount": "-5"}, "fee_base_amount"),
        (FEE | {"fee_base_amount": "1e9"}, "fee_base_amount"),
        (FEE | {"fee_base_amount": "nan"}, "fee_base_amount"),
        (FEE | {"fee_base_currency": "₮"}, "fee_base_currency"),
        ({"title_en": " "}, "title_en"),
        ({"summary_mn": ""}, "summary_mn"),
        ({"summary_mn": "я" * 2001}, "summary_mn"),
        ({"documents": "Зураг | Photo\nөөр хэл алга"}, "documents"),
        ({"says": "\n \n"}, "says"),
        ({"proof": "face"}, "proof"),
        ({"life_event": "party"}, "life_event"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    house: House, fields: dict[str, str], wrong: str
) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **fields, source_note="миний бичсэн")
    assert browser.status == 422
    assert browser.words(f"//*[@id='{wrong}-wrong']")
    assert browser.words(f"//*[@role='alert']//a[@href='#{wrong}']")
    assert browser.page.xpath(f"//*[@id='{wrong}']/@aria-invalid") == ["true"]
    kept = browser.form("/save")
    expected = {name: value.strip() for name, value in {**fields, "source_note": "миний бичсэн"}.items()}
    assert {name: kept[name].strip() for name in expected} == expected
    assert house.rows("SELECT count(*) FROM drafts") == [(0,)]


def test_saving_without_a_change_makes_no_draft(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save").follow()
    assert "ялгаа алга" in browser.words("//*[@role='status']")[0]
    assert house.rows("SELECT count(*) FROM drafts") == [(0,)]


def test_a_draft_can_be_discarded(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/discard").follow()
    assert house.rows("SELECT count(*) FROM drafts") == [(0,)]
    assert not browser.words("//*[@class='before-after']")


def test_publishing_needs_a_note_and_keeps_the_draft_without_one(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/save", to="/publish", note="  ")
    assert (browser.status, browser.words("//*[@id='note-wrong']") != []) == (422, True)
    assert house.rows("SELECT count(*) FROM drafts") == [(1,)]


def test_what_was_typed_but_not_saved_is_not_published_unseen(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/save", to="/publish", note=NOTE, summary_en="Never looked at")
    assert browser.status == 409
    assert "Хадгалаагүй өөрчлөлт" in alert(browser)
    assert browser.form("/save")["summary_en"].strip() == "Never looked at"
    assert house.fee("passport-lost") != 45_000


def test_without_a_draft_there_is_nothing_to_publish(house: House) -> None:
    assert house.browser("sarnai").get(PATH).submit("/save", to="/publish", note=NOTE).status == 409


def test_a_second_click_on_publish_makes_no_second_release(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    fields = browser.form("/save") | {"note": NOTE}
    assert [browser.post(f"{PATH}/publish", fields).status for _ in range(2)] == [303, 409]
    assert house.rows("SELECT max(number) FROM releases") == [(2,)]


def test_the_draft_of_a_colleague_is_shown_with_who_and_not_overwritten_unseen(house: House) -> None:
    mine, other = house.browser("sarnai").get(PATH), second_editor(house).get(PATH)
    mine.submit("/save", **FEE)
    other.submit("/save", summary_en="Another summary")
    assert other.status == 409
    assert "Сарнай (sarnai)" in alert(other)
    assert other.form("/save")["summary_en"].strip() == "Another summary"
    assert "Сарнай (sarnai)" in other.words("//*[contains(@class, 'warn')]")[0]
    assert other.submit("/save", **FEE).status == 303, "having been told, they may replace it"


def test_the_draft_of_a_colleague_is_not_published_or_discarded_unseen(house: House) -> None:
    other = second_editor(house)
    other.get(PATH).submit("/save", **FEE).follow()
    publish, discard = other.form("/save") | {"note": NOTE}, other.form("/discard")
    house.clock.move(seconds=1)
    house.browser("sarnai").get(PATH).submit("/save", **FEE | {"fee_base_amount": "1"})
    assert other.post(f"{PATH}/publish", publish).status == 409
    assert other.post(f"{PATH}/discard", discard).status == 409
    assert house.fee("passport-lost") != 1


def test_a_draft_overtaken_by_a_release_is_explained_with_who_and_can_be_built_on_it(house: House) -> None:
    first = house.browser("sarnai").get(PATH)
    other = second_editor(house)
    other.get(PATH).submit("/save", **FEE).follow().submit("/save", to="/publish", note="Дорж засав")
    first.submit("/save", summary_en="Another summary").follow()
    first.submit("/save", to="/publish", note=NOTE)
    assert first.status == 409
    assert "Дорж (temuujin)" in alert(first)
    assert "шинэ хувилбар нийтэлсэн" in first.get(PATH).text
    first.submit("/save", rebase="1").follow()
    assert first.submit("/save", to="/publish", note=NOTE).status == 303
    assert house.fee("passport-lost") == 45_000, "the colleague's fee stays, the summary is added to it"
    assert "Another summary" in house.browser("sarnai").get(PATH).words("//*[@class='phone-card']")[1]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (FEE, "money changed"),
        ({"how_mn": "Эндээс: https://evil.example/pay"}, "a new web address"),
        ({"summary_mn": "Данс 5001 2345 67 руу шилжүүлнэ"}, "a long number"),
    ],
)
def test_money_addresses_and_account_numbers_ask_for_a_second_look(
    house: House, fields: dict[str, str], told: str
) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **fields).follow()
    assert any(told in line for line in browser.words("//*[contains(@class, 'warn')]//li"))


@pytest.mark.parametrize("payload", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
def test_what_an_editor_types_is_only_text(house: House, payload: str) -> None:
    browser = house.browser("sarnai").get(PATH)
    typed = {"title_mn": payload, "summary_en": payload, "documents": f"{payload} | {payload}", "source_note": payload}
    browser.submit("/save", **typed).follow().submit("/save", to="/publish", note=payload)
    for path in (PATH, f"{PATH}/history", "/editor", "/editor/releases"):
        assert not browser.get(path).page.xpath("//script[not(@src)] | //img"), path


def test_every_change_is_recorded_with_who(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    browser.submit("/discard").follow().submit("/save", **FEE).follow().submit("/save", to="/publish", note=NOTE)
    query = (
        "SELECT action FROM audit JOIN staff ON staff.id = actor AND login = 'sarnai' WHERE subject = 'passport-lost'"
    )
    saved, gone, published = "service.draft-saved", "service.draft-discarded", "service.published"
    assert [row[0] for row in house.rows(query)] == [saved, gone, saved, published]


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.id)
def test_a_form_that_is_sent_back_untouched_changes_nothing(service: Service) -> None:
    edited = read_service(form_values(service) | stated_source(service, service), service, None, START)
    assert edited.service == service


def test_no_service_of_the_files_is_changed_by_opening_its_form() -> None:
    changed = [
        service.id
        for service in catalogue_files.load().services.values()
        if (edited := read_service(form_values(service), service, None, START)).problems or edited.service != service
    ]
    assert changed == []
