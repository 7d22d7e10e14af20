"""What a message meant, told by the agent who has the conversation: with the citizen's consent, and sent to nobody."""

import pytest

from knowledge import example_rows
from knowledge.example_rows import Example
from tests.bots.staff_parts import Browser, House

WORDS = "миний улаан дэвтэр алга болчихлоо"
LOST = "passport-lost"
LINKS = "//ol[@id='talk-log']//a/@href"


def taken(house: House, consent: str = "Тийм, хадгалж болно", words: str = WORDS) -> tuple[Browser, str]:
    """An agent on the page of a case of a citizen who answered the question of consent."""
    house.citizen("нууцлал")
    house.citizen(consent)
    house.citizen(words)
    path = f"/desk/cases/{house.waiting_case()}"
    browser = house.browser("bolor").get(path)
    return browser.submit("/take").get(path), path


def place(browser: Browser, words: str = WORDS) -> str:
    """The address where the meaning of that message is told."""
    (found,) = browser.page.xpath(f"//li[.//p[@class='words'][contains(., '{words}')]]//a/@href")
    return str(found)


def examples(house: House) -> list[Example]:
    with house.parts.database.read() as connection:
        return example_rows.waiting(connection, house.parts.vault)


def mark(browser: Browser, path: str, service_id: str = LOST) -> Browser:
    browser.get(f"{path}?q=passport")
    (form,) = [form for form in browser.page.forms if dict(form.form_values()).get("service_id") == service_id]
    return browser.post(path, {name: value or "" for name, value in form.form_values()})


def test_the_agent_finds_the_service_and_it_is_kept_for_the_editors(house: House) -> None:
    browser, case = taken(house)
    assert mark(browser, place(browser)).status == 303
    assert browser.location.startswith(f"{case}?done=meant")
    (example,) = examples(house)
    assert (example.text, example.service_id, example.how) == (WORDS, LOST, "agent")


def test_the_citizen_is_sent_nothing_by_it(house: House) -> None:
    browser, _ = taken(house)
    said = house.delivered()
    mark(browser, place(browser))
    assert house.delivered() == said


def test_a_double_click_is_kept_once(house: House) -> None:
    browser, _ = taken(house)
    path = place(browser)
    assert [mark(browser, path).status for _ in range(2)] == [303, 303]
    assert [example.times for example in examples(house)] == [1]


def test_names_and_numbers_are_masked_before_it_is_kept(house: House) -> None:
    words = "намайг Болд гэдэг, улаан дэвтэр алга"
    browser, _ = taken(house, words=words)
    mark(browser, place(browser, "улаан дэвтэр"))
    assert "Болд" not in examples(house)[0].text


@pytest.mark.parametrize("consent", ["Үгүй, хадгалахгүй", "паспорт"])
def test_without_consent_there_is_no_way_to_it(house: House, consent: str) -> None:
    browser, path = taken(house, consent)
    assert browser.page.xpath(LINKS) == []
    entry = house.rows("SELECT max(id) FROM transcript WHERE author = 'citizen'")[0][0]
    assert browser.get(f"{path}/meant/{entry}").status == 409
    assert browser.post(f"{path}/meant/{entry}", browser.form("sign-out") | {"service_id": LOST}).status == 409
    assert examples(house) == []


def test_a_colleague_who_does_not_have_it_cannot_tell(house: House) -> None:
    browser, case = taken(house)
    path = place(browser)
    other = house.browser("temuujin").get(case)
    assert other.page.xpath(LINKS) == []
    assert other.get(path).status == 409
    fields = other.form("sign-out") | {"service_id": LOST, "owner_number": browser.form("/answer")["owner_number"]}
    assert other.post(path, fields).status == 409
    assert examples(house) == []


def test_a_message_with_a_personal_number_is_not_kept(house: House) -> None:
    words = "миний дугаар УБ90010112 шүү"
    browser, _ = taken(house, words=words)
    mark(browser, place(browser, "миний дугаар"))
    assert browser.status == 409
    assert examples(house) == []


@pytest.mark.parametrize("entry", ["0", "999999"])
def test_a_message_that_is_not_there_is_refused(house: House, entry: str) -> None:
    browser, case = taken(house)
    assert browser.get(f"{case}/meant/{entry}").status == 409


def test_a_service_that_does_not_exist_is_refused(house: House) -> None:
    browser, _ = taken(house)
    path = place(browser)
    owner = browser.form("/answer")["owner_number"]
    fields = browser.form("sign-out") | {"service_id": "no-such", "owner_number": owner}
    assert browser.post(path, fields).status == 409
    assert examples(house) == []


def test_the_message_is_shown_masked_and_the_look_is_recorded(house: House) -> None:
    words = "улаан дэвтэр, утас 99112233"
    browser, _ = taken(house, words=words)
    path = place(browser, "улаан дэвтэр")
    before = len(house.rows("SELECT id FROM audit WHERE action = 'case.viewed'"))
    assert "99112233" not in browser.get(path).text
    assert len(house.rows("SELECT id FROM audit WHERE action = 'case.viewed'")) == before + 1


def test_an_editor_does_not_tell_on_the_desk(house: House) -> None:
    browser, _ = taken(house)
    assert house.browser("sarnai").get(place(browser)).status == 403


def test_the_desk_says_whether_words_may_be_kept(house: House) -> None:
    browser, _ = taken(house)
    assert any("Зөвшөөрсөн" in fact for fact in browser.words("//dl[@class='facts']/div"))
