"""Examples citizens gave: seen by editors only, taken into a draft or declined, and nothing changes by itself."""

import pytest

from bots.editor.example_page import HOWS
from dialogs.learning import How
from knowledge import example_rows, releases
from knowledge.releases import Draft
from tests.bots.staff_parts import Browser, House

PAGE = "/editor/examples"
LOST, EXPIRED = "passport-lost", "passport-expired"
TEXTS = "//tbody//bdi"


def keep(house: House, words: str, service_id: str | None = LOST) -> str:
    """An example that waits; its id."""
    how = How.CHOICE if service_id else How.NONE
    with house.parts.database.write() as connection:
        day = house.clock().date()
        example_rows.keep(connection, house.parts.vault, words, service_id, how, (LOST, EXPIRED), day)
        found = example_rows.waiting(connection, house.parts.vault)
    return next(example.id for example in found if example.text == words)


def editor(house: House, page: str = PAGE) -> Browser:
    return house.browser("sarnai").get(page)


def draft(house: House, service_id: str = LOST) -> Draft | None:
    with house.parts.database.read() as connection:
        return releases.find_draft(connection, service_id)


def says(house: House, service_id: str = LOST) -> tuple[str, ...]:
    """The lines of the draft; none without one."""
    found = draft(house, service_id)
    return found.service.says if found else ()


def test_examples_are_grouped_by_what_was_meant_with_how_often_and_what_was_shown(house: House) -> None:
    keep(house, "pasport geesen")
    keep(house, "pasport geesen")
    keep(house, "миний цаас", None)
    page = editor(house)
    lost, none = page.words("//section")
    assert "Гадаад паспорт дахин захиалах (алдсан)" in lost
    assert "pasport geesen" in lost
    assert page.words("//td[@data-label='Хэдэн удаа']") == ["2", "1"]
    assert "Аль нь ч биш" in none
    assert "миний цаас" in none
    assert "(алдсан) · " in page.words("//td[@data-label='Санал болгосон']")[0]


def test_without_examples_the_page_says_so(house: House) -> None:
    assert "Шийдэх жишээ алга" in editor(house).text


def test_accepting_adds_the_line_to_the_draft_and_nothing_is_published(house: House) -> None:
    example = keep(house, "pasport geesen")
    page = editor(house).submit(f"{example}/accept").follow()
    assert says(house)[-1] == "pasport geesen"
    assert house.rows("SELECT max(number) FROM releases") == [(1,)]
    assert "Ноорогт нэмлээ" in page.words("//*[@role='status']")[0]
    assert page.words(TEXTS) == []


def test_an_accepted_line_is_published_like_any_change(house: House) -> None:
    example = keep(house, "pasport geesen")
    browser = editor(house).submit(f"{example}/accept").get(f"/editor/services/{LOST}")
    assert browser.submit("/save", to="/publish", note="Иргэдийн жишээ").status == 303
    with house.parts.database.read() as connection:
        assert "pasport geesen" in releases.load(connection).services[LOST].says


def test_a_colleagues_open_draft_keeps_its_changes(house: House) -> None:
    browser = editor(house, f"/editor/services/{LOST}")
    browser.submit("/save", title_mn="Шинэ нэр")
    browser.get(PAGE)
    example = keep(house, "pasport geesen")
    browser.get(PAGE).submit(f"{example}/accept")
    found = draft(house)
    assert found is not None
    assert (found.service.title.mn, found.service.says[-1]) == ("Шинэ нэр", "pasport geesen")


def test_a_line_the_service_has_already_changes_no_draft(house: House) -> None:
    example = keep(house, "ГАДААД паспорт дахин захиалах (алдсан)")
    page = editor(house).submit(f"{example}/accept").follow()
    assert draft(house) is None
    assert "аль хэдийн байсан" in page.words("//*[@role='status']")[0]


