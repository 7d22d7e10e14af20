"""One turn: take the next event, lock, load, understand, step, carry out, save. One transaction, no wire in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bots.carrying_out import REGISTRY, TurnInHand
from bots.live_catalogue import Live, LiveCatalogue
from bots.signals import DESK, OUTBOX, Signals
from connectors.channel import Channel, Heard
from dialogs.conversation import Conversation
from dialogs.masking import mask_text
from dialogs.messages import (
    CaseTaken,
    CodeRequested,
    Event,
    IdCardRead,
    Incoming,
    Pressed,
    RegistryResult,
    Said,
    Shared,
    Words,
)
from dialogs.outcomes import Outcome
from dialogs.rendering import label
from dialogs.services import Language
from dialogs.verification.codes import CodeRules
from knowledge import audit_rows, case_rows, challenge_rows, conversation_rows, feed_rows, inbox_rows, transcript_rows
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection, Database, DatabaseTrouble
from knowledge.inbox_rows import InboxRow
from knowledge.vault import Vault
from nlu import understand

log = logging.getLogger(__name__)
DESK_CHANNEL = "desk"
CHATS_REMEMBERED = 10_000  # for taking turns fairly


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
    ) -> None:
        self._database, self._vault, self._channels = database, vault, channels
        self._catalogue, self._signals, self._clock = catalogue, signals, clock
        self._rules, self._max_characters = rules, max_characters
        self._served = (*channels, REGISTRY)
        self._turns, self._turn_of = 0, dict[tuple[str, str], int]()  # when each chat had its last turn here

    def run_next(self) -> bool:
        """The next event that is due; False when there is none. Database trouble is raised, nothing is lost by it."""
        now = self._clock()
        with self._database.write() as connection:
            row = self._take_fairly(connection, now)
            if row is None:
                return False
            self._handle_safely(connection, row, now)
        self._signals.send(OUTBOX)
        self._signals.send(DESK)
        return True

    def next_due(self) -> datetime | None:
        with self._database.read() as connection:
            return inbox_rows.next_due(connection, self._served)

    def _take_fairly(self, connection: Connection, now: datetime) -> InboxRow | None:
        """Of the chats that wait, the one whose last turn is longest ago: nobody's flood keeps others waiting."""
        waiting = inbox_rows.heads(connection, now, self._served)
        for head in sorted(waiting, key=lambda head: self._turn_of.get((head.channel, head.address), 0)):
            row = inbox_rows.take(connection, self._vault, head.id)
            if row is not None:
                self._turns += 1
                self._turn_of[head.channel, head.address] = self._turns
                if len(self._turn_of) > CHATS_REMEMBERED:
                    self._turn_of.pop(next(iter(self._turn_of)))
                return row
        return None

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
            state, outcome = self._play(connection, stored, event, live, now, actor)
            if outcome is Outcome.TAKEN and isinstance(event, CaseTaken):
                case_rows.open_case(connection, conversation_id, "asked", now)
                case_rows.take(connection, conversation_id, event.agent_id, now)
            inbox_rows.finish_by_key(connection, DESK_CHANNEL, key, outcome.value, now)
        self._signals.send(OUTBOX)
        self._signals.send(DESK)
        return Applied(outcome, state)

    def _handle_safely(self, connection: Connection, row: InboxRow, now: datetime) -> None:
        """A turn that fails leaves nothing behind but its try; after a few it is set aside and the chat goes on."""
        try:
            with connection.begin_nested():
                outcome = self._handle(connection, row, now)
        except DatabaseTrouble:
            raise
        except Exception as error:
            aside = inbox_rows.put_off(connection, row.id, row.tries, type(error).__name__, now)
            log.exception("event %s failed%s", row.id, ", set aside" if aside else "")
        else:
            inbox_rows.finish(connection, row.id, outcome.value, now)

    def _handle(self, connection: Connection, row: InboxRow, now: datetime) -> Outcome:
        live = self._catalogue.current(connection)
        if row.channel == REGISTRY:
            return self._hear_registry(connection, row, live, now)
        heard = self._channels[row.channel].read(row.body)
        if not heard.private:
            return Outcome.IGNORED
        stored = self._find_or_create(connection, row, heard, now)
        event = self._record(connection, stored, heard.event, live, now)
        return self._play(connection, stored, event, live, now, "citizen")[1]

    def _find_or_create(self, connection: Connection, row: InboxRow, heard: Heard, now: datetime) -> StoredConversation:
        stored = conversation_rows.lock(connection, self._vault, row.channel, row.address)
        if stored is None:
            language = Language.EN if heard.language.lower().startswith("en") else Language.MN
            return conversation_rows.create(
                connection, self._vault, row.channel, row.address, language, heard.name, now
            )
        return conversation_rows.renamed(stored, heard.name)

    def _record(
        self, connection: Connection, stored: StoredConversation, event: Incoming, live: Live, now: datetime
    ) -> Event:
        """What the citizen did, into the record; words are understood on the way."""
        if isinstance(event, Words):
            text = event.text[: self._max_characters]
            whole = event.text if text == event.text else mask_text(event.text)  # nobody reads on for what to hide
            self._remember(connection, stored.state, whole, now, event.ref)
            return Said(text, understand(text, live.index), event.ref, event.shared)
        if isinstance(event, Pressed):
            choice = stored.state.choice(event.offer, event.choice)
            pressed = label(choice, stored.state.language, live.catalogue) if choice else "…"
            self._remember(connection, stored.state, pressed, now)
        elif isinstance(event, Shared):
            self._remember(connection, stored.state, f"[{event.what}]", now, event.ref)
        return event

    def _remember(self, connection: Connection, state: Conversation, text: str, now: datetime, ref: str = "") -> None:
        transcript_rows.append(connection, self._vault, state.id, "citizen", text, now, ref)
        if state.channel in ("web", "terminal"):
            body = json.dumps({"text": text}, ensure_ascii=False)
            feed_rows.append(connection, self._vault, state.id, "citizen", body, now, ref)

    def _hear_registry(self, connection: Connection, row: InboxRow, live: Live, now: datetime) -> Outcome:
        answer = json.loads(row.body)
        stored = conversation_rows.lock_by_id(connection, self._vault, row.address)
        if stored is None:
            return Outcome.IGNORED
        result, challenge = RegistryResult(answer["result"]), answer["challenge"]
        if answer["kind"] == "request-code":
            return self._play(connection, stored, CodeRequested(challenge, result), live, now, "registry")[1]
        rows = tuple((key, value) for key, value in answer["rows"])
        event = IdCardRead(challenge, result, rows)
        if result is RegistryResult.DONE and not challenge_rows.settle(connection, challenge, now):
            event = replace(event, result=RegistryResult.USED_ALREADY, rows=())
        return self._play(connection, stored, event, live, now, "registry")[1]

    def _play(
        self, connection: Connection, stored: StoredConversation, event: Event, live: Live, now: datetime, actor: str
    ) -> tuple[Conversation, Outcome]:
        turn = TurnInHand(connection, self._vault, self._rules, live.catalogue, self._catalogue.around, stored, now)
        state, outcome = turn.play(event)
        conversation_rows.save(connection, self._vault, stored, state, now)
        audit_rows.record(connection, actor, f"turn.{outcome}", state.id, now, event.kind)
        return state, outcome
