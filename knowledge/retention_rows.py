"""What is kept for how long, as data (the documents are made of it too), and the job that erases what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, or_, select

from dialogs.verification.codes import CodeRules
from knowledge.erasing import erase, lock_people
from knowledge.link_ends import LIVE
from knowledge.proof_tables import links, phones, proofs, sms, sms_blocks
from knowledge.releasing import drop_empty, release, release_due
from knowledge.tables import challenges, code_tries, conversations, identities, inbox, outbox
from knowledge.vault import Vault

BATCH = 100
_DISABLED_AFTER = CodeRules().failures_before_disabled
_EVENTS_OVER = ("done", "expired", "dropped", "aside")
_SENDS_OVER = ("sent", "cancelled", "unknown", "failed", "shut")


@dataclass(frozen=True)
class Kept:
    """`setting`: who decides how long (the name of a setting, in days), or empty when `period` is fixed."""

    purpose: str
    tables: tuple[str, ...]
    setting: str
    period: str
    what: str


KEPT = (
    Kept("talk", ("conversations", "transcript", "feed", "cases"), "talk_kept_days", "365 days without a word",
         "what was said, the state of the chat, its cases"),
    Kept("files", ("files",), "", "30 days", "files citizens sent; the record of them goes with the chat"),
    Kept("proofs", ("proofs", "links", "phones"), "proofs_kept_days", "365 days",
         "when and how somebody was proven, pages opened for it, digests of registered phones"),
    Kept("codes", ("challenges", "code_tries", "sms", "identities"), "codes_kept_days", "30 days",
         "codes asked for, tries, SMS and their price; a locked or disabled identity stays until it is neither, "
         "one with wrong codes as long as proofs"),
    Kept("events", ("inbox", "outbox"), "events_kept_days", "30 days", "that something came or was sent, no content"),
    Kept("examples", ("examples",), "examples_kept_days", "90 days", "masked words an editor has not decided about"),
    Kept("erased", ("marks",), "", "24 hours", "the address and bare counts of an erased chat, so that limits hold"),
    Kept("audit", ("audit", "audit_heads"), "", "for good", "who did what to which id; no personal data"),
)  # fmt: skip
"""Every purpose with its tables and period."""


@dataclass(frozen=True)
class Periods:
    """How long each purpose is kept; see `KEPT`."""

    talk: timedelta = timedelta(days=365)
    proofs: timedelta = timedelta(days=365)
    codes: timedelta = timedelta(days=30)
    events: timedelta = timedelta(days=30)


def erase_due(
    connection: Connection, vault: Vault, periods: Periods, now: datetime, batch: int = BATCH
) -> dict[str, int]:
    """One batch of each purpose; how many rows or chats were over. Not less than `batch` of one: there may be more."""
    return {
        "talk": _erase_quiet(connection, vault, now - periods.talk, now, batch),
        "erased": release_due(connection, now, batch),
        "proofs": _drop_proofs(connection, now - periods.proofs, batch),
        "codes": _drop_codes(connection, now - periods.codes, now, batch),
        "identities": _drop_identities(connection, periods, now, batch),
        "events": _drop_events(connection, now - periods.events, batch),
        "empty": drop_empty(connection),
    }


def _erase_quiet(connection: Connection, vault: Vault, before: datetime, now: datetime, batch: int) -> int:
    """Whole chats in which nothing happened; all are locked first, as a turn holds its chat before anything else."""
    quiet = (conversations.c.updated_at < before, ~conversations.c.address.startswith("gone "))
    query = select(conversations.c.id).where(*quiet).order_by(conversations.c.id).limit(batch)
    ids = connection.execute(query.with_for_update(skip_locked=True)).scalars().all()
    if ids:
        lock_people(connection, ids)
    for conversation_id in ids:
        erase(connection, vault, conversation_id, now)
        release(connection, conversation_id)
    return len(ids)


def _drop_proofs(connection: Connection, before: datetime, batch: int) -> int:
    old_links = and_(links.c.opened_at < before, links.c.status.not_in(LIVE))
    dropped = _drop(connection, proofs, proofs.c.id, proofs.c.proven_at < before, batch)
    dropped += _drop(connection, links, links.c.id, old_links, batch)
    return dropped + connection.execute(delete(phones).where(phones.c.last_seen_at < before)).rowcount


def _drop_codes(connection: Connection, before: datetime, now: datetime, batch: int) -> int:
    """Tries before the challenges they belong to."""
    tried = exists().where(code_tries.c.challenge_id == challenges.c.id)
    dropped = _drop(connection, code_tries, code_tries.c.id, code_tries.c.at < before, batch)
    dropped += _drop(connection, challenges, challenges.c.id, and_(challenges.c.opened_at < before, ~tried), batch)
    dropped += _drop(connection, sms, sms.c.id, sms.c.at < before, batch)
    connection.execute(delete(sms_blocks).where(sms_blocks.c.until < now))
    return dropped


def _drop_identities(connection: Connection, periods: Periods, now: datetime, batch: int) -> int:
    """Whom nobody asked about for long and of whom nothing else is kept; a lock or a mute is kept to its end."""
    row = identities.c
    free = [or_(until.is_(None), until <= now) for until in (row.locked_until, row.muted_until, row.links_until)]
    unseen = or_(row.seen_at.is_(None), row.seen_at < now - periods.codes)
    harmless = or_(row.failures == 0, and_(row.failures < _DISABLED_AFTER, row.seen_at < now - periods.proofs))
    held = [exists().where(table.c.identity == row.identity) for table in (challenges, code_tries, proofs, links)]
    held.append(exists().where(phones.c.identity == row.identity))
    return _drop(connection, identities, row.identity, and_(*free, unseen, harmless, ~or_(*held)), batch)


def _drop_events(connection: Connection, before: datetime, batch: int) -> int:
    came = func.coalesce(inbox.c.done_at, inbox.c.received_at) < before
    went = func.coalesce(outbox.c.sent_at, outbox.c.created_at) < before
    dropped = _drop(connection, inbox, inbox.c.id, and_(inbox.c.status.in_(_EVENTS_OVER), came), batch)
    return dropped + _drop(connection, outbox, outbox.c.id, and_(outbox.c.status.in_(_SENDS_OVER), went), batch)


def _drop(connection: Connection, table: Table, key: Any, over: ColumnElement[bool], batch: int) -> int:
    """Rows somebody else holds just now are left for the next time."""
    chosen = select(key).where(over).limit(batch).with_for_update(skip_locked=True)
    return connection.execute(delete(table).where(key.in_(connection.execute(chosen).scalars().all()))).rowcount
