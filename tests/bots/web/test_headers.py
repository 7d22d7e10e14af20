"""The headers of every response: strict on staff pages, left alone where a page says what it needs."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bots.web.headers import SecurityHeaders
from tests.bots.staff_parts import House

FRAMED = "default-src 'self'; frame-ancestors *"


async def anywhere(request: Request) -> Response:
    return PlainTextResponse("page", headers={"content-security-policy": FRAMED} if request.url.path == "/" else None)


def fetch(path: str, https: bool = False) -> httpx.Response:
    middleware = [Middleware(SecurityHeaders, https=https)]
    app = Starlette(routes=[Route("/{rest:path}", anywhere)], middleware=middleware)
    response: httpx.Response = TestClient(app).get(path)
    return response


@pytest.mark.parametrize("path", ["/desk", "/desk/cases/1", "/editor", "/staff/sign-in", "/sandbox", "/health"])
def test_no_page_may_be_framed_or_run_inline_scripts(path: str) -> None:
    policy = fetch(path).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_page_that_brings_its_own_policy_keeps_it() -> None:
    headers = fetch("/").headers
    assert headers["content-security-policy"] == FRAMED
    assert "x-frame-options" not in headers


def test_nothing_is_sniffed_or_told_to_other_sites() -> None:
    headers = fetch("/anything").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_https_is_remembered_only_where_there_is_https() -> None:
    assert "strict-transport-security" not in fetch("/desk").headers
    assert "max-age=31536000" in fetch("/desk", https=True).headers["strict-transport-security"]


def test_staff_pages_are_kept_by_nobody(house: House) -> None:
    browser = house.browser("bolor")
    for path in ("/desk", "/desk/queue", "/staff/sign-in", "/editor"):
        assert browser.get(path).headers["cache-control"] == "no-store"


def test_no_staff_template_has_anything_inline(house: House) -> None:
    case, browser, editor = house.waiting_case(), house.browser("bolor"), house.browser("sarnai")
    pages = [browser.get("/desk"), browser.get(f"/desk/cases/{case}"), editor.get("/editor")]
    pages += [editor.get("/editor/services/passport-lost"), house.browser().get("/staff/sign-in")]
    for page in pages:
        assert not page.page.xpath("//style | //script[not(@src)] | //@style | //@*[starts-with(name(), 'on')]")
