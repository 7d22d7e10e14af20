"""One-time codes as they are counted: challenges, tries and locks, by a keyed digest of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, and_, distinct, func, insert, select, update

from dialogs.verification.codes import CodeHistory
from knowledge.database import insert_new
from knowledge.tables import challenges, code_tries, identities

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Challenge:
    id: str
    conversation_id: str
    identity: str
    purpose: str
    opened_at: datetime
    is_open: bool


def history(connection: Connection, identity: str, conversation_id: str, now: datetime) -> CodeHistory:
    """What the rules need to know; the identity is locked until the transaction ends."""
    row = _lock_identity(connection, identity)
    sent = select(challenges.c.opened_at).where(challenges.c.identity == identity, challenges.c.opened_at > now - _DAY)
    tried = select(code_tries.c.at).where(code_tries.c.identity == identity, code_tries.c.at > now - _DAY)
    others = select(func.count(distinct(challenges.c.identity))).where(
        challenges.c.conversation_id == conversation_id,
        challenges.c.identity != identity,
        challenges.c.opened_at > now - _DAY,
    )
    return CodeHistory(
        sent=tuple(connection.execute(sent.order_by(challenges.c.opened_at)).scalars()),
        tried=tuple(connection.execute(tried.order_by(code_tries.c.at)).scalars()),
        failures=row[0],
        locked_until=row[1],
        others_in_chat=connection.execute(others).scalar_one(),
    )


def open_challenge(
    connection: Connection, conversation_id: str, channel: str, identity: str, purpose: str, now: datetime
) -> str:
    """A new challenge; the conversation's and the identity's earlier ones end."""
    for mine in (challenges.c.identity == identity, challenges.c.conversation_id == conversation_id):
        connection.execute(update(challenges).where(challenges.c.status == "open", mine).values(status="replaced"))
    challenge_id = str(uuid4())
    connection.execute(
        insert(challenges).values(
            id=challenge_id,
            conversation_id=conversation_id,
            channel=channel,
            identity=identity,
            purpose=purpose,
            opened_at=now,
            status="open",
        )
    )
    return challenge_id


def find(connection: Connection, challenge_id: str, conversation_id: str) -> Challenge | None:
    """Only the conversation that asked has it: a code is bound to its chat."""
    bound = and_(challenges.c.id == challenge_id, challenges.c.conversation_id == conversation_id)
    row = connection.execute(select(challenges).where(bound)).one_or_none()
    if row is None:
        return None
    return Challenge(row.id, row.conversation_id, row.identity, row.purpose, row.opened_at, row.status == "open")


def take_try(connection: Connection, challenge: Challenge, locked_until: datetime | None, now: datetime) -> None:
    """Counted as a failure before anything is compared; a success takes it back."""
    connection.execute(insert(code_tries).values(identity=challenge.identity, challenge_id=challenge.id, at=now))
    values = {"failures": identities.c.failures + 1}
    query = update(identities).where(identities.c.identity == challenge.identity)
    connection.execute(query.values(**values, **({"locked_until": locked_until} if locked_until else {})))


def settle(connection: Connection, challenge_id: str, now: datetime) -> bool:
    """The code was right: true for the first one who says so, and the person's failures are forgotten.

    The identity is locked before the challenge, as everywhere: two who lock the other way round would wait for ever.
    """
    asked_for = select(challenges.c.identity).where(challenges.c.id == challenge_id).scalar_subquery()
    connection.execute(select(identities.c.identity).where(identities.c.identity == asked_for).with_for_update())
    query = update(challenges).where(challenges.c.id == challenge_id, challenges.c.status == "open")
    if connection.execute(query.values(status="used", used_at=now)).rowcount != 1:
        return False
    connection.execute(
        update(identities).where(identities.c.identity == asked_for).values(failures=0, locked_until=None)
    )
    return True


def _lock_identity(connection: Connection, identity: str) -> tuple[int, datetime | None]:
    query = select(identities.c.failures, identities.c.locked_until).where(identities.c.identity == identity)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        connection.execute(insert_new(connection, identities).values(identity=identity, failures=0))
        row = connection.execute(query.with_for_update()).one()
    return row.failures, row.locked_until
