"""What the outside answered to a row goes the one way in: an event of the conversation, with the row over.

The inbox channel is `registry`, the address the conversation's id. Bodies: ХУР's answers
`{"kind": "request-code" | "read-id-card", "challenge", "result", "rows"}` and files that could not be kept
`{"kind": "file-refused", "problem": a FileProblem, "largest": megabytes}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bots.carrying_out import REGISTRY
from dialogs.messages import FileRefused, RegistryResult
from knowledge import inbox_rows, outbox_rows
from knowledge.database import Connection
from knowledge.outbox_rows import OutboxRow
from knowledge.vault import Vault


def registry_answered(
    connection: Connection,
    vault: Vault,
    row: OutboxRow,
    result: RegistryResult,
    rows: tuple[tuple[str, str], ...],
    now: datetime,
) -> None:
    body = {"kind": row.kind, "challenge": json.loads(row.body)["challenge"], "result": result, "rows": rows}
    _bring_in(connection, vault, row, body, now)
    status = "sent" if result is not RegistryResult.UNKNOWN else "unknown"
    outbox_rows.mark_over(connection, row.id, status, "", now)


def file_refused(connection: Connection, vault: Vault, row: OutboxRow, refused: FileRefused, now: datetime) -> None:
    body = {"kind": refused.kind, "problem": refused.problem, "largest": refused.largest}
    _bring_in(connection, vault, row, body, now)
    outbox_rows.mark_over(connection, row.id, "failed", refused.problem, now)


def _bring_in(connection: Connection, vault: Vault, row: OutboxRow, body: Mapping[str, object], now: datetime) -> None:
    """Once a row, whoever brings it."""
    text = json.dumps(body, ensure_ascii=False)
    inbox_rows.accept(connection, vault, REGISTRY, str(row.id), row.conversation_id, text, now)
