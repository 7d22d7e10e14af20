"""The ledger of SMS with own codes: reserved before they are sent, with price, and what became of them.

A row that was reserved counts whatever happens afterwards, except a clear no: so the caps hold when the process dies in
the middle, and no second message goes out for one challenge. Phone numbers are kept as keyed digests and prefixes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from dialogs.proofs import Way
from dialogs.verification.sms_caps import DAY, HOUR, TEN_MINUTES, DaySoFar, NumberSoFar, PhoneNumber, SmsRules
from knowledge.database import hold_alone, insert_new
from knowledge.proof_tables import sms, sms_blocks
from knowledge.tables import challenges
from knowledge.vault import Vault

ENDS = frozenset({"accepted", "refused", "unknown"})
_MAY_HAVE_GONE = sms.c.status != "refused"
_RECEIPTS_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class SmsAsked:
    """A message about to be sent. `price` in thousandths of the gateway's currency, for all parts."""

    conversation_id: str
    challenge_id: str
    number: PhoneNumber
    parts: int
    price: int
    gateway: str


def phone_digest(vault: Vault, number: PhoneNumber) -> str:
    return vault.digest("sms", number.full)


def hold(connection: Connection) -> None:
    """Whoever reserves does so alone until the end of the transaction: two at once would both see the last place."""
    hold_alone(connection, "sms")


def day_so_far(connection: Connection, conversation_id: str, challenge_id: str, now: datetime) -> DaySoFar:
    """`challenge_id`: the one that wants a message now. The chat's own count is of what it asked, sent or not: a count
    of what was sent would tell it which numbers exist.
    """
    query = select(func.count(), func.coalesce(func.sum(sms.c.price), 0))
    sent, spent = connection.execute(query.where(sms.c.at > now - DAY, _MAY_HAVE_GONE)).one()
    asked = (
        select(func.count())
        .select_from(challenges)
        .where(
            challenges.c.conversation_id == conversation_id,
            challenges.c.way == Way.OWN_SMS.value,
            challenges.c.opened_at > now - DAY,
            challenges.c.id != challenge_id,
        )
    )
    return DaySoFar(sent, int(spent), connection.execute(asked).scalar_one())


def number_so_far(
    connection: Connection, vault: Vault, number: PhoneNumber, rules: SmsRules, now: datetime
) -> NumberSoFar:
    digest, prefix = phone_digest(vault, number), number.prefix
    block = connection.execute(select(sms_blocks.c.until).where(sms_blocks.c.prefix == prefix)).scalar()
    watched, converted = _conversion(connection, prefix, rules, block, now)
    return NumberSoFar(
        in_ten_minutes=_count(connection, sms.c.phone_digest == digest, now - TEN_MINUTES),
        today=_count(connection, sms.c.phone_digest == digest, now - DAY),
        prefix_this_hour=_count(connection, sms.c.prefix == prefix, now - HOUR),
        country_this_hour=_count(connection, sms.c.country == number.country, now - HOUR),
        prefix_off_until=block,
        prefix_watched=watched,
        prefix_converted=converted,
    )


def is_reserved(connection: Connection, challenge_id: str) -> bool:
    """One challenge has one message, whatever became of it."""
    return connection.execute(select(sms.c.id).where(sms.c.challenge_id == challenge_id)).first() is not None


def reserve(connection: Connection, vault: Vault, asked: SmsAsked, now: datetime) -> str:
    """The row's id; after `hold` and the caps, in the same transaction."""
    sms_id = str(uuid4())
    connection.execute(
        insert(sms).values(
            id=sms_id,
            at=now,
            conversation_id=asked.conversation_id,
            challenge_id=asked.challenge_id,
            phone_digest=phone_digest(vault, asked.number),
            country=asked.number.country,
            prefix=asked.number.prefix,
            parts=asked.parts,
            price=asked.price,
            gateway=asked.gateway,
            status="asked",
        )
    )
    return sms_id


def end(connection: Connection, sms_id: str, status: str, ref: str) -> bool:
    """How the send ended, once. `status`: one of `ENDS`; `ref`: the gateway's name for it."""
    if status not in ENDS:
        raise ValueError("no end of a send")
    mine = update(sms).where(sms.c.id == sms_id, sms.c.status == "asked")
    return connection.execute(mine.values(status=status, gateway_ref=ref)).rowcount == 1


def take_receipt(connection: Connection, gateway: str, ref: str, delivered: bool, now: datetime) -> bool:
    """Only a message this gateway accepted, once, within a week; a receipt changes nothing else anywhere."""
    mine = (sms.c.gateway == gateway, sms.c.gateway_ref == ref, sms.c.gateway_ref != "")
    open_ = (sms.c.status.in_(("accepted", "unknown")), sms.c.at > now - _RECEIPTS_WITHIN)
    status = "delivered" if delivered else "undelivered"
    changed = connection.execute(update(sms).where(*mine, *open_).values(status=status, receipt_at=now))
    return changed.rowcount > 0


def converted(connection: Connection, challenge_id: str, now: datetime) -> None:
    """Its code was typed right."""
    mine = update(sms).where(sms.c.challenge_id == challenge_id, sms.c.converted_at.is_(None))
    connection.execute(mine.values(converted_at=now))


def turn_off(connection: Connection, prefix: str, until: datetime, why: str) -> None:
    """Nothing to this prefix till then."""
    mine = update(sms_blocks).where(sms_blocks.c.prefix == prefix)
    if not connection.execute(mine.values(until=until, why=why)).rowcount:
        connection.execute(insert_new(connection, sms_blocks).values(prefix=prefix, until=until, why=why))


def _count(connection: Connection, whose: ColumnElement[bool], since: datetime) -> int:
    query = select(func.count()).select_from(sms).where(whose, sms.c.at > since, _MAY_HAVE_GONE)
    return connection.execute(query).scalar_one()


def _conversion(
    connection: Connection, prefix: str, rules: SmsRules, block: datetime | None, now: datetime
) -> tuple[int, int]:
    """(sends, typed) of the last watched ones since the prefix was last on; who may still be typing is not counted."""
    settled = or_(sms.c.at <= now - rules.time_to_type, sms.c.converted_at.is_not(None))
    since = () if block is None else (sms.c.at > block,)
    query = select(sms.c.converted_at).where(sms.c.prefix == prefix, _MAY_HAVE_GONE, settled, *since)
    rows = connection.execute(query.order_by(sms.c.at.desc()).limit(rules.sends_watched)).scalars().all()
    return len(rows), sum(row is not None for row in rows)
