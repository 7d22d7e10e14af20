"""Turns: take the next event and handle it in one transaction, no wire in it; what cannot be handled is set aside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bots.files import FileRules
from bots.handling import Handling
from bots.in_hand import InHand
from bots.link_turn import LinkLimits
from bots.live_catalogue import LiveCatalogue
from bots.piles import PileRules
from bots.signals import DESK, OUTBOX, Signals
from bots.turn_order import Taken, TurnOrder
from bots.wires import REGISTRY
from connectors.channel import Channel
from dialogs.conversation import Conversation
from dialogs.messages import CaseTaken, Event
from dialogs.outcomes import Outcome
from dialogs.verification.codes import CodeRules
from knowledge import case_rows, conversation_rows, inbox_order, inbox_rows
from knowledge.database import Connection, Database, DatabaseTrouble
from knowledge.inbox_rows import InboxRow
from knowledge.vault import Vault

log = logging.getLogger(__name__)
DESK_CHANNEL = "desk"
ENDED = "ProcessEnded"  # the problem of an event that was in hand when its process was gone


@dataclass(frozen=True)
class Applied:
    """What came of a staff member's action. `fresh` is False when the same action had been applied before."""

    outcome: Outcome
    conversation: Conversation
    fresh: bool = True


class Assistant:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        channels: Mapping[str, Channel],
        catalogue: LiveCatalogue,
        signals: Signals,
        clock: Callable[[], datetime],
        rules: CodeRules,
        max_characters: int,
        together: PileRules = PileRules(),  # noqa: B008 - frozen
        files: FileRules = FileRules(),  # noqa: B008 - frozen
        in_hand: InHand | None = None,
        links: LinkLimits = LinkLimits(),  # noqa: B008 - frozen
    ) -> None:
        """`max_characters`: longer messages are read up to there. Without `in_hand` it is noted in memory only."""
        self._database, self._vault = database, vault
        self._catalogue, self._signals, self._clock = catalogue, signals, clock
        self.in_hand = in_hand or InHand()
        read_with = (max_characters, together, files, self.in_hand, links)
        self._handling = Handling(vault, channels, catalogue, rules, *read_with)
        self._order = TurnOrder(vault, (*channels, REGISTRY))

    def run_next(self) -> bool:
        """The next event that is due; False when there is none. Database trouble is raised, nothing is lost by it."""
        now = self._clock()
        with self.in_hand.holding(), self._database.write() as connection:
            inbox_order.wait_for_locks_at_most(connection)
            taken = self._order.next(connection, now)
            if taken is None:
                return False
            self.in_hand.note(taken.row.id)
            self._handle_safely(connection, taken, now)
        self._signals.send(OUTBOX)
        self._signals.send(DESK)
        return True

    def next_due(self) -> datetime | None:
        with self._database.read() as connection:
            return self._order.next_due(connection)

    def recover(self) -> None:
        """At start: what was in hand when a process was gone has used up two tries; the third time it is set aside."""
        now = self._clock()
        for row_id in self.in_hand.left_over:
            with self._database.write() as connection:
                row = inbox_rows.take(connection, self._vault, row_id)
                if row is not None:
                    log.error("event %s was in hand when its process ended", row_id)
                    self._put_off(connection, replace(row, tries=row.tries + 1), ENDED, now)
        self.in_hand.forget_left_over()

    def apply(self, conversation_id: str, event: Event, key: str, actor: str) -> Applied:
        """A staff member's action, accepted and handled in one transaction; `key` makes a second click harmless.

        Raises `LookupError` when there is no such conversation.
        """
        now = self._clock()
        with self._database.write() as connection:
            stored = conversation_rows.lock_by_id(connection, self._vault, conversation_id)
            if stored is None:
                raise LookupError(conversation_id)
            body = ""
            if not inbox_rows.accept(connection, self._vault, DESK_CHANNEL, key, conversation_id, body, now):
                return Applied(Outcome.IGNORED, stored.state, fresh=False)
            live = self._catalogue.current(connection)
            state, outcome = self._handling.play(connection, stored, event, live, now, actor)
            if outcome is Outcome.TAKEN and isinstance(event, CaseTaken):
                case_rows.open_case(connection, conversation_id, "asked", now)
                case_rows.take(connection, conversation_id, event.agent_id, now)
            inbox_rows.finish_by_key(connection, DESK_CHANNEL, key, outcome.value, now)
        self._signals.send(OUTBOX)
        self._signals.send(DESK)
        return Applied(outcome, state)

    def _handle_safely(self, connection: Connection, taken: Taken, now: datetime) -> None:
        """A turn that fails leaves nothing behind but its try; after a few it is set aside and the chat goes on."""
        try:
            with connection.begin_nested():
                done, outcome = self._handling.handle(connection, taken, now)
        except DatabaseTrouble:
            raise
        except Exception as error:
            log.exception("event %s failed", taken.row.id)
            self._put_off(connection, taken.row, type(error).__name__, now)
        else:
            for row in done:
                inbox_rows.finish(connection, row.id, outcome.value, now)

    def _put_off(self, connection: Connection, row: InboxRow, problem: str, now: datetime) -> None:
        """Tried again later, or set aside: then the chat is told, if that can be done."""
        if not inbox_rows.put_off(connection, row.id, row.tries, problem, now):
            return
        log.error("event %s is set aside", row.id)
        try:
            with connection.begin_nested():
                self._handling.apologise(connection, row, now)
        except DatabaseTrouble:
            raise
        except Exception:
            log.exception("the chat of event %s was not told", row.id)
