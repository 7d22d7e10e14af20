"""Finding a service, its history, the releases and the way back."""

import pytest

from tests.bots.editor.test_editor_service import FEE, NOTE, PATH
from tests.bots.staff_parts import Browser, House

FOUND = "//tbody//th//a"


def published(house: House) -> Browser:
    """An editor who has just published a new fee."""
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE).follow()
    assert browser.submit("/save", to="/publish", note=NOTE).status == 303
    return browser


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", 7),
        ("q=алдсан", 1),
        ("q=PASSPORT+expired", 1),
        ("q=passport-lost", 1),
        ("q=цагдаа", 1),
        ("q=нэг+ч+үйлчилгээ", 0),
        ("category=passport", 2),
        ("category=passport&q=lost", 1),
        ("source=editorial", 4),
        ("drafts=1", 0),
        ("page=999999999999", 7),
        ("page=-1", 7),
        ("category=%3Cscript%3E", 0),
    ],
)
def test_a_service_is_found_by_title_id_organisation_category_and_source(house: House, query: str, ids: int) -> None:
    assert len(house.browser("sarnai").get(f"/editor?{query}").words(FOUND)) == ids


def test_drafts_are_marked_and_can_be_listed_alone(house: House) -> None:
    browser = house.browser("sarnai").get(PATH).submit("/save", **FEE)
    (found,) = browser.get("/editor?drafts=1").words("//tbody//th")
    assert "Ноорог" in found


def test_the_release_in_force_is_counted_by_source(house: House) -> None:
    browser = house.browser("sarnai").get("/editor")
    tiles = browser.words("//ul[@class='tiles']/li")
    assert tiles[0].startswith("7 ")
    assert any(tile.startswith("4 ") and "editorial" in tile for tile in tiles)


def test_the_history_names_who_when_and_what(house: House) -> None:
    newest, oldest = published(house).get(f"{PATH}/history").words("//section")
    assert "Сарнай (sarnai)" in newest
    assert "2026-11-23 12:00" in newest
    assert NOTE in newest
    assert "45000" in newest
    assert "in force" in newest
    assert "files" in oldest
    assert "Анхны хувилбар" in oldest


def test_releases_are_listed_with_who_when_and_why(house: House) -> None:
    newest, oldest = published(house).get("/editor/releases").words("//tbody/tr")
    assert "Сарнай (sarnai)" in newest
    assert NOTE in newest
    assert "in force" in newest
    assert "first loading" in oldest
    assert "Roll back" in oldest


def test_rolling_back_is_asked_first_and_says_what_it_changes(house: House) -> None:
    browser = published(house).get("/editor/releases/1/roll-back")
    assert "passport-lost" in browser.words("//section")[0]
    assert house.fee("passport-lost") == 45_000


def test_rolling_back_gives_citizens_the_old_fee_as_a_new_release(house: House) -> None:
    before = house.fee("passport-lost")
    browser = published(house).get("/editor/releases/1/roll-back").submit("/roll-back").follow()
    assert house.fee("passport-lost") == before
    assert "Хувилбар 3" in browser.words("//*[@role='status']")[0]
    newest = browser.words("//tbody/tr")[0]
    assert "Сарнай (sarnai)" in newest
    assert "Хувилбар 1 рүү буцсан" in newest
    assert house.rows("SELECT detail FROM audit WHERE action = 'release.rolled-back'") == [("release 3 = release 1",)]


def test_rolling_back_is_asked_again_when_the_catalogue_moved_on_meanwhile(house: House) -> None:
    browser = published(house).get("/editor/releases/1/roll-back")
    fields = browser.form("/roll-back")
    assert browser.post("/editor/releases/1/roll-back", fields).status == 303
    assert browser.post("/editor/releases/1/roll-back", fields).status == 409
    assert house.rows("SELECT max(number) FROM releases") == [(3,)]


def test_the_release_in_force_is_not_rolled_back_to(house: House) -> None:
    browser = house.browser("sarnai").get("/editor/releases/1/roll-back")
    assert not [form for form in browser.page.forms if (form.get("action") or "").endswith("roll-back")]
    csrf = browser.form("sign-out")["csrf"]
    assert browser.post("/editor/releases/1/roll-back", {"csrf": csrf, "current": "1"}).status == 409
