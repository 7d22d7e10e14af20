"""The webhook over HTTP: only Telegram gets in, nothing is lost, nothing is reflected."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bots.telegram_webhook import PATH, SECRET_HEADER, telegram_routes
from connectors.channel import Arrival
from connectors.telegram import Telegram
from connectors.telegram_updates import MAX_BODY_BYTES
from tests.fakes.telegram_api import TOKEN

# How fast the machine is says nothing about the claim.
ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SECRET = "s3cret_" + "k" * 40
UPDATE = json.dumps({"update_id": 9, "message": {"chat": {"id": 77}, "text": "сайн уу"}}).encode()
CONSTANT = {"content-length": "0"}


class Stored(list[Arrival]):
    """An inbox; `broken` when the disk is full."""

    broken = False

    async def accept(self, arrivals: list[Arrival]) -> None:
        if self.broken:
            raise OSError("disk full: сайн уу")
        self.extend(arrivals)


@pytest.fixture
def stored() -> Stored:
    return Stored()


WIRE = Telegram(TOKEN, webhook_secrets=(SECRET,))


def app(stored: Stored, read_seconds: float = 5.0) -> httpx.ASGITransport:
    return httpx.ASGITransport(Starlette(routes=telegram_routes(WIRE, stored.accept, read_seconds)))


@pytest_asyncio.fixture
async def telegram(stored: Stored) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls the webhook."""
    async with httpx.AsyncClient(transport=app(stored), base_url="https://bot.example") as client:
        yield client


def right() -> dict[str, str]:
    return {SECRET_HEADER: SECRET}


def same_as_ever(answer: httpx.Response, status: int) -> bool:
    return (answer.status_code, answer.content, dict(answer.headers)) == (status, b"", CONSTANT)


@pytest.mark.asyncio
async def test_an_update_with_the_right_secret_is_stored_and_answered_with_nothing(
    telegram: httpx.AsyncClient, stored: Stored
) -> None:
    answer = await telegram.post(PATH, content=UPDATE, headers=right())
    assert same_as_ever(answer, 200)
    assert stored == [Arrival("telegram", "9", "77", UPDATE.decode())]


def forged_headers() -> list[list[tuple[bytes, bytes]]]:
    random.seed(7)
    name, secret = SECRET_HEADER.encode(), SECRET.encode()
    values = [b"", b"\xe9", secret + b"\xe9", secret[:-1], secret[1:], secret + b"x", secret.upper(), secret * 2]
    values += [secret[:at] + bytes([secret[at] ^ 1]) + secret[at + 1 :] for at in range(len(secret))]
    values += [bytes(random.choices(range(0x80, 0x100), k=random.randint(1, 60))) for _ in range(400)]
    values += [bytes(random.choices(range(0x21, 0x7F), k=random.randint(1, 256))) for _ in range(600)]
    forged = [[(name, value)] for value in values]
    doubled = [[(name, secret), (name, secret)], [(name, secret), (name, b"x")], [(name, b"x"), (name, secret)]]
    elsewhere = [[(b"Authorization", secret)], [(name + b"s", secret)], []]
    return [*doubled, *elsewhere, *forged][:1000]


@pytest.mark.asyncio
async def test_of_a_thousand_forged_updates_none_is_stored(telegram: httpx.AsyncClient, stored: Stored) -> None:
    forged = forged_headers()
    assert len(forged) == 1000
    for headers in forged:
        assert same_as_ever(await telegram.post(PATH, content=UPDATE, headers=headers), 403)
    assert stored == []


@pytest.mark.asyncio
@pytest.mark.parametrize("secret", [SECRET, "n" * 43])
async def test_while_one_secret_replaces_the_other_both_let_updates_in(stored: Stored, secret: str) -> None:
    wire = Telegram(TOKEN, webhook_secrets=("n" * 43, SECRET))
    transport = httpx.ASGITransport(Starlette(routes=telegram_routes(wire, stored.accept)))
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:
        assert same_as_ever(await client.post(PATH, content=UPDATE, headers={SECRET_HEADER: secret}), 200)
    assert len(stored) == 1


