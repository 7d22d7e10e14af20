"""A browser without scripts: a cookie jar of its own, pages, and forms that are posted as they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx
from lxml import html
from lxml.html import FormElement, HtmlElement

from bots.sandbox.people import Person
from tests.kill.story import until

_NUMBER = re.compile(r"(?<!\d)(\d{3}) (\d{3})(?!\d)")


@dataclass(frozen=True)
class Page:
    """`url`: where it stands after all redirects."""

    url: str
    status: int
    text: str

    @property
    def tree(self) -> HtmlElement:
        return html.fromstring(self.text.encode(), base_url=self.url, parser=html.HTMLParser(encoding="utf-8"))

    @property
    def words(self) -> str:
        return " ".join(self.tree.text_content().split())

    @property
    def number(self) -> str:
        """The short number it shows, or nothing."""
        shown = self.tree.xpath("//p[@class='number']/span[1]/text()")
        found = _NUMBER.search(shown[0]) if shown else None
        return "".join(found.groups()) if found else ""

    def form(self, ends: str) -> FormElement:
        """The form whose action (without its query) ends so."""
        return next(form for form in self.tree.forms if (form.get("action") or "").partition("?")[0].endswith(ends))


class Browser:
    def __init__(self, client: httpx.Client | None = None) -> None:
        """With the client of a chat it is the chat's own browser."""
        self.client = client or httpx.Client(timeout=30)
        self.trail: list[str] = []  # every address it was at, as its history would hold it

    def get(self, url: str) -> Page:
        return self._followed(self.client.get(url))

    def submit(self, page: Page, ends: str, **fields: str) -> Page:
        """A form of the page with what is written into it."""
        form = page.form(ends)
        values = dict(form.form_values()) | fields
        return self.post(urljoin(page.url, form.get("action") or ""), values)

    def post(self, url: str, values: Mapping[str, str]) -> Page:
        origin = "/".join(url.split("/")[:3])
        return self._followed(self.client.post(url, data=dict(values), headers={"Origin": origin}))

    def _followed(self, response: httpx.Response) -> Page:
        for _ in range(10):
            self.trail.append(str(response.request.url))
            if not response.has_redirect_location:
                break
            self.trail.append(response.headers["location"])
            response = self.client.get(urljoin(str(response.url), response.headers["location"]))
        return Page(str(response.url), response.status_code, response.text)


def to_bank(browser: Browser, link: str) -> Page:
    """From the link's page to the bank's login page."""
    return browser.submit(browser.get(link), "/begin")


def log_in(browser: Browser, page: Page, person: Person, way: str = "bank", action: str = "log-in") -> Page:
    """At the bank; the page behind the redirect back, with its one button."""
    return browser.submit(page, "/login", person=person.register_number, way=way, action=action)


def come_back(browser: Browser, page: Page) -> Page:
    """The button of that page; the page that shows the number, or says how it ended."""
    return browser.submit(page, "/return/dan")


def through_bank(browser: Browser, link: str, person: Person, way: str = "bank") -> Page:
    return come_back(browser, log_in(browser, to_bank(browser, link), person, way))


def through_app(browser: Browser, link: str, person: Person, flaw: str = "") -> Page:
    """Signed in the signing app; the page of the number as the browser that began sees it."""
    page = browser.submit(browser.get(link), "/begin")
    app = Browser()
    opened = app.get(next(url for url in page.tree.xpath("//a/@href") if "/sandbox/sign" in url))
    signed = app.submit(opened, "/sandbox/sign", person=person.register_number, flaw=flaw, action="sign")
    app.submit(signed, "/signed")
    browser.trail += app.trail
    return browser.get(f"{link}/number")


def shown_number(browser: Browser, link: str) -> str:
    """Loaded again until it is there."""
    return str(until(lambda: browser.get(f"{link}/number").number, "a number"))
