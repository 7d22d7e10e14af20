"""Files that citizens send: their fetching is owed with the turn, what came is looked at and kept sealed for agents."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.file_content import looked_at
from connectors.channel import Fetched, SendResult
from connectors.web_chat import uploaded
from dialogs.conversation import Conversation
from dialogs.incoming import FileOffer
from dialogs.messages import FileProblem, FileRefused, KeepFile
from knowledge import audit_rows, file_rows, outbox_rows
from knowledge.database import Connection
from knowledge.vault import Vault

DAY = timedelta(hours=24)
FILES = "-files"  # a channel's files are owed on a wire of their own: fetching is slow and holds up no words
_MEGABYTE = 1_048_576


@dataclass(frozen=True)
class FileRules:
    """`largest` in bytes; `a_day`: how many one conversation may leave in 24 hours."""

    largest: int = 10_485_760
    a_day: int = 20

    def refused(self, problem: FileProblem) -> FileRefused:
        return FileRefused(problem, self.largest // _MEGABYTE)


@dataclass(frozen=True)
class Examined:
    """What came, ready to be stored; or why it is not kept."""

    problem: FileProblem | None = None
    media_type: str = ""
    size: int = 0
    sealed: bytes = b""


def keep_file(
    connection: Connection,
    vault: Vault,
    decision: KeepFile,
    state: Conversation,
    address: str,
    rules: FileRules,
    now: datetime,
) -> FileRefused | None:
    """A row for it, and its fetching owed to the channel it came by; what the page of the web chat brought is here.

    The result is for `step`: the file is too large by its channel's word, or there were too many of them.
    """
    offer = decision.file
    if file_id := uploaded(offer):
        file_rows.link(connection, file_id, address, state.id)
        return None
    problem = _refusal(connection, offer, state.id, rules, now)
    file_id = file_rows.owe(connection, vault, state.id, decision.what, decision.ref, offer, now, problem)
    if problem:
        return rules.refused(problem)
    body = json.dumps({"file": file_id})
    outbox_rows.owe(connection, vault, state.id, state.channel + FILES, address, "fetch", state.owner.number, body, now)
    return None


def offer_of(connection: Connection, vault: Vault, file_id: str) -> FileOffer:
    """What is to be fetched. Raises `LookupError` when it is not owed any more."""
    return file_rows.offer_of(connection, vault, file_id)


def examine(vault: Vault, fetched: Fetched, rules: FileRules) -> Examined:
    """Looked at and sealed, which may take seconds: in a thread, before the transaction that stores it."""
    if fetched.too_large or len(fetched.content) > rules.largest:
        return Examined(FileProblem.TOO_LARGE)
    if fetched.result is not SendResult.SENT:
        return Examined(FileProblem.NOT_FETCHED)
    seen = looked_at(fetched.content)
    if seen is None:
        return Examined(FileProblem.WRONG_KIND)
    return Examined(None, seen.media_type, len(seen.content), file_rows.seal(vault, seen.content))


def arrived(
    connection: Connection, vault: Vault, file_id: str, fetched: Fetched | Examined, rules: FileRules, now: datetime
) -> FileProblem | None:
    """Kept, or refused for the reason that is returned; a file that is not owed any more stays as it is.

    Whoever has no time to lose within the transaction hands over what `examine` returned.
    """
    if not file_rows.is_owed(connection, file_id):
        return None
    found = fetched if isinstance(fetched, Examined) else examine(vault, fetched, rules)
    if found.problem:
        file_rows.refuse(connection, file_id, found.problem)
    else:
        file_rows.keep(connection, file_id, found.media_type, found.size, found.sealed)
    action = "file.refused" if found.problem else "file.kept"
    audit_rows.record(connection, "system", action, file_id, now, found.problem or found.media_type)
    return found.problem


def _refusal(
    connection: Connection, offer: FileOffer, conversation_id: str, rules: FileRules, now: datetime
) -> FileProblem | None:
    """What is known before it is fetched."""
    if offer.size > rules.largest:
        return FileProblem.TOO_LARGE
    left = file_rows.left_since(connection, now - DAY, conversation_id=conversation_id)
    return FileProblem.TOO_MANY if left >= rules.a_day else None
