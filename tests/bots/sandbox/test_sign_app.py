"""The signing app signs what it showed, for texts of this server only, and hands the signature back by its form."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from lxml import html
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bots.sandbox.people import PEOPLE
from bots.sandbox.pki import Pki
from bots.sandbox.sign_app import HOLDERS, PATH, sign_routes
from bots.sandbox.switches import Switches
from connectors.own_server import OwnServer
from tests.fakes.loopback import Loopback

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
PERSON = PEOPLE[0]
TEXT = "Тийм, энэ би.\r\n<b>It is me.</b>\n".encode()
PKI = Pki("http://127.0.0.1:1", lambda: datetime.now(UTC))


class Site:
    """A server with a text to sign, and the app on it."""

    def __init__(self) -> None:
        self.text = TEXT
        self.switches = Switches()
        routes = [Route("/text", self._show), *sign_routes(PKI, self.switches, OwnServer())]
        self.server = Loopback(Starlette(routes=routes))
        self.server.start()
        self.asked = {"challenge": f"{self.server.url}/text", "back": f"{self.server.url}/signed"}

    async def _show(self, _request: Request) -> Response:
        return PlainTextResponse(self.text)

    def open(self, **changed: str) -> httpx.Response:
        return httpx.get(self.server.url + PATH, params={**self.asked, **changed})

    def sign(self, **changed: str) -> httpx.Response:
        """Fill in the page's own form."""
        hidden = html.fromstring(self.open().text).xpath("//input[@type='hidden']")
        form = {field.get("name"): field.get("value") for field in hidden}
        form |= {"person": PERSON.register_number, "format": "cms", "flaw": "", "action": "sign", **changed}
        return httpx.post(self.server.url + PATH, data=form, headers=OWN_PAGE)


@pytest.fixture(scope="module")
def one_site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.stop()


@pytest.fixture
def site(one_site: Site) -> Site:
    one_site.text = TEXT
    one_site.switches.plug_in("")
    return one_site


def handed_back(answer: httpx.Response) -> dict[str, str]:
    """The form that goes to `back`."""
    (form,) = html.fromstring(answer.text).xpath("//form")
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    return {"action": form.get("action"), "method": form.get("method"), **fields}


def test_the_text_is_shown_word_for_word_and_escaped(site: Site) -> None:
    page = site.open().text
    assert "&lt;b&gt;It is me.&lt;/b&gt;" in page
    shown = html.fromstring(page).xpath("string(//pre)")
    assert shown.split() == site.text.decode().split()


@pytest.mark.parametrize("form", ["cms", "jws"])
def test_the_signature_goes_back_by_a_form_post_with_its_format(site: Site, form: str) -> None:
    back = handed_back(site.sign(format=form))
    assert set(back) == {"action", "method", "signature", "format"}
    assert (back["action"], back["method"], back["format"]) == (site.asked["back"], "post", form)
    signature = base64.b64decode(back["signature"], validate=True)
    assert signature.startswith(b"\x30\x82") if form == "cms" else signature.count(b".") == 2


def test_another_text_can_be_signed_to_see_it_refused(site: Site) -> None:
    jws = base64.b64decode(handed_back(site.sign(format="jws", flaw="other-text"))["signature"])
    assert base64.urlsafe_b64decode(jws.split(b".")[1] + b"==") != site.text


def test_two_can_sign_to_see_it_refused(site: Site) -> None:
    one, two = (base64.b64decode(handed_back(site.sign(flaw=flaw))["signature"]) for flaw in ("", "two-signers"))
    assert len(two) > len(one) + 1000


def test_a_text_that_changed_after_it_was_shown_is_not_signed(site: Site) -> None:
    assert site.sign(digest="0" * 64).status_code == 409


def test_refusing_hands_nothing_back(site: Site) -> None:
    answer = site.sign(action="refuse")
    assert answer.status_code == 200
    assert html.fromstring(answer.text).xpath("//form") == []


def test_who_has_no_certificate_is_not_offered_and_cannot_sign(site: Site) -> None:
    without = next(person for person in PEOPLE if person not in HOLDERS).register_number
    assert without not in site.open().text
    assert site.sign(person=without).status_code == 400


@pytest.mark.parametrize("part", ["challenge", "back"])
@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "http://127.0.0.1:1/text", "",
     "http://user@127.0.0.1/", "http://[", "/text"],
)  # fmt: skip
def test_addresses_of_others_are_neither_fetched_nor_posted_to(site: Site, part: str, url: str) -> None:
    assert site.open(**{part: url}).status_code == 400
    assert site.sign(**{part: url}).status_code == 400


def test_a_text_that_is_gone_is_said(site: Site) -> None:
    assert site.open(challenge=f"{site.server.url}/nowhere").status_code == 404


def test_the_token_is_plugged_in_and_out_by_name(site: Site) -> None:
    place = f"{site.server.url}{PATH}/token"
    for number in (PERSON.register_number, ""):
        httpx.post(place, data={"person": number}, headers=OWN_PAGE)
        assert site.switches.plugged_in == number
    assert httpx.post(place, data={"person": "nobody"}, headers=OWN_PAGE).status_code == 400


@pytest.mark.parametrize("path", [PATH, f"{PATH}/token"])
def test_foreign_pages_make_it_sign_nothing(site: Site, path: str) -> None:
    form = {"person": PERSON.register_number, **site.asked}
    answer = httpx.post(site.server.url + path, data=form, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert site.switches.plugged_in == ""


def test_without_a_text_the_page_is_about_the_token(site: Site) -> None:
    assert "ESIGN" in httpx.get(site.server.url + PATH).text
