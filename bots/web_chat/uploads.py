"""A file that the page sends: read under limits into memory only, looked at, and stored with its event at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid4

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from bots.file_content import Seen, looked_at
from bots.files import DAY, FileRules
from bots.parts import Parts
from bots.signals import INBOX
from bots.web_chat.feed import CHANNEL
from bots.web_chat.posted import MULTIPART, checked_id, form_id, is_form, media_type
from bots.web_chat.refusals import BUSY, NO_FILE, TOO_SLOW, UNREADABLE, WRONG_TYPE, Refused, file_refusal
from config.settings import Settings
from connectors.web_chat import arrival
from dialogs.messages import FileProblem
from knowledge import conversation_rows, file_rows, inbox_rows
from knowledge.database import hold_alone

_AROUND_THE_FILE = 16_384  # bytes of a form besides the file itself
_LONGEST_SECONDS = 300.0  # 10 MB at 0.3 Mbit/s; a sender that pauses longer than the body timeout is cut off before
_FULL_SECONDS = 3600  # the day's room for uploads of everybody is used up
_MAX_NAME = 120  # characters of a file's name that are kept


@dataclass(frozen=True)
class Upload:
    """`id` is the page's, so that a repeat is harmless; `name` the sender's word."""

    id: str
    name: str
    content: bytes


async def read_upload(request: Request, settings: Settings) -> Upload:
    """The file of a multipart form with the fields `id` and `file`. Raises `Refused`."""
    if media_type(request) != MULTIPART or "content-encoding" in request.headers:
        raise Refused(WRONG_TYPE)
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            form = await _InMemory(request.headers, _chunks(request, settings), max_files=1, max_fields=3).parse()
    except TimeoutError:
        raise Refused(TOO_SLOW, retry_after=1) from None
    except (MultiPartException, ClientDisconnect):
        raise Refused(UNREADABLE) from None
    try:
        upload = await _upload_of(form, settings.file_max_bytes)
    finally:
        await form.close()
    return replace(upload, id=form_id(upload.id, sha256(upload.content).hexdigest())) if is_form(request) else upload


def look(upload: Upload, settings: Settings) -> Seen:
    """What it really is; takes up to a second or two. Raises `Refused`."""
    seen = looked_at(upload.content)
    if seen is None:
        raise Refused(file_refusal(FileProblem.WRONG_KIND, settings.file_max_bytes))
    return seen


def store(parts: Parts, address: str, upload: Upload, seen: Seen, language: str) -> None:
    """The file and its event in one transaction; a repeat changes nothing. Raises `Refused` for too many a day."""
    now, file_id, sealed = parts.clock(), str(uuid4()), file_rows.seal(parts.vault, seen.content)
    come = arrival(CHANNEL, address, upload.id, {"file": file_id, "what": seen.what.value}, language)
    rules = FileRules(parts.settings.file_max_bytes, parts.settings.files_a_day)
    with parts.database.write() as connection:
        hold_alone(connection, f"files {address}")
        if not inbox_rows.accept(connection, parts.vault, CHANNEL, come.event_id, address, come.body, now):
            return
        if file_rows.left_since(connection, now - DAY, address=address) >= rules.a_day:
            raise Refused(file_refusal(FileProblem.TOO_MANY, rules.largest))
        if file_rows.weight_since(connection, now - DAY) + len(seen.content) > parts.settings.upload_bytes_a_day:
            raise Refused(BUSY, retry_after=_FULL_SECONDS)
        file_rows.put(
            connection,
            parts.vault,
            file_rows.Brought(
                id=file_id,
                address=address,
                conversation_id=conversation_rows.find(connection, CHANNEL, address),
                what=seen.what,
                ref=upload.id,
                name=upload.name,
                media_type=seen.media_type,
                size=len(seen.content),
                content_sealed=sealed,
            ),
            now,
        )
    parts.signals.send(INBOX)


class _InMemory(MultiPartParser):
    """Nothing of it is ever written to a disk unsealed."""

    spool_max_size = 1 << 30


async def _chunks(request: Request, settings: Settings) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises `Refused` when it is too large, `TimeoutError` when it stops coming."""
    left, stream = settings.file_max_bytes + _AROUND_THE_FILE, aiter(request.stream())
    while True:
        async with asyncio.timeout(settings.body_timeout_seconds):
            chunk = await anext(stream, None)
        if chunk is None:
            return
        left -= len(chunk)
        if left < 0:
            raise Refused(file_refusal(FileProblem.TOO_LARGE, settings.file_max_bytes))
        yield chunk


async def _upload_of(form: FormData, largest: int) -> Upload:
    event_id, file = form.get("id"), form.get("file")
    checked = checked_id(event_id if isinstance(event_id, str) else "")
    if not isinstance(file, UploadFile) or not file.size:
        raise Refused(NO_FILE)
    if file.size > largest:
        raise Refused(file_refusal(FileProblem.TOO_LARGE, largest))
    return Upload(checked, _name(file.filename or ""), await file.read())


def _name(given: str) -> str:
    """The last part of a path, on one line."""
    last = given.replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(sign for sign in last if sign.isprintable()).split())[:_MAX_NAME]
