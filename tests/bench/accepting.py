"""Messages a second that Telegram's webhook takes: each is on disk before it is acknowledged, as in service.

The product answers them at the same time, and the Bot API it answers to is played by a process of its own; so the row
also says how many a second were answered until the last one was.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from bots.sandbox.keys import make_keys
from bots.telegram_webhook import PATH, SECRET_HEADER
from tests.bench.products import Running, Setup, running
from tests.fakes.telegram_api import TOKEN, FakeTelegram
from tests.fakes.telegram_platform import message

SECRET = "not-a-real-secret"
AT_ONCE = (1, 40)  # connections; Telegram opens at most 40 unless told otherwise
CHATS = 200
WARM_UP = 20  # messages that are not counted
PATIENCE_SECONDS = 600.0
HEAD = (
    "| database | processes | connections | accepted/s | ack p50 ms | p99 ms | longest ms | answered/s |\n| --- |"
    + " ---: |" * 7
)


@dataclass(frozen=True)
class BotApi:
    """The Bot API in another process."""

    url: str
    pipe: Connection

    def said(self) -> int:
        """How many messages were sent so far."""
        self.pipe.send("said")
        return int(self.pipe.recv())


def _serve(pipe: Connection) -> None:
    with FakeTelegram() as telegram:
        pipe.send(telegram.url)
        while pipe.recv() == "said":
            pipe.send(len(telegram.shown))


@contextmanager
def bot_api() -> Iterator[BotApi]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    serving = context.Process(target=_serve, args=(there,), daemon=True)
    serving.start()
    try:
        yield BotApi(here.recv(), here)
    finally:
        here.send("end")
        serving.join(10)


def measure(setups: Iterable[Setup], at_once: Sequence[int], messages: int) -> None:
    """`messages` in each row."""
    rows = []
    for setup in setups:
        print(f"... {setup}, webhook: starting", flush=True)
        with bot_api() as telegram, live(setup, telegram.url) as product:
            numbers = count(1)
            _row(setup, product, telegram, islice(numbers, WARM_UP), 4)
            for connections in at_once:
                print(f"... {setup}, webhook: {connections} connections", flush=True)
                rows.append(_row(setup, product, telegram, islice(numbers, messages), connections))
    print(f"\n{HEAD}", *rows, sep="\n", flush=True)


@contextmanager
def live(setup: Setup, api_url: str) -> Iterator[Running]:
    """With a webhook, as on a public address. ХУР is somewhere where nobody answers: nothing here asks it."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as key:
        key.write(make_keys().private_key_pem)
        key.flush()
        settings = {
            "PUBLIC_URL": "https://localhost",
            "STAFF_ACCOUNTS": "none",
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api_url,
            "TELEGRAM_WEBHOOK_SECRETS": SECRET,
            "XYP_BASE_URL": "http://127.0.0.1:9",
            "XYP_ACCESS_TOKEN": "not-a-real-token",
            "XYP_PRIVATE_KEY": key.name,
        }
        with running(setup, **settings) as product:
            yield product


def _row(setup: Setup, product: Running, telegram: BotApi, numbers: Iterator[int], connections: int) -> str:
    said, began = telegram.said(), time.perf_counter()
    taken = asyncio.run(post(product, numbers, connections))
    accepted = time.perf_counter() - began
    while telegram.said() - said < len(taken) and time.perf_counter() - began < PATIENCE_SECONDS:
        time.sleep(0.05)
    answered = (telegram.said() - said) / (time.perf_counter() - began)
    cuts = statistics.quantiles(taken, n=100)
    times = " | ".join(f"{seconds * 1000:.1f}" for seconds in (cuts[49], cuts[98], max(taken)))
    rate = len(taken) / accepted
    return f"| {setup.database} | {setup.processes} | {connections} | {rate:.0f} | {times} | {answered:.0f} |"


async def post(product: Running, numbers: Iterator[int], connections: int) -> list[float]:
    """Seconds until each message was acknowledged. Raises RuntimeError when one is not."""
    taken: list[float] = []
    async with asyncio.TaskGroup() as group:
        for url in islice(cycle(product.urls), connections):
            group.create_task(_connection(url, numbers, taken))
    return taken


async def _connection(url: str, numbers: Iterator[int], taken: list[float]) -> None:
    """One after the other, as on each of Telegram's. By hand: a client library would be what is measured."""
    host = urlsplit(url)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    for number in numbers:
        began = time.perf_counter()
        writer.write(_request(number, host.netloc))
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200") or b"content-length: 0" not in head:
            raise RuntimeError(f"not accepted: {head!r}")
        taken.append(time.perf_counter() - began)
    writer.close()


def _request(number: int, host: str) -> bytes:
    body = json.dumps(message(number, 1000 + number % CHATS, "баярлалаа", time.time())).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
