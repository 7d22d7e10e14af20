"""Everything of one chat is erased at once. A day later its address goes too.

What outlives it for that day, so that erasing resets no limit, says nothing: bare rows of pages under keyed digests.
Kept longer: the audit (ids only), bare challenges and tries (no purpose) until their period is over, and the sealed
number of a person whom other chats were proven as. What is left in freed pages: `knowledge.scrubbing`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, exists, func, or_, select, union, update

from dialogs.conversation import Conversation, Owner
from dialogs.linking import LinkEnd
from dialogs.services import Language
from knowledge import link_ends, mark_rows
from knowledge.codec import CONVERSATION, dumps
from knowledge.proof_rows import NO_BINDING
from knowledge.proof_tables import links, proofs
from knowledge.tables import cases, challenges, conversations, feed, files, identities, inbox, outbox, transcript
from knowledge.vault import Vault

REGISTRY = "registry"  # the inbox channel whose addresses are conversation ids
MARK = "erased "  # the mark of an erased chat that still has its address: with the conversation's id
_OF_CITIZEN = {"purpose": "", "operation": "", "provider": "", "login_type": "", "browser_digest": ""}
_DROPPED = {"status": "dropped", "body_sealed": None}


def erase(connection: Connection, vault: Vault, conversation_id: str, now: datetime) -> None:
    """All that was said, sent, proven and kept is gone; the conversation begins anew under the same id.

    Its address stays for a day (`knowledge.releasing`), so that a last word can be said and limits hold. Who saves
    the conversation after this must not bring back the name.
    """
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        return
    _erase_events(connection, row, now)
    _erase_talk(connection, row, now)
    _forget_numbers(connection, conversation_id)
    _erase_proofs(connection, conversation_id, now)
    owner = Owner(number=row.owner_number + 1)  # what was on its way is overtaken
    state = Conversation(conversation_id, row.channel, Language(row.language), owner=owner)
    blank: dict[str, Any] = {
        "name_sealed": None,
        "owner_agent": None,
        "secrets_until": None,
        "created_at": now,
        "updated_at": now,
    }
    blank |= {"owner_number": owner.number, "state_sealed": vault.seal(dumps(CONVERSATION, state))}
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(blank))
    mark_rows.set_mark(connection, MARK + conversation_id, now)


def _erase_events(connection: Connection, row: Row[Any], now: datetime) -> None:
    """What waits was written after the wish to be erased; what was set aside before it."""
    aside = (inbox.c.channel == row.channel, inbox.c.address == row.address, inbox.c.status == "aside")
    answers = (inbox.c.channel == REGISTRY, inbox.c.address == row.id, inbox.c.status.in_(("waiting", "aside")))
    for which in (aside, answers):
        connection.execute(update(inbox).where(*which).values(done_at=now, **_DROPPED))


def _erase_talk(connection: Connection, row: Row[Any], now: datetime) -> None:
    mine = outbox.c.conversation_id == row.id
    connection.execute(delete(outbox).where(mine, outbox.c.status != "sending"))
    under_way = {"status": "cancelled", "body_sealed": None, "platform_ref": None, "sent_at": now}
    connection.execute(update(outbox).where(mine).values(under_way))
    for table in (transcript, cases):
        connection.execute(delete(table).where(table.c.conversation_id == row.id))
    brought = and_(files.c.address == row.address, files.c.address != "")
    connection.execute(delete(files).where(or_(files.c.conversation_id == row.id, brought)))
    _empty_feed(connection, row.id)


def _empty_feed(connection: Connection, conversation_id: str) -> None:
    """One empty item stays at the last place: open pages ask for what is behind it."""
    mine = feed.c.conversation_id == conversation_id
    last = connection.execute(select(func.max(feed.c.position)).where(mine)).scalar()
    if last is not None:
        connection.execute(delete(feed).where(mine, feed.c.position != last))
        empty = {"author": "hide", "ref": "", "body_sealed": None, "expires_at": None}
        connection.execute(update(feed).where(mine).values(empty))


def lock_people(connection: Connection, conversation_ids: Collection[str]) -> Sequence[str]:
    """Everybody these chats asked about or were proven as, locked in one order before anything of theirs is touched.

    Two who erase, or one who erases and a turn in which the person is proven elsewhere, never wait for each other.
    """
    asked = union(
        *(
            select(table.c.identity).where(table.c.conversation_id.in_(conversation_ids), table.c.identity.is_not(None))
            for table in (challenges, links, proofs)
        )
    )
    query = select(identities.c.identity).where(identities.c.identity.in_(asked)).order_by(identities.c.identity)
    return connection.execute(query.with_for_update()).scalars().all()


def _forget_numbers(connection: Connection, conversation_id: str) -> None:
    """The sealed numbers of all this chat asked about, unless another chat was proven as that person."""
    asked = lock_people(connection, (conversation_id,))
    elsewhere = exists().where(
        proofs.c.identity == identities.c.identity,
        proofs.c.conversation_id != conversation_id,
        proofs.c.end.not_in(NO_BINDING),
    )
    for identity in asked:
        mine = update(identities).where(identities.c.identity == identity, ~elsewhere)
        connection.execute(mine.values(number_sealed=None))


def _erase_proofs(connection: Connection, conversation_id: str, now: datetime) -> None:
    link_ends.end_all(connection, conversation_id, LinkEnd.GONE, now)
    connection.execute(delete(proofs).where(proofs.c.conversation_id == conversation_id))
    bare = {**_OF_CITIZEN, "address_digest": "", "token_digest": "gone " + links.c.id}
    connection.execute(update(links).where(links.c.conversation_id == conversation_id).values(bare))
    mine = challenges.c.conversation_id == conversation_id
    connection.execute(update(challenges).where(mine).values(purpose="", code_digest=""))
    connection.execute(update(challenges).where(mine, challenges.c.status == "open").values(status="replaced"))
