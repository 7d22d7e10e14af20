"""Files of citizens: fetched whole within limits, or told why not; the token is never told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from connectors.channel import Fetched, SendResult
from connectors.telegram import LOGGERS_TO_SILENCE, Telegram
from connectors.telegram_requests import Limits
from tests.fakes.telegram_api import TOKEN, FakeTelegram, FaultKind
from tests.fakes.telegram_rules import Json

QUICK = Limits(connect_seconds=0.5, read_seconds=0.3, write_seconds=0.5, pool_seconds=0.3)
CONTENT = b"\x89PNG" + bytes(range(256)) * 400


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def api(server: FakeTelegram) -> FakeTelegram:
    server.forget()
    server.files = {"photo1": CONTENT}
    return server


@pytest_asyncio.fixture
async def telegram(api: FakeTelegram) -> AsyncIterator[Telegram]:
    wire = Telegram(TOKEN, api.url, limits=QUICK)
    await wire.initialize()
    yield wire
    await wire.close()


@pytest.mark.asyncio
async def test_a_file_is_fetched_as_it_is(telegram: Telegram) -> None:
    assert await telegram.fetch("photo1", 1_000_000, 5) == Fetched(SendResult.SENT, CONTENT)


@pytest.mark.asyncio
async def test_a_file_of_just_the_limit_is_fetched_and_one_byte_more_is_not_asked_for(
    api: FakeTelegram, telegram: Telegram
) -> None:
    assert (await telegram.fetch("photo1", len(CONTENT), 5)).content == CONTENT
    assert await telegram.fetch("photo1", len(CONTENT) - 1, 5) == Fetched(SendResult.REFUSED, too_large=True)
    assert len(api.calls("download")) == 1


@pytest.mark.asyncio
async def test_a_file_larger_than_it_was_said_to_be_is_read_up_to_the_limit_only(
    api: FakeTelegram, telegram: Telegram
) -> None:
    api.claimed_size = 5
    assert await telegram.fetch("photo1", 1000, 5) == Fetched(SendResult.REFUSED, too_large=True)


@pytest.mark.asyncio
async def test_what_bots_may_not_download_is_too_large(api: FakeTelegram, telegram: Telegram) -> None:
    api.files["film"] = bytes(20 * 1024 * 1024 + 1)
    assert await telegram.fetch("film", 10**9, 5) == Fetched(SendResult.REFUSED, too_large=True)


@pytest.mark.asyncio
async def test_a_file_that_is_unavailable_may_be_asked_for_again(telegram: Telegram) -> None:
    assert await telegram.fetch("unknown", 1000, 5) == Fetched(SendResult.NOT_SENT, problem="BadRequest")


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["getFile", "download"])
@pytest.mark.parametrize("kind", list(FaultKind))
async def test_no_fault_raises_gives_half_a_file_or_names_the_token(
    api: FakeTelegram, telegram: Telegram, method: str, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS_TO_SILENCE:
        caplog.set_level(logging.WARNING, name)
    api.fail(method, kind, 1)
    fetched = await telegram.fetch("photo1", 1_000_000, 0.5)
    assert (fetched.result, fetched.content, fetched.too_large) == (SendResult.NOT_SENT, b"", False)
    assert TOKEN.split(":")[1] not in f"{fetched} {caplog.text}"
    assert (await telegram.fetch("photo1", 1_000_000, 5)).content == CONTENT


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "https://elsewhere.example/x", "a?b", "", None])
async def test_a_path_that_leads_elsewhere_is_not_followed(
    api: FakeTelegram, telegram: Telegram, path: str | None
) -> None:
    api.claimed_path = path
    assert (await telegram.fetch("photo1", 1_000_000, 5)).result is SendResult.REFUSED
    assert api.calls("download") == []


@pytest.mark.asyncio
@pytest.mark.parametrize("header", ["Location", "Content-Encoding"])
async def test_a_redirect_and_a_packed_answer_are_not_followed(
    api: FakeTelegram, telegram: Telegram, header: str
) -> None:
    headers: Json = {"Location": f"{api.url}/file/bot{TOKEN}/all/photo1", "Content-Encoding": "gzip"}
    api.download_answer = (302 if header == "Location" else 200, {header: headers[header]})
    fetched = await telegram.fetch("photo1", 1_000_000, 5)
    assert (fetched.result, fetched.content) == (SendResult.NOT_SENT, b"")
    assert len(api.calls("download")) == 1