@pytest.mark.asyncio
async def test_the_secret_is_checked_before_anything_of_the_body_is_read(telegram: httpx.AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    assert same_as_ever(await telegram.post(PATH, content=never()), 403)


@pytest.mark.asyncio
async def test_a_body_of_one_mebibyte_is_stored_and_one_byte_more_is_not(
    telegram: httpx.AsyncClient, stored: Stored
) -> None:
    assert same_as_ever(await telegram.post(PATH, content=b"x" * MAX_BODY_BYTES, headers=right()), 200)
    assert same_as_ever(await telegram.post(PATH, content=b"x" * (MAX_BODY_BYTES + 1), headers=right()), 413)
    assert len(stored) == 1


@pytest.mark.asyncio
async def test_reading_stops_at_the_limit_whatever_is_still_to_come(telegram: httpx.AsyncClient) -> None:
    given_out = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given_out
        while True:
            given_out += 65536
            yield b"x" * 65536

    assert same_as_ever(await telegram.post(PATH, content=endless(), headers=right()), 413)
    assert given_out <= MAX_BODY_BYTES + 2 * 65536


@pytest.mark.asyncio
async def test_a_body_that_dribbles_in_is_given_up(stored: Stored) -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x"
            await asyncio.sleep(0.02)

    async with httpx.AsyncClient(transport=app(stored, read_seconds=0.1), base_url="https://bot.example") as client:
        assert same_as_ever(await client.post(PATH, content=slow(), headers=right()), 408)
    assert stored == []


@pytest.mark.asyncio
async def test_half_a_body_is_not_stored(stored: Stored) -> None:
    """The connection was lost: Telegram knows that it got no answer and comes again."""
    heard: list[MutableMapping[str, Any]]
    heard = [{"type": "http.request", "body": UPDATE[:9], "more_body": True}, {"type": "http.disconnect"}]
    answers: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return heard.pop(0)

    async def send(answer: MutableMapping[str, Any]) -> None:
        answers.append(answer)

    headers = [(SECRET_HEADER.lower().encode(), SECRET.encode())]
    scope = {"type": "http", "method": "POST", "path": PATH, "headers": headers, "query_string": b""}
    await Starlette(routes=telegram_routes(WIRE, stored.accept))(scope, receive, send)
    assert answers[0]["status"] == 400
    assert stored == []


@pytest.mark.asyncio
async def test_what_cannot_be_stored_is_not_acknowledged_and_can_come_again(
    telegram: httpx.AsyncClient, stored: Stored, caplog: pytest.LogCaptureFixture
) -> None:
    stored.broken = True
    assert same_as_ever(await telegram.post(PATH, content=UPDATE, headers=right()), 503)
    assert "сайн уу" not in caplog.text
    stored.broken = False
    assert same_as_ever(await telegram.post(PATH, content=UPDATE, headers=right()), 200)
    assert len(stored) == 1


@pytest.mark.asyncio
async def test_the_answer_waits_until_it_is_stored() -> None:
    committed = asyncio.Event()

    async def accept(_: list[Arrival]) -> None:
        await committed.wait()

    routes = telegram_routes(WIRE, accept)
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:
        answering = asyncio.create_task(client.post(PATH, content=UPDATE, headers=right()))
        await asyncio.sleep(0.05)
        assert not answering.done()
        committed.set()
        assert same_as_ever(await answering, 200)


NO_UPDATES = [
    b"", b"{}", b"[]", b"null", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"update_id":' + b"9" * 100_000 + b"}",
    b'{"update_id":1,"update_id":2}', b'{"update_id":NaN}', b'{"method":"sendMessage","chat_id":1,"text":"x"}',
    b"\x1f\x8b\x08 gzip", b'{"update_id":1,"message":{"text":"\\ud83d\\u0000"}}',
]  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("body", NO_UPDATES, ids=[repr(body[:24]) for body in NO_UPDATES])
async def test_whatever_telegram_sends_is_kept_and_never_refused(
    telegram: httpx.AsyncClient, stored: Stored, body: bytes
) -> None:
    assert same_as_ever(await telegram.post(PATH, content=body, headers=right()), 200)
    assert len(stored) == 1


@settings(ANY_MACHINE, max_examples=200)
@given(st.binary(max_size=200) | st.text().map(lambda text: json.dumps({"method": text, "text": text}).encode()))
def test_no_body_changes_the_answer(body: bytes) -> None:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=app(Stored()), base_url="https://bot.example") as client:
            return await client.post(PATH, content=body, headers=right())

    assert same_as_ever(asyncio.run(ask()), 200)


@pytest.mark.asyncio
async def test_only_post_is_answered(telegram: httpx.AsyncClient, stored: Stored) -> None:
    assert (await telegram.get(PATH, headers=right())).status_code == 405
    assert stored == []
