"""What the outside answered to a row goes the one way in: an event of the conversation, with the row over.

The inbox channel is `registry`, the address the conversation's id. Bodies: ХУР's answers
`{"kind": "request-code" | "read-record", "challenge", "result", "rows"}`, files that could not be kept
`{"kind": "file-refused", "problem": a FileProblem, "largest": megabytes}`, and what happened around a proof: a
`LinkEnded`, `ProofEnded` or `ProvenElsewhere` as its own JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bots.asking import Asked
from bots.wires import REGISTRY
from dialogs.linking import LinkEnd, LinkEnded, ProofEnded, ProvenElsewhere
from dialogs.messages import CodeRequested, Event, FileProblem, FileRefused, RecordRead, RegistryResult
from dialogs.records import ID_CARD
from dialogs.verification.codes import Refusal
from knowledge import inbox_rows, outbox_rows
from knowledge.codec import AROUND_PROOFS, dumps
from knowledge.database import Connection
from knowledge.outbox_rows import OutboxRow
from knowledge.vault import Vault


def read_answer(body: str) -> Event:
    """The event of one such body."""
    answer = json.loads(body)
    match answer["kind"]:
        case "file-refused":
            return FileRefused(FileProblem(answer["problem"]), answer["largest"])
        case "request-code" | "send-code":
            refusal = Refusal(answer["refusal"]) if answer.get("refusal") else None
            return CodeRequested(answer["challenge"], RegistryResult(answer["result"]), refusal)
        case "read-record" | "read-id-card":  # the second is what it was called before
            rows = tuple((key, value) for key, value in answer["rows"])
            operation = answer.get("operation", ID_CARD)
            return RecordRead(answer["challenge"], RegistryResult(answer["result"]), rows, operation)
        case _:
            return AROUND_PROOFS.validate_json(body)


def registry_answered(
    connection: Connection,
    vault: Vault,
    row: OutboxRow,
    answer: Asked,
    now: datetime,
) -> None:
    asked = json.loads(row.body)
    body = {"kind": row.kind, "challenge": asked["challenge"], "result": answer.result, "rows": answer.rows}
    body |= {"operation": asked.get("operation", ID_CARD), "refusal": answer.refusal}
    _bring_in(connection, vault, row, body, now)
    status = "sent" if answer.result is not RegistryResult.UNKNOWN else "unknown"
    outbox_rows.mark_over(connection, row.id, status, "", now)


def file_refused(connection: Connection, vault: Vault, row: OutboxRow, refused: FileRefused, now: datetime) -> None:
    body = {"kind": refused.kind, "problem": refused.problem, "largest": refused.largest}
    _bring_in(connection, vault, row, body, now)
    outbox_rows.mark_over(connection, row.id, "failed", refused.problem, now)


def _bring_in(connection: Connection, vault: Vault, row: OutboxRow, body: Mapping[str, object], now: datetime) -> None:
    """Once a row, whoever brings it."""
    text = json.dumps(body, ensure_ascii=False)
    inbox_rows.accept(connection, vault, REGISTRY, str(row.id), row.conversation_id, text, now)


def link_ended(
    connection: Connection, vault: Vault, link_id: str, conversation_id: str, end: LinkEnd, now: datetime
) -> None:
    """The chat is told, once for each way a page can end."""
    around_proof(connection, vault, f"link {link_id} {end}", conversation_id, LinkEnded(link_id, end), now)


def around_proof(
    connection: Connection,
    vault: Vault,
    event_id: str,
    conversation_id: str,
    event: LinkEnded | ProofEnded | ProvenElsewhere,
    now: datetime,
) -> None:
    """Once an `event_id`, in the caller's transaction; who brings it wakes the inbox after the commit."""
    inbox_rows.accept(connection, vault, REGISTRY, event_id, conversation_id, dumps(AROUND_PROOFS, event), now)
