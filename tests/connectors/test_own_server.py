"""The client for this machine goes nowhere else, follows nothing, and reads no more than it is told."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from connectors.own_server import OwnServer
from tests.fakes.loopback import Loopback


async def echo(request: Request) -> Response:
    return PlainTextResponse(request.headers.get("x-mark", "") + (await request.body()).decode(), 201)


async def text(_request: Request) -> Response:
    return PlainTextResponse("бичвэр")


async def away(_request: Request) -> Response:
    return RedirectResponse("/text")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    routes = [Route("/text", text), Route("/away", away), Route("/echo", echo, methods=["POST"])]
    server = Loopback(Starlette(routes=routes))
    server.start()
    yield server.url
    server.stop()


@pytest.mark.asyncio
async def test_a_text_is_fetched_as_it_stands(url: str) -> None:
    assert await OwnServer().fetch(f"{url}/text", 100) == "бичвэр".encode()


@pytest.mark.asyncio
async def test_more_than_the_limit_is_not_read(url: str) -> None:
    assert await OwnServer().fetch(f"{url}/text", 11) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/away", "/nowhere"])
async def test_redirects_and_errors_are_nothing(url: str, path: str) -> None:
    assert await OwnServer().fetch(url + path, 100) is None


@pytest.mark.asyncio
async def test_a_post_tells_the_status_and_0_when_nobody_is_there(url: str) -> None:
    assert await OwnServer().post(f"{url}/echo", b"x", {"X-Mark": "1"}) == 201
    assert await OwnServer().post("http://127.0.0.1:9/", b"x", {}) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "foreign",
    [
        "http://example.mn/", "https://127.0.0.1/", "http://127.0.0.1@example.mn/", "http://user@127.0.0.1/",
        "http://169.254.169.254/", "http://10.0.0.1/", "file:///etc/hostname", "http://[::ffff:10.0.0.1]/", "",
    ],
)  # fmt: skip
async def test_no_other_machine_is_asked(foreign: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        await OwnServer().fetch(foreign, 100)
    with pytest.raises(ValueError, match="loopback"):
        await OwnServer().post(foreign, b"", {})
