"""Whom a chat has just said to be, before anything is proven."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from knowledge.tables import challenges


def claimed_identities(connection: Connection, conversation_id: str, since: datetime) -> frozenset[str]:
    """The persons of its open challenges, as keyed digests; of those whose code still counts, opened after `since`."""
    mine = (
        challenges.c.conversation_id == conversation_id,
        challenges.c.status == "open",
        challenges.c.opened_at > since,
    )
    return frozenset(connection.execute(select(challenges.c.identity).where(*mine)).scalars())
