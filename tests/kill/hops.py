"""Where a process can be killed: each hop is a real function of the product, wrapped to end the process there."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable
from typing import Any

from bots.assistant import Assistant
from bots.inbox import Inbox
from bots.outbox import Outbox
from connectors.telegram import Telegram
from connectors.xyp_registry import XypRegistry
from knowledge import challenge_rows, conversation_rows, feed_rows, inbox_rows, outbox_rows

# name -> (owner, function, whether it dies before or after the function has run)
HOPS: dict[str, tuple[Any, str, str]] = {
    "K1 read, not inserted": (Inbox, "accept", "before"),
    "K2 inserted, not committed": (inbox_rows, "accept", "after"),
    "K3 committed, not answered": (Inbox, "accept", "after"),
    "K5 event taken": (inbox_rows, "take", "after"),
    "K6 reply owed, state not saved": (outbox_rows, "owe", "after"),
    "K6 state saved, event not finished": (conversation_rows, "save", "after"),
    "K6 event finished, not committed": (inbox_rows, "finish", "after"),
    "K7 turn committed, sender not woken": (Assistant, "run_next", "after"),
    "K8 sender took the row": (outbox_rows, "take_due", "after"),
    "K8 shown, not marked": (feed_rows, "append", "after"),
    "K8 marked, not committed": (outbox_rows, "mark_sent", "after"),
    "K11 delivered and recorded": (Outbox, "deliver_to_feeds", "after"),
    "K9 before the bytes go to Telegram": (Telegram, "send", "before"),
    "K10 Telegram has it, not recorded": (Telegram, "send", "after"),
    "K11 recorded": (Outbox, "_finish", "after"),
    "K12 try used, not compared": (XypRegistry, "read_id_card", "before"),
    "K12 compared, not recorded": (XypRegistry, "read_id_card", "after"),
    "K13 settled, not committed": (challenge_rows, "settle", "after"),
}


def arm(hop: str, count: int) -> None:
    """The process ends by SIGKILL when the hop is reached for the `count`th time with something to do."""
    owner, name, when = HOPS[hop]
    original: Callable[..., Any] = getattr(owner, name)
    left = [count]

    def reached(result: object) -> None:
        if result in (None, False, 0, []) and when == "after" and name in ("take", "run_next", "take_due"):
            return
        if result == 0 and name == "deliver_to_feeds":
            return
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            reached(True)
        result = original(*args, **kwargs)
        if when == "after":
            reached(result)
        return result

    @functools.wraps(original)
    async def wrapped_async(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            reached(True)
        result = await original(*args, **kwargs)
        if when == "after":
            reached(result)
        return result

    is_async = name in ("send", "read_id_card")
    setattr(owner, name, wrapped_async if is_async else wrapped)
