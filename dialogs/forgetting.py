"""What a conversation must not hold longer than it is needed, and until when it may."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dialogs.conversation import Conversation
from dialogs.learning import WORDS_KEPT_FOR
from dialogs.proofs import ProofRules, ends_at, is_live

STEP_KEPT_FOR = timedelta(minutes=15)  # a code lives ten; then the register number of an open step is dropped too
NEED_WAITS_FOR = timedelta(hours=24)  # as long as the buttons of the choice before it are live
_RULES = ProofRules()


def secrets_until(conversation: Conversation, now: datetime, rules: ProofRules = _RULES) -> datetime | None:
    """When `forget` has something to do if nothing happens before; None when there is nothing to forget."""
    times = [conversation.shown.until] if conversation.shown else []
    if conversation.task is not None:
        times.append(now + STEP_KEPT_FOR)
    if conversation.waiting_needs:
        times.append(now + NEED_WAITS_FOR)
    if conversation.wording is not None:
        times.append(conversation.wording.heard_at + WORDS_KEPT_FOR)
    if conversation.proof is not None and (conversation.proof.register_number or conversation.proof.name):
        times.append(ends_at(conversation.proof, rules))
    return min(times, default=None)


def forget(
    conversation: Conversation, last_change: datetime, now: datetime, rules: ProofRules = _RULES
) -> Conversation:
    """Without the data, the open step and the person whose time is over.

    Of an over proof its id stays, so that its end is told to the record by the next event.
    """
    if conversation.proof is not None and not is_live(conversation.proof, rules, now):
        proof = replace(conversation.proof, register_number="", name="")
        conversation = replace(conversation, proof=proof, proven_once=True)
    if conversation.shown is not None and now >= conversation.shown.until:
        conversation = replace(conversation, shown=None)
    if conversation.task is not None and now >= last_change + STEP_KEPT_FOR:
        conversation = replace(conversation, task=None)
    if conversation.waiting_needs and now >= last_change + NEED_WAITS_FOR:
        conversation = replace(conversation, waiting_needs=())
    if conversation.wording is not None and conversation.wording.is_over(now):
        conversation = replace(conversation, wording=None)
    return conversation
