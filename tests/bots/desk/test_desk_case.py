"""One case: what an agent sees of it, what is hidden, and that every look is recorded."""

import pytest

from tests.bots.staff_parts import House

NAUGHTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'; alert(1) //",
    "{{ 7 * 7 }}{% raw %}",
    "</textarea></li></ol><form action=https://evil.example>",
    "javascript:alert(1)",
    "&lt;b&gt;",
)
TALK = "//ol[@id='talk-log']"


def test_the_whole_conversation_is_shown_in_ulaanbaatar_time(house: House) -> None:
    house.citizen("паспорт")
    case = house.waiting_case()
    page = house.browser("bolor").get(f"/desk/cases/{case}")
    entries = page.words(f"{TALK}/li")
    assert entries[0].startswith("Иргэн")
    assert "паспорт" in entries[0]
    assert "2026-11-23 12:00" in entries[0]
    assert any(entry.startswith("Автомат туслах") for entry in entries)


def test_why_it_came_and_where_the_bot_stood_are_told(house: House) -> None:
    house.citizen("иргэний үнэмлэхний мэдээлэл")
    case = house.waiting_case()
    facts = house.browser("bolor").get(f"/desk/cases/{case}").words("//dl[@class='facts']/div")
    assert any("Хүн хүссэн" in fact for fact in facts)
    assert any("Веб чат" in fact for fact in facts)


def test_a_register_number_a_code_and_a_phone_are_masked(house: House) -> None:
    conversation = house.citizen("миний дугаар УБ90010112 байгаа, утас 99112233, код 123456")
    case = house.waiting_case()
    page = house.browser("bolor").get(f"/desk/cases/{case}")
    assert conversation
    assert page.words(f"{TALK}/li")
    assert not any(secret in page.text for secret in ("90010112", "99112233", "123456"))
    assert "УБ******12" in page.text


def test_invisible_signs_do_not_undo_the_masking(house: House) -> None:
    house.citizen("УБ9001\u200b0112 гэж байгаа")
    case = house.waiting_case()
    assert "УБ******12" in house.browser("bolor").get(f"/desk/cases/{case}").text


@pytest.mark.parametrize("payload", NAUGHTY)
def test_what_a_citizen_writes_is_only_text(house: House, payload: str) -> None:
    house.citizen(payload)
    case = house.waiting_case()
    house.rename("chat-1", payload)
    browser = house.browser("bolor")
    browser.get(f"/desk/cases/{case}").submit("/note", text=payload)
    for path in (f"/desk/cases/{case}", f"/desk/cases/{case}/talk", "/desk"):
        page = browser.get(path)
        assert page.status == 200
        assert not page.page.xpath(
            "//script[not(@src)] | //img | //svg | //form[contains(@action, 'evil')] | //@onload"
        )
    words = browser.get(f"/desk/cases/{case}").page.xpath(f"{TALK}//p[@class='words']")
    assert [each.text_content() for each in words].count(payload) == 2


def test_a_name_cannot_turn_the_page_or_pass_for_a_colleague(house: House) -> None:
    case = house.waiting_case()
    house.rename("chat-1", "\u202eрнолоБ\u202c ✔ Ажилтан\nУБ90010112" + "я" * 200)
    page = house.browser("bolor").get(f"/desk/cases/{case}")
    assert "\u202e" not in page.text
    assert "90010112" not in page.text
    (name,) = page.page.xpath("//bdi")
    assert len(name.text_content()) <= 60
    assert all("рнолоБ" not in line for line in page.words(f"{TALK}/li/p[@class='from']"))


def test_notes_are_told_apart_by_words(house: House) -> None:
    case = house.waiting_case()
    browser = house.browser("bolor").get(f"/desk/cases/{case}")
    browser.submit("/note", text="Дахин залгана").follow()
    (note,) = browser.words(f"{TALK}/li[contains(@class, 'note')]")
    assert note.startswith("🔒 Дотоод тэмдэглэл: Болор")
    assert "Дахин залгана" in note


def test_every_look_is_recorded(house: House) -> None:
    case = house.waiting_case()
    browser = house.browser("bolor")
    browser.get(f"/desk/cases/{case}").get(f"/desk/cases/{case}/talk")
    query = (
        "SELECT staff.login FROM audit JOIN staff ON staff.id = actor WHERE action = 'case.viewed' AND subject = :case"
    )
    assert house.rows(query, case=case) == [("bolor",), ("bolor",)]


def test_a_page_that_has_seen_it_all_is_told_so_and_that_is_no_look(house: House) -> None:
    case = house.waiting_case()
    browser = house.browser("bolor").get(f"/desk/cases/{case}")
    seen = {"If-None-Match": browser.page.xpath("//*[@data-version]/@data-version")[0]}
    path = f"/desk/cases/{case}/talk"
    assert browser.client.get(path, headers=seen).status_code == 304
    assert house.rows("SELECT count(*) FROM audit WHERE action = 'case.viewed'") == [(1,)]
    house.citizen("байна уу?")
    assert browser.client.get(path, headers=seen).status_code == 200


def test_a_page_left_open_learns_that_somebody_took_it(house: House) -> None:
    case = house.waiting_case()
    old = house.browser("bolor").get(f"/desk/cases/{case}")
    address = old.page.xpath("//*[@data-live-fragment]/@data-live-fragment")[0]
    house.browser("temuujin").get(f"/desk/cases/{case}").submit("/take")
    assert "одоо Тэмүүжин" in old.get(address).words("//*[@role='alert']")[0]
