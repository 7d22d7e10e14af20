"""How pages opened from a chat end: what is over keeps no secret, no number and no result."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from dialogs.linking import LinkEnd
from dialogs.proofs import ProofRules
from knowledge.proof_tables import links

WAITING = ("open", "begun", "asking")  # until `expires_at`
PROVEN = ("proven", "matched")  # until so long after `proven_at`
LIVE = WAITING + PROVEN
CONFIRMING = timedelta(minutes=5)  # for saying "yes, that is me" after the number was right
NUMBER_LIVES = ProofRules().number_lives
WIPED: dict[str, Any] = {"secrets_sealed": None, "result_sealed": None, "number_digest": "", "state_digest": None}


def end(connection: Connection, link_id: str, end: LinkEnd | str, now: datetime) -> bool:
    """True when it was still live."""
    query = update(links).where(links.c.id == link_id, links.c.status.in_(LIVE))
    return connection.execute(query.values(status=str(end), over_at=now, **WIPED)).rowcount == 1


def end_all(
    connection: Connection, conversation_id: str, end: LinkEnd | str, now: datetime, ways: Collection[str] = ()
) -> int:
    """Every live link of the chat, or those of these ways; how many there were."""
    query = update(links).where(links.c.conversation_id == conversation_id, links.c.status.in_(LIVE))
    query = query.where(links.c.way.in_(ways)) if ways else query
    return connection.execute(query.values(status=str(end), over_at=now, **WIPED)).rowcount


def expire_due(connection: Connection, now: datetime, number_lives: timedelta = NUMBER_LIVES) -> list[tuple[str, str]]:
    """(link id, conversation id) of all that stood too long, also those a kill left in `asking` (K15)."""
    query = select(links.c.id, links.c.conversation_id).where(_due(now, number_lives)).order_by(links.c.id)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    return [(row.id, row.conversation_id) for row in rows if end(connection, row.id, LinkEnd.EXPIRED, now)]


def anything_due(connection: Connection, now: datetime, number_lives: timedelta = NUMBER_LIVES) -> bool:
    """A look without the write lock."""
    return connection.execute(select(links.c.id).where(_due(now, number_lives)).limit(1)).scalar() is not None


def _due(now: datetime, number_lives: timedelta) -> ColumnElement[bool]:
    return or_(
        and_(links.c.status.in_(WAITING), links.c.expires_at <= now),
        and_(links.c.status == "proven", links.c.proven_at <= now - number_lives),
        and_(links.c.status == "matched", links.c.proven_at <= now - number_lives - CONFIRMING),
    )


def end_of(status: str) -> str:
    """The status as a `LinkEnd`; `gone` for what is no end (bound, or waiting for a yes)."""
    return status if status in set(LinkEnd) else LinkEnd.GONE.value
