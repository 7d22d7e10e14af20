"""Whom a strange certificate makes us call, and what its checker can see: listed hosts, and nothing of ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from connectors.pki_fetching import Question, RevocationFetcher
from connectors.signature_checks import _worker
from tests.fakes.loopback import Loopback

SECRET = "TUSLAKH_TEST_SECRET"


class Responder:
    """Answers everything, and remembers that it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        routes = [Route("/{path:path}", self.answer, methods=["GET", "POST"])]
        self.server = Loopback(Starlette(routes=routes))

    async def answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if request.url.path == "/elsewhere":
            return RedirectResponse("/list", 302)
        return Response(b"x" * (200 if request.url.path == "/long" else 10))

    @property
    def place(self) -> str:
        return self.server.url.removeprefix("http://")


@pytest.fixture
def responder() -> Iterator[Responder]:
    made = Responder()
    made.server.start()
    yield made
    made.server.stop()


def ask(hosts: set[str], url: str) -> bytes | None:
    fetcher = RevocationFetcher(frozenset(hosts), 5.0, max_bytes=100)
    return asyncio.run(fetcher.ask([Question(url)]))[0]


def test_row_g5_a_listed_host_is_asked(responder: Responder) -> None:
    assert ask({responder.place}, f"http://{responder.place}/list") == b"x" * 10


@pytest.mark.parametrize(
    "form",
    [
        "http://{place}/list",  # another host, or another port of the same
        "http://esign.gov.mn@{place}/list",
        "HTTP://{place}/list?esign.gov.mn",
        "ftp://esign.gov.mn/list",
        "file:///etc/passwd",
        "http://[",
        "",
    ],
)
def test_row_g5_an_address_of_a_certificate_leads_nowhere_else(responder: Responder, form: str) -> None:
    assert ask({"esign.gov.mn", "127.0.0.1"}, form.format(place=responder.place)) is None
    assert responder.asked == []


@pytest.mark.parametrize("path", ["elsewhere", "long"])
def test_row_g9_neither_redirects_nor_long_answers_are_taken(responder: Responder, path: str) -> None:
    assert ask({responder.place}, f"http://{responder.place}/{path}") is None
    assert responder.asked == [f"/{path}"]


def test_row_x2_the_checkers_process_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, "hush")

    async def environment() -> bytes:
        async with _worker() as worker:
            return Path(f"/proc/{worker.pid}/environ").read_bytes()

    assert SECRET in os.environ
    assert SECRET.encode() not in asyncio.run(environment())
