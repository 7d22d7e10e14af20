"""What carrying out a decision about links and proofs is given: one turn's place to write, and the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogs.proofs import ProofRules
from knowledge.conversation_rows import StoredConversation
from knowledge.database import Connection
from knowledge.vault import Vault


@dataclass(frozen=True)
class LinkLimits:
    """`base_url`: where the pages are. `undo`: how long a proof can be undone from the person's other chats."""

    base_url: str = "http://127.0.0.1:8080"
    most_open: int = 3
    most_a_day: int = 10
    undo: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class Linking:
    connection: Connection
    vault: Vault
    rules: ProofRules
    limits: LinkLimits
    stored: StoredConversation
    now: datetime
