"""The Messenger webhook over HTTP: only what Meta signed gets in, nothing is lost, nothing is reflected."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import AsyncIterator, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bots.messenger_webhook import CHECKS_A_MINUTE, PATH, SIGNATURE_HEADER, messenger_routes
from connectors.channel import Arrival
from connectors.messenger import Messenger
from connectors.messenger_events import MAX_BODY_BYTES
from tests.fakes.graph_api import APP, PAGE, TOKEN

ANY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECRET, OLD_SECRET = b"app-secret-of-today", b"app-secret-of-yesterday"
VERIFY = "verify-тийм"
PSID = "7700000000000077"
AT = 1_795_000_000_000
SAID = {"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": AT, "message": {"mid": "m_1", "text": "сайн"}}
CONSTANT = {"content-length": "0"}
WIRE = Messenger(PAGE, APP, TOKEN, (SECRET.decode(), OLD_SECRET.decode()), VERIFY, "https://graph.example/v23.0")
CHECK = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}


def batch(*events: object) -> bytes:
    """As Meta writes it: whatever is not ASCII is escaped."""
    return json.dumps({"object": "page", "entry": [{"id": PAGE, "time": AT, "messaging": events}]}).encode()


BODY = batch(SAID)


def signature(body: bytes, secret: bytes = SECRET) -> dict[str, str]:
    return {SIGNATURE_HEADER: f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"}


class Stored(list[Arrival]):
    """An inbox; `broken` when the disk is full."""

    broken = False

    async def accept(self, arrivals: list[Arrival]) -> None:
        if self.broken:
            raise OSError("disk full: сайн уу")
        self.extend(arrivals)


class Clock:
    now = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def stored() -> Stored:
    return Stored()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def app(stored: Stored, read_seconds: float = 5.0, clock: Clock | None = None) -> httpx.ASGITransport:
    routes = messenger_routes(WIRE, stored.accept, read_seconds, clock or Clock())
    return httpx.ASGITransport(Starlette(routes=routes))


@pytest_asyncio.fixture
async def meta(stored: Stored, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who calls the webhook."""
    async with httpx.AsyncClient(transport=app(stored, clock=clock), base_url="https://bot.example") as client:
        yield client


def same_as_ever(answer: httpx.Response, status: int) -> bool:
    return (answer.status_code, answer.content, dict(answer.headers)) == (status, b"", CONSTANT)


# --- events --------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET], ids=["today's", "yesterday's"])
async def test_what_was_signed_is_stored_and_answered_with_nothing(
    meta: httpx.AsyncClient, stored: Stored, secret: bytes
) -> None:
    assert same_as_ever(await meta.post(PATH, content=BODY, headers=signature(BODY, secret)), 200)
    assert [(arrival.event_id, arrival.address) for arrival in stored] == [("m_1", PSID)]


@pytest.mark.asyncio
async def test_the_same_words_written_differently_are_not_what_was_signed(
    meta: httpx.AsyncClient, stored: Stored
) -> None:
    rewritten = json.dumps(json.loads(BODY), ensure_ascii=False).encode()
    assert rewritten != BODY
    assert same_as_ever(await meta.post(PATH, content=rewritten, headers=signature(BODY)), 403)
    assert stored == []


@pytest.mark.asyncio
async def test_of_a_thousand_forged_bodies_none_is_stored(meta: httpx.AsyncClient, stored: Stored) -> None:
    chance, headers = random.Random(7), signature(BODY)
    for _ in range(1000):
        place = chance.randrange(len(BODY))
        forged = BODY[:place] + bytes([BODY[place] ^ (1 << chance.randrange(8))]) + BODY[place + 1 :]
        assert same_as_ever(await meta.post(PATH, content=forged, headers=headers), 403)
    assert stored == []


def forged_headers() -> list[list[tuple[bytes, bytes]]]:
    name, right = SIGNATURE_HEADER.encode(), signature(BODY)[SIGNATURE_HEADER].encode()
    sha1 = b"sha1=" + hmac.new(SECRET, BODY, hashlib.sha1).hexdigest().encode()
    other_app = signature(BODY, b"secret of another app")[SIGNATURE_HEADER].encode()
    values = [b"", b"\xe9", b"sha256=", right[:-1], right + b"0", right.upper(), right[7:], sha1, other_app]
    values += [right + b"\xe9", b"sha256=" + b"0" * 64, b"sha256=" + right, b"x" * 10_000, right.replace(b"=", b": ")]
    single = [[(name, value)] for value in values]
    doubled = [[(name, right), (name, right)], [(name, right), (name, b"x")], [(name, b"x"), (name, right)]]
    return [*single, *doubled, [], [(b"X-Hub-Signature", sha1)], [(b"X-Hub-Signature", right)], [(name + b"s", right)]]


