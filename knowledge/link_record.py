"""One page opened from a chat as it is read, and the keyed digests by which its row is found and compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from knowledge.proof_tables import links
from knowledge.vault import Vault


@dataclass(frozen=True)
class Link:
    """`level` was asked for, `given_level` was vouched for; `secrets` and `result` are unsealed, or empty."""

    id: str
    conversation_id: str
    channel: str
    address_digest: str
    way: str
    purpose: str
    operation: str
    level: str
    provider: str
    opened_at: datetime
    expires_at: datetime
    status: str
    browser_digest: str
    chat_proof: str
    moved: bool
    given_level: str
    login_type: str
    proven_at: datetime | None
    identity: str | None
    secrets: Mapping[str, str] = field(repr=False)
    result: Mapping[str, Any] = field(repr=False)


def lock_row(connection: Connection, link_id: str, conversation_id: str) -> RowMapping | None:
    """Only the chat's own; nobody else changes it until the transaction ends."""
    mine = (links.c.id == link_id, links.c.conversation_id == conversation_id)
    return connection.execute(select(links).where(*mine).with_for_update()).mappings().one_or_none()


def read_one(connection: Connection, vault: Vault, where: ColumnElement[bool]) -> Link | None:
    row = connection.execute(select(links).where(where)).mappings().one_or_none()
    return None if row is None else as_link(row, vault)


def as_link(row: RowMapping, vault: Vault) -> Link:
    plain = {name: row[name] for name in Link.__dataclass_fields__ if name not in ("secrets", "result")}
    return Link(**plain, secrets=_opened(vault, row["secrets_sealed"]), result=_opened(vault, row["result_sealed"]))


def token_digest(vault: Vault, token: str) -> str:
    return vault.digest("link token", token)


def state_digest(vault: Vault, state: str) -> str:
    return vault.digest("link state", state)


def address_digest(vault: Vault, channel: str, address: str) -> str:
    return vault.digest("link address", f"{channel}\0{address}")


def browser_digest(vault: Vault, link_id: str, browser: str) -> str:
    """Of the cookie's value; of this link only."""
    return vault.digest("link browser", f"{link_id}\0{browser}")


def number_digest(vault: Vault, link_id: str, number: str) -> str:
    """Of the short number a page shows; of this link only."""
    return vault.digest("link number", f"{link_id}\0{number}")


def _opened(vault: Vault, sealed: bytes | None) -> dict[str, Any]:
    return json.loads(vault.open(sealed)) if sealed else {}
