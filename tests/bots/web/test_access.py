"""Every route of the staff pages, taken from the router: who may, from where, and that looking changes nothing."""

import re

import pytest
from starlette.routing import Route

from bots.files import FileRules, arrived
from connectors.channel import Fetched, SendResult
from dialogs.incoming import FileOffer, SharedKind
from dialogs.learning import How
from dialogs.messages import CaseTaken
from knowledge import example_rows, file_rows
from tests.bots import samples
from tests.bots.staff_parts import ORIGIN, House

OPEN = {"/staff/sign-in", "/staff/sign-out"}
FILLED = {"service_id": "passport-lost", "number:int": "1"}


def learning(house: House) -> dict[str, str]:
    """An example that waits, and a message whose meaning the agent who has its conversation may tell."""
    for words in ("нууцлал", "Тийм, хадгалж болно", "паспорт"):
        conversation = house.citizen(words)
    (member,) = house.rows("SELECT id FROM staff WHERE login = 'bolor'")[0]
    house.waiting_case()
    house.parts.assistant.apply(conversation, CaseTaken(str(member), "Болор"), "taken", str(member))
    with house.parts.database.write() as connection:
        day = house.clock().date()
        example_rows.keep(connection, house.parts.vault, "pasport", "passport-lost", How.AGENT, (), day)
        offer, came = FileOffer("source"), Fetched(SendResult.SENT, samples.picture("JPEG"))
        file = file_rows.owe(connection, house.parts.vault, conversation, SharedKind.PHOTO, "", offer, house.clock())
        arrived(connection, house.parts.vault, file, came, FileRules(), house.clock())
        (example,) = example_rows.waiting(connection, house.parts.vault)
    (entry,) = house.rows("SELECT max(id) FROM transcript WHERE author = 'citizen' AND ref != ''")[0]
    (case,) = house.rows("SELECT id FROM cases")[0]
    return {"case_id": str(case), "entry_id:int": str(entry), "example_id": example.id, "file_id": file}


def staff_routes(house: House) -> list[tuple[str, str, str]]:
    """(method, role, path) of each, with the path's places filled."""
    filled = FILLED | learning(house)
    found = []
    for route in house.app.routes:
        if isinstance(route, Route) and route.path not in OPEN:
            path = re.sub(r"\{([^}]*)\}", lambda place: filled[place[1]], route.path)
            role = "agent" if path.startswith("/desk") else "editor"
            role = "any" if path.startswith("/desk/status") else role
            found += [(method, role, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def test_the_router_has_both_rooms(house: House) -> None:
    roles = [role for _, role, _ in staff_routes(house)]
    assert [roles.count(role) for role in ("agent", "editor", "any")] == [18, 15, 2]


def test_nobody_gets_in_without_a_session(house: House) -> None:
    routes = staff_routes(house)
    before = house.content()
    for method, _, path in routes:
        response = house.browser().client.request(method, path, headers=ORIGIN, data={} if method == "POST" else None)
        assert response.status_code in (303, 401), path
        assert "chat-1" not in response.text
        assert "паспорт" not in response.text.lower()
    assert house.content() == before


def test_each_room_is_closed_to_the_other_role_even_with_a_token(house: House) -> None:
    routes = staff_routes(house)
    before = house.content()
    for role, login, home in (("agent", "sarnai", "/editor"), ("editor", "bolor", "/desk")):
        browser = house.browser(login)
        csrf = browser.get(home).form("/staff/sign-out")["csrf"]
        for method, needed, path in routes:
            if needed == role:
                data = {"csrf": csrf} if method == "POST" else None
                response = browser.client.request(method, path, headers=ORIGIN, data=data)
                assert response.status_code in (401, 403), path
    assert house.content() == before
    assert house.rows("SELECT count(*) FROM audit WHERE action = 'access.refused'")[0][0] == len(routes) - 3


def test_looking_at_every_page_changes_nothing(house: House) -> None:
    routes = staff_routes(house)
    browsers = {"agent": house.browser("bolor"), "editor": house.browser("sarnai"), "any": house.browser("sarnai")}
    before = house.content()
    for method, role, path in routes:
        if method == "GET" and path != "/desk/events":
            assert browsers[role].get(path).status == 200, path
    assert house.content() == before


def test_nothing_that_changes_answers_to_get(house: House) -> None:
    routes = staff_routes(house)
    browser = house.browser("bolor")
    both = {path for method, _, path in routes if method == "GET"}
    for method, role, path in routes:
        if method == "POST" and role == "agent" and path not in both:
            assert browser.get(path).status == 405


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "http://testserver", "sec-fetch-site": "same-site"},
        {"origin": "http://testserver.evil.example", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
def test_a_post_from_elsewhere_is_refused_on_every_route(house: House, headers: dict[str, str]) -> None:
    routes = staff_routes(house)
    browsers = {"agent": house.browser("bolor"), "editor": house.browser("sarnai")}
    tokens = {role: browser.get(f"/{home}").form("sign-out")["csrf"] for (role, browser), home in
              zip(browsers.items(), ("desk", "editor"), strict=True)}  # fmt: skip
    before = house.content()
    for method, role, path in routes:
        if method == "POST":
            assert browsers[role].post(path, {"csrf": tokens[role]}, headers).status == 403, path
    assert browsers["agent"].post("/staff/sign-out", {"csrf": tokens["agent"]}, headers).status == 403
    assert house.browser().sign_in("bolor", headers=headers).status_code == 403
    assert house.content() == before


@pytest.mark.parametrize("token", [None, "", "guess", "é\udcff"])
def test_a_post_without_the_session_s_token_is_refused_on_every_route(house: House, token: str | None) -> None:
    routes = [*staff_routes(house), ("POST", "agent", "/staff/sign-out")]
    browsers = {"agent": house.browser("bolor"), "editor": house.browser("sarnai")}
    before = house.content()
    for method, role, path in routes:
        if method == "POST":
            data = {} if token is None else {"csrf": token.encode("utf-8", "surrogatepass").decode("latin-1")}
            assert browsers[role].post(path, data).status == 403, path
    assert house.content() == before


def test_the_token_of_another_session_does_not_count(house: House) -> None:
    other = house.browser("temuujin").get("/desk").form("sign-out")["csrf"]
    assert house.browser("bolor").post("/staff/sign-out", {"csrf": other}).status == 403


def test_a_browser_without_referrer_is_known_by_its_fetch_header(house: House) -> None:
    browser = house.browser("bolor").get("/desk")
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert browser.post("/staff/sign-out", browser.form("sign-out"), headers).status == 303


def test_a_body_over_the_cap_is_not_read_to_its_end(house: House) -> None:
    data = {"text": "x" * house.parts.settings.max_body_bytes}
    assert house.browser("bolor").post("/desk/cases/1/note", data).status == 413


def test_a_form_of_too_many_fields_is_refused(house: House) -> None:
    assert house.browser("bolor").post("/desk/cases/1/note", {f"f{n}": "" for n in range(500)}).status == 413


def test_a_body_that_is_no_form_is_refused(house: House) -> None:
    response = house.browser("bolor").client.post("/staff/sign-out", json={"csrf": "x"}, headers=ORIGIN)
    assert response.status_code == 415


def test_a_case_or_service_that_is_not_there_is_told_kindly(house: House) -> None:
    assert house.browser("bolor").get("/desk/cases/none").status == 404
    assert house.browser("sarnai").get("/editor/services/none").status == 404
    assert house.browser("sarnai").get("/editor/services/none/history").status == 404
    assert house.browser("sarnai").get("/editor/releases/99/roll-back").status == 404
