"""Rows D6 and R11: whatever comes in place of an answer, nothing is invented, nothing waits long, nothing breaks."""

import gzip
import socket

import pytest

from connectors.breaker import OPEN_SECONDS, Breaker
from connectors.xyp_registry import XypRegistry
from dialogs.messages import RegistryResult
from tests.connectors.test_xyp_registry_wire import KEYS, NUMBER
from tests.fakes.odd_server import Behaviour, OddServer, answering, drip, hang, hang_up, reset, returning, serving

CARD = f"<regnum>{NUMBER}</regnum><firstname>Туршилт</firstname>"
WHOLE = f"<E><return><resultCode>0</resultCode><response>{CARD}</response></return></E>".encode()
SHORT_SECONDS = 0.4
HONEST = (RegistryResult.UNKNOWN, RegistryResult.UNAVAILABLE, RegistryResult.NOT_FOUND, RegistryResult.WRONG_CODE)


def packed(body: bytes, coding: str = "gzip") -> Behaviour:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def endless(part: bytes) -> Behaviour:
    """A body without an end, as long as somebody reads it."""

    def behave(connection: socket.socket) -> None:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            while True:
                connection.sendall(part)
        except OSError:
            pass

    return behave


def responding(response: str) -> Behaviour:
    return returning(0, f"<response>{response}</response>")


FAULTS: dict[str, Behaviour] = {
    "wrong schema": responding(f"<card><regnum>{NUMBER}</regnum></card>"),
    "another operation's answer": responding("<gSignPhoneNumber>99112233</gSignPhoneNumber>"),
    "wrong person": responding("<regnum>ТД92110824</regnum><firstname>Номин</firstname>"),
    "two persons": responding(f"{CARD}<regnum>ТД92110824</regnum>"),
    "number in latin letters": responding("<regnum>YБ85031415</regnum><firstname>Туршилт</firstname>"),
    "success without an answer": returning(0),
    "success without a code": answering(f"<E><return><response>{CARD}</response></return></E>".encode()),
    "html error page": answering(b"<html><body><p>502</body></html>", "502 Bad Gateway"),
    "html instead of an answer": answering(b"<!DOCTYPE html><html><body>login</body></html>"),
    "truncated": answering(WHOLE[:-30]),
    "cut off": lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + WHOLE),
    "huge": answering(WHOLE.replace(b"<firstname>", b"<firstname>" + b"a" * 3_000_000)),
    "endless": endless(b"<a>" + b" " * 65536),
    "very many parts": responding(CARD + "<a/>" * 100_000),
    "very many different parts": responding(CARD + "".join(f"<a{number}/>" for number in range(50_000))),
    "gzip bomb": packed(gzip.compress(WHOLE + b" " * 50_000_000)),
    "packed though not asked for": packed(gzip.compress(WHOLE)),
    "packed in an unheard-of way": packed(WHOLE, "br, zstd"),
    "bad gzip": packed(WHOLE),
    "silence": hang,
    "a byte at a time": drip,
    "hung up": hang_up,
    "reset": reset,
}


def registry_at(
    server: OddServer, breaker: Breaker | None = None, timeout_seconds: float = SHORT_SECONDS
) -> XypRegistry:
    return XypRegistry(
        base_url=server.address, access_token=KEYS.access_token, private_key=KEYS.private_key_pem,
        timeout_seconds=timeout_seconds, breaker=breaker,
    )  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("behave", FAULTS.values(), ids=list(FAULTS))
async def test_row_d6_a_fault_is_told_as_one_and_shows_nothing(behave: Behaviour) -> None:
    with serving(behave) as server:
        registry = registry_at(server)
        result, rows = await registry.read_record(NUMBER, "123456")
        await registry.close()
    assert (result in HONEST, rows) == (True, ())


@pytest.mark.asyncio
async def test_row_d6_an_answer_just_under_the_limits_is_read() -> None:
    """The SDK's reader needs quadratic time: 0.1 s of it for so many elements, minutes for a hundred times as many."""
    with serving(responding(CARD + "".join(f"<a{number}/>" for number in range(7900)))) as server:
        registry = registry_at(server, timeout_seconds=8.0)
        assert (await registry.read_record(NUMBER, "123456"))[0] is RegistryResult.DONE
        await registry.close()


@pytest.mark.asyncio
async def test_row_r11_a_registry_that_fails_is_left_alone_and_found_again() -> None:
    now = [0.0]
    with serving(hang_up) as server:
        registry = registry_at(server, Breaker("ХУР", failures=3, clock=lambda: now[0]))
        results = [(await registry.read_record(NUMBER, "123456"))[0] for _ in range(5)]
        assert results == [RegistryResult.UNKNOWN] * 3 + [RegistryResult.UNAVAILABLE] * 2
        assert len(server.requests) == 3
        now[0] = OPEN_SECONDS
        await registry.request_code(NUMBER)
        await registry.request_code(NUMBER)
        await registry.close()
    assert len(server.requests) == 4  # the probe


@pytest.mark.asyncio
async def test_row_r11_after_a_probe_that_is_answered_everything_is_asked_again() -> None:
    now, breaker = [0.0], Breaker("ХУР", failures=1, clock=lambda: now[0])
    breaker.failed()
    with serving(responding(CARD)) as server:
        registry = registry_at(server, breaker)
        assert (await registry.read_record(NUMBER, "123456"))[0] is RegistryResult.UNAVAILABLE
        now[0] = OPEN_SECONDS
        assert [(await registry.read_record(NUMBER, "123456"))[0] for _ in range(2)] == [RegistryResult.DONE] * 2
        await registry.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "behave", [returning(1), returning(201), returning(401), returning(801), returning(999), answering(b"no", "403 No")]
)
async def test_answers_about_one_person_do_not_keep_the_others_out(behave: Behaviour) -> None:
    breaker = Breaker("ХУР", failures=2)
    with serving(behave) as server:
        registry = registry_at(server, breaker)
        for _ in range(4):
            await registry.read_record(NUMBER, "123456")
        await registry.close()
    assert not breaker.is_open
