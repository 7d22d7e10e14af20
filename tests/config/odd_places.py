"""A process in which exceptions are raised in every odd place; each of them holds personal data."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import gc
import json
import logging
import signal
import sys
import threading
import time
import warnings
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import cached_property
from typing import Any

from config import logs
from dialogs.redacting import redact

CANARIES = (
    "УБ90010112",
    "Сарантуяа",
    "482913",
    "99112233",
    "Хөхтолгойн",
    "Ab3dEf6hIj9kLmNoPqRsTuVwXyZ0123456789abcdef",
    "AAH-abcdefghijklmnopqrstuvwxyz01234",
    "hunter2",
)
WORDS = (
    f"{CANARIES[0]} {CANARIES[1]} код {CANARIES[2]} утас {CANARIES[3]} '{CANARIES[4]}' /link/{CANARIES[5]} "
    f"bot123456789:{CANARIES[6]} password={CANARIES[7]}"
)
log = logging.getLogger("bots.odd_places")
places: list[Callable[[], object]] = []


class Shy:
    """Everything that could show it fails, and says why."""

    def __init__(self, text: str = WORDS) -> None:
        self.text = text

    def __str__(self) -> str:
        raise ValueError(self.text)

    __repr__ = __str__


class Teller(Exception):
    """Says it in every way an exception can."""

    def __init__(self) -> None:
        super().__init__(WORDS, {"name": CANARIES[1]})
        self.add_note(WORDS)

    def __repr__(self) -> str:
        return f"Teller({WORDS})"


def fail(*_: object, **__: object) -> Any:
    raise Teller


def logged(place: Callable[[], object]) -> None:
    """As our workers do: anything is caught at the top and logged."""
    try:
        place()
    except Exception:
        log.exception("a worker failed; trying again")


def odd(place: Callable[[], object]) -> Callable[[], object]:
    places.append(place)
    return place


# --- plain ones, each made by another part of Python ---
plain: tuple[Callable[[], object], ...] = (
    lambda: fail(),
    lambda: int(WORDS),
    lambda: dict[str, str]()[WORDS],
    lambda: getattr(object(), WORDS),
    lambda: open(f"/{WORDS}"),  # noqa: SIM115
    lambda: json.loads(f'{{"{WORDS}'),
    lambda: WORDS.encode("ascii"),
    lambda: bytes(WORDS, "utf-8").decode("ascii"),
    lambda: Decimal(WORDS),
    lambda: __import__(WORDS),
    lambda: compile(WORDS, WORDS, "exec"),
    lambda: [].index(WORDS),  # type: ignore[arg-type]
    lambda: sorted([WORDS, 1]),  # type: ignore[type-var]
    lambda: "".join(fail() for _ in "a"),
    lambda: max([], key=fail, default=fail()),
    lambda: dict([WORDS]),  # type: ignore[arg-type]
    lambda: str(Shy()),
    lambda: f"{Shy()}",
    lambda: contextvars.copy_context().run(fail),
    lambda: list(map(fail, "a")),
    lambda: ThreadPoolExecutor(1).submit(fail).result(),
    lambda: asyncio.run(asyncio.wait_for(asyncio.to_thread(fail), 5)),
)
for made in plain:
    odd(made)


@odd
def chained() -> None:
    try:
        fail()
    except Teller as error:
        raise RuntimeError(WORDS) from error


@odd
def while_handling() -> None:
    try:
        fail()
    except Teller:
        int(WORDS)


@odd
def in_a_group() -> None:
    raise ExceptionGroup(WORDS, [Teller(), ValueError(WORDS)])


@odd
def in_a_generator() -> None:
    def told() -> Iterator[None]:
        yield
        fail()

    list(told())


@odd
def at_the_end_of_a_block() -> None:
    @contextmanager
    def block() -> Iterator[None]:
        yield
        fail()

    with block():
        pass


@odd
def in_a_property() -> None:
    class Has:
        @cached_property
        def it(self) -> object:
            return fail()

    print(Has().it)


@odd
def in_a_comparison() -> None:
    class Never:
        __eq__ = fail
        __hash__ = fail

    {Never(): 1}


@odd
def in_a_recursion() -> None:
    def down(depth: int) -> None:
        down(depth + 1) if depth < 200 else fail()

    down(0)


@odd
def in_an_async_generator() -> None:
    async def told() -> AsyncIterator[None]:
        yield
        fail()

    async def read() -> None:
        async for _ in told():
            pass

    asyncio.run(read())


@odd
def in_a_task_group() -> None:
    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.to_thread(fail))

    asyncio.run(both())


@odd
def in_a_signal_handler() -> None:
    signal.signal(signal.SIGUSR1, fail)
    signal.raise_signal(signal.SIGUSR1)


@odd
def after_a_timeout() -> None:
    async def late() -> None:
        try:
            await asyncio.sleep(5)
        finally:
            fail()

    asyncio.run(asyncio.wait_for(late(), 0.01))


# --- those nobody can catch ---
@odd
def in_a_thread() -> None:
    thread = threading.Thread(target=fail, name=WORDS)
    thread.start()
    thread.join()


@odd
def in_a_timer() -> None:
    timer = threading.Timer(0, fail)
    timer.start()
    timer.join()


@odd
def in_del() -> None:
    class Dies:
        __del__ = fail

    Dies()
    gc.collect()


@odd
def in_a_weak_callback() -> None:
    kept = Shy()
    ref = weakref.ref(kept, fail)
    del kept
    assert ref() is None


@odd
def in_a_gc_callback() -> None:
    gc.callbacks.append(fail)
    gc.collect()
    gc.callbacks.remove(fail)


@odd
def in_a_task_nobody_asks() -> None:
    async def forget() -> None:
        asyncio.get_running_loop().create_task(asyncio.to_thread(fail), name=WORDS)
        await asyncio.sleep(0.05)

    asyncio.run(forget())
    gc.collect()


@odd
def in_a_loop_callback() -> None:
    async def call() -> None:
        asyncio.get_running_loop().call_soon(fail, WORDS)
        await asyncio.sleep(0.01)

    asyncio.run(call())


@odd
def in_a_future_callback() -> None:
    async def call() -> None:
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(fail)
        future.set_result(WORDS)
        await asyncio.sleep(0.01)

    asyncio.run(call())


@odd
def in_a_pools_callback() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(time.sleep, 0.01).add_done_callback(fail)


@odd
def in_a_loop_that_is_slow() -> None:
    async def slow() -> None:
        time.sleep(0.15)  # that is what is told
        fail()

    asyncio.run(slow(), debug=True)


# --- while logging itself ---
odd(lambda: log.error("could not be shown: %s", Shy()))
odd(lambda: log.error("too many %s %s", WORDS))
odd(lambda: log.error("with a stack", stack_info=True, extra={"said": WORDS}))
odd(lambda: logging.getLogger("some.library").error("refused %r", WORDS))
odd(lambda: warnings.warn(WORDS, ResourceWarning, stacklevel=1))


def at_the_end() -> None:
    fail()


def main() -> None:
    logs.configure("DEBUG", redact)
    warnings.simplefilter("always")
    atexit.register(at_the_end)
    for place in places:
        with suppress(KeyboardInterrupt):
            logged(place)
    print(f"{len(places) + 2} raised", flush=True)  # with the one at the end, and this one
    sys.stdout.flush()
    raise Teller


if __name__ == "__main__":
    main()
