"""How a link goes from asked to proven, or to its end: one transaction that looks at everything once more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest

from bots.answers_in import link_ended
from bots.parts import Parts
from bots.signals import INBOX
from dialogs.linking import LinkEnd, Rows
from dialogs.masking import mask_name
from dialogs.proofs import reaches
from dialogs.services import Level
from knowledge import audit_rows, claim_rows, conversation_rows, identity_rows, link_record, link_rows, proof_rows
from knowledge.database import Connection
from knowledge.link_rows import Link

_ACTOR = "system"


@dataclass(frozen=True)
class Vouched:
    """What the other side said: who it was, how well that is known, and what was read with the same consent."""

    register_number: str = field(repr=False)
    name: str = field(repr=False)
    level: Level
    login_type: str = ""
    rows: Rows = field(default=(), repr=False)


def settle(parts: Parts, link: Link, vouched: Vouched) -> LinkEnd | None:
    """A link in `asking` is proven, or ends; the chat is told. None when it was over before we came."""
    now = parts.clock()
    with parts.database.write() as connection:
        against = _objection(connection, parts, link, vouched, now)
        done = _finish(connection, parts, link, against, now) if against else _prove(connection, parts, link, vouched)
    if done:
        parts.signals.send(INBOX)
    return against or LinkEnd.PROVEN if done else None


def finish(parts: Parts, link: Link, how: LinkEnd, why: str = "") -> bool:
    """The link ends so and its chat is told; False when it was over before. `why`: a short code for the audit."""
    with parts.database.write() as connection:
        done = _finish(connection, parts, link, how, parts.clock(), why)
    if done:
        parts.signals.send(INBOX)
    return done


def _prove(connection: Connection, parts: Parts, link: Link, vouched: Vouched) -> bool:
    now, number = parts.clock(), f"{secrets.randbelow(10**6):06}"
    result = {
        "register_number": vouched.register_number,
        "name": mask_name(vouched.name),
        "rows": [list(row) for row in vouched.rows],
        "operation": link.operation,
        "number": number,  # so that the page of the browser that began can be loaded again
        "back": link.secrets.get("back", ""),
        "lang": link.secrets.get("lang", ""),
    }
    proven = link_rows.prove(
        connection,
        parts.vault,
        link.id,
        identity=parts.vault.identity(vouched.register_number),
        given_level=vouched.level.value,
        login_type=vouched.login_type,
        number=number,
        result=result,
        now=now,
    )
    if not proven:
        return False
    identity_rows.seen(connection, parts.vault, vouched.register_number, now)
    detail = f"{link.way} {vouched.level} login type {vouched.login_type or '-'} chat {link.chat_proof or '-'}"
    audit_rows.record(connection, _ACTOR, "link.proven", link.id, now, detail)
    link_ended(connection, parts.vault, link.id, link.conversation_id, LinkEnd.PROVEN, now)
    return True


def _finish(connection: Connection, parts: Parts, link: Link, how: LinkEnd, now: datetime, why: str = "") -> bool:
    if not link_rows.end(connection, link.id, how, now):
        return False
    audit_rows.record(connection, _ACTOR, f"link.{how}", link.id, now, f"{link.way} {why}".strip())
    link_ended(connection, parts.vault, link.id, link.conversation_id, how, now)
    return True


def _objection(connection: Connection, parts: Parts, link: Link, vouched: Vouched, now: datetime) -> LinkEnd | None:
    """Why it must not be proven (rows L10, L12, L15). The chat is locked first, then the person, as everywhere."""
    chat = conversation_rows.lock_by_id(connection, parts.vault, link.conversation_id)
    if chat is None or not _is_same_chat(parts, link, chat.address):
        return LinkEnd.GONE
    identity = parts.vault.identity(vouched.register_number)
    identity_rows.lock(connection, identity)
    if now >= link.expires_at:
        return LinkEnd.EXPIRED
    if not reaches(vouched.level, Level(link.level)):
        return LinkEnd.REFUSED
    bound = proof_rows.bound_identity(connection, link.conversation_id)
    claimed = claim_rows.claimed_identities(connection, link.conversation_id, now - parts.settings.code_lifetime)
    if (bound and bound != identity) or claimed - {identity}:
        return LinkEnd.WRONG_PERSON
    refused = identity_rows.links_blocked_until(connection, identity, now) or _too_many(
        connection, parts, identity, bound == identity, now
    )
    return LinkEnd.REFUSED if refused else None


def _is_same_chat(parts: Parts, link: Link, address: str) -> bool:
    return compare_digest(link_record.address_digest(parts.vault, link.channel, address), link.address_digest)


def _too_many(connection: Connection, parts: Parts, identity: str, counted: bool, now: datetime) -> bool:
    """`counted`: this link is among them already, as its chat is bound to the person."""
    open_now, today = link_rows.identity_counts(connection, identity, now)
    settings, mine = parts.settings, int(counted)
    return open_now - mine >= settings.links_open or today - mine >= settings.links_a_day
