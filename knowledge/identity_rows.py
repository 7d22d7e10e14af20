"""Persons by a keyed digest of their register number: locks, mutes, changed phones, and what everybody tries at once.

Who changes several rows of one person locks the identity first: two who lock in other orders would wait for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from dialogs.verification.codes import Refusal, Refused
from knowledge import mark_rows
from knowledge.database import insert_new
from knowledge.identity_index import rotate_index
from knowledge.proof_tables import phones
from knowledge.tables import challenges, code_tries, identities
from knowledge.vault import Vault

__all__ = [
    "Identity", "block_links", "breaker_until", "check_everything", "everybodys_tries", "links_blocked_until", "lock",
    "mute", "muted_until", "phone_changed_at", "rotate_index", "seen", "touch",
]  # fmt: skip
BREAKER = "codes off"  # the name of the mark that is set when everybody's wrong codes are too many
BREAKER_WINDOW = timedelta(minutes=10)
BREAKER_HOLDS = timedelta(hours=1)  # 24 x 200 guesses a day at one in a million: 0.005 takeovers
PHONE_RESTS = timedelta(days=7)  # row O10: how long a new number gets no code


@dataclass(frozen=True)
class Identity:
    """`failures` in a row since the last right code; no codes till `muted_until`, no pages till `links_until`."""

    failures: int
    locked_until: datetime | None
    muted_until: datetime | None
    links_until: datetime | None


def lock(connection: Connection, identity: str) -> Identity:
    """Made when it is new; nobody else changes it until the transaction ends."""
    columns = (identities.c.failures, identities.c.locked_until, identities.c.muted_until, identities.c.links_until)
    query = select(*columns).where(identities.c.identity == identity).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        connection.execute(insert_new(connection, identities).values(identity=identity, failures=0))
        row = connection.execute(query).one()
    return Identity(*row)


def seen(connection: Connection, vault: Vault, register_number: str, now: datetime) -> str:
    """The identity. Its number is kept sealed, to make the digest anew under another key."""
    identity = vault.identity(register_number)
    lock(connection, identity)
    touch(connection, identity, now)
    unsealed = update(identities).where(_is(identity), identities.c.number_sealed.is_(None))
    connection.execute(unsealed.values(number_sealed=vault.seal(register_number)))
    return identity


def touch(connection: Connection, identity: str, now: datetime) -> None:
    """Asked about just now: the row is kept on."""
    connection.execute(update(identities).where(_is(identity)).values(seen_at=now))


def mute(connection: Connection, identity: str, until: datetime) -> None:
    """No codes till then: the person said they did not ask for them."""
    lock(connection, identity)
    connection.execute(update(identities).where(_is(identity)).values(muted_until=until))


def block_links(connection: Connection, identity: str, until: datetime) -> None:
    """No pages till then: the person undid a proof."""
    lock(connection, identity)
    connection.execute(update(identities).where(_is(identity)).values(links_until=until))


def muted_until(connection: Connection, identity: str, now: datetime) -> datetime | None:
    """None when codes may be sent."""
    return _future(connection.execute(select(identities.c.muted_until).where(_is(identity))).scalar(), now)


def links_blocked_until(connection: Connection, identity: str, now: datetime) -> datetime | None:
    """None when pages may be opened."""
    return _future(connection.execute(select(identities.c.links_until).where(_is(identity))).scalar(), now)


def everybodys_tries(connection: Connection, since: datetime) -> tuple[int, int]:
    """(wrong, right) codes of all persons since then; one whose answer is still out counts as wrong."""
    tried = select(func.count()).select_from(code_tries).where(code_tries.c.at > since)
    right = select(func.count()).select_from(challenges).where(challenges.c.used_at > since)
    rights = connection.execute(right).scalar_one()
    return max(connection.execute(tried).scalar_one() - rights, 0), rights


def breaker_until(connection: Connection, most_wrong: int, now: datetime) -> datetime | None:
    """Until when codes are off for everybody (row O3); None when they are not. Trips with `most_wrong` in ten minutes.

    More right ones than wrong ones are many people, not somebody who guesses.
    """
    tripped = mark_rows.mark(connection, BREAKER)
    if tripped is not None and tripped <= now < tripped + BREAKER_HOLDS:
        return tripped + BREAKER_HOLDS
    wrong, right = everybodys_tries(connection, now - BREAKER_WINDOW)
    if wrong < most_wrong or wrong <= right:
        return None
    mark_rows.set_mark(connection, BREAKER, now)
    return now + BREAKER_HOLDS


def check_everything(
    connection: Connection, bound: str | None, identity: str, most_wrong: int, now: datetime
) -> Refused | None:
    """What `CodeRules` do not know: another person's chat, a mute, the breaker. `bound`: who the chat is bound to."""
    if bound is not None and bound != identity:
        return Refused(Refusal.ANOTHER_PERSON)
    if until := muted_until(connection, identity, now):
        return Refused(Refusal.MUTED, until)
    return Refused(Refusal.BREAKER) if breaker_until(connection, most_wrong, now) else None


def phone_changed_at(connection: Connection, vault: Vault, identity: str, phone: str, now: datetime) -> datetime | None:
    """When the person's number became this one, as far as we saw; None when it is the only one ever seen.

    Only a keyed digest is remembered. A number that comes back after another one counts as new: it was moved.
    """
    lock(connection, identity)
    digest = vault.digest("phone", phone)
    seen_before = select(phones).where(phones.c.identity == identity).order_by(phones.c.last_seen_at.desc())
    rows = connection.execute(seen_before).all()
    mine = (phones.c.identity == identity, phones.c.phone_digest == digest)
    if not any(row.phone_digest == digest for row in rows):
        new = {"identity": identity, "phone_digest": digest, "first_seen_at": now, "last_seen_at": now}
        connection.execute(insert(phones).values(new))
        return now if rows else None
    first = rows[0].first_seen_at if rows[0].phone_digest == digest else now
    connection.execute(update(phones).where(*mine).values(first_seen_at=first, last_seen_at=now))
    return first if len(rows) > 1 else None


def _is(identity: str) -> ColumnElement[bool]:
    return identities.c.identity == identity


def _future(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None