def test_another_service_is_found_by_words_and_takes_the_line(house: House) -> None:
    example = keep(house, "hugatsaa duussan")
    page = editor(house, f"{PAGE}/{example}?q=expired")
    fields = page.form("sign-out") | {"service_id": EXPIRED}
    assert any("(хугацаа дууссан)" in found for found in page.words("//section[@aria-labelledby='another']//li"))
    page.post(f"{PAGE}/{example}/accept", fields)
    assert says(house, EXPIRED)[-1] == "hugatsaa duussan"
    assert draft(house) is None


def test_what_was_shown_is_offered_first(house: House) -> None:
    example = keep(house, "миний цаас", None)
    shown = editor(house, f"{PAGE}/{example}").words("//section[@aria-labelledby='was-shown']//li")
    assert len(shown) == 2


@pytest.mark.parametrize("service_id", ["", "no-such-service"])
def test_without_a_service_nothing_is_accepted(house: House, service_id: str) -> None:
    example = keep(house, "миний цаас", None)
    page = editor(house)
    page.post(f"{PAGE}/{example}/accept", page.form("sign-out") | {"service_id": service_id})
    assert page.status == 422
    assert "сонгоно уу" in page.words("//*[@role='alert']")[0]
    assert editor(house).words(TEXTS) == ["миний цаас"]


def test_declining_deletes_the_words_and_changes_no_draft(house: House) -> None:
    example = keep(house, "pasport geesen")
    page = editor(house).submit(f"{example}/decline").follow()
    assert draft(house) is None
    assert house.rows("SELECT state, text_sealed, editor FROM examples") == [("declined", None, "Сарнай (sarnai)")]
    assert page.words(TEXTS) == []


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_what_somebody_decided_is_not_decided_again(house: House, act: str) -> None:
    example = keep(house, "pasport geesen")
    late = editor(house)
    fields = late.form(f"{example}/{act}") | {"service_id": LOST}
    editor(house).submit(f"{example}/decline")
    assert late.post(f"{PAGE}/{example}/{act}", fields).status == 404
    assert draft(house) is None


def test_who_decided_what_is_recorded_without_the_words(house: House) -> None:
    first, second = keep(house, "pasport geesen"), keep(house, "pasport alga")
    editor(house).submit(f"{first}/accept").get(PAGE).submit(f"{second}/decline")
    query = "SELECT action, subject, detail FROM audit WHERE action LIKE 'example.%' ORDER BY audit.id"
    assert house.rows(query) == [("example.accepted", first, LOST), ("example.declined", second, "")]


def test_agents_and_strangers_see_no_examples(house: House) -> None:
    example = keep(house, "pasport geesen")
    agent = house.browser("bolor")
    for path in (PAGE, f"{PAGE}/{example}"):
        assert agent.get(path).status == 403
        assert house.browser().get(path).status == 303
    fields = agent.get("/desk").form("sign-out") | {"service_id": LOST}
    assert agent.post(f"{PAGE}/{example}/accept", fields).status == 403
    assert draft(house) is None


def test_an_accept_without_the_pages_token_is_refused(house: House) -> None:
    example = keep(house, "pasport geesen")
    browser = editor(house)
    assert browser.post(f"{PAGE}/{example}/accept", {"service_id": LOST, "csrf": "x"}).status == 403
    assert draft(house) is None


def test_what_a_citizen_typed_is_only_text(house: House) -> None:
    words = "<script>alert(1)</script>"
    example = keep(house, words)
    for path in (PAGE, f"{PAGE}/{example}"):
        page = editor(house, path)
        assert not page.page.xpath("//script[not(@src)]")
        assert words in page.words("//bdi")


def test_every_button_is_named_with_the_words_it_is_about(house: House) -> None:
    example = keep(house, "pasport geesen")
    page = editor(house)
    about = page.page.xpath("//td[@class='action']//*[self::button or self::a]/@aria-describedby")
    assert about == [f"text-{example}"] * 3
    assert page.page.xpath(f"//*[@id='text-{example}']")


def test_every_way_of_telling_has_a_name() -> None:
    assert set(HOWS) == set(How)
