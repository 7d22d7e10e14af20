"""Pages opened from a chat, as rows: every change of status is a compare-and-set within the caller's transaction.

open → begun (bound to one browser) → asking (the other side is asked) → proven (a number is shown) → matched (it was
typed in the chat) → bound; or one of `dialogs.linking.LinkEnd` (`knowledge.link_ends`).
"""

from __future__ import annotations

import json
import secrets as random_source
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from dialogs.linking import LinkEnd
from dialogs.proofs import LINK_WAYS
from knowledge.link_ends import CONFIRMING, NUMBER_LIVES, PROVEN, WAITING, WIPED, end, end_all, end_of, expire_due
from knowledge.link_record import (
    Link,
    address_digest,
    as_link,
    browser_digest,
    lock_row,
    number_digest,
    read_one,
    state_digest,
    token_digest,
)
from knowledge.proof_rows import NO_BINDING
from knowledge.proof_tables import links, proofs
from knowledge.vault import Vault

__all__ = [
    "Link", "NumberTried", "begin", "bind", "chat_prove", "counts", "end", "end_all", "expire_due", "find",
    "find_by_state", "find_by_token", "identity_counts", "is_browser", "keep_secrets", "open_link", "prove",
    "record_moved", "take_return", "try_number",
]  # fmt: skip
_DAY = timedelta(days=1)
_PROVING = tuple(way.value for way in LINK_WAYS)


@dataclass(frozen=True)
class NumberTried:
    """`left`: tries that remain; `end`: a `LinkEnd` when the page is over (with this try or before), else empty."""

    right: bool
    left: int
    end: str = ""


def open_link(
    connection: Connection,
    vault: Vault,
    *,
    conversation_id: str,
    channel: str,
    address: str,
    way: str,
    purpose: str,
    operation: str,
    level: str,
    provider: str,
    now: datetime,
    lives: timedelta,
) -> tuple[str, str]:
    """(link id, token of 256 bits): the token is kept as a digest only. Earlier live links of the chat are `gone`.

    A page that only gives out what is held leaves one of a proof alone, and the other way round.
    """
    end_all(connection, conversation_id, LinkEnd.GONE, now, ways=_PROVING if way in _PROVING else (way,))
    link_id, token = str(uuid4()), random_source.token_urlsafe(32)
    asked = {"way": way, "purpose": purpose, "operation": operation, "level": level, "provider": provider}
    connection.execute(
        insert(links).values(
            id=link_id,
            conversation_id=conversation_id,
            channel=channel,
            address_digest=address_digest(vault, channel, address),
            opened_at=now,
            expires_at=now + lives,
            status="open",
            token_digest=token_digest(vault, token),
            **asked,
        )
    )
    return link_id, token


def counts(connection: Connection, conversation_id: str, now: datetime) -> tuple[int, int]:
    """Pages of this chat: (open now, opened in 24 hours)."""
    return _counted(connection, links.c.conversation_id == conversation_id, now)


def identity_counts(connection: Connection, identity: str, now: datetime) -> tuple[int, int]:
    """Pages that proved this person or were opened from chats bound to them: (open now, opened in 24 hours)."""
    bound = select(proofs.c.conversation_id).where(proofs.c.identity == identity, proofs.c.end.not_in(NO_BINDING))
    return _counted(connection, or_(links.c.identity == identity, links.c.conversation_id.in_(bound)), now)


def find_by_token(connection: Connection, vault: Vault, token: str) -> Link | None:
    """Also when it is over, so that its page can say so."""
    return read_one(connection, vault, links.c.token_digest == token_digest(vault, token))


def find_by_state(connection: Connection, vault: Vault, state: str) -> Link | None:
    """None once the state was used."""
    return read_one(connection, vault, links.c.state_digest == state_digest(vault, state))


def find(connection: Connection, vault: Vault, link_id: str, conversation_id: str) -> Link | None:
    """Only for the chat that opened it (row D1 of the threat model)."""
    return read_one(connection, vault, and_(links.c.id == link_id, links.c.conversation_id == conversation_id))


def begin(
    connection: Connection, vault: Vault, link_id: str, browser: str, chat_proof: str, moved: bool, now: datetime
) -> bool:
    """The first browser that begins has it; `browser` is the value of its cookie."""
    values = {"browser_digest": browser_digest(vault, link_id, browser), "chat_proof": chat_proof, "moved": moved}
    return _change(connection, link_id, ("open",), now, status="begun", **values)


def is_browser(vault: Vault, link: Link, browser: str) -> bool:
    """Whether it is the browser that began; compared in constant time."""
    return bool(browser) and compare_digest(link.browser_digest, browser_digest(vault, link.id, browser))


def chat_prove(connection: Connection, link_id: str, chat_proof: str, now: datetime) -> bool:
    """The chat app vouched for its user."""
    return _change(connection, link_id, ("open", "begun"), now, chat_proof=chat_proof)


