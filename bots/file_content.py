"""What a file really is, told by its content alone: its name and what its sender calls it are never believed."""

from __future__ import annotations

from dataclasses import dataclass

from bots import file_pictures, file_sounds
from dialogs.incoming import SharedKind

EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
}
_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_PDF_TAIL = 1024  # bytes in which a PDF ends with %%EOF


@dataclass(frozen=True)
class Seen:
    """`content` as it is kept: pictures are drawn anew, the labels of an MP3 are left out."""

    media_type: str
    content: bytes

    @property
    def what(self) -> SharedKind:
        if self.media_type in _PICTURES.values():
            return SharedKind.PHOTO
        return SharedKind.VOICE if self.media_type.startswith("audio/") else SharedKind.FILE


def looked_at(content: bytes) -> Seen | None:
    """None when it is of no kind that is kept, or broken. Takes up to a second or two: not for an event loop."""
    if kind := picture_kind(content):
        drawn = file_pictures.redrawn(content, kind)
        return Seen(_PICTURES[kind], drawn) if drawn else None
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]:
        return Seen("application/pdf", content)
    if file_sounds.is_voice(content):
        return Seen("audio/ogg", content)
    if file_sounds.is_mp4_sound(content):
        return Seen("audio/mp4", content)
    frames = file_sounds.mp3_frames(content)
    return Seen("audio/mpeg", frames) if frames else None


def preview(content: bytes) -> bytes | None:
    """A small JPEG of a picture; None for everything else."""
    kind = picture_kind(content)
    return file_pictures.preview(content, kind) if kind else None


def picture_kind(content: bytes) -> str:
    """JPEG, PNG, WEBP, or nothing."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