@pytest.mark.asyncio
@pytest.mark.parametrize("headers", forged_headers(), ids=str)
async def test_no_other_header_lets_a_body_in(
    meta: httpx.AsyncClient, stored: Stored, headers: list[tuple[bytes, bytes]]
) -> None:
    assert same_as_ever(await meta.post(PATH, content=BODY, headers=headers), 403)
    assert stored == []


@pytest.mark.asyncio
async def test_without_a_signature_nothing_of_the_body_is_read(meta: httpx.AsyncClient) -> None:
    async def never() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    assert same_as_ever(await meta.post(PATH, content=never()), 403)


@pytest.mark.asyncio
async def test_a_whole_batch_is_stored_at_once_in_the_order_of_its_times(
    meta: httpx.AsyncClient, stored: Stored
) -> None:
    events = [SAID | {"timestamp": AT + n, "message": {"mid": f"m_{n}", "text": "сайн"}} for n in range(1000)]
    random.Random(7).shuffle(events)
    body = batch(*events)
    assert same_as_ever(await meta.post(PATH, content=body, headers=signature(body)), 200)
    assert [arrival.event_id for arrival in stored] == [f"m_{n}" for n in range(1000)]


@pytest.mark.asyncio
async def test_receipts_alone_are_acknowledged_even_when_nothing_can_be_stored(
    meta: httpx.AsyncClient, stored: Stored
) -> None:
    stored.broken = True
    body = batch({"sender": {"id": PSID}, "recipient": {"id": PAGE}, "timestamp": AT, "read": {"watermark": AT}})
    assert same_as_ever(await meta.post(PATH, content=body, headers=signature(body)), 200)


@pytest.mark.asyncio
async def test_a_body_of_one_mebibyte_is_stored_and_one_byte_more_is_not(
    meta: httpx.AsyncClient, stored: Stored
) -> None:
    most, over = b"x" * MAX_BODY_BYTES, b"x" * (MAX_BODY_BYTES + 1)
    assert same_as_ever(await meta.post(PATH, content=most, headers=signature(most)), 200)
    assert same_as_ever(await meta.post(PATH, content=over, headers=signature(over)), 413)
    assert len(stored) == 1


@pytest.mark.asyncio
async def test_reading_stops_at_the_limit_whatever_is_still_to_come(meta: httpx.AsyncClient) -> None:
    given_out = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given_out
        while True:
            given_out += 65536
            yield b"x" * 65536

    assert same_as_ever(await meta.post(PATH, content=endless(), headers=signature(b"")), 413)
    assert given_out <= MAX_BODY_BYTES + 2 * 65536


@pytest.mark.asyncio
async def test_a_body_that_dribbles_in_is_given_up(stored: Stored) -> None:
    async def slow() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x"
            await asyncio.sleep(0.02)

    async with httpx.AsyncClient(transport=app(stored, read_seconds=0.1), base_url="https://bot.example") as client:
        assert same_as_ever(await client.post(PATH, content=slow(), headers=signature(b"")), 408)
    assert stored == []


@pytest.mark.asyncio
async def test_half_a_body_is_not_stored(stored: Stored) -> None:
    """The connection was lost: Meta knows that it got no answer and comes again."""
    heard: list[MutableMapping[str, Any]]
    heard = [{"type": "http.request", "body": BODY[:9], "more_body": True}, {"type": "http.disconnect"}]
    answers: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return heard.pop(0)

    async def send(answer: MutableMapping[str, Any]) -> None:
        answers.append(answer)

    headers = [(key.lower().encode(), value.encode()) for key, value in signature(BODY[:9]).items()]
    scope = {"type": "http", "method": "POST", "path": PATH, "headers": headers, "query_string": b""}
    await Starlette(routes=messenger_routes(WIRE, stored.accept))(scope, receive, send)
    assert answers[0]["status"] == 400
    assert stored == []


@pytest.mark.asyncio
async def test_what_cannot_be_stored_is_not_acknowledged_and_can_come_again(
    meta: httpx.AsyncClient, stored: Stored, caplog: pytest.LogCaptureFixture
) -> None:
    stored.broken = True
    assert same_as_ever(await meta.post(PATH, content=BODY, headers=signature(BODY)), 503)
    assert "сайн уу" not in caplog.text
    stored.broken = False
    assert same_as_ever(await meta.post(PATH, content=BODY, headers=signature(BODY)), 200)
    assert len(stored) == 1