def record_moved(connection: Connection, link_id: str, now: datetime) -> bool:
    """It goes on on another device than the one it was opened on."""
    return _change(connection, link_id, ("open", "begun"), now, moved=True)


def keep_secrets(
    connection: Connection, vault: Vault, link_id: str, secrets: Mapping[str, str], state: str | None, now: datetime
) -> bool:
    """Instead of what was kept before; `state` is what the other side will bring back."""
    digest = state_digest(vault, state) if state else None
    sealed = vault.seal(json.dumps(dict(secrets)))
    return _change(connection, link_id, ("begun",), now, secrets_sealed=sealed, state_digest=digest)


def take_return(connection: Connection, link_id: str, now: datetime) -> bool:
    """True for the first who comes back; the state is used up with it (row L3)."""
    return _change(connection, link_id, ("begun",), now, status="asking", state_digest=None)


def prove(
    connection: Connection,
    vault: Vault,
    link_id: str,
    *,
    identity: str,
    given_level: str,
    login_type: str,
    number: str,
    result: Mapping[str, Any],
    now: datetime,
) -> bool:
    """The other side vouched. `number` is what the page shows; `result` holds name, register number, what was read."""
    values = {
        **WIPED,
        "identity": identity,
        "given_level": given_level,
        "login_type": login_type[:40],
        "number_digest": number_digest(vault, link_id, number),
        "result_sealed": vault.seal(json.dumps(dict(result), ensure_ascii=False)),
    }
    return _change(connection, link_id, ("asking",), now, status="proven", proven_at=now, **values)


def try_number(
    connection: Connection,
    vault: Vault,
    link_id: str,
    conversation_id: str,
    number: str,
    *,
    tries: int,
    lives: timedelta,
    now: datetime,
) -> NumberTried:
    """Counted before it is compared; the row is locked until the transaction ends. `lives`: after it was shown."""
    row = lock_row(connection, link_id, conversation_id)
    if row is None or row["status"] not in (*WAITING, "proven"):
        return NumberTried(False, 0, end_of(row["status"] if row else ""))
    if row["status"] != "proven":
        return NumberTried(False, tries - row["number_tries"])  # there is no number yet
    if not row["proven_at"] <= now < row["proven_at"] + lives:  # a clock that stands before it is wrong
        end(connection, link_id, LinkEnd.EXPIRED, now)
        return NumberTried(False, 0, LinkEnd.EXPIRED.value)
    left = tries - row["number_tries"] - 1
    connection.execute(update(links).where(links.c.id == link_id).values(number_tries=row["number_tries"] + 1))
    if compare_digest(row["number_digest"], number_digest(vault, link_id, number)):
        connection.execute(update(links).where(links.c.id == link_id).values(status="matched", number_digest=""))
        return NumberTried(True, left)
    if left > 0:
        return NumberTried(False, left)
    end(connection, link_id, LinkEnd.USED_UP, now)
    return NumberTried(False, 0, LinkEnd.USED_UP.value)


def bind(
    connection: Connection,
    vault: Vault,
    link_id: str,
    conversation_id: str,
    address: str,
    now: datetime,
    number_lives: timedelta = NUMBER_LIVES,
) -> Link | None:
    """The link with its result, which the row does not keep.

    None when it is not matched, too late, or the chat is another one by now (row L15); the last two end it.
    """
    row = lock_row(connection, link_id, conversation_id)
    if row is None or row["status"] != "matched":
        return None
    if not row["proven_at"] <= now < row["proven_at"] + number_lives + CONFIRMING:
        end(connection, link_id, LinkEnd.EXPIRED, now)
        return None
    if not compare_digest(row["address_digest"], address_digest(vault, row["channel"], address)):
        end(connection, link_id, LinkEnd.GONE, now)
        return None
    end(connection, link_id, "bound", now)
    return replace(as_link(row, vault), status="bound")


def _change(connection: Connection, link_id: str, before: tuple[str, ...], now: datetime, **values: Any) -> bool:
    """Compare and set: only from these statuses and in its time; a clock that stands before it is wrong."""
    in_time = (links.c.opened_at <= now, links.c.expires_at > now)
    where = (links.c.id == link_id, links.c.status.in_(before), *in_time)
    return connection.execute(update(links).where(*where).values(**values)).rowcount == 1


def _counted(connection: Connection, whose: ColumnElement[bool], now: datetime) -> tuple[int, int]:
    is_open = or_(links.c.status.in_(PROVEN), and_(links.c.status.in_(WAITING), links.c.expires_at > now))
    number = select(func.count()).select_from(links).where(whose)
    open_now = connection.execute(number.where(is_open)).scalar_one()
    return open_now, connection.execute(number.where(links.c.opened_at > now - _DAY)).scalar_one()
