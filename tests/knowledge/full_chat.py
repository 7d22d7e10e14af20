"""A chat with something of it in every table, to see what of it is read, kept or erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import LargeBinary, insert, select, update

from dialogs.incoming import SharedKind
from knowledge import (
    audit_rows,
    case_rows,
    challenge_rows,
    conversation_rows,
    feed_rows,
    file_rows,
    identity_rows,
    inbox_rows,
    link_rows,
    outbox_rows,
    transcript_rows,
)
from knowledge.database import Connection
from knowledge.file_rows import Brought
from knowledge.house_tables import metadata
from knowledge.proof_tables import sms
from knowledge.tables import inbox, outbox, transcript
from tests.knowledge.chats import VAULT, finish_asking, keep_proof, new_chat, open_code, open_page


@dataclass(frozen=True)
class Canary:
    """What must not be found of this chat; `word` stands in everything that was said in it."""

    word: str
    register_number: str
    phone: str

    def all(self) -> tuple[str, ...]:
        return (self.word, self.register_number, self.phone)


@dataclass(frozen=True)
class Things:
    """The ids of what belongs to one chat."""

    chat: str
    address: str
    link_id: str
    proof_id: str
    challenge_id: str
    file_id: str
    entry_id: int
    ref: str


def fill(connection: Connection, canary: Canary, now: datetime) -> Things:
    """The newest page is proven; an event is set aside, an answer waits, a send is under way."""
    chat, address = new_chat(connection, now=now)
    ref, file_id, proof_id = f"ref {chat}", str(uuid4()), str(uuid4())
    _rename(connection, address, canary, now)
    transcript_rows.append(connection, VAULT, chat, "citizen", f"би {canary.word}", now, ref)
    transcript_rows.append(connection, VAULT, chat, "note", f"тэмдэглэл {canary.word}", now)
    for _ in range(3):
        feed_rows.append(connection, VAULT, chat, "citizen", f'{{"text": "{canary.word}"}}', now, ref)
    brought = Brought(file_id, address, None, SharedKind.FILE, ref, canary.word, "image/png", 9, VAULT.seal("bytes"))
    file_rows.put(connection, VAULT, brought, now)
    file_rows.link(connection, file_id, address, chat)
    case_rows.open_case(connection, chat, "wanted", now)
    _come_and_go(connection, chat, address, canary, now)
    challenge_id = open_code(connection, chat, canary.register_number, now)
    tried = challenge_rows.find(connection, challenge_id, chat)
    assert tried is not None
    challenge_rows.take_try(connection, tried, None, now)
    _send_sms(connection, chat, challenge_id, canary, now)
    keep_proof(connection, chat, proof_id, canary.register_number, now)
    link_id, _ = open_page(connection, chat, address, now)
    link_rows.begin(connection, VAULT, link_id, "browser", "web", False, now)
    link_rows.take_return(connection, link_id, now)
    assert finish_asking(connection, link_id, now, canary.register_number)
    audit_rows.record(connection, "bot", "turn.told", chat, now)
    entry_id = connection.execute(select(transcript.c.id).where(transcript.c.conversation_id == chat)).scalars().first()
    assert entry_id is not None
    return Things(chat, address, link_id, proof_id, challenge_id, file_id, entry_id, ref)


def readable(connection: Connection) -> str:
    """Every row of every table, with everything sealed opened."""
    rows: list[str] = []
    for table in metadata.sorted_tables:
        sealed = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
        for row in connection.execute(select(table)).mappings():
            opened = {name: VAULT.open(row[name]) for name in sealed if row[name]}
            rows.append(f"{table.name} {dict(row) | opened}")
    return "\n".join(rows)


def sealed_bytes(connection: Connection) -> set[bytes]:
    """Everything sealed, as it lies in the file."""
    found: set[bytes] = set()
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                found |= {bytes(value) for value in connection.execute(select(column)).scalars() if value}
    return found


def _rename(connection: Connection, address: str, canary: Canary, now: datetime) -> None:
    stored = conversation_rows.lock(connection, VAULT, "web", address)
    assert stored is not None
    conversation_rows.save(connection, VAULT, conversation_rows.renamed(stored, canary.word), stored.state, now)


def _come_and_go(connection: Connection, chat: str, address: str, canary: Canary, now: datetime) -> None:
    inbox_rows.accept(connection, VAULT, "web", f"done {chat}", address, canary.word, now)
    inbox_rows.finish_by_key(connection, "web", f"done {chat}", "told", now)
    inbox_rows.accept(connection, VAULT, "web", f"aside {chat}", address, canary.word, now)
    for tries in range(inbox_rows.MAX_TRIES):
        inbox_rows.put_off(connection, _newest_event(connection), tries, "ValueError", now)
    inbox_rows.accept(connection, VAULT, "registry", f"answer {chat}", chat, canary.register_number, now)
    for _ in range(2):
        outbox_rows.owe(connection, VAULT, chat, "web", address, "reply", 1, canary.word, now)
    first = select(outbox.c.id).where(outbox.c.conversation_id == chat).order_by(outbox.c.id).limit(1)
    under_way = update(outbox).where(outbox.c.id == first.scalar_subquery())
    connection.execute(under_way.values(status="sending"))


def _newest_event(connection: Connection) -> int:
    return int(connection.execute(select(inbox.c.id).order_by(inbox.c.id.desc()).limit(1)).scalar_one())


def _send_sms(connection: Connection, chat: str, challenge_id: str, canary: Canary, now: datetime) -> None:
    identity_rows.phone_changed_at(connection, VAULT, VAULT.identity(canary.register_number), canary.phone, now)
    connection.execute(
        insert(sms).values(
            id=str(uuid4()),
            at=now,
            conversation_id=chat,
            challenge_id=challenge_id,
            phone_digest=VAULT.digest("sms", canary.phone),
            country="976",
            prefix=f"976{canary.phone[:4]}",
            parts=1,
            price=50_000,
            gateway="console",
            status="accepted",
        )
    )
