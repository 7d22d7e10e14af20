"""Hop 6 for links: pages opened from a chat, and the numbers that bind them to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from bots.answers_in import link_ended
from bots.held_data import erase, tell_held
from bots.kept_proofs import check_code, end_proof, keep, keep_code_proof, undo_proof
from bots.link_turn import Linking
from dialogs.conversation import Conversation
from dialogs.linking import (
    BindLink,
    CheckCode,
    DropLink,
    EndProof,
    EraseData,
    KeepProof,
    LinkBound,
    LinkDecision,
    LinkEnd,
    LinkNotBound,
    LinkNumberTried,
    LinkOpened,
    LinkRefusal,
    LinkRefused,
    OpenLink,
    TellHeldData,
    TryLinkNumber,
    UndoProof,
)
from dialogs.masking import mask_name, mask_register_number
from dialogs.messages import Event
from dialogs.proofs import LINK_WAYS, ProofRules, Way
from dialogs.services import Level
from knowledge import (
    audit_rows,
    identity_rows,
    link_ends,
    link_rows,
    proof_rows,
)
from knowledge.database import Connection
from knowledge.link_rows import Link
from knowledge.vault import Vault

_DAY = timedelta(days=1)


def carry_out_link(linking: Linking, decision: LinkDecision, state: Conversation) -> Event | None:
    """The event that answers the decision, if it has one."""
    match decision:
        case OpenLink():
            return open_page(linking, decision, state)
        case TryLinkNumber():
            return try_number(linking, decision, state)
        case BindLink():
            return bind(linking, decision, state)
        case DropLink():
            drop(linking, decision, state)
        case KeepProof():
            keep_code_proof(linking, decision, state)
        case EndProof():
            end_proof(linking, decision, state)
        case UndoProof():
            return undo_proof(linking, decision, state)
        case CheckCode():
            return check_code(linking, decision, state)
        case TellHeldData():
            return tell_held(linking, decision, state)
        case EraseData():
            return erase(linking, state)
        case _:
            assert_never(decision)
    return None


def open_page(linking: Linking, decision: OpenLink, state: Conversation) -> Event:
    refused = _refusal(linking, decision, state)
    if refused is not None:
        return refused
    link_id, token = link_rows.open_link(
        linking.connection,
        linking.vault,
        conversation_id=state.id,
        channel=state.channel,
        address=linking.stored.address,
        way=decision.way.value,
        purpose=decision.purpose,
        operation=decision.operation,
        level=decision.level.value,
        provider="dan" if decision.way is Way.BANK else "signature",
        now=linking.now,
        lives=linking.rules.link_lives,
    )
    audit_rows.record(linking.connection, "bot", "link.opened", state.id, linking.now, f"{decision.way} {link_id}")
    url = f"{linking.limits.base_url}/link/{token}"
    return LinkOpened(link_id, url, linking.now + linking.rules.link_lives)


def _refusal(linking: Linking, decision: OpenLink, state: Conversation) -> LinkRefused | None:
    if decision.way not in LINK_WAYS or decision.way not in linking.rules.ways:
        return LinkRefused(LinkRefusal.OFF)
    identity = proof_rows.bound_identity(linking.connection, state.id)
    until = identity_rows.links_blocked_until(linking.connection, identity, linking.now) if identity else None
    if until is not None:
        return LinkRefused(LinkRefusal.BLOCKED, until)
    open_now, today = link_rows.counts(linking.connection, state.id, linking.now)
    if today >= linking.limits.most_a_day:
        return LinkRefused(LinkRefusal.TOO_MANY_TODAY, linking.now + _DAY)
    if open_now > linking.limits.most_open:  # the chat's own earlier ones end with the new one
        return LinkRefused(LinkRefusal.TOO_MANY_OPEN, linking.now + linking.rules.link_lives)
    return None


def try_number(linking: Linking, decision: TryLinkNumber, state: Conversation) -> Event:
    """Counted and compared under one lock: no answer leaves without the count."""
    tried = link_rows.try_number(
        linking.connection,
        linking.vault,
        decision.link_id,
        state.id,
        decision.number,
        tries=linking.rules.number_tries,
        lives=linking.rules.number_lives,
        now=linking.now,
    )
    if tried.end:
        return LinkNotBound(decision.link_id, LinkEnd(tried.end))
    if not tried.right:
        return LinkNumberTried(decision.link_id, False, tried.left)
    link = link_rows.find(linking.connection, linking.vault, decision.link_id, state.id)
    if link is None:
        return LinkNotBound(decision.link_id, LinkEnd.GONE)
    name, number = (
        mask_name(str(link.result.get("name", ""))),
        mask_register_number(str(link.result["register_number"])),
    )
    return LinkNumberTried(decision.link_id, True, 0, name, number, Level(link.given_level))


def bind(linking: Linking, decision: BindLink, state: Conversation) -> Event:
    """Everything that had to hold when the page was opened still has to hold."""
    if against := _against(linking, decision, state):
        return LinkNotBound(decision.link_id, against)
    link = link_rows.bind(
        linking.connection,
        linking.vault,
        decision.link_id,
        state.id,
        linking.stored.address,
        linking.now,
        linking.rules.number_lives,
    )
    if link is None or link.identity is None:
        return LinkNotBound(decision.link_id, LinkEnd.GONE)
    way, level = Way(link.way), Level(link.given_level)
    keep(linking, link.id, state, link.identity, level, way, link.login_type)
    return _bound(link, level, way)


def _against(linking: Linking, decision: BindLink, state: Conversation) -> LinkEnd | None:
    """Why the person of the page must not be bound any more; the page ends so (rows L10, L15)."""
    connection = linking.connection
    link = link_rows.find(connection, linking.vault, decision.link_id, state.id)
    if link is None or link.identity is None:
        return None
    identity_rows.lock(connection, link.identity)
    if proof_rows.bound_identity(connection, state.id) not in (None, link.identity):
        against = LinkEnd.WRONG_PERSON
    elif identity_rows.links_blocked_until(connection, link.identity, linking.now):  # "not me" was said elsewhere
        against = LinkEnd.REFUSED
    else:
        return None
    if link_ends.end(connection, link.id, against, linking.now):
        audit_rows.record(connection, "bot", f"link.{against}", link.id, linking.now)
    return against


def drop(linking: Linking, decision: DropLink, state: Conversation) -> None:
    link = link_rows.find(linking.connection, linking.vault, decision.link_id, state.id)
    if link is not None and link_ends.end(linking.connection, link.id, LinkEnd.CANCELLED.value, linking.now):
        audit_rows.record(linking.connection, "bot", "link.dropped", state.id, linking.now, link.id)


def _bound(link: Link, level: Level, way: Way) -> LinkBound:
    rows = tuple((str(key), str(value)) for key, value in link.result.get("rows", ()))
    name, number = mask_name(str(link.result.get("name", ""))), str(link.result["register_number"])
    return LinkBound(link.id, level, way, name, number, rows, link.operation)


def expire_links(connection: Connection, vault: Vault, rules: ProofRules, now: datetime) -> int:
    """Pages whose time is over: their chats are told. How many there were."""
    over = link_ends.expire_due(connection, now, rules.number_lives)
    for link_id, conversation_id in over:
        link_ended(connection, vault, link_id, conversation_id, LinkEnd.EXPIRED, now)
    return len(over)
