"""Who was proven where: one live proof a person, told to the person's other chats, undone from them within its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, select, update

from dialogs.linking import ProofEnd
from knowledge import identity_rows
from knowledge.proof_tables import proofs
from knowledge.tables import Moment

NO_BINDING = (ProofEnd.UNDONE.value, ProofEnd.ERASED.value)  # proofs that ended so bind nobody
REPLACED = "replaced"  # by a newer one of the same chat
TOLD_FOR = timedelta(days=365)
LINKS_BLOCKED_FOR = timedelta(hours=24)  # after "this was not me"
_LIVE = proofs.c.ended_at.is_(None)


def keep(
    connection: Connection,
    *,
    proof_id: str,
    conversation_id: str,
    identity: str,
    level: str,
    way: str,
    login_type: str,
    now: datetime,
    undo: timedelta,
) -> list[tuple[str, str]]:
    """The chat is proven; live proofs of the chat and of the person elsewhere end with it.

    The person's other chats, which are to be told: (conversation id, the proof that ended there or empty). `undo`:
    how long they may say that it was not them. A proof that is there already is not kept twice: nobody is told.
    """
    identity_rows.lock(connection, identity)
    if connection.execute(select(proofs.c.id).where(proofs.c.id == proof_id)).scalar() is not None:
        return []
    told = _other_chats(connection, identity, conversation_id, now)
    _end_where(connection, proofs.c.conversation_id == conversation_id, why=REPLACED, now=now)
    _end_where(connection, proofs.c.identity == identity, why=ProofEnd.ELSEWHERE, now=now)
    connection.execute(
        insert(proofs).values(
            id=proof_id,
            conversation_id=conversation_id,
            identity=identity,
            level=str(level),
            way=str(way),
            login_type=login_type[:40],
            proven_at=now,
            undo_until=now + undo,
            end="",
        )
    )
    return told


def bound_identity(connection: Connection, conversation_id: str) -> str | None:
    """Who the chat is bound to: by its latest proof that was not undone, also when it is over."""
    query = select(proofs.c.identity).where(proofs.c.conversation_id == conversation_id, _binds())
    return connection.execute(query.order_by(proofs.c.proven_at.desc(), proofs.c.id).limit(1)).scalar()


def end(connection: Connection, proof_id: str, conversation_id: str | None, why: ProofEnd | str, now: datetime) -> bool:
    """True when it was live; with a conversation only that one's."""
    mine = proofs.c.id == proof_id
    if conversation_id is not None:
        mine = and_(mine, proofs.c.conversation_id == conversation_id)
    return _end_where(connection, mine, why=why, now=now) == 1


def undo(connection: Connection, proof_id: str, from_conversation_id: str, now: datetime) -> str | None:
    """ "This was not me", said in another chat of the same person: the conversation that loses it, or None.

    Also when the proof is over: the chat is not bound any more, and no page is opened for the person for a day.
    """
    row = connection.execute(select(proofs).where(proofs.c.id == proof_id)).one_or_none()
    if row is None or row.conversation_id == from_conversation_id:
        return None
    identity_rows.lock(connection, row.identity)
    if bound_identity(connection, from_conversation_id) != row.identity:
        return None
    still = (proofs.c.id == proof_id, _binds(), proofs.c.undo_until > now)
    if connection.execute(update(proofs).where(*still).values(end=ProofEnd.UNDONE.value)).rowcount != 1:
        return None
    theirs = (proofs.c.conversation_id == row.conversation_id, proofs.c.identity == row.identity)
    ended = {"end": ProofEnd.UNDONE.value, "ended_at": func.coalesce(proofs.c.ended_at, literal(now, Moment))}
    connection.execute(update(proofs).where(*theirs).values(**ended))
    identity_rows.block_links(connection, row.identity, now + LINKS_BLOCKED_FOR)
    return str(row.conversation_id)


def is_over(connection: Connection, proof_id: str) -> str | None:
    """How it ended; None while it is live, `erased` when nothing is known of it."""
    row = connection.execute(select(proofs.c.ended_at, proofs.c.end).where(proofs.c.id == proof_id)).one_or_none()
    if row is None:
        return ProofEnd.ERASED.value
    return None if row.ended_at is None else str(row.end)


def _other_chats(connection: Connection, identity: str, conversation_id: str, now: datetime) -> list[tuple[str, str]]:
    bound = (proofs.c.identity == identity, _binds(), proofs.c.proven_at > now - TOLD_FOR)
    query = select(proofs).where(*bound, proofs.c.conversation_id != conversation_id).order_by(proofs.c.proven_at)
    rows = connection.execute(query).all()
    live = {row.conversation_id: row.id for row in rows if row.ended_at is None}
    chats = dict.fromkeys(row.conversation_id for row in rows)
    bound_still = [chat for chat in chats if bound_identity(connection, chat) == identity]
    return [(chat, live.get(chat, "")) for chat in bound_still]


def _end_where(connection: Connection, where: ColumnElement[bool], *, why: ProofEnd | str, now: datetime) -> int:
    return connection.execute(update(proofs).where(where, _LIVE).values(ended_at=now, end=str(why))).rowcount


def _binds() -> ColumnElement[bool]:
    return proofs.c.end.not_in(NO_BINDING)
