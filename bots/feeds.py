"""Web chat and terminal: what is owed is written into the feed and marked in one transaction, so exactly once."""

from __future__ import annotations

from datetime import datetime

from bots.carrying_out import FEED_CHANNELS, PRIVATE_FOR
from knowledge import feed_rows, outbox_rows
from knowledge.codec import RENDERED
from knowledge.database import Connection, Database
from knowledge.outbox_rows import OutboxRow
from knowledge.outbox_statements import SPEAKING
from knowledge.vault import Vault

FEEDS = tuple(sorted(FEED_CHANNELS))


def deliver_due(database: Database, vault: Vault, now: datetime) -> list[OutboxRow]:
    """What was due: shown, or cancelled because an agent's take-over overtook it."""
    with database.read() as connection:
        if not outbox_rows.anything_due(connection, now, FEEDS):
            return []
    with database.write() as connection:
        rows = outbox_rows.take_due(connection, vault, now, FEEDS, lease=False)
        for row in rows:
            _deliver(connection, vault, row, now)
    return rows


def _deliver(connection: Connection, vault: Vault, row: OutboxRow, now: datetime) -> None:
    if row.kind not in SPEAKING or not outbox_rows.still_owned(connection, row):
        outbox_rows.mark_over(connection, row.id, "cancelled", "", now)
        return
    try:
        rendered = RENDERED.validate_json(row.body)
    except ValueError:  # of another version, or no key opens it: it must not hold up everybody's pages
        outbox_rows.mark_over(connection, row.id, "failed", "Unreadable", now)
        return
    author = "agent" if row.kind == "person" else "bot"
    expires = now + PRIVATE_FOR if rendered.private else None
    position = feed_rows.append(connection, vault, row.conversation_id, author, row.body, now, expires_at=expires)
    outbox_rows.mark_sent(connection, row.id, str(position), now)
