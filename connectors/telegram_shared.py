"""What a Telegram message holds besides words: its kind, and for files how they can be fetched later.

Coordinates, phone numbers and stickers are not looked at; what a file really is, is seen when it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from connectors.plain_text import one_line
from connectors.telegram_updates import Json, fields
from dialogs.incoming import FileOffer, Shared, SharedKind

MAX_FILE_NAME_CHARS = 100
# In this order: an animation also carries a document, a venue also a location.
_KINDS: Final = {
    "animation": SharedKind.OTHER,
    "photo": SharedKind.PHOTO,
    "sticker": SharedKind.STICKER,
    "voice": SharedKind.VOICE,
    "document": SharedKind.FILE,
    "location": SharedKind.LOCATION,
    "contact": SharedKind.CONTACT,
    **dict.fromkeys(
        ("audio", "video", "video_note", "live_photo", "paid_media", "poll", "checklist", "dice", "game", "story"),
        SharedKind.OTHER,
    ),
}
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,512}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]{1,64}/[A-Za-z0-9.+-]{1,64}")
_MAX_SIZE = 2**52  # bytes; Bot API: file_size has at most 52 significant bits


def shared(message: Json, ref: str) -> Shared | None:
    """None when there is nothing besides words in it."""
    name = next((name for name in _KINDS if message.get(name) is not None), None)
    if name is None:
        return None
    kind = _KINDS[name]
    if kind is SharedKind.PHOTO:
        return Shared(kind, ref, _largest(message["photo"]))
    if kind in (SharedKind.VOICE, SharedKind.FILE):
        return Shared(kind, ref, _offer(fields(message, name)))
    return Shared(kind, ref, own=kind is SharedKind.CONTACT and _is_own(message))


def _is_own(message: Json) -> bool:
    """The sender's own card, as they sent it: Telegram, not the sender, fills in whose number it is."""
    owner, sender = fields(message, "contact").get("user_id"), fields(message, "from").get("id")
    sent_on = any(name in message for name in ("forward_origin", "via_bot", "edit_date"))
    return type(owner) is int and owner == sender and not sent_on


def _largest(sizes: object) -> FileOffer | None:
    """Telegram keeps a photo in several sizes, as JPEG."""
    found: Iterable[Json] = [size for size in sizes if isinstance(size, dict)] if isinstance(sizes, list) else []
    best = max(found, key=lambda size: _number(size.get("width")) * _number(size.get("height")), default=None)
    return _offer(best) if best is not None else None


def _offer(file: Json) -> FileOffer | None:
    """None when there is nothing to fetch it by."""
    source, claimed, name = (file.get(field) for field in ("file_id", "mime_type", "file_name"))
    if not isinstance(source, str) or not _FILE_ID.fullmatch(source):
        return None
    media_type = claimed if isinstance(claimed, str) and _MEDIA_TYPE.fullmatch(claimed) else ""
    called = one_line(name)[:MAX_FILE_NAME_CHARS] if isinstance(name, str) else ""
    return FileOffer(source, _number(file.get("file_size")), media_type, called)


def _number(value: object) -> int:
    return value if type(value) is int and 0 < value < _MAX_SIZE else 0
