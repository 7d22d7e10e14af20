"""Files of citizens: owed until fetched, kept sealed for the agents, wiped when their time is over."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, exists, func, insert, literal_column, select, update

from dialogs.incoming import FileOffer, SharedKind
from dialogs.messages import FileProblem
from knowledge.tables import cases, files
from knowledge.vault import Vault

_TAKEN = ("owed", "kept", "wiped")  # what counts as left by a chat
_COLUMNS = (
    files.c.id, files.c.conversation_id, files.c.at, files.c.what, files.c.ref, files.c.status, files.c.reason,
    files.c.media_type, files.c.size, files.c.name_sealed,
)  # fmt: skip


@dataclass(frozen=True)
class FileRow:
    """`status`: owed, kept, refused, failed or wiped; `name` is the sender's word, `media_type` what was seen."""

    id: str
    conversation_id: str | None
    at: datetime
    what: str
    ref: str
    status: str
    reason: str
    media_type: str
    size: int
    name: str


@dataclass(frozen=True)
class Brought:
    """A file that came with its content, from the page of the chat with that address."""

    id: str
    address: str
    conversation_id: str | None
    what: SharedKind
    ref: str
    name: str
    media_type: str
    size: int
    content_sealed: bytes


def owe(
    connection: Connection,
    vault: Vault,
    conversation_id: str,
    what: SharedKind,
    ref: str,
    offer: FileOffer,
    now: datetime,
    problem: FileProblem | None = None,
) -> str:
    """The new row's id. With a problem it is refused at once, and only the record of it stays."""
    file_id = str(uuid4())
    status, reason = ("refused", problem.value) if problem else ("owed", "")
    connection.execute(
        insert(files),
        {
            "id": file_id,
            "conversation_id": conversation_id,
            "address": "",
            "at": now,
            "what": what.value,
            "ref": ref[:128],
            "status": status,
            "reason": reason,
            "media_type": "",
            "size": min(offer.size, 2**31 - 1),
            "name_sealed": vault.seal(offer.name) if offer.name else None,
            "source_sealed": None if problem else vault.seal(offer.source),
        },
    )
    return file_id


def put(connection: Connection, vault: Vault, brought: Brought, now: datetime) -> None:
    """Kept from the start."""
    connection.execute(
        insert(files),
        {
            "id": brought.id,
            "conversation_id": brought.conversation_id,
            "address": brought.address,
            "at": now,
            "what": brought.what.value,
            "ref": brought.ref[:128],
            "status": "kept",
            "reason": "",
            "media_type": brought.media_type,
            "size": brought.size,
            "name_sealed": vault.seal(brought.name) if brought.name else None,
            "content_sealed": brought.content_sealed,
        },
    )


def link(connection: Connection, file_id: str, address: str, conversation_id: str) -> None:
    """What a chat's page brought belongs to its conversation; nobody else's file can be named."""
    mine = (files.c.id == file_id, files.c.address == address, files.c.address != "")
    connection.execute(update(files).where(*mine).values(conversation_id=conversation_id))


def seal(vault: Vault, content: bytes) -> bytes:
    """As the column holds it: made before the transaction, as a large one takes its time."""
    return vault.seal(b64encode(content).decode("ascii"))


def unseal(vault: Vault, content_sealed: bytes) -> bytes:
    """What `seal` made."""
    return b64decode(vault.open(content_sealed))


def offer_of(connection: Connection, vault: Vault, file_id: str) -> FileOffer:
    """Where it is to be fetched. Raises `LookupError` when it is not owed any more."""
    query = select(files.c.source_sealed, files.c.size, files.c.name_sealed)
    row = connection.execute(query.where(files.c.id == file_id, files.c.status == "owed")).one_or_none()
    if row is None or row.source_sealed is None:
        raise LookupError(file_id)
    return FileOffer(vault.open(row.source_sealed), row.size, name=_name(vault, row.name_sealed))


def keep(connection: Connection, file_id: str, media_type: str, size: int, content_sealed: bytes) -> None:
    """It came; a file that is not owed any more stays as it is."""
    _settle(connection, file_id, status="kept", media_type=media_type, size=size, content_sealed=content_sealed)


