"""One-time codes as they are counted: challenges and tries, by a keyed digest of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import uuid4

from sqlalchemy import Connection, and_, distinct, func, insert, select, update

from dialogs.verification.codes import CodeHistory
from knowledge import identity_rows
from knowledge.tables import challenges, code_tries, identities
from knowledge.vault import Vault

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Challenge:
    id: str
    conversation_id: str
    identity: str
    purpose: str
    opened_at: datetime
    is_open: bool
    way: str = "sms"


def history(connection: Connection, identity: str, conversation_id: str, now: datetime) -> CodeHistory:
    """What the rules need to know; the identity is locked until the transaction ends."""
    person = identity_rows.lock(connection, identity)
    identity_rows.touch(connection, identity, now)
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
        failures=person.failures,
        locked_until=person.locked_until,
        others_in_chat=connection.execute(others).scalar_one(),
    )


def open_challenge(
    connection: Connection,
    conversation_id: str,
    channel: str,
    identity: str,
    purpose: str,
    now: datetime,
    way: str = "sms",
    code_digest: str = "",
) -> str:
    """A new challenge; the conversation's and the identity's earlier ones end."""
    for mine in (challenges.c.identity == identity, challenges.c.conversation_id == conversation_id):
        replaced = update(challenges).where(challenges.c.status == "open", mine)
        connection.execute(replaced.values(status="replaced", code_digest=""))
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
            way=str(way),
            code_digest=code_digest,
        )
    )
    return challenge_id


def find(connection: Connection, challenge_id: str, conversation_id: str) -> Challenge | None:
    """Only the conversation that asked has it: a code is bound to its chat."""
    bound = and_(challenges.c.id == challenge_id, challenges.c.conversation_id == conversation_id)
    row = connection.execute(select(challenges).where(bound)).one_or_none()
    if row is None:
        return None
    asked = (row.id, row.conversation_id, row.identity, row.purpose, row.opened_at)
    return Challenge(*asked, is_open=row.status == "open", way=row.way)


def keep_code(connection: Connection, vault: Vault, challenge_id: str, code: str) -> bool:
    """An own code's keyed digest, which is all that is kept of it; false when the challenge is over or has one."""
    row = connection.execute(select(challenges).where(challenges.c.id == challenge_id)).one_or_none()
    if row is None:
        return False
    digest = _code_digest(vault, row.id, row.conversation_id, row.purpose, code)
    still = (challenges.c.id == challenge_id, challenges.c.status == "open", challenges.c.code_digest == "")
    return connection.execute(update(challenges).where(*still).values(code_digest=digest)).rowcount == 1


def check_code(
    connection: Connection, vault: Vault, challenge_id: str, conversation_id: str, code: str, now: datetime
) -> bool:
    """An own code whose try was taken and committed before: true for the first right one, and it is used up (O7).

    The digest holds the challenge, its chat and its purpose: the code of another one never fits (O8).
    """
    mine = (challenges.c.id == challenge_id, challenges.c.conversation_id == conversation_id)
    row = connection.execute(select(challenges).where(*mine)).one_or_none()
    if row is None or row.status != "open" or not row.code_digest:
        return False
    typed = _code_digest(vault, challenge_id, conversation_id, row.purpose, code)
    return compare_digest(row.code_digest, typed) and settle(connection, challenge_id, now)


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
    if connection.execute(query.values(status="used", used_at=now, code_digest="")).rowcount != 1:
        return False
    connection.execute(
        update(identities).where(identities.c.identity == asked_for).values(failures=0, locked_until=None)
    )
    return True


def _code_digest(vault: Vault, challenge_id: str, conversation_id: str, purpose: str, code: str) -> str:
    return vault.digest("own code", "\0".join((challenge_id, conversation_id, purpose, code)))
