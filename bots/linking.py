"""Hop 6 for proofs: pages opened from a chat, their numbers, who is proven where, and who else is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.conversation import Conversation
from dialogs.linking import LinkDecision
from dialogs.messages import Event
from dialogs.proofs import ProofRules
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection
from knowledge.vault import Vault


@dataclass(frozen=True)
class Linking:
    """One turn's place to write, and the rules of proofs."""

    connection: Connection
    vault: Vault
    rules: ProofRules
    stored: StoredConversation
    now: datetime


def carry_out_link(linking: Linking, decision: LinkDecision, state: Conversation) -> Event | None:
    """The event that answers the decision, if it has one."""
    raise NotImplementedError(type(decision).__name__)
