"""Where a process can be killed: each hop is a real function of the product, wrapped to end the process there."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from bots.assistant import Assistant
from bots.inbox import Inbox
from bots.outbox import Outbox
from connectors.telegram import Telegram
from connectors.xyp_registry import XypRegistry
from knowledge import case_rows, challenge_rows, conversation_rows, feed_rows, inbox_rows, outbox_rows

# name -> (owner, function, whether it dies before or after the function has run)
HOPS: dict[str, tuple[Any, str, str]] = {
    "K1 read, not inserted": (Inbox, "accept", "before"),
    "K2 inserted, not committed": (inbox_rows, "accept", "after"),
    "K3 committed, not answered": (Inbox, "accept", "after"),
    "K4 answered": (Response, "__call__", "after"),
    "K5 event taken": (inbox_rows, "take", "after"),
    "K6 reply owed, state not saved": (outbox_rows, "owe", "after"),
    "K6 state saved, event not finished": (conversation_rows, "save", "after"),
    "K6 event finished, not committed": (inbox_rows, "finish", "after"),
    "K7 turn committed, sender not woken": (Assistant, "run_next", "after"),
    "K8 sender took the row": (outbox_rows, "take_due", "after"),
    "K8 the sender for Telegram took the row": (Outbox, "_take", "after"),
    "K8 shown, not marked": (feed_rows, "append", "after"),
    "K8 marked, not committed": (outbox_rows, "mark_sent", "after"),
    "K11 delivered and recorded": (Outbox, "deliver_to_feeds", "after"),
    "K9 before the bytes go to Telegram": (Telegram, "send", "before"),
    "K10 Telegram has it, not recorded": (Telegram, "send", "after"),
    "K11 recorded": (Outbox, "_finish", "after"),
    "K12 try used, not compared": (XypRegistry, "read_record", "before"),
    "K12 compared, not recorded": (XypRegistry, "read_record", "after"),
    "K13 settled, not committed": (challenge_rows, "settle", "after"),
    "K18 owner set, not committed": (case_rows, "take", "after"),
    "K18 taken, agent not told": (Assistant, "apply", "after"),
}


NOTHING_HAPPENED: tuple[Any, ...] = (None, False, 0, [])
LOOKS = ("run_next", "take_due", "_take", "deliver_to_feeds")
ASYNC = ("send", "read_record", "__call__")


def arm(hop: str, count: int, with_signal: int = signal.SIGKILL) -> None:
    """The process sends itself the signal when the hop is reached for the `count`th time with something to do."""
    owner, name, when = HOPS[hop]
    original: Callable[..., Any] = getattr(owner, name)
    left = [count]

    def reached(result: object, *args: Any) -> None:
        if when == "after" and not _counts(owner, name, result, args):
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), with_signal)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            reached(True)
        result = original(*args, **kwargs)
        if when == "after":
            reached(result, *args)
        return result

    @functools.wraps(original)
    async def wrapped_async(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            reached(True)
        result = await original(*args, **kwargs)
        if when == "after":
            reached(result, *args)
        return result

    setattr(owner, name, wrapped_async if name in ASYNC else wrapped)


def _counts(owner: Any, name: str, result: object, args: tuple[Any, ...]) -> bool:
    """Whether something was done: looking for work and finding none is no hop, and most answers are pages."""
    if name == "__call__":
        scope = args[1]
        return bool(scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == "/web/messages")
    looks = name in LOOKS or (owner is inbox_rows and name == "take")
    return not looks or result not in NOTHING_HAPPENED
