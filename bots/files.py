"""Files that citizens send: their fetching is owed with the turn, what came is looked at and kept sealed for agents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from dialogs.conversation import Conversation
from dialogs.messages import KeepFile
from knowledge import file_rows, outbox_rows
from knowledge.database import Connection
from knowledge.vault import Vault


@dataclass(frozen=True)
class FileRules:
    """`largest` in bytes; `a_day`: how many one conversation may leave in 24 hours."""

    largest: int = 10_485_760
    a_day: int = 20


def keep_file(
    connection: Connection,
    vault: Vault,
    decision: KeepFile,
    state: Conversation,
    address: str,
    rules: FileRules,
    now: datetime,
) -> None:
    """A row for it, and its fetching owed to the channel it came by."""
    offer = decision.file
    file_id = file_rows.owe(connection, vault, state.id, decision.what, decision.ref, offer, now)
    body = json.dumps({"file": file_id})
    outbox_rows.owe(connection, vault, state.id, state.channel, address, "fetch", state.owner.number, body, now)
