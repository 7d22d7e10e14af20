"""Hop 6: decisions that only touch the database are carried out; results that matter go back into `step`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bots.examples import keep_example
from bots.files import FileRules, keep_file
from bots.linking import Linking, carry_out_link
from bots.wires import REGISTRY
from dialogs.around import Around
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.flows.speaking import CANNOT_HIDE
from dialogs.linking import LinkDecision
from dialogs.messages import (
    Amend,
    ChallengeOpened,
    ChallengeRefused,
    CloseCase,
    Decision,
    Event,
    HideMessage,
    KeepExample,
    KeepFile,
    OpenCase,
    OpenChallenge,
    ReadRecord,
    Reply,
    RequestCode,
    TakeTry,
    TryRefused,
    TryTaken,
)
from dialogs.outcomes import Outcome
from dialogs.proofs import Way
from dialogs.rendering import Rendered, render
from dialogs.sayings import Verbatim
from dialogs.services import Catalogue
from dialogs.verification.codes import CodeRules, Refusal, check_send, check_try, lock_after_try, tries_left
from knowledge import case_rows, challenge_rows, feed_rows, outbox_rows, transcript_rows
from knowledge.codec import RENDERED, dumps
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection
from knowledge.vault import Vault

FEED_CHANNELS = frozenset({"web", "terminal"})  # shown from the feed, nothing to delete on a platform
AMENDED_ON = frozenset({"telegram"})  # channels where a message that was sent can be changed
PRIVATE_FOR = timedelta(minutes=5)  # then a message with personal data is wiped from the feed
_MOST_DECISIONS = 50  # a turn that decides more is a loop


@dataclass
class TurnInHand:
    """One transaction's turn: where it writes and what it knows."""

    connection: Connection
    vault: Vault
    rules: CodeRules
    catalogue: Catalogue
    around: Around
    stored: StoredConversation
    now: datetime
    files: FileRules = FileRules()  # noqa: RUF009 - frozen

    def play(self, event: Event) -> tuple[Conversation, Outcome]:
        """The event and everything that follows from it."""
        turn = step(self.stored.state, event, self.now, self.catalogue, self.around)
        state, outcome = turn.conversation, turn.outcome
        pending = list(turn.decisions)
        for _ in range(_MOST_DECISIONS):
            if not pending:
                return state, outcome
            result = self._carry_out(pending.pop(0), state)
            if result is not None:
                turn = step(state, result, self.now, self.catalogue, self.around)
                state, outcome = turn.conversation, turn.outcome
                pending = [*turn.decisions, *pending]
        raise RuntimeError("a turn does not end")

    def _carry_out(self, decision: Decision, state: Conversation) -> Event | None:
        match decision:
            case Reply():
                self._say(decision, state)
            case Amend():
                self._amend(decision, state)
            case OpenCase():
                case_rows.open_case(self.connection, state.id, decision.reason.value, self.now)
                if decision.with_agent:
                    case_rows.take(self.connection, state.id, decision.with_agent, self.now)
            case KeepFile():
                return keep_file(
                    self.connection, self.vault, decision, state, self.stored.address, self.files, self.now
                )
            case CloseCase():
                case_rows.close(self.connection, state.id, self.now)
            case HideMessage():
                self._hide(decision, state)
            case KeepExample():
                keep_example(self.connection, self.vault, decision, self.now)
            case RequestCode():
                self._request_code(decision, state)
            case ReadRecord():
                body = {"challenge": decision.challenge_id, "number": decision.register_number, "code": decision.code}
                self._owe(state, REGISTRY, "read-record", json.dumps(body | {"operation": decision.operation}))
            case OpenChallenge():
                return self._open_challenge(decision, state)
            case TakeTry():
                return self._take_try(decision, state)
            case _ if isinstance(decision, LinkDecision):
                return carry_out_link(self._linking(), decision, state)
            case _:
                assert_never(decision)
        return None

    def _say(self, reply: Reply, state: Conversation) -> None:
        rendered = render(reply.message, state.language, self.catalogue, self.now)
        by_agent = next((part for part in reply.message.parts if isinstance(part, Verbatim)), None)
        kind = "person" if by_agent else "notice" if reply.notice else "reply"
        self._owe(state, state.channel, kind, dumps(RENDERED, rendered), reply.message.slot)
        author, agent = ("agent", state.owner.agent_id) if by_agent else ("bot", None)
        body = by_agent.text if by_agent else _record(rendered)
        transcript_rows.append(self.connection, self.vault, state.id, author, body, self.now, agent_id=agent)

    def _hide(self, decision: HideMessage, state: Conversation) -> None:
        transcript_rows.hide(self.connection, self.vault, state.id, decision.ref)
        if state.channel in FEED_CHANNELS:
            feed_rows.hide(self.connection, self.vault, state.id, decision.ref, self.now)
        elif decision.ref and state.channel not in CANNOT_HIDE:
            self._owe(state, state.channel, "hide", json.dumps({"ref": decision.ref}))

    def _amend(self, decision: Amend, state: Conversation) -> None:
        if state.channel in AMENDED_ON:
            rendered = render(decision.message, state.language, self.catalogue, self.now)
            self._owe(state, state.channel, "amend", dumps(RENDERED, rendered), decision.slot)

    def _owe(self, state: Conversation, wire: str, kind: str, body: str, slot: str = "") -> None:
        number, address = state.owner.number, self.stored.address
        outbox_rows.owe(self.connection, self.vault, state.id, wire, address, kind, number, body, self.now, slot)

    def _request_code(self, decision: RequestCode, state: Conversation) -> None:
        body = {
            "challenge": decision.challenge_id,
            "number": decision.register_number,
            "way": decision.way,
            "operation": decision.operation,
        }
        kind = "send-code" if decision.way is Way.OWN_SMS else "request-code"
        self._owe(state, REGISTRY, kind, json.dumps(body))

    def _linking(self) -> Linking:
        return Linking(self.connection, self.vault, self.around.proofs, self.stored, self.now)

    def _open_challenge(self, decision: OpenChallenge, state: Conversation) -> Event:
        identity = self.vault.identity(decision.register_number)
        history = challenge_rows.history(self.connection, identity, state.id, self.now)
        if refused := check_send(self.rules, history, self.now):
            return ChallengeRefused(refused.reason, refused.until)
        opened = challenge_rows.open_challenge(
            self.connection, state.id, state.channel, identity, decision.purpose, self.now
        )
        return ChallengeOpened(opened)

    def _take_try(self, decision: TakeTry, state: Conversation) -> Event:
        challenge = challenge_rows.find(self.connection, decision.challenge_id, state.id)
        if challenge is None or challenge.purpose != decision.purpose:
            return TryRefused(Refusal.EXPIRED)
        history = challenge_rows.history(self.connection, challenge.identity, state.id, self.now)
        refused = check_try(self.rules, history, challenge.opened_at, self.now)
        if refused:
            return TryRefused(refused.reason, refused.until)
        if not challenge.is_open:
            return TryRefused(Refusal.EXPIRED)
        failures = history.failures + 1
        locked_until = lock_after_try(self.rules, failures, self.now)
        challenge_rows.take_try(self.connection, challenge, locked_until, self.now)
        return TryTaken(tries_left(self.rules, failures), locked_until)


def _record(rendered: Rendered) -> str:
    """What the record keeps: the words and the buttons, but no personal data."""
    if rendered.private:
        return "[private]"
    buttons = " ".join(f"[{button.label}]" for button in rendered.buttons)
    return f"{rendered.plain}\n{buttons}".strip()
