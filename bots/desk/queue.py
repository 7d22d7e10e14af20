"""Who waits, who is with whom, what was closed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bots.desk.words import CHANNELS, LANGUAGES, REASONS, named
from bots.parts import Parts
from bots.web.pages import render, waited
from dialogs.services import Text
from knowledge import case_rows
from knowledge.case_rows import CaseRow
from knowledge.staff_rows import StaffSession


@dataclass(frozen=True)
class QueueLine:
    """A case as one line of a table."""

    case: CaseRow
    waited: str
    reason: Text
    channel: Text
    language: Text

    @property
    def urgent(self) -> bool:
        return self.case.reason == "emergency"


@dataclass(frozen=True)
class Queue:
    waiting: tuple[QueueLine, ...]
    taken: tuple[QueueLine, ...]
    closed: tuple[QueueLine, ...]


def show_queue(parts: Parts, request: Request, staff: StaffSession) -> Response:
    return render(request, "desk/queue.html", staff=staff, queue=_read(parts))


def show_queue_fragment(parts: Parts, request: Request, staff: StaffSession) -> Response:
    return render(request, "desk/_queue.html", staff=staff, queue=_read(parts))


def _read(parts: Parts) -> Queue:
    now = parts.clock()
    with parts.database.read() as connection:
        open_cases, closed = case_rows.open_cases(connection), case_rows.closed_cases(connection)
    lines = [_line(case, now) for case in open_cases]
    return Queue(
        waiting=tuple(line for line in lines if line.case.status == "waiting"),
        taken=tuple(line for line in lines if line.case.status == "taken"),
        closed=tuple(_line(case, now) for case in closed),
    )


def _line(case: CaseRow, now: datetime) -> QueueLine:
    return QueueLine(
        case,
        waited(now, case.opened_at),
        named(REASONS, case.reason),
        named(CHANNELS, case.channel),
        named(LANGUAGES, case.language),
    )
