"""Files of citizens at the desk: told of under their message, handed out as downloads only, every look recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bots.desk.words import named
from bots.file_content import EXTENSIONS, preview
from bots.parts import Parts
from bots.web.pages import explain, masked_name
from dialogs.services import Text
from knowledge import audit_rows, file_rows
from knowledge.file_rows import FileRow
from knowledge.staff_rows import StaffSession
from knowledge.transcript_rows import Entry

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
KINDS = {
    "photo": Text("Зураг", "Picture"),
    "voice": Text("Дуут бичлэг", "Recording"),
    "file": Text("Файл", "File"),
    "application/pdf": Text("PDF баримт", "PDF"),
}
STATES = {
    "owed": Text("татаж авч байна", "being fetched"),
    "wiped": Text("хадгалах хугацаа дуусаж устсан", "deleted, its time was over"),
    "too-large": Text("хэт том тул хадгалаагүй", "too large, not kept"),
    "wrong-kind": Text("ийм төрлийн файл хадгалдаггүй", "not a kind of file that is kept"),
    "not-fetched": Text("татаж авч чадсангүй", "could not be fetched"),
    "too-many": Text("нэг өдрийн тооноос хэтэрсэн тул хадгалаагүй", "too many in a day, not kept"),
}
_KILOBYTE, _MEGABYTE = 1024, 1_048_576


@dataclass(frozen=True)
class ShownFile:
    """`state` says why there is nothing to download, None when there is; the sender's name for it is decoration."""

    id: str
    kind: Text
    name: str
    size: str
    state: Text | None
    is_picture: bool


def under_entries(entries: Sequence[Entry], files: Sequence[FileRow]) -> Mapping[int, tuple[ShownFile, ...]]:
    """Which files stand under which line of the talk: under the message they came with, else under the last before."""
    spoken = [entry for entry in entries if entry.author == "citizen"]
    with_ref = {entry.ref: entry.id for entry in spoken if entry.ref}
    found: dict[int, tuple[ShownFile, ...]] = {}
    for file in files:
        before = [entry.id for entry in spoken if entry.at <= file.at]
        place = with_ref.get(file.ref) or (before[-1] if before else None)
        if place is not None:
            found[place] = (*found.get(place, ()), shown(file))
    return found


def shown(file: FileRow) -> ShownFile:
    kind = KINDS.get(file.media_type) or named(KINDS, file.what)
    state = None if file.status == "kept" else named(STATES, file.reason or file.status)
    picture = state is None and file.media_type.startswith("image/")
    return ShownFile(file.id, kind, masked_name(file.name), _size(file.size), state, picture)


def download(parts: Parts, request: Request, staff: StaffSession) -> Response:
    """As an attachment under a name of ours: a browser never shows it on our pages."""
    found = _open(parts, request, staff, "download")
    if found is None:
        return _gone(request, staff)
    file, content = found
    name = f"tuslakh-{file.id[:8]}.{EXTENSIONS[file.media_type]}"
    attached = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=file.media_type, headers=HEADERS | attached)


def show_preview(parts: Parts, request: Request, staff: StaffSession) -> Response:
    """A picture made small and anew."""
    found = _open(parts, request, staff, "preview")
    small = preview(found[1]) if found else None
    if small is None:
        return _gone(request, staff)
    return Response(small, media_type="image/jpeg", headers=HEADERS | {"Content-Disposition": "inline"})


def _open(parts: Parts, request: Request, staff: StaffSession, how: str) -> tuple[FileRow, bytes] | None:
    """Recorded and read in one transaction: what cannot be recorded is not shown."""
    with parts.database.write() as connection:
        found = file_rows.read(connection, parts.vault, request.path_params["file_id"])
        if found is None:
            return None
        audit_rows.record(connection, staff.member.id, "file.viewed", found[0].id, parts.clock(), how)
    file, sealed = found
    return file, file_rows.unseal(parts.vault, sealed)


def _gone(request: Request, staff: StaffSession) -> Response:
    mn = "Ийм файл алга, эсвэл хадгалах хугацаа нь дуусаж устсан."
    return explain(request, 404, mn, "There is no such file, or its time was over.", staff=staff)


def _size(size: int) -> str:
    """`412 КБ`, `1.2 МБ`; nothing when it is not known."""
    if size < _MEGABYTE:
        return f"{-(-size // _KILOBYTE)} КБ" if size else ""
    return f"{size / _MEGABYTE:.1f} МБ"
