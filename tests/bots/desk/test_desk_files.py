"""Files at the desk: told of in the talk, handed out as downloads to agents only, every look recorded (E5, S1)."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from bots.files import FileRules, arrived
from connectors.channel import Fetched, SendResult
from dialogs.incoming import FileOffer, SharedKind
from dialogs.messages import FileProblem
from knowledge import file_rows
from tests.bots import samples
from tests.bots.desk.test_desk_case import NAUGHTY
from tests.bots.staff_parts import House

TALK = "//ol[@id='talk-log']"
JPEG = samples.picture("JPEG", (800, 600))


def leaves(house: House, content: bytes = JPEG, name: str = "зураг.jpg", ref: str = "", chat: str = "chat-1") -> str:
    """A file of the conversation, looked at as it is when it comes; its id."""
    conversation, parts = house.citizen("энэ байна", chat), house.parts
    offer, came = FileOffer("source", name=name), Fetched(SendResult.SENT, content)
    with parts.database.write() as connection:
        file_id = file_rows.owe(connection, parts.vault, conversation, SharedKind.FILE, ref, offer, house.clock())
        arrived(connection, parts.vault, file_id, came, FileRules(), house.clock())
    return file_id


def owed(house: House) -> str:
    conversation, parts = house.citizen("энэ байна"), house.parts
    with parts.database.write() as connection:
        offer, now = FileOffer("source", size=5_000), house.clock()
        return file_rows.owe(connection, parts.vault, conversation, SharedKind.VOICE, "", offer, now)


def lines(house: House, case: str) -> list[str]:
    return house.browser("bolor").get(f"/desk/cases/{case}").words(f"{TALK}//p[@class='file']")


def test_a_file_stands_under_the_message_it_came_with(house: House) -> None:
    case = house.waiting_case()
    leaves(house, ref="e2")
    house.citizen("баярлалаа")
    page = house.browser("bolor").get(f"/desk/cases/{case}")
    with_file = page.words(f"{TALK}/li[p[@class='file']]//p[@class='words']")
    assert with_file == ["энэ байна"]


def test_kind_size_name_and_download_are_told(house: House) -> None:
    case = house.waiting_case()
    file_id = leaves(house, samples.PDF, "гэрээ.pdf")
    (line,) = lines(house, case)
    assert all(part in line for part in ("PDF баримт", "гэрээ.pdf", "1 КБ", "Татах", "Download"))
    links = house.browser("bolor").get(f"/desk/cases/{case}").page.xpath(f"{TALK}//p[@class='file']/a/@href")
    assert links == [f"/desk/files/{file_id}"]


def test_one_that_is_on_its_way_is_told_as_such(house: House) -> None:
    case = house.waiting_case()
    owed(house)
    (line,) = lines(house, case)
    assert "татаж авч байна" in line
    assert "Татах" not in line


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (FileProblem.TOO_LARGE, "хэт том"),
        (FileProblem.WRONG_KIND, "ийм төрлийн"),
        (FileProblem.NOT_FETCHED, "татаж авч чадсангүй"),
        (FileProblem.TOO_MANY, "нэг өдрийн"),
    ],
)
def test_why_one_was_not_kept_is_told(house: House, problem: FileProblem, words: str) -> None:
    case, file_id = house.waiting_case(), owed(house)
    with house.parts.database.write() as connection:
        file_rows.refuse(connection, file_id, problem)
    (line,) = lines(house, case)
    assert (words in line, "Татах" in line) == (True, False)


def test_a_page_left_open_learns_that_a_file_came(house: House) -> None:
    case, file_id = house.waiting_case(), owed(house)
    browser = house.browser("bolor").get(f"/desk/cases/{case}")
    seen = {"If-None-Match": browser.page.xpath("//*[@data-version]/@data-version")[0]}
    assert browser.client.get(f"/desk/cases/{case}/talk", headers=seen).status_code == 304
    with house.parts.database.write() as connection:
        sealed = file_rows.seal(house.parts.vault, samples.PDF)
        file_rows.keep(connection, file_id, "application/pdf", 9, sealed)
    assert "Татах" in browser.client.get(f"/desk/cases/{case}/talk", headers=seen).text


def test_a_download_is_an_attachment_that_nothing_may_run(house: House) -> None:
    house.waiting_case()
    file_id = leaves(house, samples.PDF, "../../гэрээ.html")
    page = house.browser("bolor").get(f"/desk/files/{file_id}")
    wanted = {
        "content-disposition": f'attachment; filename="tuslakh-{file_id[:8]}.pdf"',
        "content-type": "application/pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    assert page.status == 200
    assert {name: page.headers[name] for name in wanted} == wanted
    assert page.client.get(f"/desk/files/{file_id}").content == samples.PDF


def test_everything_that_is_kept_comes_as_an_attachment_of_its_exact_kind(house: House) -> None:
    house.waiting_case()
    browser = house.browser("bolor")
    for name, (content, media_type) in samples.KEPT.items():
        answer = browser.get(f"/desk/files/{leaves(house, content, name)}")
        assert answer.headers["content-disposition"].startswith("attachment; "), name
        assert answer.headers["content-type"] == media_type, name


def test_nothing_that_is_refused_can_be_downloaded_or_seen(house: House) -> None:
    house.waiting_case()
    browser = house.browser("bolor")
    for name, content in samples.REFUSED.items():
        file_id = leaves(house, content, name)
        assert [browser.get(f"/desk/files/{file_id}{part}").status for part in ("", "/preview")] == [404, 404]


def test_a_picture_has_a_small_one_in_the_talk(house: House) -> None:
    case = house.waiting_case()
    file_id = leaves(house)
    browser = house.browser("bolor").get(f"/desk/cases/{case}")
    (place,) = browser.page.xpath(f"{TALK}//img[@alt]/@src")
    answer = browser.client.get(place)
    assert place == f"/desk/files/{file_id}/preview"
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    assert max(Image.open(BytesIO(answer.content)).size) == 320


def test_only_pictures_have_a_small_one(house: House) -> None:
    case = house.waiting_case()
    file_id = leaves(house, samples.PDF)
    browser = house.browser("bolor").get(f"/desk/cases/{case}")
    assert browser.page.xpath(f"{TALK}//img") == []
    assert browser.get(f"/desk/files/{file_id}/preview").status == 404


@pytest.mark.parametrize("part", ["", "/preview"])
def test_only_agents_get_files(house: House, part: str) -> None:
    house.waiting_case()
    path = f"/desk/files/{leaves(house)}{part}"
    assert house.browser().get(path).status in (303, 401)
    assert house.browser("sarnai").get(path).status == 403


def test_a_file_of_somebody_who_never_asked_for_a_person_is_nobodys_to_see(house: House) -> None:
    file_id = leaves(house, chat="chat-2")
    assert house.browser("bolor").get(f"/desk/files/{file_id}").status == 404


def test_every_look_is_recorded(house: House) -> None:
    house.waiting_case()
    file_id = leaves(house)
    house.browser("bolor").get(f"/desk/files/{file_id}").get(f"/desk/files/{file_id}/preview")
    query = (
        "SELECT login, detail FROM audit JOIN staff ON staff.id = actor WHERE action = 'file.viewed' AND subject = :f"
    )
    assert house.rows(query, f=file_id) == [("bolor", "download"), ("bolor", "preview")]


def test_a_file_whose_time_is_over_is_gone_and_told_as_such(house: House) -> None:
    case, file_id = house.waiting_case(), leaves(house)
    house.clock.move(days=30)
    with house.parts.database.write() as connection:
        file_rows.wipe_old(connection, house.clock())
    (line,) = lines(house, case)
    assert "устсан" in line
    assert "зураг.jpg" not in line
    assert house.browser("bolor").get(f"/desk/files/{file_id}").status == 404


def test_there_is_nothing_under_a_guessed_name(house: House) -> None:
    browser = house.browser("bolor")
    guesses = ("nothing", "0" * 36, "'; DROP TABLE files")
    assert [browser.get(f"/desk/files/{guess}").status for guess in guesses] == [404, 404, 404]


def test_the_senders_name_for_it_is_only_text(house: House) -> None:
    case = house.waiting_case()
    for payload in NAUGHTY:
        leaves(house, samples.PDF, payload)
    page = house.browser("bolor").get(f"/desk/cases/{case}")
    assert not page.page.xpath("//script[not(@src)] | //img | //svg | //form[contains(@action, 'evil')] | //@onload")
    shown = sorted(page.words(f"{TALK}//p[@class='file']/bdi"))
    assert shown == sorted(" ".join(payload.split()) for payload in NAUGHTY)


def test_a_register_number_in_a_name_is_masked(house: House) -> None:
    case = house.waiting_case()
    leaves(house, samples.PDF, "УБ90010112 үнэмлэх.pdf")
    assert "90010112" not in house.browser("bolor").get(f"/desk/cases/{case}").text
