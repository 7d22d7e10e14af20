"""Which chat is next: of those that wait, the one whose last turn is longest ago; a flood keeps nobody waiting."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from knowledge import inbox_order, inbox_rows
from knowledge.database import Connection
from knowledge.inbox_order import Head
from knowledge.inbox_rows import InboxRow
from knowledge.vault import Vault

# Turns between two looks at who waits. A look at 5,000 chats takes as long as some turns, so it serves for many then.
HEADS_AT_ONCE = 64
PART_OF_MANY = 8
CHATS_REMEMBERED = 10_000


@dataclass(frozen=True)
class Taken:
    """The first waiting event of a chat, locked. `more`: others wait behind it."""

    row: InboxRow
    more: bool


class TurnOrder:
    """One process's view of who waits; the database decides who gets an event when several processes ask."""

    def __init__(self, vault: Vault, channels: Sequence[str]) -> None:
        self._vault, self._channels = vault, tuple(channels)
        self._waiting: deque[Head] = deque()
        self._turns = 0
        self._last_turn: OrderedDict[tuple[str, str], int] = OrderedDict()  # of each chat, the longest ago first

    def next(self, connection: Connection, now: datetime) -> Taken | None:
        """None when nothing is due."""
        taken = self._next_known(connection, now)
        if taken is None and self._look(connection, now):
            taken = self._next_known(connection, now)
        return taken

    def next_due(self, connection: Connection) -> datetime | None:
        return inbox_order.next_due(connection, self._channels)

    def _look(self, connection: Connection, now: datetime) -> bool:
        heads = inbox_order.heads(connection, now, self._channels)
        for head in heads:  # who is new stands behind those that wait already, before whoever had the last turn
            self._last_turn.setdefault((head.channel, head.address), self._turns - 1)
        heads.sort(key=lambda head: self._last_turn[head.channel, head.address])
        while len(self._last_turn) > CHATS_REMEMBERED:
            self._last_turn.popitem(last=False)
        self._waiting = deque(heads[: max(HEADS_AT_ONCE, len(heads) // PART_OF_MANY)])
        return bool(heads)

    def _next_known(self, connection: Connection, now: datetime) -> Taken | None:
        """What was first at the look may not be any more: somebody else had it, or an older event came in."""
        while self._waiting:
            seen = self._waiting.popleft()
            head = inbox_order.first(connection, seen.channel, seen.address, now)
            row = inbox_rows.take(connection, self._vault, head.id) if head else None
            if head and row:
                self._remember((head.channel, head.address))
                return Taken(row, head.more)
        return None

    def _remember(self, chat: tuple[str, str]) -> None:
        self._turns += 1
        self._last_turn[chat] = self._turns
        self._last_turn.move_to_end(chat)
        if len(self._last_turn) > CHATS_REMEMBERED:
            self._last_turn.popitem(last=False)