@pytest.mark.asyncio
async def test_the_answer_waits_until_it_is_stored() -> None:
    committed = asyncio.Event()

    async def accept(_: list[Arrival]) -> None:
        await committed.wait()

    transport = httpx.ASGITransport(Starlette(routes=messenger_routes(WIRE, accept)))
    async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as client:
        answering = asyncio.create_task(client.post(PATH, content=BODY, headers=signature(BODY)))
        await asyncio.sleep(0.05)
        assert not answering.done()
        committed.set()
        assert same_as_ever(await answering, 200)


NO_EVENTS = [
    b"", b"{}", b"[]", b"null", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"entry":' + b"9" * 100_000 + b"}",
    b'{"object":"page","object":"user"}', b'{"method":"sendMessage","chat_id":1,"text":"x"}', b"\x1f\x8b\x08 gzip",
]  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("body", NO_EVENTS, ids=[repr(body[:24]) for body in NO_EVENTS])
async def test_whatever_meta_signs_is_kept_and_never_refused(
    meta: httpx.AsyncClient, stored: Stored, body: bytes
) -> None:
    assert same_as_ever(await meta.post(PATH, content=body, headers=signature(body)), 200)
    assert len(stored) == 1


@settings(ANY_MACHINE, max_examples=80)
@given(st.binary(max_size=200) | st.text().map(lambda text: batch({"message": {"mid": text, "text": text}})))
def test_no_body_changes_the_answer(body: bytes) -> None:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=app(Stored()), base_url="https://bot.example") as client:
            return await client.post(PATH, content=body, headers=signature(body))

    assert same_as_ever(asyncio.run(ask()), 200)


# --- the address is confirmed --------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_meta_gets_its_challenge_back_as_plain_text(meta: httpx.AsyncClient) -> None:
    answer = await meta.get(PATH, params=CHECK)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "1158201444<b>", "\"'><svg/onload=alert(1)>", "",
    "javascript:alert(1)", "%3Cscript%3E", "a b", "a\nb", "a\r\nSet-Cookie: x=1", "x" * 65, "сайн", "١٢٣", "１２３",
    "\0", "{{7*7}}", "${7*7}", "../../etc/passwd", "a-b", '{"method":"sendMessage"}', "1\n",
]  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
async def test_nothing_but_a_plain_word_is_given_back(meta: httpx.AsyncClient, payload: str) -> None:
    assert same_as_ever(await meta.get(PATH, params=CHECK | {"hub.challenge": payload}), 403)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "wrong",
    [
        {"hub.verify_token": "verify"},
        {"hub.verify_token": ""},
        {"hub.verify_token": VERIFY + "\0"},
        {"hub.verify_token": "\xe9"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": "Subscribe"},
        {"hub.mode": ["subscribe", "subscribe"]},
        {"hub.verify_token": [VERIFY, "x"]},
        {"hub.challenge": ["1", "2"]},
    ],
    ids=str,
)
async def test_nobody_else_gets_an_answer(meta: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    assert same_as_ever(await meta.get(PATH, params=CHECK | wrong), 403)


@pytest.mark.asyncio
@pytest.mark.parametrize("missing", CHECK)
async def test_a_check_that_is_not_whole_gets_no_answer(meta: httpx.AsyncClient, missing: str) -> None:
    params = {key: value for key, value in CHECK.items() if key != missing}
    assert same_as_ever(await meta.get(PATH, params=params), 403)


@pytest.mark.asyncio
async def test_the_word_cannot_be_guessed_at_speed(meta: httpx.AsyncClient, clock: Clock) -> None:
    guesses = [await meta.get(PATH, params=CHECK | {"hub.verify_token": str(n)}) for n in range(CHECKS_A_MINUTE)]
    assert {guess.status_code for guess in guesses} == {403}
    assert same_as_ever(await meta.get(PATH, params=CHECK), 429)
    clock.now += timedelta(minutes=1)
    assert (await meta.get(PATH, params=CHECK)).status_code == 200


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_nothing_else_is_answered(meta: httpx.AsyncClient, stored: Stored, method: str) -> None:
    assert (await meta.request(method, PATH, content=BODY, headers=signature(BODY))).status_code == 405
    assert stored == []
