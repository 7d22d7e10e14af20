"""Hop 6: decisions that only touch the database are carried out; results that matter go back into `step`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bots.examples import keep_example
from bots.files import FileRules, keep_file
from bots.kept_proofs import proof_still_kept
from bots.link_turn import Linking, LinkLimits
from bots.linking import carry_out_link
from bots.wires import REGISTRY
from dialogs.around import Around
from dialogs.conversation import Conversation
from dialogs.engine import step
from dialogs.flows.speaking import CANNOT_HIDE
from dialogs.linking import EraseData, LinkDecision
from dialogs.masking import STARS
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
from dialogs.sayings import Facts, Message, Part, Verbatim
from dialogs.services import Catalogue
from dialogs.verification.codes import CodeRules, Refusal, check_send, check_try, lock_after_try, tries_left
from knowledge import (
    case_rows,
    challenge_rows,
    feed_rows,
    identity_rows,
    outbox_rows,
    proof_rows,
    transcript_rows,
)
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
    links: LinkLimits = LinkLimits()  # noqa: RUF009 - frozen

    def play(self, event: Event) -> tuple[Conversation, Outcome]:
        """The event and everything that follows from it."""
        known = proof_still_kept(self.connection, self.stored.state, event)
        turn = step(known, event, self.now, self.catalogue, self.around)
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
                answer = carry_out_link(self._linking(), decision, state)
                if isinstance(decision, EraseData):
                    self.stored = replace(self.stored, name="")
                return answer
            case _:
                assert_never(decision)
        return None

    def _say(self, reply: Reply, state: Conversation) -> None:
        rendered = render(reply.message, state.language, self.catalogue, self.now)
        by_agent = next((part for part in reply.message.parts if isinstance(part, Verbatim)), None)
        kind = "person" if by_agent else "notice" if reply.notice else "reply"
        self._owe(state, state.channel, kind, dumps(RENDERED, rendered), reply.message.slot)
        author, agent = ("agent", state.owner.agent_id) if by_agent else ("bot", None)
        body = by_agent.text if by_agent else self._record(reply.message, state)
        transcript_rows.append(self.connection, self.vault, state.id, author, body, self.now, agent_id=agent)

    def _record(self, message: Message, state: Conversation) -> str:
        """What staff can read later: the words and the buttons, of what was read only which fields it were."""
        parts = tuple(_without_values(part) for part in message.parts)
        return _record(render(replace(message, parts=parts), state.language, self.catalogue, self.now))

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
        return Linking(self.connection, self.vault, self.around.proofs, self.links, self.stored, self.now)

    def _open_challenge(self, decision: OpenChallenge, state: Conversation) -> Event:
        identity = identity_rows.seen(self.connection, self.vault, decision.register_number, self.now)
        bound = proof_rows.bound_identity(self.connection, state.id)
        most_wrong = self.rules.failures_breaker
        stopped = identity_rows.check_everything(self.connection, bound, identity, most_wrong, self.now)
        history = challenge_rows.history(self.connection, identity, state.id, self.now)
        if refused := stopped or check_send(self.rules, history, self.now):
            return ChallengeRefused(refused.reason, refused.until)
        chat = (state.id, state.channel, identity, decision.purpose, self.now)
        return ChallengeOpened(challenge_rows.open_challenge(self.connection, *chat, way=decision.way.value))

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
        if until := identity_rows.muted_until(self.connection, challenge.identity, self.now):
            return TryRefused(Refusal.MUTED, until)  # "not me" was said since the code was sent
        if identity_rows.breaker_until(self.connection, self.rules.failures_breaker, self.now):
            return TryRefused(Refusal.BREAKER)
        failures = history.failures + 1
        locked_until = lock_after_try(self.rules, failures, self.now)
        challenge_rows.take_try(self.connection, challenge, locked_until, self.now)
        return TryTaken(tries_left(self.rules, failures), locked_until)


def _without_values(part: Part) -> Part:
    """Fields of a register are named `field.…`; what is held about the chat is counts and stays."""
    if not isinstance(part, Facts):
        return part
    return Facts(tuple((key, STARS if key.startswith("field.") else value) for key, value in part.rows))


def _record(rendered: Rendered) -> str:
    """What the record keeps: the words and the buttons, but no personal data."""
    if rendered.private:
        return "[private]"
    buttons = " ".join(f"[{button.label}]" for button in rendered.buttons)
    return f"{rendered.plain}\n{buttons}".strip()