def refuse(connection: Connection, file_id: str, problem: FileProblem) -> None:
    """It is not kept: what it was and why stays for the agent."""
    status = "failed" if problem is FileProblem.NOT_FETCHED else "refused"
    _settle(connection, file_id, status=status, reason=problem.value)


def is_owed(connection: Connection, file_id: str) -> bool:
    return _exists(connection, files.c.id == file_id, files.c.status == "owed")


def left_since(connection: Connection, since: datetime, conversation_id: str = "", address: str = "") -> int:
    """How many a conversation, or the page of a chat, left since then; refused ones do not count."""
    whose = files.c.conversation_id == conversation_id if conversation_id else files.c.address == address
    query = select(func.count()).select_from(files).where(whose, files.c.at > since, files.c.status.in_(_TAKEN))
    return connection.execute(query).scalar_one()


def weight_since(connection: Connection, since: datetime) -> int:
    """Bytes of what pages of the web chat brought, of everybody."""
    kept = (files.c.address != "", files.c.at > since, files.c.status == "kept")
    return int(connection.execute(select(func.coalesce(func.sum(files.c.size), 0)).where(*kept)).scalar_one())


def of_conversation(connection: Connection, vault: Vault, conversation_id: str) -> list[FileRow]:
    """Without their contents, oldest first."""
    query = select(*_COLUMNS).where(files.c.conversation_id == conversation_id).order_by(files.c.at, files.c.id)
    return [_row(row, vault) for row in connection.execute(query).mappings()]


def shared_as(connection: Connection, vault: Vault, conversation_id: str, refs: Sequence[str]) -> dict[str, FileRow]:
    """What was sent with those messages; of several in one message the last."""
    if not refs:
        return {}
    query = select(*_COLUMNS).where(files.c.conversation_id == conversation_id, files.c.ref.in_(refs))
    return {row["ref"]: _row(row, vault) for row in connection.execute(query.order_by(files.c.at)).mappings()}


def state_of(connection: Connection, conversation_id: str) -> str:
    """Changes with every file and every step of one: what a page compares to know whether it is behind."""
    query = select(files.c.status, func.count()).where(files.c.conversation_id == conversation_id)
    found = connection.execute(query.group_by(files.c.status).order_by(files.c.status))
    return ".".join(f"{status}{number}" for status, number in found)


def read(connection: Connection, vault: Vault, file_id: str) -> tuple[FileRow, bytes] | None:
    """A kept file and its sealed content, of a conversation that was ever handed to people; None for every other."""
    handed_over = exists().where(cases.c.conversation_id == files.c.conversation_id)
    query = select(*_COLUMNS, files.c.content_sealed).where(files.c.id == file_id, files.c.status == "kept")
    row = connection.execute(query.where(handed_over)).mappings().one_or_none()
    if row is None or row["content_sealed"] is None:
        return None
    return _row(row, vault), bytes(row["content_sealed"])


def wipe_old(connection: Connection, before: datetime) -> int:
    """Older ones lose their content, their name and where they came from. How many there were."""
    gone = {"status": "wiped", "content_sealed": None, "name_sealed": None, "source_sealed": None}
    return connection.execute(update(files).where(*_old(before)).values(**gone)).rowcount


def anything_old(connection: Connection, before: datetime) -> bool:
    """A look without the write lock."""
    return _exists(connection, *_old(before))


def _old(before: datetime) -> tuple[Any, ...]:
    return files.c.status != literal_column("'wiped'"), files.c.at < before  # written out, so that the index serves


def _exists(connection: Connection, *where: Any) -> bool:
    return connection.execute(select(files.c.id).where(*where).limit(1)).scalar() is not None


def _settle(connection: Connection, file_id: str, **values: Any) -> None:
    owed = (files.c.id == file_id, files.c.status == "owed")
    connection.execute(update(files).where(*owed).values(source_sealed=None, **values))


def _row(row: RowMapping, vault: Vault) -> FileRow:
    return FileRow(
        id=row["id"],
        conversation_id=row["conversation_id"],
        at=row["at"],
        what=row["what"],
        ref=row["ref"],
        status=row["status"],
        reason=row["reason"],
        media_type=row["media_type"],
        size=row["size"],
        name=_name(vault, row["name_sealed"]),
    )


def _name(vault: Vault, sealed: bytes | None) -> str:
    return vault.open(sealed) if sealed else ""
