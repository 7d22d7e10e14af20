"""Conversations: locked, then loaded; saved whole with the number of their owner beside the sealed state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from dialogs.conversation import Conversation
from dialogs.forgetting import forget, secrets_until
from dialogs.proofs import ProofRules
from dialogs.services import Language
from knowledge.codec import CONVERSATION, dumps
from knowledge.tables import conversations
from knowledge.vault import Vault


@dataclass(frozen=True)
class StoredConversation:
    """The state and what the wires need to know about it.

    `heard_at`: when the citizen last wrote or pressed, by the platform's time; None where it tells none.
    `unreachable_since`: they blocked the bot or the chat is gone, and nothing was heard since.
    """

    state: Conversation
    address: str
    name: str
    created_at: datetime
    heard_at: datetime | None = None
    unreachable_since: datetime | None = None

    def heard(self, at: datetime | None) -> StoredConversation:
        """The citizen did something at that time (None: the platform does not say); an older one changes no time."""
        newest = max(filter(None, (self.heard_at, at)), default=None)
        return replace(self, heard_at=newest, unreachable_since=None)

    def left(self, at: datetime) -> StoredConversation:
        """The citizen blocked the bot."""
        return replace(self, unreachable_since=at)


def lock(connection: Connection, vault: Vault, channel: str, address: str) -> StoredConversation | None:
    """By its chat; nobody else changes it until the transaction ends."""
    where = (conversations.c.channel == channel, conversations.c.address == address)
    row = connection.execute(select(conversations).where(*where).with_for_update()).mappings().one_or_none()
    return _stored(row, vault) if row else None


def lock_by_id(connection: Connection, vault: Vault, conversation_id: str) -> StoredConversation | None:
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return _stored(row, vault) if row else None


def read(connection: Connection, vault: Vault, conversation_id: str) -> StoredConversation | None:
    """Without a lock, for looking at."""
    query = select(conversations).where(conversations.c.id == conversation_id)
    row = connection.execute(query).mappings().one_or_none()
    return _stored(row, vault) if row else None


def find(connection: Connection, channel: str, address: str) -> str | None:
    query = select(conversations.c.id).where(conversations.c.channel == channel, conversations.c.address == address)
    return connection.execute(query).scalar()


def create(
    connection: Connection, vault: Vault, channel: str, address: str, language: Language, name: str, now: datetime
) -> StoredConversation:
    state = Conversation(id=str(uuid4()), channel=channel, language=language)
    connection.execute(
        insert(conversations).values(
            id=state.id,
            channel=channel,
            address=address,
            name_sealed=vault.seal(name) if name else None,
            language=language.value,
            owner_number=state.owner.number,
            owner_agent=None,
            state_sealed=vault.seal(dumps(CONVERSATION, state)),
            created_at=now,
            updated_at=now,
        )
    )
    return StoredConversation(state, address, name, now)


def save(
    connection: Connection,
    vault: Vault,
    stored: StoredConversation,
    state: Conversation,
    now: datetime,
    rules: ProofRules = ProofRules(),  # noqa: B008 - frozen
) -> None:
    """The whole state; called once a turn."""
    connection.execute(
        _CHANGED,
        {
            "this": state.id,
            "language": state.language.value,
            "owner_number": state.owner.number,
            "owner_agent": state.owner.agent_id,
            "state_sealed": vault.seal(dumps(CONVERSATION, state)),
            "name_sealed": vault.seal(stored.name) if stored.name else None,
            "updated_at": now,
            "secrets_until": secrets_until(state, now, rules),
            "heard_at": stored.heard_at,
            "unreachable_since": stored.unreachable_since,
        },
    )


_CHANGED = update(conversations).where(conversations.c.id == bindparam("this"))


def forget_due(
    connection: Connection,
    vault: Vault,
    now: datetime,
    limit: int = 100,
    rules: ProofRules = ProofRules(),  # noqa: B008 - frozen
) -> int:
    """Conversations that hold something longer than they may lose it. How many there were."""
    due = (conversations.c.secrets_until.is_not(None), conversations.c.secrets_until <= now)
    query = select(conversations).where(*due).limit(limit).with_for_update(skip_locked=True)
    rows = connection.execute(query).mappings().all()
    for row in rows:
        state = forget(_stored(row, vault).state, row["updated_at"], now, rules)
        left = secrets_until(state, row["updated_at"], rules)
        sealed = vault.seal(dumps(CONVERSATION, state))
        changed = update(conversations).where(conversations.c.id == row["id"])
        connection.execute(changed.values(state_sealed=sealed, secrets_until=left))
    return len(rows)


def anything_to_forget(connection: Connection, now: datetime) -> bool:
    """A look without the write lock."""
    due = (conversations.c.secrets_until.is_not(None), conversations.c.secrets_until <= now)
    return connection.execute(select(conversations.c.id).where(*due).limit(1)).scalar() is not None


def renamed(stored: StoredConversation, name: str) -> StoredConversation:
    return replace(stored, name=name) if name else stored


def _stored(row: RowMapping, vault: Vault) -> StoredConversation:
    state = CONVERSATION.validate_json(vault.open(row["state_sealed"]))
    name = vault.open(row["name_sealed"]) if row["name_sealed"] else ""
    times = (row["created_at"], row["heard_at"], row["unreachable_since"])
    return StoredConversation(state, row["address"], name, *times)
