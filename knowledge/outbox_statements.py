"""The statements about what is owed. Built once: putting them together took as long as running them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Update, and_, bindparam, exists, func, select, update

from knowledge.tables import conversations, outbox

FENCED = ("reply",)  # cancelled when the conversation has another owner by then
SPEAKING = ("reply", "notice", "person", "amend")  # shown in the chat: the platforms count these
ASKED = "asked to wait: "  # begins the problem of a row whose time the platform set

CHANGED = update(outbox).where(outbox.c.id.in_(bindparam("rows", expanding=True)))
TAKEN = CHANGED.values(status="sending", lease=outbox.c.lease + 1, leased_until=bindparam("until"), sent_at=None)
_OF_CHATS = outbox.c.conversation_id.in_(bindparam("chats", expanding=True))
_OF_CHAT = (outbox.c.conversation_id == bindparam("conversation"), outbox.c.wire == bindparam("on"))
LAST_SPOKE = (
    select(outbox.c.sent_at)
    .where(outbox.c.status == "sent", *_OF_CHAT, outbox.c.kind.in_(SPEAKING))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
# A row that was told to wait (429) and was cancelled leaves its time behind: it was asked of the chat, not of the row.
LEFT_BEHIND = and_(outbox.c.status == "cancelled", outbox.c.problem.startswith(ASKED))
HELD_UNTIL = select(func.max(outbox.c.next_try_at)).where(LEFT_BEHIND, *_OF_CHAT)


def _overtaken() -> tuple[ColumnElement[bool], ...]:
    """Bot replies of a conversation that changed hands since."""
    newer = exists().where(
        and_(conversations.c.id == outbox.c.conversation_id, conversations.c.owner_number != outbox.c.owner_number)
    )
    return outbox.c.status == "waiting", outbox.c.kind.in_(FENCED), newer


ANY_OVERTAKEN = select(outbox.c.id).where(*_overtaken()).limit(1)
_CANCELLED: dict[str, Any] = {"status": "cancelled", "sent_at": bindparam("now"), "body_sealed": None}
OVERTAKEN_CANCELLED = update(outbox).where(*_overtaken()).values(_CANCELLED)
OVERTAKEN_CANCELLED_OF = OVERTAKEN_CANCELLED.where(_OF_CHATS)


@cache
def unreachable_cancelled(wires: tuple[str, ...]) -> Update:
    away = exists().where(
        and_(conversations.c.id == outbox.c.conversation_id, conversations.c.unreachable_since.is_not(None))
    )
    kinds = outbox.c.kind.in_((*SPEAKING, "hide"))
    owed = update(outbox).where(outbox.c.status == "waiting", _OF_CHATS, outbox.c.wire.in_(wires), kinds, away)
    return owed.values({**_CANCELLED, "problem": func.coalesce(outbox.c.problem, "unreachable")})


@cache
def any_due(wires: tuple[str, ...]) -> Select[int]:
    return _first_rows(select(outbox.c.id), wires).where(outbox.c.next_try_at <= bindparam("now")).limit(1)


@cache
def first_due(wires: tuple[str, ...]) -> Select[Any]:
    due = _first_rows(select(outbox), wires).where(outbox.c.next_try_at <= bindparam("now")).order_by(outbox.c.id)
    return due.limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True, of=outbox)


@cache
def earliest_due(wires: tuple[str, ...]) -> Select[datetime]:
    return _first_rows(select(func.min(outbox.c.next_try_at)), wires)


def _first_rows(query: Select[Any], wires: tuple[str, ...]) -> Select[Any]:
    """Those waiting on the wires that are the first of their conversation there, none of it being sent.

    Grouped in the order of the index `ix_outbox_due`: with 20,000 rows waiting that is a few milliseconds.
    """
    waiting, under_way = outbox.alias("waiting"), outbox.alias("under_way")
    first = (
        select(func.min(waiting.c.id).label("id"))
        .where(waiting.c.status == "waiting", waiting.c.wire.in_(wires))
        .group_by(waiting.c.conversation_id, waiting.c.wire)
        .subquery("first")
    )
    busy = exists().where(
        under_way.c.status == "sending",
        under_way.c.conversation_id == outbox.c.conversation_id,
        under_way.c.wire == outbox.c.wire,
    )
    return query.join(first, first.c.id == outbox.c.id).where(outbox.c.status == "waiting", ~busy)


# No pause of ours is longer: the row was written by a clock that has been set back. What a platform asked for stays.
_FAR = (
    outbox.c.status == "waiting",
    outbox.c.next_try_at > bindparam("far"),
    ~func.coalesce(outbox.c.problem, "").startswith(ASKED),
)
ANY_FAR = select(outbox.c.id).where(*_FAR).limit(1)
BROUGHT_NEAR = update(outbox).where(*_FAR).values(next_try_at=bindparam("now"))
