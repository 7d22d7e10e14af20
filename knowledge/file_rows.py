"""Files of citizens: owed until fetched, kept sealed for the agents, wiped when their time is over."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert

from dialogs.messages import FileOffer, SharedKind
from knowledge.tables import files
from knowledge.vault import Vault


def owe(
    connection: Connection,
    vault: Vault,
    conversation_id: str,
    what: SharedKind,
    ref: str,
    offer: FileOffer,
    now: datetime,
) -> str:
    """The new row's id."""
    file_id = str(uuid4())
    connection.execute(
        insert(files),
        {
            "id": file_id,
            "conversation_id": conversation_id,
            "at": now,
            "what": what.value,
            "ref": ref[:128],
            "status": "owed",
            "reason": "",
            "media_type": "",
            "size": offer.size,
            "name_sealed": vault.seal(offer.name) if offer.name else None,
            "source_sealed": vault.seal(offer.source),
        },
    )
    return file_id
