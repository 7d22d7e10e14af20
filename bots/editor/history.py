"""What became of one service: every version with who, when and what changed."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bots.editor.differences import Change, differences
from bots.editor.service_page import not_found
from bots.parts import Parts
from bots.web.pages import render
from knowledge import releases
from knowledge.releases import VersionRow
from knowledge.staff_rows import StaffSession


@dataclass(frozen=True)
class HistoryLine:
    """`changes` None: the first version there was. `note` is that of the release it first stood in."""

    version: VersionRow
    note: str
    in_force: bool
    changes: tuple[Change, ...] | None


def show_history(parts: Parts, request: Request, staff: StaffSession) -> Response:
    service_id = request.path_params["service_id"]
    with parts.database.read() as connection:
        versions = releases.versions_of(connection, service_id)
        in_force = releases.version_id(connection, service_id)
        notes = {row.number: row.note for row in releases.history(connection, limit=10_000)}
    if not versions:
        return not_found(request, staff)
    older: list[VersionRow | None] = [*versions[1:], None]
    lines = [
        HistoryLine(
            version,
            notes.get(version.release or 0, ""),
            version.id == in_force,
            differences(before.service, version.service) if before else None,
        )
        for version, before in zip(versions, older, strict=True)
    ]
    return render(request, "editor/history.html", staff=staff, service=versions[0].service, lines=lines)
