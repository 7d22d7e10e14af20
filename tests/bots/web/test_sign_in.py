"""Signing in: who gets a session, how it ends, and what a guesser learns."""

from datetime import timedelta
from pathlib import Path

import pytest

from bots.web.access import safe_next
from bots.web.sign_in import MAX_REMEMBERED, LoginTries, SignInTries
from tests.bots.staff_parts import START, House, build


@pytest.mark.parametrize(("login", "home"), [("bolor", "/desk"), ("sarnai", "/editor")])
def test_the_right_password_opens_the_home_of_the_role(house: House, login: str, home: str) -> None:
    browser = house.browser(login)
    assert browser.get("/staff/sign-in").location == home
    assert browser.get(home).status == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    cookie = house.browser().sign_in("bolor").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


def test_with_https_the_cookie_belongs_to_the_host_alone(tmp_path: Path) -> None:
    with_https = {
        "public_url": "https://tuslakh.example",
        "staff_accounts": "none",
        "xyp_base_url": "https://x.example",
    }
    house = build(tmp_path, **with_https, xyp_access_token="t", xyp_private_key="k")
    response = house.browser().sign_in("bolor", headers={"origin": "https://tuslakh.example"})
    assert response.headers["set-cookie"].startswith("__Host-tuslakh_staff=")
    assert "; secure" in response.headers["set-cookie"].lower()
    assert response.headers["strict-transport-security"].startswith("max-age=31536000")
    house.close()


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(house: House) -> None:
    wrong, unknown = house.browser().sign_in("bolor", "guess"), house.browser().sign_in("nobody", "guess")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("bolor", "…") == unknown.text.replace("nobody", "…")
    assert "set-cookie" not in wrong.headers
    assert "set-cookie" not in unknown.headers


def test_every_sign_in_and_refusal_is_recorded_without_what_was_typed(house: House) -> None:
    browser = house.browser("bolor")
    browser.get("/desk").submit("/staff/sign-out")
    house.browser().sign_in("bolor", "guess")
    house.browser().sign_in("my-secret-by-mistake", "guess")
    lines = house.rows("SELECT action, actor, subject, detail FROM audit WHERE action LIKE 'staff.%' ORDER BY id")
    actions = ["staff.signed-in", "staff.signed-out", "staff.sign-in-refused", "staff.sign-in-refused"]
    assert [line[0] for line in lines] == actions
    assert "my-secret-by-mistake" not in str(lines)


def test_an_address_that_tries_too_often_waits_a_minute(house: House) -> None:
    browser = house.browser()
    for _ in range(house.parts.settings.sign_in_tries_a_minute):
        assert browser.sign_in("bolor", "guess").status_code == 401
    refused = browser.sign_in("bolor")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    house.clock.move(seconds=61)
    assert browser.sign_in("bolor").status_code == 303


def test_the_memory_of_tries_is_bounded_and_forgets_the_oldest() -> None:
    tries = SignInTries(1, max_remembered=2)
    assert all(tries.take(address, START) for address in ("a", "b", "c"))
    assert not tries.take("c", START)
    assert tries.take("a", START), "forgotten, so it counts anew"
    assert tries.take("c", START + timedelta(minutes=1))


def test_a_session_that_was_idle_for_fifteen_minutes_is_over(house: House) -> None:
    browser = house.browser("bolor")
    house.clock.move(minutes=14)
    assert browser.get("/desk").status == 200
    house.clock.move(minutes=15, seconds=1)
    assert browser.get("/desk").location == "/staff/sign-in?next=/desk"


def test_a_session_is_over_after_twelve_hours_of_work(house: House) -> None:
    browser = house.browser("bolor")
    for _ in range(72):
        house.clock.move(minutes=10)
        assert browser.get("/desk").status == 200
    house.clock.move(minutes=1)
    assert browser.get("/desk").status == 303


def test_a_page_that_refreshes_itself_keeps_no_session_alive(house: House) -> None:
    browser = house.browser("bolor")
    for _ in range(15):
        house.clock.move(minutes=1)
        assert browser.get("/desk/queue").status == 200
    house.clock.move(minutes=1)
    assert browser.get("/desk/queue").status == 401


def test_somebody_who_types_is_not_idle(house: House) -> None:
    browser = house.browser("bolor")
    for _ in range(40):
        house.clock.move(minutes=1)
        assert browser.client.get("/desk/queue", headers={"X-Staff-Active": "1"}).status_code == 200


def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    browser = house.browser("bolor")
    token = dict(browser.client.cookies)
    assert browser.get("/desk").submit("/staff/sign-out").status == 303
    browser.client.cookies.update(token)
    assert browser.get("/desk").status == 303


def test_a_new_sign_in_ends_the_session_before_it(house: House) -> None:
    browser = house.browser("bolor")
    old = browser.client.cookies["tuslakh_staff"]
    browser.sign_in("bolor")
    assert browser.client.cookies["tuslakh_staff"] != old
    browser.client.cookies.clear()
    browser.client.cookies.set("tuslakh_staff", old)
    assert browser.get("/desk").status == 303


@pytest.mark.parametrize(
    "target", ["", "https://evil.example", "//evil.example", "/\\evil.example", "/editor", "/deskevil", "/desk\r\nX: 1"]
)
def test_the_way_back_leads_nowhere_but_into_the_role_s_own_pages(target: str) -> None:
    assert safe_next(target, "agent") == "/desk"


def test_the_way_back_leads_to_the_page_that_was_asked_for() -> None:
    assert safe_next("/desk/cases/7", "agent") == "/desk/cases/7"


def from_anywhere(tmp_path: Path) -> House:
    """The test's browser has one address, so the limit of an address is out of the way."""
    return build(tmp_path, sign_in_tries_a_minute=1000, sign_in_tries_an_hour_a_login=3)


@pytest.mark.parametrize("login", ["bolor", "nobody", "x" * 500])
def test_a_login_that_failed_too_often_waits_an_hour(tmp_path: Path, login: str) -> None:
    house = from_anywhere(tmp_path)
    assert [house.browser().sign_in(login, "guess").status_code for _ in range(3)] == [401] * 3
    refused = house.browser().sign_in(login)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert house.browser().sign_in("temuujin").status_code == 303
    house.clock.move(minutes=60)
    assert house.browser().sign_in(login).status_code == (303 if login == "bolor" else 401)
    house.close()


def test_only_failed_tries_of_a_login_count(tmp_path: Path) -> None:
    house = from_anywhere(tmp_path)
    assert [house.browser().sign_in("bolor").status_code for _ in range(5)] == [303] * 5
    house.close()


def test_made_up_logins_do_not_make_an_account_s_tries_forgotten() -> None:
    tries = LoginTries(1)
    assert tries.take("bolor", True, START)
    for number in range(MAX_REMEMBERED + 1):
        tries.take(f"made-up-{number}", False, START)
    assert not tries.take("bolor", True, START)
